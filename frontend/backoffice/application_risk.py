"""How risky an application looks: a badge, and each ground in words."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vendors.models import Application
from vendors.selectors.application_risk import HIGH, SOME, WORTH, flagged, points_of

# In the order of `WORTH`, which says what each counts.
GROUNDS: dict[str, Promise] = {
    "is_alike": gettext_lazy(
        "shares something with a shop that was refused, suspended or closed"
    ),
    "was_refused": gettext_lazy("somebody of it belongs to such a shop"),
    "has_wrong_vat": gettext_lazy("the VAT number is wrong"),
    "has_refused_paper": gettext_lazy("a document was refused"),
    "lacks_register": gettext_lazy("no register number"),
    "is_unconfirmed": gettext_lazy("e-mail not confirmed"),
    "is_hasty": gettext_lazy("filled in within ten minutes"),
    "is_far": gettext_lazy("outside the European Union"),
    "lacks_papers": gettext_lazy("no document was sent"),
    "lacks_phone": gettext_lazy("no phone"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Points of a hundred, the badge's colour and words, and the grounds."""

    points: int
    tone: str
    short: str
    words: str
    grounds: list[tuple[str, int]]


def risk_of(
    application: Application, *, paid_alike: Collection[Collection[int]] = ()
) -> Risk:
    """Return the risk of one application of any state. Two queries at most.

    `paid_alike` are sets of shops that are paid to one bank account.
    """
    rows = Application.objects.filter(pk=application.pk)
    return risk_in_words(flagged(rows, paid_alike=paid_alike).get())


def risk_in_words(marked: Application) -> Risk:
    """Return the risk of an application that `flagged` has marked."""
    points = points_of(marked)
    tone, short, words = _band(points)
    return Risk(
        points=points,
        tone=tone,
        short=short,
        words=words % {"points": points},
        grounds=[
            (str(GROUNDS[name]), worth)
            for name, worth in WORTH.items()
            if getattr(marked, name, False)
        ],
    )


def _band(points: int) -> tuple[str, str, str]:
    if points >= HIGH:
        return "bad", _("High risk"), _("High risk, %(points)d of 100")
    if points >= SOME:
        return "warn", _("Some risk"), _("Some risk, %(points)d of 100")
    return "good", _("Low risk"), _("Low risk, %(points)d of 100")
