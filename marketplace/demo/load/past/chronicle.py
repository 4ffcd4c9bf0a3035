"""Write plain orders in bulk: what the flows would have written, many at a time."""

import random
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import F

from marketplace.accounts.models import TermsAcceptance
from marketplace.core.said import Said
from marketplace.db.models import AuditEvent
from marketplace.demo.content.designs import chance_of
from marketplace.demo.load.past import money, points
from marketplace.demo.load.past.chapter import Chapter
from marketplace.demo.load.past.drafts import Draft, Journey
from marketplace.demo.load.past.placing import TERMS_VERSION, address_of, buyer_of
from marketplace.demo.load.past.shipping import tracking_number
from marketplace.demo.load.past.world import World, signature
from marketplace.flows.split_order import open_parts, places_of, settlement_inputs
from marketplace.shop.basket.models import Basket
from marketplace.shop.order.models import Order
from marketplace.shop.order.services import write_order
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.promotions.services import redeeming
from marketplace.shop.shipping.models import Carrier
from payouts.services import settlement
from reviews.models import SellerNote
from support.models import Conversation, Message, Side
from vendors.models import Parcel, ParcelLine, VendorOrder, VendorOrderLine
from vendors.services.tracking import tracking_url

_SHARE_NOTED, _SHARE_ANSWERED = 0.86, 0.2


def write_down(world: World, drafts: Sequence[Draft]) -> None:
    """Write plain orders and all that came of them, at Stripe as well.

    Raises SandboxRefusedError, and the caller must write nothing, without a sandbox.
    """
    chapters = _write_chapters(world, drafts)
    money.take(world, chapters)
    money.pay_sellers(world, chapters)
    points.give(world, chapters)


def _write_chapters(world: World, drafts: Sequence[Draft]) -> list[Chapter]:
    """Write the orders, their parts and settlements; the money is not booked yet."""
    baskets = Basket.objects.bulk_create(
        Basket(owner=world.user_of(draft.plan), status=Basket.SUBMITTED)
        for draft in drafts
    )
    chapters = [
        _write(world, draft, basket.pk)
        for draft, basket in zip(drafts, baskets, strict=True)
    ]
    Order.objects.bulk_update(
        [chapter.written.order for chapter in chapters],
        ["status", "paid_at", "expires_at"],
    )
    settlement.open_many(
        orders=[_order_input(chapter) for chapter in chapters], now=world.diary.until
    )
    _move_parts(chapters)
    _send_parcels(world, chapters)
    _note_terms(chapters)
    _talk(chapters)
    _audit(world, chapters)
    _write_notes(world, chapters)
    return chapters


def _write(world: World, draft: Draft, basket_id: int) -> Chapter:
    plan = draft.plan
    written = write_order(
        contents=draft.contents,
        buyer=buyer_of(plan, world.user_of(plan)),
        address=address_of(plan),
        basket_id=basket_id,
        now=plan.placed_at,
        expires_at=draft.paid_at,
    )
    order = written.order
    order.status, order.paid_at, order.expires_at = Order.PAID, draft.paid_at, None
    parts = open_parts(written=written, now=plan.placed_at)
    redeeming.redeem(
        order_id=order.pk,
        currency=order.currency,
        discounts=draft.contents.discounts,
        places=places_of(contents=draft.contents, written=written),
        now=plan.placed_at,
    )
    return Chapter(draft, written, tuple(parts))


def _order_input(chapter: Chapter) -> settlement.OrderInput:
    order = chapter.written.order
    return settlement.OrderInput(
        order_id=order.pk,
        currency=order.currency,
        settlements=settlement_inputs(written=chapter.written, parts=chapter.parts),
        placed_at=chapter.draft.plan.placed_at,
    )


def _move_parts(chapters: Iterable[Chapter]) -> None:
    parts = []
    for chapter in chapters:
        for part, journey in chapter.stories:
            part.state = journey.state
            part.paid_at = chapter.draft.paid_at
            part.ship_by = journey.ship_by
            part.accepted_at = part.shipped_at = journey.shipped_at
            part.delivered_at = journey.delivered_at
            part.received_at = journey.received_at
            part.received_by_timer = journey.by_timer and part.received_at is not None
            parts.append(part)
    VendorOrder.objects.bulk_update(
        parts,
        [
            "state",
            "paid_at",
            "ship_by",
            "accepted_at",
            "shipped_at",
            "delivered_at",
            "received_at",
            "received_by_timer",
        ],
        batch_size=300,
    )
    lines = VendorOrderLine.objects.filter(vendor_order__in=parts)
    sent = lines.filter(vendor_order__shipped_at__isnull=False)
    sent.update(shipped_quantity=F("quantity"))
    here = lines.filter(vendor_order__shipped_at__isnull=True)
    _promise_stock(here.select_related("order_line"))


def _promise_stock(waiting: Iterable[VendorOrderLine]) -> None:
    """Put what has still to leave on the shelf, with the buyers' names on it."""
    for line in waiting:
        StockRecord.objects.filter(pk=line.order_line.stockrecord_id).update(
            num_in_stock=F("num_in_stock") + line.quantity,
            num_allocated=F("num_allocated") + line.quantity,
        )


