"""Papers that shops send with an application, drawn so that they can be looked at."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from time import gmtime

from PIL import Image, ImageDraw, ImageFont

_SIZE, _MARGIN = (840, 1188), 80
_PAPER, _INK, _RULE = (251, 250, 247), (52, 47, 41), (185, 178, 166)
_HEAD, _TEXT, _LEADING = 40, 26, 52
# What is left of a page that was laid askew on the glass.
_CUT_AT = 330


def paper(name: str, lines: Sequence[str], *, is_cut: bool = False) -> bytes:
    """Draw a page with a head, lines of words and rules; a PDF if its name says so."""
    page = Image.new("RGB", _SIZE, _PAPER)
    draw = ImageDraw.Draw(page)
    head, *words = lines
    draw.text((_MARGIN, _MARGIN), head, _INK, ImageFont.load_default(_HEAD))
    draw.line((_MARGIN, 150, _SIZE[0] - _MARGIN, 150), _RULE, 4)
    for number, line in enumerate(words):
        place = (_MARGIN, 190 + number * _LEADING)
        draw.text(place, line, _INK, ImageFont.load_default(_TEXT))
    begin = 220 + len(words) * _LEADING
    for number, y in enumerate(range(begin, _SIZE[1] - _MARGIN, _LEADING)):
        end = _SIZE[0] - _MARGIN - number % 4 * 90
        draw.line((_MARGIN, y, end, y), _RULE, 5)
    if is_cut:
        page = page.crop((0, 0, _SIZE[0], _CUT_AT))
    kept = BytesIO()
    # Without a moment of its own: the same paper of two shops is the same to the byte.
    moments = {"creationDate": gmtime(0), "modDate": gmtime(0)}
    page.save(kept, Path(name).suffix.removeprefix(".").upper(), **moments)
    return kept.getvalue()
