"""Reviews of products by who has received them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.ratings import HIGHEST, LOWEST
from reviews.models import ProductReview, ReviewPhoto, Vote
from reviews.services.holding import must_wait
from reviews.services.moderation import hold
from reviews.services.notes import LONGEST_TEXT
from reviews.services.sums import count_review
from vendors.models import VendorOrder, VendorOrderLine
from vendors.services import pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile

LONGEST_TITLE = 120
MOST_PHOTOS = 4
_LONGEST_SIDE = 1600


class ReviewRefusedError(RefusedError):
    """The review says nothing, too much, or is of what has not been received."""

    code = "review.refused"


class ReviewGivenError(RefusedError):
    """A person reviews a product once."""

    code = "review.given"


class VoteRefusedError(RefusedError):
    """Nobody finds their own review helpful."""

    code = "review.vote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a buyer says of a product."""

    score: int
    text: str
    title: str = ""
    photos: "Sequence[UploadedFile[Any]]" = ()
    author_name: str = ""
    user_id: int | None = None


@transaction.atomic
def write_review(
    *, line: VendorOrderLine, opinion: Opinion, now: datetime
) -> ProductReview:
    """Publish what the buyer of a line says of the product, once for each person.

    With a link or a number in it, it waits unseen for a moderator. Locks the product's
    sums. Raises ReviewRefusedError, ReviewGivenError or PictureRefusedError, and
    writes nothing then; the caller tells the search.
    """
    _refuse_odd(line, opinion)
    drawn = [
        pictures.redrawn(each, longest_side=_LONGEST_SIDE) for each in opinion.photos
    ]
    waits = must_wait(opinion.title, opinion.text)
    review = _insert(line, opinion, waits=waits, now=now)
    for each in drawn:
        ReviewPhoto(review=review).image.save(str(each.name), each)
    if waits:
        hold(review, now=now)
    else:
        count_review(review, sign=1)
    return review


@transaction.atomic
def find_helpful(*, review_id: int, user_id: int, is_helpful: bool) -> int:
    """Keep whether somebody finds a review helpful; return how many do.

    One voice for each person; saying it twice changes nothing. Locks the review.
    Raises VoteRefusedError for one's own.
    """
    review = ProductReview.objects.select_for_update(no_key=True).get(pk=review_id)
    if review.user_id == user_id:
        raise VoteRefusedError(_("This is your own review."))
    mine = Vote.objects.filter(review=review, user_id=user_id)
    if mine.exists() != is_helpful:
        if is_helpful:
            Vote.objects.bulk_create(
                [Vote(review=review, user_id=user_id, delta=Vote.UP)]
            )
        else:
            mine.delete()
        review.total_votes += 1 if is_helpful else -1
        review.delta_votes = review.total_votes
        review.save(update_fields=["total_votes", "delta_votes"])
    return int(review.total_votes)


def _refuse_odd(line: VendorOrderLine, opinion: Opinion) -> None:
    is_here = line.vendor_order.state == VendorOrder.State.RECEIVED
    if not (is_here and line.shipped_quantity):
        raise ReviewRefusedError(_("Rate this when you have received it."))
    if not LOWEST <= opinion.score <= HIGHEST:
        raise ReviewRefusedError(_("Choose one to five stars."))
    if not opinion.text.strip():
        raise ReviewRefusedError(_("Say in a few words what you think of it."))
    if len(opinion.text) > LONGEST_TEXT or len(opinion.title) > LONGEST_TITLE:
        raise ReviewRefusedError(
            _("Keep it under %(most)d characters.") % {"most": LONGEST_TEXT}
        )
    if len(opinion.photos) > MOST_PHOTOS:
        raise ReviewRefusedError(
            _("Add at most %(most)d photos.") % {"most": MOST_PHOTOS}
        )


def _insert(
    line: VendorOrderLine, opinion: Opinion, *, waits: bool, now: datetime
) -> ProductReview:
    bought = line.order_line
    product = bought.product
    if product is None:
        raise ReviewRefusedError(_("This product is not here any more."))
    try:
        with transaction.atomic():
            review: ProductReview = ProductReview.objects.create(
                product_id=product.parent_id or product.pk,
                order_line=bought,
                partner_id=bought.partner_id,
                # What of several was bought: the page shows the reviews of all.
                variant=product.title[:LONGEST_TITLE] if product.parent_id else "",
                user_id=opinion.user_id,
                name=opinion.author_name,
                score=opinion.score,
                title=opinion.title.strip(),
                body=opinion.text.strip(),
                photo_count=len(opinion.photos),
                status=(
                    ProductReview.FOR_MODERATION if waits else ProductReview.APPROVED
                ),
                date_created=now,
            )
    except IntegrityError as error:
        raise ReviewGivenError(_("You have reviewed this. Thank you.")) from error
    return review
