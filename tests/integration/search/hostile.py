"""Queries that nobody means well with, drawn by dice: the same for the same seed."""

from collections.abc import Sequence
from random import Random
from urllib.parse import quote_from_bytes, quote_plus

from tests.integration.search.crowded import WORDS

_MEANT = (*WORDS, "5400000000017", "brm-17", "USB-C", "12,5 cm", "Marée", "café crème")
_OPERATORS = (
    *("AND", "OR", "NOT", "&&", "||", "!", "+", "-", "(", ")", "{", "}", "[", "]"),
    *("^", "^9", '"', "~", "~2", "*", "?", ":", "\\", "/", "<->", "<2>", "&", "|"),
    *(":*", ":A", "title:", "_exists_:", "[1 TO 2]", "{* TO *}", "/.*/", "=", "<", ">"),
)
_ATTACKS = (
    "' OR 1=1 --",
    "'; DROP TABLE search_document; --",
    "1) UNION SELECT password FROM accounts_user --",
    "$$; SELECT pg_sleep(5); $$",
    "'::tsquery",
    "\\'\\\\'",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% debug %}",
    "${jndi:ldap://x/a}",
    "../../../../etc/passwd",
    "%s %(p0)s %n {0} {x!r}",
    "\r\nSet-Cookie: a=b",
    '{"query":{"match_all":{}}}',
    '{"script":{"source":"while(true){}"}}',
    "(a+)+$",
    "category=kitchen",
    "seller=bakery' --",
)
_NUMBERS = (
    *("nan", "NaN", "inf", "-inf", "Infinity", "1e309", "-1e309", "1e-999", "-0"),
    *("0", "-1", "00012", str(10**40), "0x7f", "1_000", "1,5", "1.5.5", ".5", "5."),
    *(
        "9223372036854775808",
        "2147483648",
        "1e5",
        "٣٤٥",
        "\uff11\uff12",
        "½",
        "²",
        "1\u00a0000",
    ),
)
_LIMITS = (
    "under {} €",
    "below {}",
    "less than €{}",
    "between {} and {} €",
    "between € and €",
    "from {} to {} euros",
    "over {} €",
    "at least {} eur",
    "max {}",
    "under € €",
    "size {}",
    "colour {}",
    "capacity {}",
    "without {}",
    "no {}",
    "without without without",
    "between {} and between {} and {} €",
)
# Ranges that break more than their share: marks, bidi, jamo, variation, private, tags.
_RANGES = (
    *((0x0300, 0x036F), (0x0590, 0x05FF), (0x0600, 0x06FF), (0x0900, 0x097F)),
    *((0x0E00, 0x0E7F), (0x1100, 0x11FF), (0x1E00, 0x1EFF), (0x2000, 0x206F)),
    *((0x20D0, 0x20FF), (0x2460, 0x24FF), (0x3040, 0x30FF), (0x4E00, 0x9FFF)),
    *((0xAC00, 0xD7A3), (0xE000, 0xF8FF), (0xFB00, 0xFDFF), (0xFE00, 0xFEFF)),
    *((0xFF00, 0xFFFF), (0x1D400, 0x1D7FF), (0x1F000, 0x1FAFF), (0x20000, 0x2A6DF)),
    *((0xE0000, 0xE01EF), (0x10FF00, 0x10FFFF)),
)
_EMOJI = (
    "👩\u200d👩\u200d👧\u200d👦",
    "🏳️\u200d🌈",
    "🇧🇪🇫🇷",
    "🇧",
    "👍🏽",
    "1️⃣#️⃣",
    "❤\ufe0f\u200d🔥",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\u200d\u200d",
    "☕\ufe0e",
)
_INVISIBLE = (
    "\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\u202a\u202b\u202c"
    "\u202d\u202e\ufeff\u00ad\u034f\u061c\u115f\u3164\u180e\ufff9\ufffa\ufffb"
)
_SIGNS = " \t.,:;!?'\"\\/()[]{}<>&|*~^%$#@+-_=`§°±×÷€£¥"
_SCRIPTS = (
    *("إبريق شاي", "קומקום תה", "กาน้ำชา", "चायदानी", "茶壶", "きゅうす", "찻주전자"),
    *(
        "чайник",
        "τσαγιέρα",
        "թեյնիկ",
        "ჩაიდანი",
        "ምንቸት",
        "İI\u0131i",
        "ǅǆ",
        "ŉ",
        "ẞß",
        "ﬃ",
    ),
    *(
        "".join(chr(ord(sign) + wide) for sign in "teapot")
        for wide in (0xFEE0, 0x1D4F1)
    ),
    *("Z̸̡̛͉̲͎̩̱͎a̸l̷g̶o", "ɐʇ", "te\u00adapot", "ᄀᄁᄂ", "ﷺ"),
)
GROUPS = (
    *("category", "seller", "brand", "condition", "country", "note", "days"),
    *("delivery", "stock", "a.colour", "a.capacity", "a.", "a.\0", "a.=.*", "a.x=y"),
)
_SORTS = (
    "relevance",
    "price",
    "-price",
    "note",
    "newest",
    "delivery",
    "PRICE",
    "1",
    "",
)
_PAGES = ("1", "2", "50", "51", "0", "-1", "1e3", "9" * 5000, "٢", "²", "1.0", "", "x")
_SCOPES = ("kitchen", "kitchen/tea", "nowhere", "../..", "kitchen%00", "'", "=" * 600)


