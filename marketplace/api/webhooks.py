"""What sellers' webhooks say: each thing as the API answers it, or in its manner.

No words of buyers: whoever hears of a message or a problem reads it in the portal.
"""

from collections.abc import Callable
from datetime import UTC
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers

from marketplace.api.serializers import (
    OfferSerializer,
    OrderSerializer,
    ParcelSerializer,
)
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from payouts.selectors.refund_story import lines_given
from payouts.selectors.refunds import refund_by_id
from support.models import Conversation, Problem
from vendors.models import Parcel, Vendor, VendorOrder, WebhookDelivery, WebhookEvent
from vendors.selectors.orders import with_contents

Told = dict[str, Any]
_MOMENT = serializers.DateTimeField()


def told(delivery: WebhookDelivery, *, vendor_id: int) -> Told:
    """Return all that is said of an event.

    Raises ObjectDoesNotExist if what it is about is gone, or is not the shop's.
    """
    write = _WRITERS[WebhookEvent(delivery.event)]
    with timezone.override(UTC):
        return {
            "id": delivery.event_id,
            "type": delivery.event,
            "created_at": _MOMENT.to_representation(delivery.happened_at),
            "data": write(delivery, Vendor.objects.get(pk=vendor_id)),
        }


def _order(delivery: WebhookDelivery, vendor: Vendor) -> Told:
    return {"order": _part(vendor, delivery.about["part"])}


def _parcel(delivery: WebhookDelivery, vendor: Vendor) -> Told:
    parcels = Parcel.objects.filter(vendor_order__vendor=vendor)
    parcel = parcels.get(pk=delivery.about["parcel"])
    return {
        "parcel": ParcelSerializer(parcel).data,
        "order": _part(vendor, parcel.vendor_order_id),
    }


def _problem(delivery: WebhookDelivery, vendor: Vendor) -> Told:
    problems = Problem.objects.filter(vendor_order__vendor=vendor)
    problem = problems.get(pk=delivery.about["problem"])
    lines = problem.lines.order_by("line_id")
    return {
        "problem": {
            "id": problem.public_id,
            "kind": problem.kind,
            "state": problem.state,
            "wanted": problem.wanted,
            "opened_at": _MOMENT.to_representation(problem.opened_at),
            "answer_by": _MOMENT.to_representation(problem.answer_by),
            "lines": list(lines.values("line", "quantity")),
        },
        "order": _part(vendor, problem.vendor_order_id),
    }


def _refund(delivery: WebhookDelivery, vendor: Vendor) -> Told:
    part = _part(vendor, delivery.about["part"])
    given = lines_given(refund_by_id(int(delivery.about["refund"])))
    ours = [line for line in given if line.vendor_order_id == delivery.about["part"]]
    return {
        "refund": {
            "amount_minor": sum(line.to_buyer for line in ours),
            "currency": part["currency"],
        },
        "order": part,
    }


def _message(delivery: WebhookDelivery, vendor: Vendor) -> Told:
    thread = Conversation.objects.select_related("vendor_order", "product").get(
        pk=delivery.about["conversation"]
    )
    part, product = thread.vendor_order, thread.product
    if vendor.pk not in {thread.vendor_id, part.vendor_id if part else None}:
        raise Conversation.DoesNotExist
    where = {"handle": vendor.handle}
    page = (
        reverse("portal-thread", kwargs={**where, "number": part.number})
        if part
        else reverse("portal-question", kwargs={**where, "public_id": thread.public_id})
    )
    return {
        "message": {
            "conversation_id": thread.public_id,
            "order_number": part.number if part else None,
            "product_id": product.public_id if product else None,
            "url": settings.PUBLIC_URL + page,
        }
    }


def _offer(delivery: WebhookDelivery, vendor: Vendor) -> Told:
    offers = StockRecord.objects.filter(partner_id=vendor.partner_id)
    offer = offers.select_related("product__parent").get(pk=delivery.about["offer"])
    return {"offer": OfferSerializer(offer).data}


def _listing(delivery: WebhookDelivery, vendor: Vendor) -> Told:
    products = Product.objects.filter(submitted_by_id=vendor.partner_id)
    product = products.get(pk=delivery.about["product"])
    about = delivery.about
    return {
        "listing": {
            "product_id": product.public_id,
            "title": product.title,
            "decision": "published" if about["is_approved"] else "refused",
            "is_change": about["is_change"],
            "reason": about["reason"],
        }
    }


def _payout(delivery: WebhookDelivery, vendor: Vendor) -> Told:
    payout = vendor.payouts.get(pk=delivery.about["payout"])
    return {
        "payout": {
            "id": payout.stripe_id,
            "amount_minor": payout.amount_minor,
            "currency": payout.currency,
            "arrived_at": _MOMENT.to_representation(payout.arrival_date),
        }
    }


def _test(delivery: WebhookDelivery, _vendor: Vendor) -> Told:
    webhook = delivery.webhook
    return {"webhook": {"id": webhook.public_id, "name": webhook.name}}


def _part(vendor: Vendor, key: int) -> Told:
    parts = with_contents(VendorOrder.objects.filter(vendor=vendor))
    return dict(OrderSerializer(parts.get(pk=key)).data)


_WRITERS: dict[WebhookEvent, Callable[[WebhookDelivery, Vendor], Told]] = {
    WebhookEvent.ORDER_PAID: _order,
    WebhookEvent.ORDER_CANCELLED: _order,
    WebhookEvent.PARCEL_SENT: _parcel,
    WebhookEvent.PARCEL_DELIVERED: _parcel,
    WebhookEvent.ORDER_RECEIVED: _order,
    WebhookEvent.PROBLEM_OPENED: _problem,
    WebhookEvent.REFUND_MADE: _refund,
    WebhookEvent.MESSAGE_RECEIVED: _message,
    WebhookEvent.OFFER_SOLD_OUT: _offer,
    WebhookEvent.LISTING_DECIDED: _listing,
    WebhookEvent.PAYOUT_PAID: _payout,
    WebhookEvent.TEST: _test,
}
