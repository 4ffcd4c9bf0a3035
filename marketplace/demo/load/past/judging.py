"""What was reported, hidden, kept, and what waits for the moderators."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from marketplace.core.words import short_name
from marketplace.demo.load.past.world import World
from marketplace.flows.moderate_reviews import decide_case, report_words
from marketplace.flows.review_product import review_product
from reviews.models import ModerationCase, ProductReview, SellerNote
from reviews.services.moderation import Complaint, Ruling
from reviews.services.reviews import Opinion
from vendors.models import VendorOrder, VendorOrderLine


def judge_some(world: World) -> None:
    """Let people have reported some words, and moderators have decided some of it."""
    texts = world.voices.notes["reports"]
    unhappy = SellerNote.objects.filter(score__lte=2).exclude(text="")
    for note, text in zip(unhappy.order_by("-created_at"), texts[:3], strict=False):
        owner = world.owner_of(note.partner.code)
        complaint = _complaint(text, owner.pk, shop_id=note.partner_id)
        _report(world, note, complaint, wrote_at=note.created_at)
    odd = ProductReview.objects.filter(score__lte=3).order_by("-date_created")
    for review, text in zip(odd, texts[3:6], strict=False):
        complaint = _complaint(text, world.people.operator.pk)
        _report(world, review, complaint, wrote_at=review.date_created)
    _decide(world)
    _wait(world)


def _complaint(
    text: dict[str, str], user_id: int, *, shop_id: int | None = None
) -> Complaint:
    return Complaint(
        kind=text["kind"], text=text["text"], user_id=user_id, partner_id=shop_id
    )


def _report(
    world: World,
    subject: SellerNote | ProductReview,
    complaint: Complaint,
    *,
    wrote_at: datetime,
) -> None:
    reported_at = min(wrote_at + timedelta(hours=20), world.diary.until)
    report_words(subject=subject, complaint=complaint, now=reported_at)


def _decide(world: World) -> None:
    """Hide one note and one review, and keep one review; the rest waits."""
    reasons = world.voices.notes["judgements"]
    of_note = ModerationCase.objects.filter(note__isnull=False)[:1]
    of_reviews = ModerationCase.objects.filter(review__isnull=False)[:2]
    ends = zip([*of_note, *of_reviews], (True, True, False), reasons, strict=False)
    for case, is_hidden, reason in ends:
        decide_case(
            case_id=case.pk,
            ruling=Ruling(hide=is_hidden, reason=reason),
            operator_id=world.people.operator.pk,
            now=min(case.opened_at + timedelta(hours=30), world.diary.until),
        )


def unreviewed_lines() -> QuerySet[VendorOrderLine]:
    """Return what was received, latest first, by who has not reviewed the thing yet.

    A review of a size or colour hangs on the thing, and each person writes one of it.
    """
    thing_id = Coalesce(
        OuterRef("order_line__product__parent_id"), OuterRef("order_line__product_id")
    )
    buyer_id = OuterRef("vendor_order__order__user_id")
    lines: QuerySet[VendorOrderLine] = VendorOrderLine.objects.filter(
        ~Exists(ProductReview.objects.filter(product_id=thing_id, user_id=buyer_id)),
        vendor_order__state=VendorOrder.State.RECEIVED,
        vendor_order__order__user__isnull=False,
        order_line__product__isnull=False,
        shipped_quantity__gt=0,
    ).order_by("-vendor_order__received_at", "pk")
    return lines


def _wait(world: World) -> None:
    """Let somebody have written what nobody reads before a moderator has."""
    lines = unreviewed_lines().select_related(
        "vendor_order__order__user", "order_line__product"
    )
    text = world.voices.notes["advert"]
    for line in lines[:1]:
        user = line.vendor_order.order.user
        review_product(
            line=line,
            opinion=Opinion(
                score=int(text["score"]),
                title=text["title"],
                text=text["text"],
                author_name=short_name(user.get_full_name()),
                user_id=user.pk,
            ),
            now=world.diary.until - timedelta(hours=3),
        )
