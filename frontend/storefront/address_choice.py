"""Which of the saved addresses an order goes to, or that it goes to a new one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from frontend.countries import country_name
from frontend.storefront.destination import chosen_country, country_of, destinations
from frontend.storefront.requests import ShopRequest
from marketplace.shop.addresses.models import UserAddress
from marketplace.shop.addresses.selectors import addresses_of, fields_of

# The field of the radio buttons, and what it says for an address that is typed.
FIELD, NEW = "address", "new"


@dataclass(frozen=True, slots=True)
class Option:
    """A saved address as one of the buttons; `where` says if no order can go there."""

    key: str
    name: str
    where: str
    is_usual: bool
    is_chosen: bool


class AddressChoice:
    """What is chosen of somebody's book: a guest's, and an empty one, is a new address.

    What is not in the book is as if it was not chosen: then the first one that orders
    can go to, in the country that they have chosen to look at, if they have.
    """

    def __init__(self, request: ShopRequest, typed: Mapping[str, Any]) -> None:
        user_id = request.viewer.user_id
        self._book = addresses_of(user_id) if user_id is not None else []
        self._wanted = str(typed.get(FIELD, ""))
        self._country = chosen_country(request)
        self._typed = typed
        self._here = country_of(request)
        self.chosen = self._chosen()

    @property
    def why_not(self) -> str:
        """Return why no order goes to what was chosen; nothing if one does."""
        keys = {"", NEW, *(str(one.pk) for one in self._book)}
        if self._wanted not in keys:
            return _("That address is not in your book. Choose one, or type it.")
        if self.chosen is not None and self.chosen.country_id not in destinations():
            return _("Sellers do not deliver there yet. Choose another address.")
        return ""

    @property
    def options(self) -> list[Option]:
        """Return the buttons, the usual one first; none without a book."""
        return [self._option(one) for one in self._book]

    @property
    def is_new(self) -> bool:
        """Say whether the order goes to what is typed."""
        return self.chosen is None

    @property
    def country(self) -> str:
        """Return the country that sums are made for: one that can be ordered to."""
        wanted = self.fields.get("country")
        return str(wanted) if wanted in destinations() else self._here

    @property
    def fields(self) -> dict[str, Any]:
        """Return all that is typed, with the chosen address in its place."""
        if self.chosen is None:
            return dict(self._typed)
        return {**self._typed, **fields_of(self.chosen)}

    def _chosen(self) -> UserAddress | None:
        if self._wanted == NEW or not self._book:
            return None
        for one in self._book:
            if str(one.pk) == self._wanted:
                return one
        # A form of somebody who had no book yet has no such field.
        if not self._wanted and self._typed.get("street"):
            return None
        where = {self._country} if self._country else set(destinations())
        return next((one for one in self._book if one.country_id in where), None)

    def _option(self, address: UserAddress) -> Option:
        fields = fields_of(address)
        town = f"{fields['postcode']} {fields['city']}"
        country = str(country_name(fields["country"]))
        where = ", ".join((fields["street"], town, country))
        is_reached = fields["country"] in destinations()
        why_not = "" if is_reached else _("Sellers do not deliver there yet.")
        return Option(
            key=str(address.pk),
            name=fields["name"],
            where=f"{where} · {why_not}" if why_not else where,
            is_usual=address.is_default_for_shipping,
            is_chosen=address is self.chosen,
        )
