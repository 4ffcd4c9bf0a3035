"""The shelves of the market: added, renamed, hidden."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.text import slugify
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.shop.catalogue.models import Category, CategoryText


class ShelfRefusedError(RefusedError):
    """The name leads to an address that another shelf has; `field` names it."""

    code = "category.refused"
    field = "name"


@transaction.atomic
def add_category(*, name: str, parent: Category | None = None) -> Category:
    """Add a shelf at the end of its level.

    Raises ShelfRefusedError when the name has no letters or its address is taken.
    """
    slug = _slug(name)
    full_slug = f"{parent.full_slug}/{slug}" if parent else slug
    _refuse_taken(full_slug)
    shelf = Category(name=name, slug=slug, full_slug=full_slug)
    if parent is None:
        return Category.objects.add_root(instance=shelf)
    # The tree writes its counters in SQL, past the object at hand.
    target = Category.objects.get(pk=parent.pk)
    return Category.objects.add_child(target, instance=shelf)


@transaction.atomic
def rename_category(*, category: Category, name: str) -> Category:
    """Give a shelf another name; its address and those below follow. Locks it.

    Raises ShelfRefusedError when the address is taken.
    """
    shelf = Category.objects.select_for_update().get(pk=category.pk)
    old, slug = shelf.full_slug, _slug(name)
    above = old.rpartition("/")[0]
    new = f"{above}/{slug}" if above else slug
    if new != old:
        _refuse_taken(new)
        Category.objects.filter(full_slug__startswith=f"{old}/").update(
            full_slug=Concat(Value(new), Substr("full_slug", len(old) + 1))
        )
    shelf.name, shelf.slug, shelf.full_slug = name, slug, new
    shelf.save(update_fields=["name", "slug", "full_slug"])
    return shelf


@transaction.atomic
def show_category(*, category: Category, is_public: bool) -> Category:
    """Show a shelf in the shop, or hide it with all below; products stay. Locks it."""
    shelf = Category.objects.select_for_update().get(pk=category.pk)
    shelf.is_public = is_public
    # Saving it tells the shelves below, which an update would not.
    shelf.save(update_fields=["is_public"])
    return shelf


def say_category(*, category: Category, names: Mapping[str, str]) -> list[str]:
    """Call a shelf so by language; empty is as it was first written.

    Returns the languages in which anything changed.
    """
    said = {each.language: each for each in category.texts.all()}
    changed = []
    for language, name in names.items():
        text = said.get(language) or CategoryText(category=category, language=language)
        if text.name == name:
            continue
        changed.append(language)
        text.name = name
        if name:
            text.save()
        elif text.pk:
            text.delete()
    return changed


def _slug(name: str) -> str:
    slug = slugify(name)
    if not slug:
        raise ShelfRefusedError(_("Give the category a name with letters."))
    return slug


def _refuse_taken(full_slug: str) -> None:
    if Category.objects.filter(full_slug=full_slug).exists():
        raise ShelfRefusedError(_("A category with this name is there already."))
