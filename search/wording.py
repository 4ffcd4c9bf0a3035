"""The words of operators: what else a thing is called, and what a query means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.core.cache import caches
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.db import audit
from search.models import Correction, Synonym
from search.variants import LONGEST_PHRASE, Synonyms, phrases
from search.words import prepared, query_words, storable

SynonymRows: TypeAlias = QuerySet[Synonym]
CorrectionRows: TypeAlias = QuerySet[Correction]
MOST_OTHERS = 8
LONGEST_QUERY = 120
_KEY = "search-wording"
# Each process learns of new words by itself, so long after at most.
_SECONDS = 10


class WordingRefusedError(RefusedError):
    """These words cannot be kept; `field` names the one at fault."""

    code = "search.wording"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Wording:
    """All that operators wrote: small, and asked for by every search."""

    synonyms: Mapping[str, tuple[str, ...]]
    corrections: Mapping[str, str]

    def synonyms_in(self, text: str) -> Synonyms:
        """Return the synonyms of the phrases that stand in a text."""
        if not self.synonyms:
            return {}
        found = (phrase for _start, _end, phrase in phrases(query_words(text)))
        return {
            phrase: self.synonyms[phrase] for phrase in found if phrase in self.synonyms
        }

    def meant_by(self, text: str) -> str:
        """Return what a whole query is searched as instead, or nothing."""
        return self.corrections.get(prepared(text), "") if self.corrections else ""


def synonyms() -> SynonymRows:
    """Return every phrase with what else it is called, in order."""
    return Synonym.objects.all()


def corrections() -> CorrectionRows:
    """Return every query that is searched as another one, in order."""
    return Correction.objects.all()


def wording() -> Wording:
    """Return the words of operators; seconds old at most."""
    kept: Wording | None = caches["process"].get(_KEY)
    if kept is None:
        kept = Wording(
            _synonyms(), dict(Correction.objects.values_list("typed", "meant"))
        )
        caches["process"].set(_KEY, kept, _SECONDS)
    return kept


@transaction.atomic
def keep_synonym(
    *,
    phrase: str,
    others: Iterable[str],
    is_mutual: bool,
    actor_id: int | None,
    now: datetime,
    instead_of: str | None = None,
) -> Synonym:
    """Let a phrase also find what is called otherwise; replaces what it had.

    With `instead_of` the phrase of that row is replaced by this one, and no other row:
    "" only adds. Raises WordingRefusedError without words, with too many, or for a
    phrase of another row, or where the row to replace is gone.
    """
    said = _phrase(phrase, "phrase")
    _check_there(synonyms().filter(phrase=instead_of), instead_of, "phrase")
    if instead_of is not None and said != instead_of:
        _check_new(synonyms().filter(phrase=said), said, "phrase")
    found = dict.fromkeys(_phrase(each, "others") for each in others)
    found.pop(said, None)
    if not found:
        raise WordingRefusedError(_("Say what else it is called."), field="others")
    if len(found) > MOST_OTHERS:
        raise WordingRefusedError(
            _("At most %(most)d other words.") % {"most": MOST_OTHERS}, field="others"
        )
    row, _made = Synonym.objects.update_or_create(
        phrase=said, defaults={"others": list(found), "is_mutual": is_mutual}
    )
    if instead_of and said != instead_of:
        drop_synonym(phrase=instead_of, actor_id=actor_id, now=now)
    _changed("search.synonym", row, {"others": list(found)}, actor_id, now)
    return row


@transaction.atomic
def keep_correction(
    *,
    typed: str,
    meant: str,
    actor_id: int | None,
    now: datetime,
    instead_of: str | None = None,
) -> Correction:
    """Let a query be searched as another one; replaces what it had.

    With `instead_of` the query of that row is replaced by this one, and no other row:
    "" only adds. Raises WordingRefusedError for no words, the same words, words that
    are corrected themselves (one correction must be enough), or a query of another row.
    """
    said, better = prepared(typed), storable(meant)[:LONGEST_QUERY]
    _check_there(corrections().filter(typed=instead_of), instead_of, "typed")
    if instead_of is not None and said != instead_of:
        _check_new(corrections().filter(typed=said), said, "typed")
        drop_correction(typed=instead_of, actor_id=actor_id, now=now)
    _check_correction(said, better)
    row, _made = Correction.objects.update_or_create(
        typed=said, defaults={"meant": better}
    )
    _changed("search.correction", row, {"meant": better}, actor_id, now)
    return row


@transaction.atomic
def drop_synonym(*, phrase: str, actor_id: int | None, now: datetime) -> None:
    """Forget what else a phrase is called; nothing happens if it is not known."""
    _drop(
        Synonym.objects.filter(phrase=phrase), "search.synonym_dropped", actor_id, now
    )


@transaction.atomic
def drop_correction(*, typed: str, actor_id: int | None, now: datetime) -> None:
    """Let a query be searched as it is typed; nothing happens if it is not known."""
    rows = Correction.objects.filter(typed=typed)
    _drop(rows, "search.correction_dropped", actor_id, now)


def _synonyms() -> dict[str, tuple[str, ...]]:
    """Return all phrases with what else they are called, in both directions."""
    found: dict[str, dict[str, None]] = {}
    for row in Synonym.objects.all():
        found.setdefault(row.phrase, {}).update(dict.fromkeys(row.others))
        if row.is_mutual:
            for other in row.others:
                found.setdefault(other, {})[row.phrase] = None
    return {phrase: tuple(others) for phrase, others in found.items()}


def _check_correction(said: str, better: str) -> None:
    if not said or len(said) > LONGEST_QUERY:
        raise WordingRefusedError(
            _("Write the query as buyers type it."), field="typed"
        )
    if not prepared(better):
        raise WordingRefusedError(_("Write what it means."), field="meant")
    if prepared(better) == said:
        raise WordingRefusedError(_("These are the same words."), field="meant")
    if Correction.objects.filter(typed=prepared(better)).exists():
        raise WordingRefusedError(
            _("“%(meant)s” is corrected itself: write what that means.")
            % {"meant": better},
            field="meant",
        )
    others = Correction.objects.exclude(typed=said)
    chained = [one for one in others if prepared(one.meant) == said]
    if chained:
        raise WordingRefusedError(
            _("“%(typed)s” is what “%(other)s” is corrected to: change that first.")
            % {"typed": said, "other": chained[0].typed},
            field="typed",
        )


def _check_new(
    rows: SynonymRows | CorrectionRows,
    said: str,
    field: str,
) -> None:
    if rows.exists():
        raise WordingRefusedError(
            _("“%(words)s” is in the list already: change it there.") % {"words": said},
            field=field,
        )


def _check_there(
    rows: SynonymRows | CorrectionRows, instead_of: str | None, field: str
) -> None:
    """Refuse to change a row that somebody else changed or removed meanwhile."""
    if instead_of and not rows.select_for_update().exists():
        raise WordingRefusedError(
            _("“%(words)s” was changed or removed meanwhile: look at the list again.")
            % {"words": instead_of},
            field=field,
        )


def _phrase(text: str, field: str) -> str:
    # As queries are cut, or a phrase with a filler would never be met.
    said = " ".join(query_words(text))
    if not said:
        raise WordingRefusedError(_("Write one word or a few."), field=field)
    if len(said.split()) > LONGEST_PHRASE:
        raise WordingRefusedError(
            _("“%(phrase)s” is too long: at most %(most)d words.")
            % {"phrase": said, "most": LONGEST_PHRASE},
            field=field,
        )
    return said


def _drop(
    rows: SynonymRows | CorrectionRows,
    action: str,
    actor_id: int | None,
    now: datetime,
) -> None:
    row = rows.first()
    if row is not None:
        _changed(action, row, {}, actor_id, now)
        row.delete()


def _changed(
    action: str,
    row: models.Model,
    details: dict[str, object],
    actor_id: int | None,
    now: datetime,
) -> None:
    audit.record(action, subject=row, actor_id=actor_id, details=details, now=now)
    transaction.on_commit(lambda: caches["process"].delete(_KEY))
