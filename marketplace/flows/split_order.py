"""Split a written order into one part for each seller."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.shop.basket.contents import Contents
from marketplace.shop.order.services import Part, WrittenOrder
from marketplace.shop.promotions.services.redeeming import Place
from payouts.services.settlement import LineInput, LineKind, SettlementInput
from vendors.models import Vendor, VendorOrder
from vendors.selectors.placing import vendors_by_partner
from vendors.selectors.ranks import rank_of_shop
from vendors.services import placing


class SellerGoneError(RefusedError):
    """A seller has left the market."""

    code = "order.seller_gone"


def open_parts(*, written: WrittenOrder, now: datetime) -> list[VendorOrder]:
    """Write a vendor order for each seller of an order, the most valuable first."""
    vendors = vendors_by_partner(part.group.seller.id for part in written.parts)
    return placing.open_parts(
        order_id=written.order.pk,
        number=written.order.number,
        parts=[_new_part(part, vendors) for part in written.parts],
        now=now,
    )


def settlement_inputs(
    *, written: WrittenOrder, parts: Sequence[VendorOrder]
) -> list[SettlementInput]:
    """Return what payouts must freeze: each part's lines and its delivery."""
    return [
        SettlementInput(
            vendor_order_id=row.pk,
            vendor_id=row.vendor_id,
            seller_country=row.vendor.country,
            seller_vat_number=row.vendor.vat_number,
            seller_rank=rank_of_shop(row.vendor),
            lines=_line_inputs(part),
        )
        for part, row in zip(written.parts, parts, strict=True)
    ]


def places_of(*, contents: Contents, written: WrittenOrder) -> list[Place]:
    """Return what each piece of a basket has become, as promotions counted them."""
    parts = {part.group.seller.id: part for part in written.parts}
    return [
        Place(partner_id=group.seller.id, order_line_id=line_id)
        for group in contents.groups
        for line_id in (*(row.pk for row in parts[group.seller.id].lines), None)
    ]


def _new_part(part: Part, vendors: dict[int, Vendor]) -> placing.NewPart:
    group = part.group
    vendor = vendors.get(group.seller.id)
    if vendor is None or group.chosen is None:
        raise SellerGoneError(
            _("%(seller)s does not sell any more.") % {"seller": group.seller.name}
        )
    return placing.NewPart(
        vendor=vendor,
        currency=group.items.currency,
        items_minor=group.items_sold.minor,
        shipping_minor=group.shipping_sold.minor,
        shipping_code=group.chosen.code,
        shipping_name=group.chosen.name,
        carrier_code=group.chosen.carrier_code,
        deliver_from=group.chosen.arrives_from,
        deliver_until=group.chosen.arrives_until,
        line_quantities={line.pk: line.quantity for line in part.lines},
    )


def _line_inputs(part: Part) -> list[LineInput]:
    group = part.group
    goods = [
        LineInput(
            kind=LineKind.ITEM,
            gross_minor=line.sold_minor,
            tax_minor=tax_minor,
            quantity=line.quantity,
            oscar_line_id=row.pk,
            product_id=line.product_id,
            vendor_discount_minor=line.vendor_discount_minor,
            platform_discount_minor=line.platform_discount_minor,
        )
        for line, row, tax_minor in zip(
            group.lines, part.lines, group.item_taxes_minor, strict=True
        )
    ]
    if not group.shipping:
        return goods
    delivery = LineInput(
        kind=LineKind.SHIPPING,
        gross_minor=group.shipping_sold.minor,
        tax_minor=group.shipping_tax_minor,
        vendor_discount_minor=group.shipping_vendor_discount_minor,
        platform_discount_minor=group.shipping_platform_discount_minor,
    )
    return [*goods, delivery]
