"""What buyers write about the things they have received."""

from collections import defaultdict
from datetime import timedelta
from statistics import mean

from marketplace.demo.content.designs import chance_of
from marketplace.demo.load.past.world import World
from marketplace.shop.catalogue.models import Product
from marketplace.shop.order.models import Line
from reviews.product_reviews import ProductReview
from vendors.models import VendorOrder

_SHARE_REVIEWED = 0.55


def review_products(world: World) -> int:
    """Write reviews of what has been received; one for each person and product."""
    specs = {spec.title: spec for spec in world.market.products}
    reviews: dict[tuple[int, int], ProductReview] = {}
    received = Line.objects.filter(
        fulfilment__vendor_order__state=VendorOrder.State.RECEIVED,
        order__user__isnull=False,
    ).select_related("fulfilment__vendor_order", "order__user")
    for line in received.order_by("pk"):
        key = (line.product_id, line.order.user_id)
        chance = chance_of("review", str(key), line.title)
        moment = line.fulfilment.vendor_order.received_at + timedelta(
            hours=chance.uniform(1, 90)
        )
        if key in reviews or moment > world.diary.until:
            continue
        if chance.random() > _SHARE_REVIEWED:
            continue
        spec = specs[line.title]
        liking = 4.0 + chance_of("quality", spec.key).random()
        score, title, text = world.voices.review(
            spec.category[0], spec.noun, liking, chance
        )
        reviews[key] = ProductReview(
            product_id=line.product_id,
            user=line.order.user,
            score=score,
            title=title,
            body=text,
            status=ProductReview.APPROVED,
            date_created=moment,
        )
    moments = [review.date_created for review in reviews.values()]
    rows = ProductReview.objects.bulk_create(reviews.values())
    for row, moment in zip(rows, moments, strict=True):
        row.date_created = moment
    ProductReview.objects.bulk_update(rows, ["date_created"])
    _count(rows)
    return len(rows)


def _count(reviews: list[ProductReview]) -> None:
    scores: dict[int, list[int]] = defaultdict(list)
    for review in reviews:
        scores[review.product_id].append(review.score)
    products = list(Product.objects.filter(pk__in=scores))
    for product in products:
        product.rating = mean(scores[product.pk])
        product.review_count = len(scores[product.pk])
    Product.objects.bulk_update(products, ["rating", "review_count"])
