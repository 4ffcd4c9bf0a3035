"""What somebody typed, marked where it begins a word."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from search.words import fold, words

_LONGEST = 80


def highlighted(label: str, typed: str) -> SafeString:
    """Return a label with the typed beginnings of its words in `<mark>`.

    Case and accents do not count; a typed word is marked wherever a word begins so.
    """
    signs = [fold(sign) for sign in label]
    wanted = sorted(words(typed[:_LONGEST]), key=len, reverse=True)
    pieces: list[tuple[bool, str]] = []
    place = 0
    while place < len(label):
        begins = not place or not signs[place - 1].isalnum()
        size = _size(signs[place:], wanted) if begins else 0
        pieces.append((bool(size), label[place : place + max(size, 1)]))
        place += max(size, 1)
    return format_html_join(
        "", "{}", ((_drawn(is_marked, text),) for is_marked, text in pieces)
    )


def _drawn(is_marked: bool, text: str) -> str | SafeString:
    return format_html("<mark>{}</mark>", text) if is_marked else text


def _size(signs: list[str], wanted: list[str]) -> int:
    """Return how many signs the longest wanted word takes up here."""
    for word in wanted:
        found = ""
        for size, sign in enumerate(signs, 1):
            found += sign
            if not word.startswith(found):
                break
            if found == word:
                return size
    return 0
