"""What a report of a listing or a question is about."""

from django.utils.translation import gettext as _

from support.models import ListingReport


def title_of(report: ListingReport) -> str:
    """Return the product's title, or to whom the question was."""
    shop = report.conversation.vendor if report.conversation else None
    if shop is not None:
        return _("A question to %(seller)s") % {"seller": shop.name}
    return str(report.product.title) if report.product else ""
