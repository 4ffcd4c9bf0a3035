"""The plain twin of a mail, made from its HTML so that both say the same."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "h1", "h2", "h3", "tr", "table", "ul", "ol", "div", "main"})
_UNSEEN = frozenset({"head", "style", "script", "title"})
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


class _Reader(HTMLParser):
    """Collects what a reader sees: words, a line for each block, links with address."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line for a block, a space for a cell; remember where links go."""
        given = dict(attrs)
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br" or tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag == "td":
            self.pieces.append(" ")
        elif tag == "li":
            self.pieces.append("\n- ")
        elif tag == "a":
            self.pieces.append(f"{given.get('aria-label') or ''} ")
            self._links.append(given.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        """End a block with a line; put a link's address behind its words."""
        if tag in _UNSEEN:
            self._unseen -= 1
        elif tag in {"p", "h1", "h2", "h3", "table"}:
            self.pieces.append("\n")
        elif tag == "a" and self._links:
            address = self._links.pop()
            self.pieces.append(f" ({address})" if address else "")

    def handle_data(self, data: str) -> None:
        """Keep words that are seen."""
        if not self._unseen:
            self.pieces.append(data.replace("\n", " "))


def plain_text(html: str) -> str:
    """Return what a mail says as text: a line a block, addresses in brackets."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [
        _SPACES.sub(" ", line).strip() for line in "".join(reader.pieces).split("\n")
    ]
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip() + "\n"
