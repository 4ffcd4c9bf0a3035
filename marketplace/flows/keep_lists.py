"""The market's own lists, changed by an operator and remembered."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from django.db import transaction

from marketplace.db import audit
from marketplace.shop.catalogue import services as shelves
from marketplace.shop.catalogue.guides import write_guides
from marketplace.shop.catalogue.models import Category, ProductCategory
from marketplace.shop.shipping import services as carriers
from marketplace.shop.shipping.models import Carrier
from marketplace.shop.tax import services as taxes
from marketplace.shop.tax.models import TaxRate
from marketplace.shop.tax.selectors import rate_before
from search import services as search

_SAID_ONCE: Mapping[str, str] = MappingProxyType({})


@transaction.atomic
def add_category(
    *, name: str, parent: Category | None, operator_id: int, now: datetime
) -> Category:
    """Add a shelf. Raises ShelfRefusedError when its address is taken."""
    shelf = shelves.add_category(name=name, parent=parent)
    audit.record("category.added", subject=shelf, actor_id=operator_id, now=now)
    return shelf


@transaction.atomic
def rename_category(
    *,
    category: Category,
    name: str,
    names: Mapping[str, str] = _SAID_ONCE,
    operator_id: int,
    now: datetime,
) -> Category:
    """Rename a shelf, in other languages too; search learns its new address.

    `names` maps languages to what it is called there, empty for the same. Raises
    ShelfRefusedError.
    """
    before = category.name
    shelf = shelves.rename_category(category=category, name=name)
    languages = shelves.say_category(category=shelf, names=names)
    if shelf.name == before and not languages:
        return shelf
    after = {"name": shelf.name} | ({"languages": languages} if languages else {})
    audit.record(
        "category.renamed",
        subject=shelf,
        actor_id=operator_id,
        now=now,
        details={"before": {"name": before}, "after": after},
    )
    search.mark_changed(product_ids=_products_below(shelf), now=now)
    return shelf


@transaction.atomic
def guide_category(
    *,
    category: Category,
    texts: Mapping[str, str],
    seen: Mapping[str, str],
    operator_id: int,
    now: datetime,
) -> None:
    """Let a text stand at the foot of a shelf's page; the log keeps what changed.

    `texts` maps languages to it, `seen` to the mark of what was there to change.
    Raises GuideTooLongError, GuideChangedError.
    """
    changed = write_guides(category=category, texts=texts, seen=seen)
    if changed:
        audit.record(
            "category.guided",
            subject=category,
            actor_id=operator_id,
            now=now,
            details={
                "before": {each.language: each.before for each in changed},
                "after": {each.language: each.after for each in changed},
            },
        )


@transaction.atomic
def show_category(
    *, category: Category, is_public: bool, operator_id: int, now: datetime
) -> None:
    """Show a shelf in the shop, or hide it with all below; search learns of it."""
    shelf = shelves.show_category(category=category, is_public=is_public)
    audit.record(
        "category.shown" if is_public else "category.hidden",
        subject=category,
        actor_id=operator_id,
        now=now,
    )
    search.mark_changed(product_ids=_products_below(shelf), now=now)


@transaction.atomic
def add_tax_rate(
    *,
    country: str,
    tax_class: str,
    rate_bps: int,
    valid_from: date,
    operator_id: int,
    now: datetime,
) -> TaxRate:
    """Add a rate from a day on. Raises RateRefusedError."""
    rate = taxes.add_rate(
        country=country,
        tax_class=tax_class,
        rate_bps=rate_bps,
        valid_from=valid_from,
    )
    followed = rate_before(rate)
    audit.record(
        "tax.added",
        subject=rate,
        actor_id=operator_id,
        now=now,
        details={
            "before": {} if followed is None else _told(followed),
            "after": _told(rate),
        },
    )
    return rate


@transaction.atomic
def save_carrier(*, carrier: Carrier, operator_id: int, now: datetime) -> Carrier:
    """Write a carrier; the log keeps what changed. Raises CarrierRefusedError."""
    before = carriers.written(carrier_id=carrier.pk)
    carrier = carriers.save_carrier(carrier=carrier)
    after = carriers.written(carrier_id=carrier.pk)
    changed = [name for name in after if before.get(name) != after[name]]
    audit.record(
        "carrier.saved",
        subject=carrier,
        actor_id=operator_id,
        now=now,
        details={
            "before": {name: before[name] for name in changed if name in before},
            "after": {name: after[name] for name in changed},
        },
    )
    return carrier


def _told(rate: TaxRate) -> dict[str, int | str]:
    return {"rate_bps": rate.rate_bps, "valid_from": rate.valid_from.isoformat()}


def _products_below(shelf: Category) -> list[int]:
    placed = ProductCategory.objects.filter(category__path__startswith=shelf.path)
    return list(placed.values_list("product_id", flat=True).distinct())
