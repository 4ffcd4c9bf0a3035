"""What goes in and out: amounts are integers of minor units, moments are ISO 8601."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from marketplace.core.money import from_decimal
from marketplace.shop.partner.models import StockRecord
from vendors.models import Parcel, VendorOrder
from vendors.services import offers
from vendors.services.fulfilment import CancelReason

MOST_OFFERS = 1000


class WholeField(serializers.IntegerField):
    """A whole number that comes in; Python's own 1_0 is a typo, not ten."""

    def to_internal_value(self, written: Any) -> int:
        """Read it. Raises ValidationError for what is no whole number."""
        if isinstance(written, str) and "_" in written:
            self.fail("invalid")
        return super().to_internal_value(written)


class ProblemFieldSerializer(serializers.Serializer[Any]):
    """A field at fault."""

    field = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """Add `errors`, a name that the class needs for itself."""
        fields = super().get_fields()
        fields["errors"] = ProblemFieldSerializer(many=True, required=False)
        return fields


class HitSerializer(serializers.Serializer[Any]):
    """A product that a search found, with its best offer."""

    product_id = serializers.CharField(source="id")
    title = serializers.CharField()
    price_minor = serializers.IntegerField(source="price")
    delivery_minor = serializers.IntegerField(source="delivery", allow_null=True)
    currency = serializers.CharField()
    available = serializers.IntegerField()
    offer_count = serializers.IntegerField(source="offers")
    condition = serializers.CharField()
    seller = serializers.CharField()
    note = serializers.FloatField(allow_null=True)


class SearchAnswerSerializer(serializers.Serializer[Any]):
    """A page of results."""

    total = serializers.IntegerField()
    page = serializers.IntegerField()
    results = HitSerializer(many=True)


class OfferInSerializer(serializers.Serializer[Any]):
    """An offer as it shall be. A new one names its product by id or EAN."""

    sku = serializers.CharField(max_length=128)
    product_id = serializers.RegexField(
        r"^prd_[0-9a-z]{26}$", required=False, default="", help_text="prd_..."
    )
    ean = serializers.RegexField(r"^[0-9]{8,14}$", required=False, default="")
    price_minor = WholeField(
        min_value=1, max_value=offers.MOST_MINOR, help_text="2490 is 24.90"
    )
    stock = WholeField(min_value=0, max_value=offers.MOST_STOCK)
    condition = serializers.ChoiceField(
        StockRecord.Condition.choices, default=StockRecord.Condition.NEW.value
    )
    condition_note = serializers.CharField(
        max_length=200, required=False, default="", allow_blank=True
    )
    handling_days = WholeField(
        min_value=0, max_value=offers.MOST_HANDLING_DAYS, default=1
    )
    is_active = serializers.BooleanField(default=True)


class OffersInSerializer(serializers.Serializer[Any]):
    """Up to 1,000 offers at once."""

    offers = serializers.ListField(
        child=serializers.DictField(), min_length=1, max_length=MOST_OFFERS
    )


class OfferAnswerSerializer(serializers.Serializer[Any]):
    """What became of one offer of a request."""

    sku = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(["created", "updated", "refused"])
    offer_id = serializers.CharField(allow_blank=True)
    field = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)


class OffersAnswerSerializer(serializers.Serializer[Any]):
    """One answer for each offer, in the order they came."""

    results = OfferAnswerSerializer(many=True)


class OfferSerializer(serializers.ModelSerializer[StockRecord]):
    """An offer of the shop. `stock` is what can still be bought."""

    id = serializers.CharField(source="public_id")
    sku = serializers.CharField(source="partner_sku")
    product_id = serializers.CharField(source="product.public_id")
    title = serializers.CharField(source="product.title")
    price_minor = serializers.SerializerMethodField()
    currency = serializers.CharField(source="price_currency")
    stock = serializers.IntegerField(source="available")
    reserved = serializers.SerializerMethodField()

    class Meta:
        model = StockRecord
        fields = [
            "id",
            "sku",
            "product_id",
            "title",
            "price_minor",
            "currency",
            "stock",
            "reserved",
            "condition",
            "condition_note",
            "handling_days",
            "is_active",
        ]

    def get_price_minor(self, offer: StockRecord) -> int:
        """Return the price in minor units."""
        return from_decimal(offer.price, offer.price_currency)

    def get_reserved(self, offer: StockRecord) -> int:
        """Return how many are allocated to orders that have not left."""
        return offer.num_allocated or 0


class ParcelSerializer(serializers.ModelSerializer[Parcel]):
    """A parcel of an order."""

    id = serializers.CharField(source="public_id")

    class Meta:
        model = Parcel
        fields = [
            "id",
            "carrier_code",
            "tracking_number",
            "tracking_url",
            "shipped_at",
            "delivered_at",
        ]


class OrderLineSerializer(serializers.Serializer[Any]):
    """What was bought, and how much of it is where."""

    id = serializers.IntegerField(source="pk")
    sku = serializers.CharField(source="order_line.partner_sku")
    title = serializers.CharField(source="order_line.title")
    quantity = serializers.IntegerField()
    shipped = serializers.IntegerField(source="shipped_quantity")
    cancelled = serializers.IntegerField(source="cancelled_quantity")


