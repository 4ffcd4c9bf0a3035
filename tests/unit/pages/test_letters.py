"""The check of mails finds what programs drop or cut."""

from email.message import EmailMessage

import pytest

from tests.pages.letters import MOST_BYTES, letter_faults

HTML = """<!doctype html><html lang="en"><head><title>Sent</title></head><body>
<table><tbody><tr><td class="pad" style="padding: 9px">
<img src="https://example.org/a.png" width="48" alt="A teapot">
<p>It left. <a href="https://example.org/o">Follow it</a></p>
</td></tr></tbody></table></body></html>"""
PLAIN = "It left. Follow it (https://example.org/o)\n"
BROKEN = {
    "an unclosed tag": ("<p>It", "<p><b>It"),
    "a picture without words": (' alt="A teapot"', ""),
    "a picture without width": (' width="48"', ""),
    "a picture too wide": ('width="48"', 'width="900"'),
    "a style of the head alone": (' style="padding: 9px"', ""),
    "a link to nowhere": ('"https://example.org/o"', '"/o"'),
    "a link that plain readers lack": ("/o", "/other"),
    "a form": ("<p>It", "<form></form><p>It"),
    "a long mail": ("It left.", "It left. " * (MOST_BYTES // 8)),
}


def mail(plain: str, html: str) -> EmailMessage:
    found = EmailMessage()
    found.set_content(plain)
    if html:
        found.add_alternative(html, subtype="html")
    return found


def test_a_sound_mail_has_no_fault():
    assert letter_faults(mail(PLAIN, HTML)) == []


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_found(name: str):
    before, after = BROKEN[name]
    assert before in HTML

    assert letter_faults(mail(PLAIN, HTML.replace(before, after, 1))) != []


@pytest.mark.parametrize(("plain", "html"), [(" \n", HTML), (PLAIN, "")])
def test_half_a_mail_is_found(plain: str, html: str):
    assert len(letter_faults(mail(plain, html))) == 1