class Hostile:
    """Whoever draws from the same dice is told the same queries."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self._ways = (
            (self.mutated, 14),
            (self.any_plane, 12),
            (self.one_range, 12),
            (self.marks, 5),
            (self.invisible, 6),
            (self.scripts, 8),
            (self.emoji, 4),
            (self.controls, 4),
            (self.operators, 14),
            (self.attack, 8),
            (self.number, 5),
            (self.limit, 12),
            (self.mixture, 8),
            (self.long, 3),
        )

    def text(self) -> str:
        """Return what somebody types: surrogates alone may be in it."""
        ways, weights = zip(*self._ways, strict=True)
        return self.dice.choices(ways, weights)[0]()

    def address(self) -> str:
        """Return the query part of a result page's address, as bytes in Latin-1."""
        pairs = [("q", self.text())] if self._may(0.95) else []
        while self._may(0.35) and len(pairs) < 12:
            pairs.append(self._parameter())
        if self._may(0.03):
            name, value = self._parameter()
            pairs += [(name, f"{value}{number}") for number in range(300)]
        self.dice.shuffle(pairs)
        whole = "&".join(f"{self._quoted(name)}={self._quoted(v)}" for name, v in pairs)
        return self._broken(whole) if self._may(0.15) else whole

    def beginning(self) -> str:
        """Return what the search box asks with: the beginning of a text, mostly."""
        text = self.text()
        if self._may(0.6):
            text = text[: self.dice.randrange(1, 12)]
        whole = f"q={self._quoted(text)}"
        return self._broken(whole) if self._may(0.15) else whole

    # --- texts ----------------------------------------------------------------

    def mutated(self) -> str:
        """Return words that are meant, with letters changed, lost or doubled."""
        text = " ".join(self._some(_MEANT, 5))
        for _ in range(self.dice.randrange(4)):
            place = self.dice.randrange(len(text))
            sign = self.dice.choice(("", text[place] * 2, chr(self._plain())))
            text = text[:place] + sign + text[place + 1 :]
            if not text:
                return sign
        return text

    def any_plane(self) -> str:
        """Return signs of all planes, unassigned ones and surrogates too."""
        return "".join(
            chr(self.dice.randrange(0x110000)) for _ in range(self._length())
        )

    def one_range(self) -> str:
        """Return signs of one range."""
        low, high = self.dice.choice(_RANGES)
        return "".join(
            chr(self.dice.randrange(low, high + 1)) for _ in range(self._length())
        )

    def marks(self) -> str:
        """Return marks that combine with too little, or too many of them."""
        marks = [chr(self.dice.randrange(0x300, 0x370)) for _ in range(self._length())]
        return self.dice.choice(("", "e", "te", " ", "茶")) + "".join(marks)

    def invisible(self) -> str:
        """Return a word with signs in it that nobody sees, or those alone."""
        word = self.dice.choice((*_MEANT, ""))
        signs = self._some(_INVISIBLE, 8)
        place = self.dice.randrange(len(word) + 1)
        return word[:place] + "".join(signs) + word[place:]

    def scripts(self) -> str:
        """Return words of several scripts, in both directions."""
        return self.dice.choice((" ", "", "\u202e", "-")).join(self._some(_SCRIPTS, 5))

    def emoji(self) -> str:
        """Return sequences of emoji, whole and torn."""
        text = "".join(self._some((*_EMOJI, "tea", " "), 6))
        return text[self.dice.randrange(3) :]

    def controls(self) -> str:
        """Return control signs between words."""
        sign = chr(self.dice.choice((*range(32), *range(127, 160), 0x2028, 0x2029)))
        return sign.join(self._some((*_MEANT, "", "\0"), 6))

    def operators(self) -> str:
        """Return what query languages know, balanced or not."""
        pieces = self._some((*_OPERATORS, *_OPERATORS, *_MEANT), 14)
        return self.dice.choice((" ", "")).join(pieces)

    def attack(self) -> str:
        """Return what some program takes for its own language."""
        return self.dice.choice((*_MEANT, "")) + self.dice.choice(_ATTACKS)

    def number(self) -> str:
        """Return what a program may take for a number."""
        return " ".join(self._some(_NUMBERS, 3))

    def limit(self) -> str:
        """Return limits in words, some of them of nothing."""
        values = (*_NUMBERS, "50", "7,50", "red", "lid", "€", "", "42")
        said = self.dice.choice(_LIMITS).format(*(self._some(values, 4) * 4))
        return f"{self.dice.choice((*_MEANT, ''))} {said}"

    def mixture(self) -> str:
        """Return pieces of everything."""
        pieces = (*_OPERATORS, *_ATTACKS, *_NUMBERS, *_EMOJI, *_SCRIPTS, *_SIGNS)
        return "".join(self._some((*pieces, *_MEANT), 12))

    def long(self) -> str:
        """Return ten thousand bytes and more of the same, or of all sorts."""
        piece = self.dice.choice(
            (
                "x",
                "1",
                "(",
                "a OR ",
                "\u0301",
                "tea ",
                "🫖",
                "\0",
                "te-",
                ".1",
                "€ ",
                "%",
            )
        )
        if self._may(0.4):
            piece = self.mixture() or "x"
        return (piece * (10_000 // len(piece) + 1))[:10_000]

    # --- addresses ------------------------------------------------------------

    def _parameter(self) -> tuple[str, str]:
        kind = self.dice.randrange(8)
        if kind < 3:
            return self.dice.choice(GROUPS), self._value()
        if kind == 3:
            return f"a.{self.text()[:200]}", self._value()
        if kind == 4:
            return self.dice.choice(("min", "max")), self._price()
        return self.dice.choice(
            (
                ("sort", self.dice.choice(_SORTS)),
                ("page", self.dice.choice(_PAGES)),
                ("exact", self.dice.choice(("1", "0", "x"))),
                ("in", self.dice.choice(_SCOPES)),
                ("all", "1"),
                ("not", f"{self.dice.choice(GROUPS)}={self._value()}"),
                ("not", self.text()[:200]),
                ("q", self.text()),
                (self.text()[:50], self.text()[:50]),
            )
        )

    def _value(self) -> str:
        known = ("kitchen", "kitchen/tea", "bakery", "Red", "yes", "free", "4.5", "3")
        return self.dice.choice((*known, *_NUMBERS, self.text()))

    def _price(self) -> str:
        return self.dice.choice((*_NUMBERS, "20", "19.99", "19,99", "€5", self.text()))

    def _quoted(self, text: str) -> str:
        as_bytes = text.encode("utf-8", "surrogatepass")
        if self._may(0.9):
            return quote_plus(as_bytes)
        # Not quoted at all, but for what parts the address.
        return quote_from_bytes(as_bytes, safe=bytes(range(128))).translate(
            str.maketrans({"&": "%26", "#": "%23", "\r": "%0D", "\n": "%0A"})
        )

    def _broken(self, whole: str) -> str:
        for _ in range(self.dice.randrange(1, 4)):
            place = self.dice.randrange(len(whole) + 1)
            scrap = self.dice.choice(
                (
                    "%",
                    "%%",
                    "%G1",
                    "%u0041",
                    "%C3",
                    "%FF",
                    "%00",
                    "\xff",
                    ";",
                    "&&",
                    "=",
                )
            )
            whole = whole[:place] + scrap + whole[place + self.dice.randrange(2) :]
        return whole

    def _some(self, pieces: Sequence[str], most: int) -> list[str]:
        return self.dice.choices(pieces, k=self.dice.randrange(1, most + 1))

    def _length(self) -> int:
        return self.dice.choice((1, 2, 5, 20, 60, 300))

    def _plain(self) -> int:
        return self.dice.randrange(32, 127)

    def _may(self, share: float) -> bool:
        return self.dice.random() < share
