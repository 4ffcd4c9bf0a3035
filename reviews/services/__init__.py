"""What buyers say: written, answered, found helpful, reported, decided and counted."""

from reviews.services.notes import (
    HIGHEST,
    LONGEST_TEXT,
    LOWEST,
    Note,
    NoteGivenError,
    NoteRefusedError,
    write_note,
)

__all__ = [
    "HIGHEST",
    "LONGEST_TEXT",
    "LOWEST",
    "Note",
    "NoteGivenError",
    "NoteRefusedError",
    "write_note",
]
