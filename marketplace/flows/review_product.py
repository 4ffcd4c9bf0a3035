"""A buyer says what they think of a thing that they have received."""

from datetime import datetime

from django.db import transaction

from reviews.models import ProductReview
from reviews.services import reviews
from reviews.services.reviews import Opinion
from search import services as search
from vendors.models import VendorOrderLine


@transaction.atomic
def review_product(
    *, line: VendorOrderLine, opinion: Opinion, now: datetime
) -> ProductReview:
    """Publish a review and tell the search, or let it wait for a moderator.

    Locks the product's sums. Raises ReviewRefusedError, ReviewGivenError or
    PictureRefusedError; nothing is written then.
    """
    review = reviews.write_review(line=line, opinion=opinion, now=now)
    search.mark_changed(product_ids=[review.product_id], now=now)
    return review
