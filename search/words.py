"""How texts and queries are cut into words; the same for documents and shoppers."""

import re
import unicodedata
from html import unescape

# What a shopper may send; more is cut, so that the work stays bounded.
MAX_QUERY_LENGTH = 200
MAX_QUERY_WORDS = 12
_MAX_WORD_LENGTH = 40
_SHORTEST_IDENTIFIER = 4

_WORD = re.compile(r"\d+(?:\.\d+)+|[^\W_]+")
# They stand on a name and are no letters of it: "Galaxy™" is not "galaxytm".
_MARKS = str.maketrans("™℠", "  ")
# It ends before the next one begins: no text takes longer than its length.
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_SITE = re.compile(
    r"://|\bwww\.|\b[\w-]+\.[a-z]{2,}/|\w@\w|\.(?:com|net|org)\b", re.IGNORECASE
)
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
# Words that never decide what is meant, as long as others are there.
_FILLERS = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
    ]
)


def storable(text: str) -> str:
    """Return `text` with single spaces and without what no table can hold."""
    whole = text.encode("utf-8", "ignore").decode()
    return " ".join(whole.replace("\0", "").split())


def plain(html: str) -> str:
    """Return the text of `html`, whatever it is, with single spaces.

    Tags part words, as paragraphs do with nothing between them.
    """
    return " ".join(without_tags(html, by=" ").split())


def without_tags(html: str, *, by: str = "") -> str:
    """Return `html` with each tag replaced, and entities as what they stand for.

    Takes any text, and a time in step with its length; Django's `strip_tags` refuses
    some, which is no answer to whoever only wants to see a page.
    """
    return unescape(_TAG.sub(by, html))


def names_a_site(text: str) -> bool:
    """Say whether an address on the web, or of a mailbox, stands in a text."""
    return bool(_SITE.search(text))


def fold(text: str) -> str:
    """Return `text` in lower case, without accents and invisible signs."""
    if text.isascii():
        return text.lower()
    return "".join(
        sign
        for sign in unicodedata.normalize("NFKD", text.translate(_MARKS)).casefold()
        if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf"
    )


def words(text: str) -> list[str]:
    """Return the folded words of `text`; a decimal number is one word."""
    return _WORD.findall(_DECIMAL_COMMA.sub(".", fold(text)))


def spoken(text: str) -> list[str]:
    """Return the words of `text` as they are written: in lower case, with accents.

    Where signs hide in them that a reader would not take for letters, folded.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_MARKS)).lower()
    written = _WORD.findall(_DECIMAL_COMMA.sub(".", plain))
    folded = words(text)
    return written if [fold(each) for each in written] == folded else folded


def begins_in(typed: str, text: str) -> bool:
    """Say whether every typed word is the beginning of some word of `text`."""
    found = words(text)
    return all(any(one.startswith(word) for one in found) for word in words(typed))


def prepared(text: str) -> str:
    """Return the words of `text` with single spaces: what the engines analyse."""
    return " ".join(word[:_MAX_WORD_LENGTH] for word in words(text))


def query_words(text: str) -> list[str]:
    """Return the words that a query is about, each once, at most twelve.

    Fillers are left out unless there is nothing else.
    """
    found = dict.fromkeys(
        word[:_MAX_WORD_LENGTH] for word in words(text[:MAX_QUERY_LENGTH])
    )
    meant = [word for word in found if word not in _FILLERS]
    return (meant or list(found))[:MAX_QUERY_WORDS]


def is_whole(text: str) -> bool:
    """Say whether a query is about all that stands in it: few words, no other signs."""
    found = words(text)
    meant = {word for word in found if word not in _FILLERS}
    return len(meant) <= MAX_QUERY_WORDS and all(
        len(word) <= _MAX_WORD_LENGTH for word in found
    )


def may_be_identifier(number: str) -> bool:
    """Say whether a number is asked for: shorter ones, and words, are words."""
    has_digit = any(sign.isdigit() for sign in number)
    return has_digit and len(number) >= _SHORTEST_IDENTIFIER


def identifier(text: str) -> str:
    """Return an EAN, a maker's number or a reference without its separators."""
    return "".join(words(text)).replace(".", "")
