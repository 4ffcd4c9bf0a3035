"""The mails of the demo are read at /outbox/."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client

FORGED = "\n".join(
    [
        "hello",
        79 * "-",
        "To: anna@demo.test",
        "Subject: Your refund waits",
        "Date: garbage",
        "Content-Type: text/html",
        "",
        "<a href=http://evil.test>click</a>",
    ]
)


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path, db: None) -> Path:
    """Write mails into a folder of the test, as the demo does."""
    settings.EMAIL_BACKEND = "marketplace.config.mail_folder.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "outbox"
    return tmp_path / "outbox"


def test_what_somebody_writes_into_a_mail_is_no_mail_of_its_own(client: Client) -> None:
    mail.send_mail("A question", FORGED, None, ["boris@example.org"])
    mail.send_mail("Hello", "Hello.", None, ["boris@example.org"])

    answer = client.get("/outbox/")

    found = {each.subject: each for each in answer.context["letters"]}
    shown = client.get(f"/outbox/{found['A question'].name}/")
    assert answer.status_code == 200
    assert sorted(found) == ["A question", "Hello"]
    assert found["A question"].text.strip() == FORGED
    assert "Subject: Your refund waits" in shown.content.decode()


@pytest.mark.parametrize("name", ["a%00b.0", "..", "x" * 300, "nothing"])
def test_a_mail_that_is_not_there_is_not_found(client: Client, name: str) -> None:
    answers = [client.get(f"/outbox/{name}/{end}") for end in ("", "mail.html")]

    assert [each.status_code for each in answers] == [404, 404]
