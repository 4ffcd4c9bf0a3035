"""A mail before it is drawn, and how it is sent."""

from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any

from css_inline import CSSInliner
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from marketplace.db import clock
from marketplace.jobs.mails.plain import plain_text

# Without the media rules a mail loses its dark half and its phone half.
_INLINER = CSSInliner(
    keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail to one address; `template` is a name below `mail/`.

    `language` is that of a reader without an account; nothing where it is not known.
    """

    to: str
    subject: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    language: str = ""


def deliver(letter: Letter, *, identity: str) -> None:
    """Draw a letter once and send it, the same in HTML and as plain text.

    `identity` becomes the message's id, so a mail program shows it once should it come
    twice.
    """
    with translation.override(letter.language or settings.LANGUAGE_CODE):
        context = {"subject": letter.subject, **letter.context}
        html = render_to_string(f"mail/{letter.template}.html", context)
        text = plain_text(html)
    mail = EmailMultiAlternatives(
        subject=" ".join(letter.subject.split()),
        body=text,
        to=[letter.to],
        headers={
            "Message-ID": f"<{identity}@{_domain()}>",
            # The market's hour: where its clock was moved, its mails are of that day.
            "Date": format_datetime(clock.now()),
        },
    )
    mail.attach_alternative(str(_INLINER.inline(html)), "text/html")
    mail.send()


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
