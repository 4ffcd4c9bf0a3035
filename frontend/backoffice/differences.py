"""What a listing says otherwise than before, word by word."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.accounts.languages import tongues
from marketplace.db import decisions
from marketplace.flows.list_product import PRODUCT
from marketplace.shop.catalogue.models import Category, Product
from marketplace.shop.catalogue.texts import fact_words, texts_of
from search.words import plain
from vendors.selectors.families import attributes_known, choice_in_words
from vendors.selectors.offers import facts_in_words


class Piece(NamedTuple):
    """Some words of a text; `is_changed` if the other side has not got them."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field, before and after."""

    name: str
    before: list[Piece]
    after: list[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What changed since somebody looked last; `heads` name the two sides."""

    heads: tuple[str, str]
    fields: list[Difference]
    same: str
    pictures: list[str] = field(default_factory=list)


def differences_of(product: Product) -> Differences | None:
    """Return what is new about a listing: None if nobody has seen it before.

    A change is held against what is on sale, a mended listing against what was sent
    back. Expects pictures and categories to be prefetched; three queries at most.
    """
    if product.change is not None:
        pictures = list(product.change["pictures"])
        old, new = _said(product), {**_said(product), **product.change}
        new["pictures"] = [*old["pictures"], *pictures]
        heads = (_("On sale now"), _("Proposed"))
    else:
        judged = decisions.decisions_about(PRODUCT, product.public_id).first()
        if judged is None:
            return None
        old, new = judged.before, _said(product)
        pictures = [each for each in new["pictures"] if each not in old["pictures"]]
        heads = (_("When it was decided"), _("Now"))
    fields = list(_fields(product, old, new))
    return Differences(
        heads=heads, fields=fields, same=_same(fields), pictures=pictures
    )


def words_between(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Return both texts in pieces, what the other has not got marked."""
    old, new = _tokens(before), _tokens(after)
    left: list[Piece] = []
    right: list[Piece] = []
    # Of long texts the matcher passes over what is everywhere: hostile ones stay cheap.
    matcher = SequenceMatcher(None, old, new)
    for what, a, b, c, d in matcher.get_opcodes():
        _put(left, "".join(old[a:b]), is_changed=what != "equal")
        _put(right, "".join(new[c:d]), is_changed=what != "equal")
    return left, right


def _put(pieces: list[Piece], text: str, *, is_changed: bool) -> None:
    if text:
        pieces.append(Piece(text, is_changed))


def _tokens(text: str) -> list[str]:
    """Return words and signs, each with the space that follows it."""
    return re.findall(r"\w+\s*|[^\w\s]\s*", text)


def _said(product: Product) -> dict[str, Any]:
    return {
        "title": product.title,
        "description": product.description,
        "brand": product.brand,
        "facts": product.facts,
        "texts": texts_of(product),
        "categories": sorted(each.pk for each in product.categories.all()),
        "pictures": [each.original.name for each in product.images.all()],
        "choices": {
            each.public_id: {"choice": each.choice} for each in product.children.all()
        },
    }


def _fields(
    product: Product, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Difference]:
    pairs = [
        (_("Title"), old["title"], new["title"]),
        (_("Brand"), old["brand"], new["brand"]),
        (_("Text"), plain(old["description"]), plain(new["description"])),
        *_texts(old.get("texts", {}), new.get("texts", {})),
        *_facts(product, old["facts"], new["facts"]),
        (_("Category"), *_shelves(old["categories"], new["categories"])),
        (_("Pictures"), *_pictures(old["pictures"], new["pictures"])),
        (_("Choices"), *_choices(product, old.get("choices"), new.get("choices"))),
    ]
    for name, before, after in pairs:
        if before != after:
            left, right = words_between(before, after)
            yield Difference(name=name, before=left, after=right)


def _texts(
    old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """Yield the titles and texts in other languages."""
    for code, language in tongues():
        before, after = old.get(code, {}), new.get(code, {})
        for name, key in ((_("Title"), "title"), (_("Text"), "description")):
            told = (plain(before.get(key, "")), plain(after.get(key, "")))
            yield f"{name} ({language})", *told


def _facts(
    product: Product, old: dict[str, Any], new: dict[str, Any]
) -> Iterator[tuple[str, str, str]]:
    if old == new:
        return
    before, after = facts_in_words(product, old), facts_in_words(product, new)
    for code in sorted({*before, *after}):
        name = (before.get(code) or after[code])[0]
        yield name, before.get(code, ("", ""))[1], after.get(code, ("", ""))[1]


def _shelves(old: list[int], new: list[int]) -> tuple[str, str]:
    if old == new:
        return "", ""
    names = dict(Category.objects.filter(pk__in=[*old, *new]).values_list("pk", "name"))
    told = [
        ", ".join(names[key] for key in keys if key in names) for keys in (old, new)
    ]
    return told[0], told[1]


def _pictures(old: list[str], new: list[str]) -> tuple[str, str]:
    if old == new:
        return "", ""
    added = len(set(new) - set(old))
    before, after = str(len(old)), str(len(new))
    if added:
        words = ngettext(
            "%(all)s, %(n)d of them new", "%(all)s, %(n)d of them new", added
        )
        after = words % {"all": after, "n": added}
    return before, after


def _choices(
    product: Product,
    old: Mapping[str, Mapping[str, Any]] | None,
    new: Mapping[str, Mapping[str, Any]] | None,
) -> tuple[str, str]:
    """Return the choices of both sides, each as its values."""
    if not old or not new:
        return "", ""
    known = list(attributes_known(product))
    words = fact_words(each.code for each in known)
    told = [
        "; ".join(
            ", ".join(
                value for _name, value in choice_in_words(one["choice"], known, words)
            )
            for one in side.values()
        )
        for side in (old, new)
    ]
    return told[0], told[1]


def _same(fields: list[Difference]) -> str:
    """Say that all else stayed, if something did."""
    if not fields:
        return _("Nothing was changed.")
    return _("All else is as it was.")
