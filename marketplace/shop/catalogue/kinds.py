"""Kinds of product, and what sellers are asked about each.

Attributes of the same code are one filter and have one list of choices, whatever kinds
of product are asked them.
"""

import keyword
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.shop.catalogue.models import (
    AttributeOption,
    AttributeOptionGroup,
    Category,
    FactText,
    Product,
    ProductAttribute,
    ProductClass,
)

# Of products that nobody gave a kind: imported ones.
KIND_OF_NONE = "goods"
CHOSEN = frozenset({"option", "multi_option"})
_FEWEST = 2


class KindRefusedError(RefusedError):
    """A kind or an attribute cannot be so; `field` names what to correct."""

    code = "kind.refused"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeTerms:
    """What an attribute asks; `type` and `unit` count only where it is new."""

    name: str
    type: str
    unit: str = ""
    options: Sequence[str] = ()
    is_facet: bool = False
    is_required: bool = False


def kinds() -> "QuerySet[ProductClass]":
    """Return all kinds by name, with `attribute_count` and `product_count`."""
    return ProductClass.objects.annotate(
        attribute_count=Count("attributes", distinct=True),
        product_count=Count("products", distinct=True),
    ).order_by("name")


def kinds_to_describe() -> list[ProductClass]:
    """Return the kinds for who describes a product, by name, the one of none last."""
    return sorted(ProductClass.objects.order_by("name"), key=_is_of_none)


def usual_shelf(kind: ProductClass) -> Category | None:
    """Return the category that most products of a kind are in, if one has any."""
    of_kind = Category.objects.browsable().filter(product__product_class=kind)
    return of_kind.annotate(n=Count("product")).order_by("-n", "path").first()


def _is_of_none(kind: ProductClass) -> bool:
    return bool(kind.slug == KIND_OF_NONE)


def asked_of(kind: ProductClass) -> list[ProductAttribute]:
    """Return what is asked of a kind, with the choices. Two queries."""
    found = kind.attributes.select_related("option_group").order_by("name")
    return list(found.prefetch_related("option_group__options"))


def options_of(attribute: ProductAttribute) -> list[str]:
    """Return the choices of an attribute in the order in which they were written."""
    group = attribute.option_group
    options = group.options.all() if group else ()
    return [one.option for one in sorted(options, key=lambda one: one.pk)]


def words_of(attribute: ProductAttribute) -> list[str]:
    """Return what of an attribute may be said in other languages, its name first."""
    unit = [attribute.unit] if attribute.unit else []
    return [attribute.name, *unit, *options_of(attribute)]


def said_of(attribute: ProductAttribute) -> dict[tuple[str, str], str]:
    """Map language and word of an attribute to what it is called. One query."""
    rows = FactText.objects.filter(code__in=("", attribute.code))
    keys = {_key(attribute, word): word for word in words_of(attribute)}
    return {
        (language, keys[code, value]): said
        for language, code, value, said in rows.values_list(
            "language", "code", "value", "said"
        )
        if (code, value) in keys
    }


@transaction.atomic
def add_kind(*, name: str) -> ProductClass:
    """Add a kind of product. Raises KindRefusedError for a name that is taken."""
    if not slugify(name):
        raise KindRefusedError(_("Give it a name with letters."), field="name")
    # Its address is unique in the database: a second press loses there.
    try:
        with transaction.atomic():
            if ProductClass.objects.filter(name__iexact=name).exists():
                raise _taken()
            return ProductClass.objects.create(name=name, slug=slugify(name))
    except IntegrityError as error:
        raise _taken() from error


@transaction.atomic
def add_attribute(*, kind: ProductClass, terms: AttributeTerms) -> ProductAttribute:
    """Ask something of a kind of product.

    Its code comes from its name and stays: addresses of filters hold it. Raises
    KindRefusedError where the kind is asked it already, where another kind answers it
    otherwise, and for a choice of fewer than two.
    """
    code = _code_of(terms.name)
    if kind.attributes.filter(code=code).exists():
        raise _asked_already()
    other = (
        ProductAttribute.objects.filter(code=code)
        .select_related("product_class", "option_group")
        .first()
    )
    if other and (other.type, other.unit) != (terms.type, terms.unit):
        raise KindRefusedError(
            _(
                "%(kind)s is asked this too, and answers it in another way or unit."
                " Ask it the same here, or give it another name."
            )
            % {"kind": other.product_class},
            field="type",
        )
    attribute = ProductAttribute(
        product_class=kind,
        code=code,
        name=terms.name,
        type=terms.type,
        unit=terms.unit,
        is_facet=terms.is_facet,
        required=terms.is_required and terms.type != "boolean",
        option_group=other.option_group if other else None,
    )
    try:
        with transaction.atomic():
            _write_options(attribute, terms.options)
            attribute.save()
    except IntegrityError as error:
        raise _asked_already() from error
    return attribute