class AddressSerializer(serializers.Serializer[Any]):
    """Where it goes."""

    name = serializers.CharField()
    line1 = serializers.CharField(allow_blank=True)
    line2 = serializers.CharField(allow_blank=True)
    postcode = serializers.CharField(allow_blank=True)
    city = serializers.CharField(source="line4", allow_blank=True)
    country = serializers.CharField(source="country_id")


class OrderSerializer(serializers.ModelSerializer[VendorOrder]):
    """The shop's part of an order."""

    id = serializers.CharField(source="public_id")
    lines = OrderLineSerializer(many=True)
    parcels = ParcelSerializer(many=True)
    ship_to = AddressSerializer(source="order.shipping_address", allow_null=True)

    class Meta:
        model = VendorOrder
        fields = [
            "id",
            "number",
            "state",
            "currency",
            "items_minor",
            "shipping_minor",
            "shipping_code",
            "shipping_name",
            "placed_at",
            "paid_at",
            "accepted_at",
            "ship_by",
            "shipped_at",
            "delivered_at",
            "received_at",
            "cancelled_at",
            "cancel_reason",
            "ship_to",
            "lines",
            "parcels",
        ]


class PiecesSerializer(serializers.Serializer[Any]):
    """How many of a line."""

    line = serializers.IntegerField(min_value=1, max_value=2**62)
    quantity = serializers.IntegerField(min_value=1, max_value=1_000_000)


class DispatchSerializer(serializers.Serializer[Any]):
    """A parcel that has left; without `lines` it holds all that is still here."""

    carrier_code = serializers.SlugField(max_length=50)
    tracking_number = serializers.CharField(
        max_length=60, required=False, default="", allow_blank=True
    )
    lines = PiecesSerializer(many=True, required=False)

    def validate_lines(self, lines: list[dict[str, int]]) -> list[dict[str, int]]:
        """Refuse a line that comes twice: it may be a sum, or a mistake."""
        if len({one["line"] for one in lines}) < len(lines):
            raise serializers.ValidationError(_("Name each line once."))
        return lines


class RefusalSerializer(serializers.Serializer[Any]):
    """Why the shop cannot deliver; the buyer reads `text`."""

    reason = serializers.ChoiceField(CancelReason.choices)
    text = serializers.CharField(
        max_length=500,
        required=False,
        default="",
        allow_blank=True,
        help_text="Needed when the reason is `other`.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for words where the reason says nothing."""
        if attrs["reason"] == CancelReason.OTHER and not attrs["text"]:
            raise serializers.ValidationError(
                {
                    "text": _(
                        "The buyer reads this: say in a few words why it will not come."
                    )
                }
            )
        return attrs


class BalanceSerializer(serializers.Serializer[Any]):
    """What the shop has coming, in minor units of one currency."""

    currency = serializers.CharField()
    held_minor = serializers.IntegerField(source="held")
    frozen_minor = serializers.IntegerField(source="frozen")
    due_minor = serializers.IntegerField(source="due")
    debt_minor = serializers.IntegerField(source="debt")
    on_the_way_minor = serializers.IntegerField(source="on_the_way")
    paid_out_minor = serializers.IntegerField(source="paid_out")
    next_release_at = serializers.DateTimeField(allow_null=True)


class StatementLineSerializer(serializers.Serializer[Any]):
    """A line of the shop's books; `amount_minor` is positive when it earns."""

    id = serializers.IntegerField(source="pk")
    at = serializers.DateTimeField(source="transaction.booked_at")
    kind = serializers.CharField(source="transaction.kind")
    account = serializers.CharField(source="account.kind")
    order_number = serializers.SerializerMethodField()
    amount_minor = serializers.SerializerMethodField()
    currency = serializers.CharField()

    def get_amount_minor(self, entry: Any) -> int:
        """Return the amount from the shop's side: the books' credit is its plus."""
        return -int(entry.amount_minor)

    def get_order_number(self, entry: Any) -> str:
        """Return the number of the vendor order; empty for what concerns none."""
        settlement = entry.settlement
        return str(settlement.vendor_order.number) if settlement else ""


class DocumentSerializer(serializers.Serializer[Any]):
    """An issued document; amounts of credit notes are positive.

    Invoices and credit notes go from the shop to a buyer; `commission_invoice` and
    `commission_credit_note` from the marketplace to the shop, for a `month`.
    """

    number = serializers.CharField()
    kind = serializers.CharField()
    issued_at = serializers.DateTimeField()
    order_number = serializers.SerializerMethodField()
    corrects = serializers.CharField(source="corrects.number", default=None)
    month = serializers.CharField()
    currency = serializers.CharField()
    net_minor = serializers.IntegerField()
    tax_minor = serializers.IntegerField()
    gross_minor = serializers.IntegerField()
    digest = serializers.CharField(help_text="SHA-256 of the frozen content.")

    def get_order_number(self, document: Any) -> str:
        """Return the number of the vendor order; empty for commission."""
        settlement = document.settlement
        return str(settlement.vendor_order.number) if settlement else ""
