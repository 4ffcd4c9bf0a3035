"""What buyers write about the things they have received."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from marketplace.core.words import short_name
from marketplace.demo import pictures
from marketplace.demo.content import ProductSpec
from marketplace.demo.content.designs import chance_of
from marketplace.demo.load.past.judging import judge_some
from marketplace.demo.load.past.world import World
from marketplace.demo.load.pictures import store
from marketplace.flows.recount_ratings import recount_product, recount_seller
from marketplace.shop.order.models import Line
from reviews.models import ProductReview, ReviewPhoto, Vote
from reviews.selectors.product_reviews import rated_products
from vendors.models import Vendor, VendorOrder

_SHARE_REVIEWED, _SHARE_ANSWERED, _SHARE_WITH_PHOTOS = 0.55, 0.22, 0.1
_MOST_HELPFUL = 9
# From nearer, and a piece of it.
_VIEWS = ("2", "4")


def review_products(world: World) -> int:
    """Write reviews of what has been received; one for each person and product."""
    specs = {spec.title: spec for spec in world.market.products}
    reviews: dict[tuple[int, int], ProductReview] = {}
    shown: list[tuple[ProductReview, ProductSpec]] = []
    received = Line.objects.filter(
        fulfilment__vendor_order__state=VendorOrder.State.RECEIVED,
        order__user__isnull=False,
    ).select_related("fulfilment__vendor_order", "order__user", "product")
    for line in received.order_by("pk"):
        # What is said of a size or colour is said of the thing.
        product_id = line.product.parent_id or line.product_id
        key = (product_id, line.order.user_id)
        chance = chance_of("review", str(key), line.title)
        moment = line.fulfilment.vendor_order.received_at + timedelta(
            hours=chance.uniform(1, 90)
        )
        if key in reviews or moment > world.diary.until:
            continue
        if chance.random() > _SHARE_REVIEWED:
            continue
        spec = specs[line.title]
        reviews[key] = _review(world, line, spec, moment, chance)
        if chance.random() < _SHARE_WITH_PHOTOS:
            shown.append((reviews[key], spec))
            reviews[key].photo_count = chance.choice((1, 1, 2))
    rows = ProductReview.objects.bulk_create(reviews.values())
    _show(shown)
    _find_helpful(rows)
    _count(world.diary.until)
    judge_some(world)
    return len(rows)


def _review(
    world: World, line: Line, spec: ProductSpec, moment: datetime, chance: random.Random
) -> ProductReview:
    liking = 4.0 + chance_of("quality", spec.key).random()
    score, title, text = world.voices.review(
        spec.category[0], spec.noun, liking, chance
    )
    user = line.order.user
    answered_at = moment + timedelta(hours=chance.uniform(2, 50))
    is_answered = chance.random() < _SHARE_ANSWERED and answered_at < world.diary.until
    return ProductReview(
        product_id=line.product.parent_id or line.product_id,
        order_line=line,
        partner_id=line.partner_id,
        user=user,
        name=short_name(user.get_full_name()),
        score=score,
        title=title,
        body=text,
        answer=world.voices.reply(score, chance) if is_answered else "",
        answered_at=answered_at if is_answered else None,
        status=ProductReview.APPROVED,
        date_created=moment,
    )


def _show(shown: Iterable[tuple[ProductReview, ProductSpec]]) -> None:
    """Let some buyers have taken pictures of their things."""
    photos = []
    for review, spec in shown:
        thing = spec.picture_seeds[0].partition("/")[0]
        for view in _VIEWS[: review.photo_count]:
            drawn = pictures.product_picture(spec.family, f"{thing}/{view}")
            name = store(f"reviews/{spec.key}-{view}.svg", drawn)
            photos.append(ReviewPhoto(review=review, image=name))
    ReviewPhoto.objects.bulk_create(photos)


def _find_helpful(reviews: list[ProductReview]) -> None:
    """Let others have found some of it helpful."""
    authors = sorted({review.user_id for review in reviews})
    votes = []
    for review in reviews:
        chance = chance_of("helpful", str(review.user_id), review.title)
        most = chance.choice((0, 0, 1, 3, _MOST_HELPFUL))
        others = [each for each in authors if each != review.user_id]
        votes += [
            Vote(review=review, user_id=user_id, delta=Vote.UP)
            for user_id in chance.sample(others, min(most, len(others)))
        ]
    Vote.objects.bulk_create(votes)


def _count(now: datetime) -> None:
    """Write the sums of what was written in bulk, as the flows would have."""
    for vendor in Vendor.objects.all():
        recount_seller(vendor=vendor, now=now)
    for product_id in rated_products():
        recount_product(product_id=product_id, now=now)