@transaction.atomic
def change_attribute(
    *, attribute: ProductAttribute, terms: AttributeTerms
) -> ProductAttribute:
    """Rename what is asked, write its choices anew, make it a filter. Locks it.

    What it asks for and in which unit stays, for answers are there. Products keep a
    choice that is dropped. Raises KindRefusedError for a choice of fewer than two, and
    if it is gone.
    """
    found = (
        ProductAttribute.objects.select_for_update(of=("self",))
        .select_related("option_group")
        .filter(pk=attribute.pk)
        .first()
    )
    if found is None:
        raise KindRefusedError(
            _("Somebody has removed it meanwhile. Please reload the page."),
            field="name",
        )
    found.name = terms.name
    found.is_facet = terms.is_facet
    found.required = terms.is_required and found.type != "boolean"
    _write_options(found, terms.options)
    found.save()
    return found


@transaction.atomic
def remove_attribute(*, attribute: ProductAttribute) -> None:
    """Ask it no more; products keep their answers, which nothing shows any longer."""
    attribute.delete()


@transaction.atomic
def say(
    *, attribute: ProductAttribute, said: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """Write what an attribute's words are called, by language; empty is as written.

    Returns the languages in which anything changed.
    """
    before = said_of(attribute)
    changed = set()
    for language, words in said.items():
        for word in words_of(attribute):
            told = words.get(word, "").strip()
            if told == before.get((language, word), ""):
                continue
            changed.add(language)
            code, value = _key(attribute, word)
            row: dict[str, Any] = {"language": language, "code": code, "value": value}
            if told:
                FactText.objects.update_or_create(**row, defaults={"said": told})
            else:
                FactText.objects.filter(**row).delete()
    return sorted(changed)


def products_telling(attribute: ProductAttribute) -> list[int]:
    """Return the products of its kind that answer an attribute, variants too.

    Reads all facts of the kind: an operator changes a definition now and then.
    """
    kind = Q(product_class=attribute.product_class_id) | Q(
        parent__product_class=attribute.product_class_id
    )
    found = Product.objects.filter(kind, facts__has_key=attribute.code)
    return list(found.values_list("pk", flat=True))


def _taken() -> KindRefusedError:
    return KindRefusedError(_("There is one of this name already."), field="name")


def _asked_already() -> KindRefusedError:
    return KindRefusedError(_("This is asked of it already."), field="name")


def _key(attribute: ProductAttribute, word: str) -> tuple[str, str]:
    if word == attribute.name:
        return attribute.code, ""
    if word == attribute.unit:
        return "", word
    return attribute.code, word


def _code_of(name: str) -> str:
    code = slugify(name).replace("-", "_")
    if not code:
        raise KindRefusedError(_("Give it a name with letters."), field="name")
    if code[0].isdigit() or keyword.iskeyword(code):
        code = f"_{code}"
    return code[:100]


def _write_options(attribute: ProductAttribute, options: Sequence[str]) -> None:
    """Let an attribute offer these choices, and every other of its code with it."""
    if attribute.type not in CHOSEN:
        return
    wanted = list(dict.fromkeys(options))
    if len(wanted) < _FEWEST:
        raise KindRefusedError(
            _("Write at least two choices, one on each line."), field="options"
        )
    if attribute.option_group is None:
        attribute.option_group = AttributeOptionGroup.objects.create(
            name=attribute.name
        )
    # Whoever writes the choices of another kind under the same code waits.
    group = AttributeOptionGroup.objects.select_for_update().get(
        pk=attribute.option_group.pk
    )
    group.options.exclude(option__in=wanted).delete()
    known = set(group.options.values_list("option", flat=True))
    AttributeOption.objects.bulk_create(
        AttributeOption(group=group, option=option)
        for option in wanted
        if option not in known
    )
