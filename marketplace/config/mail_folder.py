"""A folder instead of a mail server."""

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes each mail into a file of its own below EMAIL_FILE_PATH.

    Django's own parts the mails of a file by a line, which anybody can write.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the mails and return how many; whoever lists them sees whole ones."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for each in email_messages:
            unfinished = folder / f"{uuid4().hex}.part"
            unfinished.write_bytes(each.message().as_bytes())
            unfinished.rename(unfinished.with_suffix(".log"))
        return len(email_messages)
