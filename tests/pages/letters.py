"""Checks of a mail: what mail programs cut off, drop or do not show."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from xml.etree.ElementTree import Element

import html5lib

# Programs cut a longer one off.
MOST_BYTES = 100_000
_SPACE = "{http://www.w3.org/1999/xhtml}"
_WIDTH = 600
# Elements whose look comes from a class alone are bare where the head is dropped.
_DRAWN = {"h1", "a", "td"}
_ADDRESS = re.compile(r"https?://[^\s)]+")


def letter_faults(mail: EmailMessage) -> list[str]:
    """Return what is wrong with a mail's form, in words."""
    plain, html = _content(mail, "plain"), _content(mail, "html")
    if not plain.strip():
        return ["no plain text"]
    if not html:
        return ["no HTML"]
    parser = html5lib.HTMLParser()
    root = parser.parse(html)
    return [
        *(f"HTML: {code} at {where}" for where, code, _ in parser.errors),
        *_size_faults(html),
        *_picture_faults(root),
        *_style_faults(root),
        *_link_faults(root, plain),
    ]


def _content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _size_faults(html: str) -> Iterator[str]:
    if len(html.encode()) > MOST_BYTES:
        yield f"{len(html.encode())} bytes"


def _picture_faults(root: Element) -> Iterator[str]:
    for picture in root.iter(_SPACE + "img"):
        if picture.get("alt") is None:
            yield f"no words for {picture.get('src')}"
        width = picture.get("width", "")
        if not width.isdigit() or int(width) > _WIDTH:
            yield f"a picture {width or 'without a width'}"


def _style_faults(root: Element) -> Iterator[str]:
    for each in root.iter():
        name = str(each.tag).removeprefix(_SPACE)
        if name in _DRAWN and each.get("class") and not each.get("style"):
            yield f"{name} of {each.get('class')} is drawn by the head alone"
        if name in {"script", "link", "form", "iframe"}:
            yield f"mail programs drop {name}"


def _link_faults(root: Element, plain: str) -> Iterator[str]:
    told = set(_ADDRESS.findall(plain))
    for link in root.iter(_SPACE + "a"):
        address = link.get("href", "")
        if not address.startswith(("https://", "http://", "mailto:")):
            yield f"{address} leads nowhere from a mail"
        elif address.startswith("http") and address not in told and _is_named(link):
            yield f"{address} is not in the plain text"


def _is_named(link: Element) -> bool:
    """Tell whether a link has words; one around a picture repeats another."""
    return bool("".join(link.itertext()).strip())
