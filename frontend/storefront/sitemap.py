"""What a search engine may read: products, categories, shops, and who we are."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib.sitemaps import Sitemap, views
from django.db.models import Q
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse

from frontend.addresses import ANY_LANGUAGE, at_home, versions_of
from marketplace.shop.catalogue.models import Category, Product
from vendors.selectors.shops import open_shops

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vendors.models import Vendor

    Map = Sitemap[Any]
else:
    Map = Sitemap

_PAGES = (
    *("home", "sellers", "ranking", "protection", "rules"),
    *("terms", "privacy", "imprint"),
)


class ProductMap(Map):
    """Every public product that somebody sells."""

    limit = 5000

    def items(self) -> "QuerySet[Product]":
        """Return the products."""
        # A product is there with its variants, under its own address.
        own = Q(stockrecords__is_active=True, stockrecords__partner__is_selling=True)
        of_variants = Q(
            children__is_public=True,
            children__stockrecords__is_active=True,
            children__stockrecords__partner__is_selling=True,
        )
        return (
            Product.objects.filter(own | of_variants, is_public=True, parent=None)
            .only("slug", "public_id", "date_updated")
            .distinct()
            .order_by("pk")
        )

    def lastmod(self, item: Any) -> Any:
        """Return when the product was last changed."""
        return item.date_updated


class CategoryMap(Map):
    """Every category that is shown."""

    def items(self) -> "QuerySet[Category]":
        """Return the categories."""
        return Category.objects.browsable().order_by("path")


class ShopMap(Map):
    """Every open shop."""

    def items(self) -> "QuerySet[Vendor]":
        """Return the shops."""
        return open_shops()

    def location(self, item: Any) -> str:
        """Return the shop's address."""
        return reverse("seller", args=[item.handle])


class PageMap(Map):
    """Pages that only explain."""

    def items(self) -> tuple[str, ...]:
        """Return the names of their routes."""
        return _PAGES

    def location(self, item: str) -> str:
        """Return the page's address."""
        return reverse(item)


MAPS: "dict[str, type[Map] | Map]" = {
    "products": ProductMap,
    "categories": CategoryMap,
    "shops": ShopMap,
    "pages": PageMap,
}


def index(request: HttpRequest) -> TemplateResponse:
    """Name the parts of the map."""
    answer = views.index(request, MAPS, sitemap_url_name="sitemap-part")
    for each in (answer.context_data or {})["sitemaps"]:
        each.location = at_home(each.location)
    return answer


def part(request: HttpRequest, section: str) -> TemplateResponse:
    """List the addresses of a part. Raises Http404 for one that there is not."""
    answer = views.sitemap(request, MAPS, section)
    context = answer.context_data or {}
    context["urlset"] = [
        entry for each in context["urlset"] for entry in _in_all_languages(each)
    ]
    return answer


def _in_all_languages(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a page once for each language; each entry names all of them."""
    known = versions_of(urlsplit(entry["location"]).path)
    alternates = [{"lang_code": each.code, "location": each.address} for each in known]
    return [
        {**entry, "location": each.address, "alternates": alternates}
        for each in known
        if each.code != ANY_LANGUAGE
    ]
