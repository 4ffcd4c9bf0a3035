"""Categories, attributes, products with their pictures, and the sellers' offers."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from marketplace.core.money import to_decimal
from marketplace.demo import pictures
from marketplace.demo.content import AttributeSpec, Market, ProductSpec
from marketplace.demo.content.designs import chance_of, slug
from marketplace.demo.content.guides import guides
from marketplace.demo.load.pictures import store
from marketplace.demo.load.shops import Shops
from marketplace.demo.load.tongues import load_tongues
from marketplace.shop.catalogue.models import (
    AttributeOption,
    AttributeOptionGroup,
    Category,
    CategoryGuide,
    Product,
    ProductAttribute,
    ProductCategory,
    ProductClass,
    ProductIdentifier,
    ProductImage,
)
from marketplace.shop.partner.models import PastPrice, StockRecord

Path = tuple[str, ...]
# Oscar's names of the types; what a fact holds is the same.
_TYPES = {"text": "text", "number": "float", "option": "option", "boolean": "boolean"}
_OLDEST_DAYS = 420
_LISTED_AGO, _REDUCED_AGO = timedelta(days=90), timedelta(days=6)


def load_catalogue(
    market: Market, shops: Shops, *, currency: str, now: datetime
) -> None:
    """Write all of the catalogue; documents for search are built after."""
    shelves = _write_categories(market)
    kinds = _write_kinds(market)
    products = _write_products(market, kinds, now)
    # Variants stand where their product stands.
    ProductCategory.objects.bulk_create(
        ProductCategory(product=products[spec.key], category=shelves[spec.category])
        for spec in (*market.families, *market.products)
        if not spec.variant_of
    )
    ProductIdentifier.objects.bulk_create(
        ProductIdentifier(product=products[spec.key], value=spec.ean)
        for spec in market.products
    )
    load_tongues(market, shelves, products)
    _write_guides(shelves)
    _write_images(market, products)
    _write_offers(market, products, shops, currency=currency, now=now)


def _write_categories(market: Market) -> dict[Path, Category]:
    shelves: dict[Path, Category] = {}
    for spec in market.categories:
        above = shelves.get(spec.path[:-1])
        words = slug(spec.name)
        fields = {
            "name": spec.name,
            "slug": words,
            "full_slug": f"{above.full_slug}/{words}" if above else words,
            "description": spec.about,
            "picture": store(
                f"categories/{slug(' '.join(spec.path))}.svg",
                pictures.tile(*spec.tile),
            ),
        }
        node = Category(**fields)
        if above is None:
            shelves[spec.path] = Category.objects.add_root(instance=node)
        else:
            # The tree writes its counters in SQL, past the object at hand.
            parent = Category.objects.get(pk=above.pk)
            shelves[spec.path] = Category.objects.add_child(parent, instance=node)
    return shelves


def _write_guides(shelves: Mapping[Path, Category]) -> None:
    named = {path[-1]: shelf for path, shelf in shelves.items()}
    CategoryGuide.objects.bulk_create(
        CategoryGuide(
            category=named[each.shelf], language=each.language, text=each.text
        )
        for each in guides()
    )


def _write_kinds(market: Market) -> dict[Path, ProductClass]:
    """Write a kind of product, with its attributes, for each shelf that has any."""
    groups = _write_options(market)
    specs = {spec.code: spec for spec in market.attributes}
    kinds: dict[Path, ProductClass] = {}
    attributes: list[ProductAttribute] = []
    for shelf in market.categories:
        if not shelf.attributes:
            continue
        name = " / ".join(shelf.path[-2:])
        kinds[shelf.path] = ProductClass.objects.create(name=name, slug=slug(name))
        attributes += [
            _attribute(specs[code], kinds[shelf.path], groups)
            for code in shelf.attributes
            if code in specs
        ]
    ProductAttribute.objects.bulk_create(attributes)
    return kinds


def _write_options(market: Market) -> dict[str, AttributeOptionGroup]:
    groups = {
        spec.code: AttributeOptionGroup(name=spec.name, code=spec.code)
        for spec in market.attributes
        if spec.options
    }
    AttributeOptionGroup.objects.bulk_create(groups.values())
    AttributeOption.objects.bulk_create(
        AttributeOption(group=groups[spec.code], option=option)
        for spec in market.attributes
        for option in spec.options
    )
    return groups


def _attribute(
    spec: AttributeSpec,
    kind: ProductClass,
    groups: Mapping[str, AttributeOptionGroup],
) -> ProductAttribute:
    return ProductAttribute(
        product_class=kind,
        name=spec.name,
        code=spec.code,
        type=_TYPES[spec.type],
        unit=spec.unit,
        is_facet=spec.is_facet,
        option_group=groups.get(spec.code),
    )


def _write_products(
    market: Market, kinds: Mapping[Path, ProductClass], now: datetime
) -> dict[str, Product]:
    families = {
        spec.key: _product(spec, Product.PARENT, kinds) for spec in market.families
    }
    Product.objects.bulk_create(families.values())
    products = families | {
        spec.key: _variant(spec, families[spec.variant_of])
        if spec.variant_of
        else _product(spec, Product.STANDALONE, kinds)
        for spec in market.products
    }
    Product.objects.bulk_create(
        one for key, one in products.items() if key not in families
    )
    for key, product in products.items():
        age = chance_of("listed", key).triangular(0.5, _OLDEST_DAYS, _OLDEST_DAYS)
        product.date_created = now - timedelta(days=age)
    Product.objects.bulk_update(products.values(), ["date_created"], batch_size=400)
    return products


def _product(
    spec: ProductSpec, structure: str, kinds: Mapping[Path, ProductClass]
) -> Product:
    return Product(
        title=spec.title,
        slug=slug(spec.title),
        upc=spec.ean or None,
        brand=spec.brand,
        description=_markup(spec),
        facts=dict(spec.facts),
        tax_class=spec.tax_class,
        product_class=kinds[spec.category],
        structure=structure,
        is_public=True,
        review_state=Product.Review.APPROVED,
    )


def _variant(spec: ProductSpec, family: Product) -> Product:
    """Return a size or colour: words, kind and shelf are those of its product."""
    return Product(
        title=spec.title,
        slug=slug(spec.title),
        upc=spec.ean,
        facts=dict(spec.facts),
        tax_class=spec.tax_class,
        parent=family,
        structure=Product.CHILD,
        is_public=True,
        review_state=Product.Review.APPROVED,
    )


def _markup(spec: ProductSpec) -> str:
    paragraphs = spec.description.split("\n\n")
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def _write_images(market: Market, products: Mapping[str, Product]) -> None:
    ProductImage.objects.bulk_create(
        ProductImage(
            product=products[spec.key],
            original=store(
                f"products/{spec.key}-{place + 1}.svg",
                pictures.product_picture(spec.family, seed),
            ),
            caption=spec.title,
            display_order=place,
        )
        for spec in (*market.families, *market.products)
        for place, seed in enumerate(spec.picture_seeds)
    )


def _write_offers(
    market: Market,
    products: Mapping[str, Product],
    shops: Shops,
    *,
    currency: str,
    now: datetime,
) -> None:
    offers = StockRecord.objects.bulk_create(
        StockRecord(
            product=products[spec.product],
            partner=shops[spec.seller].partner,
            partner_sku=spec.sku,
            price_currency=currency,
            price=to_decimal(spec.price_minor, currency),
            num_in_stock=spec.stock,
            num_allocated=0,
            low_stock_threshold=3,
            condition=spec.condition,
            condition_note=spec.condition_note,
            handling_days=spec.handling_days,
            dispatch_country=shops[spec.seller].country,
            was_price=to_decimal(spec.was_minor, currency) if spec.was_minor else None,
            reduced_at=now - _REDUCED_AGO if spec.was_minor else None,
        )
        for spec in market.offers
    )
    PastPrice.objects.bulk_create(
        PastPrice(
            offer=offer,
            price=offer.was_price,
            price_currency=currency,
            condition=offer.condition,
            began_at=now - _LISTED_AGO,
        )
        for offer in offers
        if offer.was_price
    )
