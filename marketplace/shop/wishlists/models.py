from django.db import models
from oscar.apps.wishlists.abstract_models import AbstractLine, AbstractWishList

from marketplace.core.identifiers import public_id
from marketplace.core.money import Money
from marketplace.db.fields import CurrencyField, PublicIdField

LONGEST_NAME = 60
_LONGEST_SECRET = 43


class WishList(AbstractWishList):
    """A named list of one person; the oldest is where a heart puts things.

    Whoever knows `share_secret` may read the list; none while it is not shared.
    """

    key = PublicIdField(prefix="lst")
    name = models.CharField(max_length=LONGEST_NAME)
    share_secret = models.CharField(
        max_length=_LONGEST_SECRET, unique=True, null=True, blank=True
    )

    class Meta(AbstractWishList.Meta):
        abstract = False

    @classmethod
    def random_key(cls, *_length: int) -> str:
        """Return an opaque id; Oscar's `save` asks for it."""
        return public_id("lst")


class Line(AbstractLine):
    """A thing on a list, with what it cost when it was put there, if anybody sold it.

    `title` is what it was called then: all that is said of it once it may not be shown.
    """

    added_at = models.DateTimeField()
    price_minor = models.BigIntegerField(null=True, blank=True)
    price_currency = CurrencyField(blank=True, default="")

    class Meta(AbstractLine.Meta):
        abstract = False

    @property
    def added_for(self) -> Money | None:
        """Return what it cost when it was put there."""
        if self.price_minor is None:
            return None
        return Money(self.price_minor, self.price_currency)


# Oscar's other models, after ours have taken their names.
from oscar.apps.wishlists.models import *  # noqa: E402 (Oscar's fork idiom)
