"""A seller changes many offers in a table; rows that cannot be taken spoil no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import from_decimal
from marketplace.shop.partner.models import StockRecord
from search import services as search
from vendors.models import Vendor
from vendors.services import offers
from vendors.services.offers import OfferRefusedError, OfferTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """What a table shows of an offer: price in minor units, what can be bought.

    A table that does not show the days until dispatch knows none.
    """

    price_minor: int
    stock: int
    is_active: bool
    handling_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEdit:
    """A row as the seller left it (`wanted`), and as the page had shown it (`seen`)."""

    offer_id: str
    seen: Cells
    wanted: Cells


@dataclass(frozen=True, slots=True, kw_only=True)
class EditAnswer:
    """What became of a row: changed, unchanged or refused."""

    offer_id: str
    outcome: str
    field: str = ""
    message: str = ""


@transaction.atomic
def edit_offers(
    *, vendor: Vendor, edits: Sequence[OfferEdit], now: datetime
) -> list[EditAnswer]:
    """Write the cells that the seller changed, and no others.

    A cell that somebody else changed meanwhile (a sale, another tab) is refused with
    what it is now, unless both agree. Locks the offers by primary key; rows of others
    are refused as not there.
    """
    rows = StockRecord.objects.select_for_update().filter(
        partner_id=vendor.partner_id,
        public_id__in=[edit.offer_id for edit in edits],
    )
    locked = {offer.public_id: offer for offer in rows.order_by("pk")}
    answers, changed = [], set()
    for edit in edits:
        offer = locked.get(edit.offer_id)
        answer = _edit(offer, edit)
        answers.append(answer)
        if offer is not None and answer.outcome == "changed":
            changed.add(offer.product_id)
    search.mark_changed(product_ids=sorted(changed), now=now)
    return answers


def cells_of(offer: StockRecord) -> Cells:
    """Return what a table shows of an offer."""
    return Cells(
        price_minor=from_decimal(offer.price, offer.price_currency),
        stock=offer.available,
        is_active=offer.is_active,
        handling_days=offer.handling_days,
    )


def _edit(offer: StockRecord | None, edit: OfferEdit) -> EditAnswer:
    try:
        if offer is None:
            raise OfferRefusedError(_("This offer is not there any more."), field="")
        if edit.wanted == edit.seen:
            return EditAnswer(offer_id=edit.offer_id, outcome="unchanged")
        terms = _terms(offer, _merged(cells_of(offer), edit))
        with transaction.atomic():
            offers.change_offer(offer=offer, terms=terms)
    except RefusedError as refusal:
        return EditAnswer(
            offer_id=edit.offer_id,
            outcome="refused",
            field=getattr(refusal, "field", ""),
            message=refusal.message,
        )
    return EditAnswer(offer_id=edit.offer_id, outcome="changed")


def _merged(current: Cells, edit: OfferEdit) -> Cells:
    """Return the present cells with the seller's changes in them."""
    return Cells(
        price_minor=_cell(current, edit, "price_minor", field="price"),
        stock=_cell(current, edit, "stock", field="stock"),
        is_active=bool(_cell(current, edit, "is_active", field="is_active")),
        handling_days=_cell(current, edit, "handling_days", field="handling_days"),
    )


def _cell(current: Cells, edit: OfferEdit, name: str, *, field: str) -> int:
    now_is, seen, wanted = (
        getattr(cells, name) for cells in (current, edit.seen, edit.wanted)
    )
    if wanted == seen or wanted is None:
        return int(now_is)
    if now_is not in {seen, wanted}:
        raise OfferRefusedError(_changed_meanwhile(field, current), field=field)
    return int(wanted)


def _changed_meanwhile(field: str, current: Cells) -> str:
    if field == "stock":
        return _("Meanwhile it has become %(stock)d. Check it and save again.") % {
            "stock": current.stock
        }
    return _("Somebody has changed this meanwhile. Check it and save again.")


def _terms(offer: StockRecord, cells: Cells) -> OfferTerms:
    return OfferTerms(
        sku=offer.partner_sku,
        price_minor=cells.price_minor,
        currency=offer.price_currency,
        stock=cells.stock,
        condition=offer.condition,
        condition_note=offer.condition_note,
        handling_days=(
            offer.handling_days if cells.handling_days is None else cells.handling_days
        ),
        min_quantity=offer.min_quantity,
        max_quantity=offer.max_quantity,
        is_active=cells.is_active,
    )
