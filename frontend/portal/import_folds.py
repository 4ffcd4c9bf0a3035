"""The rows of a plan as lines: a product in several choices is one, to unfold."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import takewhile

from django.db.models import Min, Q, QuerySet

from vendors.models import ImportJob, ImportPlanRow


@dataclass(frozen=True, slots=True)
class Line:
    """A row; with `choices` it is the first one of those, and stands for all."""

    row: ImportPlanRow
    choices: list[ImportPlanRow] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Return what the choices are called, up to where they differ."""
        titles = [each.title.split(", ") for each in self.choices]
        same = takewhile(lambda words: len(set(words)) == 1, zip(*titles, strict=False))
        return ", ".join(words[0] for words in same) or self.row.title

    @property
    def prices(self) -> tuple[Decimal, Decimal] | None:
        """Return the lowest and the highest price of the choices."""
        found = [each.price_new for each in self.choices if each.price_new is not None]
        return (min(found), max(found)) if found else None

    @property
    def stock(self) -> int:
        """Return how many pieces of all choices there would be."""
        return sum(each.stock_new or 0 for each in self.choices)


def heads_of(rows: "QuerySet[ImportPlanRow]") -> "QuerySet[ImportPlanRow]":
    """Return the rows without the second and further choices of each group."""
    grouped = rows.exclude(group_code="").order_by()
    firsts = grouped.values("group_code").annotate(first=Min("number"))
    return rows.filter(Q(group_code="") | Q(number__in=firsts.values("first")))


def folded(job: ImportJob, heads: Iterable[ImportPlanRow]) -> list[Line]:
    """Return heads with the choices that each stands for. One query."""
    heads = list(heads)
    choices: dict[str, list[ImportPlanRow]] = defaultdict(list)
    codes = {row.group_code for row in heads if row.group_code}
    for row in job.plan.filter(group_code__in=codes):
        choices[row.group_code].append(row)
    return [_line(row, choices.get(row.group_code, [])) for row in heads]


def _line(row: ImportPlanRow, choices: list[ImportPlanRow]) -> Line:
    return Line(row, choices) if len(choices) > 1 else Line(row)