def _send_parcels(world: World, chapters: Iterable[Chapter]) -> None:
    carriers = {carrier.code: carrier for carrier in Carrier.objects.all()}
    parcels: dict[int, Parcel] = {}
    for chapter in chapters:
        for part, journey in chapter.stories:
            if journey.shipped_at is None:
                continue
            carrier, number = carriers[part.carrier_code], tracking_number(part)
            parcels[part.pk] = Parcel(
                vendor_order=part,
                carrier_code=carrier.code,
                carrier_name=carrier.name,
                tracking_number=number,
                tracking_url=tracking_url(carrier, number),
                shipped_at=journey.shipped_at,
                delivered_at=journey.delivered_at,
            )
    Parcel.objects.bulk_create(parcels.values())
    lines = VendorOrderLine.objects.filter(vendor_order__in=parcels)
    ParcelLine.objects.bulk_create(
        ParcelLine(
            parcel=parcels[line.vendor_order_id], line=line, quantity=line.quantity
        )
        for line in lines
    )


def _note_terms(chapters: Iterable[Chapter]) -> None:
    TermsAcceptance.objects.bulk_create(
        TermsAcceptance(
            user_id=chapter.written.order.user_id,
            email=chapter.written.order.guest_email,
            document="terms",
            version=TERMS_VERSION,
            accepted_at=chapter.draft.plan.placed_at,
        )
        for chapter in chapters
    )


def _talk(chapters: Iterable[Chapter]) -> None:
    """Write what the system said in each conversation."""
    threads: list[Conversation] = []
    messages: list[Message] = []
    for chapter in chapters:
        for part, journey in chapter.stories:
            if journey.shipped_at is None:
                continue
            thread = Conversation(
                vendor_order=part,
                last_message_at=journey.shipped_at,
                last_side=Side.SYSTEM,
            )
            threads.append(thread)
            received = "Counted as received" if journey.by_timer else "Received"
            said = (
                (_handed_to(part.shipping_name), journey.shipped_at),
                (Said("Delivered"), journey.delivered_at),
                (Said(received), journey.received_at),
            )
            messages += [
                Message(
                    conversation=thread,
                    side=Side.SYSTEM,
                    text=str(words),
                    said={"words": words.words, "values": dict(words.values)},
                    created_at=moment,
                )
                for words, moment in said
                if moment is not None
            ]
    Conversation.objects.bulk_create(threads)
    Message.objects.bulk_create(messages)


def _handed_to(carrier: str) -> Said:
    return Said("Handed to %(carrier)s", {"carrier": carrier})


def _audit(world: World, chapters: Iterable[Chapter]) -> None:
    events = []
    for chapter in chapters:
        order = chapter.written.order
        events.append(
            AuditEvent(
                action="order.paid",
                subject_type=order._meta.label_lower,
                subject_id=order.public_id,
                subject_label=str(order),
                at=chapter.draft.paid_at,
            )
        )
        events += [
            AuditEvent(
                action="order.received",
                subject_type=part._meta.label_lower,
                subject_id=part.public_id,
                subject_label=str(part),
                at=journey.received_at,
            )
            for part, journey in chapter.stories
            if journey.received_at is not None
        ]
    AuditEvent.objects.bulk_create(events)


def _write_notes(world: World, chapters: Iterable[Chapter]) -> None:
    notes: list[SellerNote] = []
    for chapter in chapters:
        for part, journey in chapter.stories:
            number = str(chapter.draft.plan.number)
            chance = chance_of("note", number, part.vendor.handle)
            if journey.by_timer or chance.random() > _SHARE_NOTED:
                continue
            if journey.shipped_at is None or journey.received_at is None:
                continue
            notes.append(_note(world, chapter, part, journey, chance))
    SellerNote.objects.bulk_create(notes)


def _note(
    world: World,
    chapter: Chapter,
    part: VendorOrder,
    journey: Journey,
    chance: random.Random,
) -> SellerNote:
    plan, received_at = chapter.draft.plan, journey.received_at or world.diary.until
    is_late = (journey.shipped_at or received_at) > journey.ship_by
    wanted = world.sellers[part.vendor.handle].note
    score, text = world.voices.note(wanted, chance, is_late=is_late)
    answered_at = received_at + timedelta(hours=chance.uniform(2, 40))
    is_answered = bool(text) and chance.random() < _SHARE_ANSWERED
    is_answered = is_answered and answered_at < world.diary.until
    return SellerNote(
        vendor_order=part,
        partner_id=part.vendor.partner_id,
        user=world.user_of(plan),
        author_name=signature(plan.buyer),
        score=score,
        text=text,
        answer=world.voices.answer(score, chance) if is_answered else "",
        answered_at=answered_at if is_answered else None,
        created_at=received_at,
        **world.voices.aspects(score, chance, is_late=is_late),
    )
