"""What is said of sellers and products, its sums, and what is decided about it."""

from reviews.models.moderation import (
    SUBJECTS,
    ModerationCase,
    ModerationReport,
    Words,
)
from reviews.models.questions import ProductAnswer, ProductQuestion
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
    "SUBJECTS",
    "ModerationCase",
    "ModerationReport",
    "NoteSums",
    "ProductAnswer",
    "ProductQuestion",
    "ProductRating",
    "ProductReview",
    "ReviewPhoto",
    "SellerNote",
    "SellerRating",
    "SellerRatingMonth",
    "Stars",
    "Vote",
    "Words",
]

# Last: what is not ours comes from Oscar.
from oscar.apps.catalogue.reviews.models import *  # noqa: F403
