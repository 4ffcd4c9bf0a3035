"""What sellers, buyers and operators do with a paid part, each through its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from uuid import UUID

from django.conf import settings

from marketplace.core.money import to_decimal
from marketplace.shop.order.access import key_of
from tests.crashes.diary import Diary
from tests.crashes.people import Person, inputs_of
from tests.crashes.town import Town
from vendors.models import VendorOrder

# Whoever brings a cookie of their own may send it as the form's token.
CSRF = "c" * 32
BROKEN = "It fell from the shelf."
_LOOKS = 6
_SURE = {"reason": "As agreed by telephone.", "is_sure": "on"}


@dataclass(frozen=True)
class Acts:
    """The people around the orders of one town."""

    town: Town
    diary: Diary

    def person(self, name: str = "") -> Person:
        """Return somebody who has signed in, or a guest without a name."""
        known = {settings.SESSION_COOKIE_NAME: self.town.keys[name]} if name else {}
        cookies = {settings.CSRF_COOKIE_NAME: CSRF, **known}
        return Person(self.town.address, cookies, troubles=self.diary.troubles)

    # --- the seller ---

    def ships(
        self, part: VendorOrder, number: str, pieces: Mapping[int, int] | None = None
    ) -> None:
        """Send all that is left, or some pieces by vendor order line."""
        if pieces is None:
            pieces = {line.pk: line.left_to_ship for line in part.lines.all()}
        self.diary.parcels[number] = {pk: n for pk, n in pieces.items() if n}
        form = {
            "carrier": "bpost",
            "tracking_number": number,
            **{f"line_{pk}": str(count) for pk, count in pieces.items()},
        }
        self._owner(part).sends(self._desk(part), form)

    def refuses(self, part: VendorOrder, reason: str) -> None:
        """Say that what has not left will not be delivered."""
        form = {"reason": reason, "text": BROKEN if reason == "damaged" else "Sorry."}
        self._owner(part).sends(f"{self._desk(part)}refuse/", form)

    # --- the buyer, by the link in the mail ---

    def cancels(self, part: VendorOrder) -> None:
        """Call off what has not left."""
        self.person().sends(f"{self._link(part)}cancel/", {"text": ""})

    def receives(self, part: VendorOrder) -> None:
        """Say that all has come, with five stars."""
        self.person().sends(f"{self._link(part)}received/", {"note": "5", "text": ""})

    # --- the operator ---

    def releases(self, part: VendorOrder) -> None:
        """Let the seller's money go by hand."""
        path = f"/office/orders/{part.number}/release/"
        self.person("operator").sends(path, _SURE)

    def gives(self, part: VendorOrder, dice: Random) -> None:
        """Give a little at the platform's expense."""
        token = UUID(int=dice.getrandbits(128)).hex
        amount = to_decimal(dice.randint(50, 300), part.currency)
        form = {**_SURE, "amount": str(amount), "token": token}
        path = f"/office/orders/{part.number}/goodwill/"
        answer = self.person("operator").sends(path, form)
        name = f"goodwill:{part.pk}:{token}"
        self._note(name, is_given=answer.status == 302)

    def refunds(self, part: VendorOrder, dice: Random, *, by_seller: bool) -> None:
        """Give pieces, an amount or all that is left back: look first, then do it."""
        path = f"/office/orders/{part.number}/refund/"
        who = self.person("operator")
        if by_seller:
            path, who = f"{self._desk(part)}refund/", self._owner(part)
        page = who.looks(path)
        if page.status != 200:
            return
        fields = inputs_of(page)
        name = f"refund:{part.pk}:{fields['token']}"
        form = {"reason": "It was torn.", "token": fields["token"]}
        look = {**form, **_wish(fields, dice)}
        for _ in range(_LOOKS):
            seen = who.sends(path, look)
            if seen.status != 200:
                break
            shown = inputs_of(seen)
            amounts = {k: v for k, v in shown.items() if k.startswith("amount_")}
            sure = {**form, **amounts, "seen": shown["seen"], "how": "do"}
            done = who.sends(path, sure)
            if done.status == 302:
                # The shop's page also leads away when nothing is left to give.
                to = self.diary.wished if by_seller else self.diary.given
                to.append(name)
                return
            if done.status != 200:
                break
            # Something else has moved meanwhile: it shows another sum.
            look = {**form, **amounts, "how": "look"}
        to = self.diary.wished if by_seller else self.diary.refused
        to.append(name)

    def _note(self, name: str, *, is_given: bool) -> None:
        (self.diary.given if is_given else self.diary.refused).append(name)

    def _owner(self, part: VendorOrder) -> Person:
        return self.person(part.vendor.handle)

    def _desk(self, part: VendorOrder) -> str:
        return f"/seller/{part.vendor.handle}/orders/{part.number}/"

    def _link(self, part: VendorOrder) -> str:
        count = part.number.rpartition("-")[2]
        return f"/order/{key_of(part.order)}/{count}/"


def _wish(fields: Mapping[str, str], dice: Random) -> dict[str, str]:
    """Choose how much of what: pieces of a line, an amount of one, or everything."""
    how = dice.choice(["pieces", "amount", "all"])
    lines = sorted(name for name in fields if name.startswith("pieces_"))
    if how == "all" or not lines:
        return {"how": "all"}
    line = dice.choice(lines)
    if how == "pieces":
        return {"how": "look", line: "1"}
    amount = str(to_decimal(dice.randint(1, 400), "EUR"))
    return {"how": "look", line.replace("pieces_", "amount_"): amount}
