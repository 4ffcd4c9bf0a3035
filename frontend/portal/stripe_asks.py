"""What Stripe asks of a seller, in plain words: each thing once, the worst first."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from payouts.models import VendorPayoutAccount

# A part of Stripe's name for it, and what it is; the first that fits. Stripe may ask
# for something new tomorrow: it stands there under its own name then.
_WORDS: tuple[tuple[str, Promise], ...] = (
    (
        "outbound_destination",
        gettext_lazy("A bank account of the business"),
    ),
    ("external_account", gettext_lazy("A bank account of the business")),
    ("attestations", gettext_lazy("Your yes to Stripe’s terms")),
    ("tos_acceptance", gettext_lazy("Your yes to Stripe’s terms")),
    ("relationship", gettext_lazy("Who owns and leads the business")),
    ("owner", gettext_lazy("Who owns and leads the business")),
    ("director", gettext_lazy("Who owns and leads the business")),
    ("executive", gettext_lazy("Who owns and leads the business")),
    ("business_details.documents", gettext_lazy("A document of the business")),
    ("company.verification", gettext_lazy("A document of the business")),
    ("document", gettext_lazy("A document that shows who you are")),
    ("registered_name", gettext_lazy("The registered name of the business")),
    ("id_number", gettext_lazy("A number: of the business, or your own")),
    ("date_of_birth", gettext_lazy("Your date of birth")),
    ("address", gettext_lazy("The address")),
    ("phone", gettext_lazy("A phone number")),
    ("email", gettext_lazy("An e-mail address")),
    ("given_name", gettext_lazy("Your name, as on your papers")),
    ("surname", gettext_lazy("Your name, as on your papers")),
    ("product_description", gettext_lazy("What you sell, and where")),
    ("url", gettext_lazy("What you sell, and where")),
)
_DUE: dict[str, tuple[int, str, Promise]] = {
    "past_due": (1, "bad", gettext_lazy("Overdue")),
    "currently_due": (2, "warn", gettext_lazy("Asked for now")),
    "eventually_due": (4, "", gettext_lazy("Later")),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing: what it is, how it stands, and why what was given is not enough."""

    words: str
    badge: str
    tone: str
    reason: str
    is_with_stripe: bool
    order: int


def asked_of(account: "VendorPayoutAccount | None") -> list[Asked]:
    """Return what Stripe asks for, as it said last; no query."""
    if account is None:
        return []
    found: dict[str, Asked] = {}
    for each in sorted(map(_asked, account.requirements), key=lambda one: one.order):
        first = found.setdefault(each.words, each)
        if each.reason not in first.reason:
            reason = f"{first.reason} {each.reason}".strip()
            found[each.words] = replace(first, reason=reason)
    return list(found.values())


def _asked(entry: Any) -> Asked:
    known = entry if isinstance(entry, dict) else {"what": str(entry)}
    name = str(known.get("what", ""))
    words = next((str(words) for part, words in _WORDS if part in name), name)
    reason = " ".join(known.get("reasons", ()))
    order, tone, badge = _DUE.get(known.get("due", ""), _DUE["currently_due"])
    with_stripe = bool(known.get("is_with_stripe"))
    if with_stripe:
        order, tone, title = 3, "info", _("Stripe looks at it")
    elif reason:
        order, tone, title = 0, "bad", _("Not accepted")
    else:
        title = str(badge)
    return Asked(words, title, tone, reason, with_stripe, order)
