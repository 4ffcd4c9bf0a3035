"""A shop's measures, named as others speak of them."""

from dataclasses import replace

from django.utils.translation import gettext as _

from frontend.portal.health import Measure, measures_of
from vendors.models import Vendor


def health_of(shop: Vendor) -> list[Measure]:
    """Return the measures of a shop against what buyers may expect."""
    titles = (
        _("Shipped on time"),
        _("Cancelled by the seller"),
        _("Problems reported"),
        _("Sent back"),
    )
    measures = zip(measures_of(shop), titles, strict=True)
    return [replace(measure, title=title) for measure, title in measures]
