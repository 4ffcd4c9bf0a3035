"""Which rank a shop has now."""

from django.core.exceptions import ObjectDoesNotExist

from vendors.models import Vendor
from vendors.ranks import Rank, rank_of


def rank_of_shop(vendor: Vendor) -> Rank:
    """Return the rank that a shop's score and orders have earned by now.

    Asks nothing if partner and standing were read with the shop.
    """
    try:
        shipped = vendor.standing.shipped
    except ObjectDoesNotExist:
        # Counted for the first time with the first order.
        shipped = 0
    return rank_of(score=vendor.partner.score, shipped=shipped)
