"""Words that outlive the account of whoever wrote them."""

from django.db import transaction
from django.db.models import F

from reviews.models import ProductQuestion, ProductReview, SellerNote, Vote


@transaction.atomic
def forget_author(*, user_id: int) -> None:
    """Take a person's name off what they wrote; stars, words and photos stay.

    Their voices of what was helpful go. For the erasure of an account.
    """
    ProductReview.objects.filter(user_id=user_id).update(user=None, name="", email="")
    SellerNote.objects.filter(user_id=user_id).update(user=None, author_name="")
    ProductQuestion.objects.filter(user_id=user_id).update(user=None, author_name="")
    votes = Vote.objects.filter(user_id=user_id)
    ProductReview.objects.filter(votes__in=votes).update(
        total_votes=F("total_votes") - 1, delta_votes=F("delta_votes") - 1
    )
    votes.delete()
