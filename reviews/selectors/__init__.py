"""Reads of what buyers say."""

from reviews.selectors.notes import (
    counted_notes,
    histogram_of,
    note_of,
    notes_of,
    rating_of,
)

__all__ = ["counted_notes", "histogram_of", "note_of", "notes_of", "rating_of"]
