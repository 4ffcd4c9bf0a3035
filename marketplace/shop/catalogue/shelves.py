"""Reads of the shelves for who keeps them."""

from dataclasses import dataclass, field

from django.db.models import Count

from marketplace.shop.catalogue.models import Category


@dataclass(slots=True, kw_only=True)
class ShelfGroup:
    """A shelf of the first level with all below it, in order of the tree."""

    top: Category
    below: list[Category] = field(default_factory=list)

    @property
    def shelves(self) -> list[Category]:
        """Return the top shelf and all below."""
        return [self.top, *self.below]


def shelf_of(public_id: str) -> Category | None:
    """Return a shelf, hidden ones too."""
    return Category.objects.filter(public_id=public_id).first()


def shelves_in_groups() -> list[ShelfGroup]:
    """Return the whole tree, each shelf with its `product_count`. One query."""
    groups: list[ShelfGroup] = []
    shelves = Category.objects.annotate(product_count=Count("product"))
    for shelf in shelves.order_by("path"):
        if shelf.depth == 1:
            groups.append(ShelfGroup(top=shelf))
        else:
            groups[-1].below.append(shelf)
    return groups
