"""What a request of a buying page carries."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest

from frontend.addresses import our_path
from frontend.middleware import ViewerRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from marketplace.shop.basket.models import Basket


class ShopRequest(ViewerRequest):
    """A request after the middleware: who looks, their open basket, htmx or not."""

    basket: "Basket"
    htmx: "HtmxDetails"


def way_back(request: HttpRequest, default: str) -> str:
    """Return the page that a form names as the one it stood on; only one of ours."""
    return our_path(request.POST.get("back", ""), default)


@contextmanager
def or_404(missing: type[ObjectDoesNotExist]) -> Iterator[None]:
    """Answer 404 where a row is another's, or another tab has removed it meanwhile."""
    try:
        yield
    except (missing, OverflowError) as error:
        raise Http404 from error


def is_ahead(request: HttpRequest) -> bool:
    """Say whether a browser only fetches what may be looked at next."""
    return "prefetch" in request.headers.get("Sec-Purpose", "")
