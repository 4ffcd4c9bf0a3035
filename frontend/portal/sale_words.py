"""Where the money of a sale is, as its own seller reads it."""

from django.utils.translation import gettext as _

from payouts.selectors.sale_money import SaleMoney


def state_of(sale: SaleMoney) -> str:
    """Return how a sale stands; others are told of the seller's account."""
    if sale.is_sent:
        return _("Partly sent to you") if sale.kept else _("Sent to you")
    return sale.state_words
