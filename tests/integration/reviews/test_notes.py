"""Notes of sellers: one for each part, from one to five, answered by the seller."""

from io import StringIO

import pytest
from django.core.management import call_command

from reviews.models import SellerNote
from reviews.selectors import histogram_of, note_of, notes_of
from reviews.services import (
    Note,
    NoteGivenError,
    NoteRefusedError,
    write_note,
)
from reviews.services.answers import AnswerRefusedError, answer_words
from reviews.services.moderation import show
from tests.integration.sale import Sale, moment
from vendors.models import Vendor

NOW = moment("2026-11-25 10:00")


def write(sale: Sale, score: int = 4, text: str = "Crisp.") -> SellerNote:
    return write_note(
        part=sale.part,
        note=Note(
            score=score, text=text, user_id=sale.order.user_id, author_name="Anna P."
        ),
        now=NOW,
    )


@pytest.mark.parametrize(("score", "text"), [(0, ""), (6, ""), (3, "x" * 2001)])
def test_a_note_that_is_none_is_refused(sale: Sale, score: int, text: str):
    with pytest.raises(NoteRefusedError):
        write(sale, score, text)

    assert not SellerNote.objects.exists()


def test_a_name_that_is_longer_than_its_place_is_cut(sale: Sale):
    written = write_note(
        part=sale.part, note=Note(score=4, author_name="x" * 120), now=NOW
    )

    assert written.author_name == "x" * 79 + "…"


def test_a_part_has_one_note(sale: Sale):
    first = write(sale)

    with pytest.raises(NoteGivenError):
        write(sale, 1)

    assert note_of(sale.part.pk) == first


def test_everybody_reads_notes_that_are_not_hidden(
    sale: Sale, guest_sale: Sale, bakery: Vendor
):
    shown = write(sale)
    show(write(guest_sale, 1), is_wanted=False)

    assert list(notes_of(bakery.partner_id)) == [shown]
    assert histogram_of(bakery.partner_id) == {5: 0, 4: 1, 3: 0, 2: 0, 1: 0}


def test_a_seller_answers(sale: Sale):
    note = write(sale)

    answer_words(words=note, text=" Thank you. ", now=NOW)

    note.refresh_from_db()
    assert (note.answer, note.answered_at) == ("Thank you.", NOW)


@pytest.mark.parametrize("text", ["", "x" * 2001])
def test_an_answer_says_something(sale: Sale, text: str):
    note = write(sale)

    with pytest.raises(AnswerRefusedError):
        answer_words(words=note, text=text, now=NOW)


def test_the_command_mends_what_was_never_counted(sale: Sale, bakery: Vendor):
    write(sale, 2)

    call_command("recount_standing", "bakery", stdout=StringIO())

    bakery.partner.refresh_from_db()
    assert (str(bakery.partner.note_mean), bakery.partner.note_count) == ("3.67", 1)
