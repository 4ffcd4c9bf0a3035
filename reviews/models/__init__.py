"""What buyers say of sellers and products, its sums, and what is decided about it."""

from reviews.models.moderation import ModerationCase, ModerationReport
from reviews.models.sums import (
    STARS,
    NoteSums,
    ProductRating,
    SellerRating,
    SellerRatingMonth,
    Stars,
)
from reviews.models.words import (
    ASPECTS,
    LONGEST_NAME,
    ProductReview,
    ReviewPhoto,
    SellerNote,
    Vote,
)

__all__ = [
    "ASPECTS",
    "LONGEST_NAME",
    "STARS",
    "ModerationCase",
    "ModerationReport",
    "NoteSums",
    "ProductRating",
    "ProductReview",
    "ReviewPhoto",
    "SellerNote",
    "SellerRating",
    "SellerRatingMonth",
    "Stars",
    "Vote",
]

# Last: what is not ours comes from Oscar.
from oscar.apps.catalogue.reviews.models import *  # noqa: F403
