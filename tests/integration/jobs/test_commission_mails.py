"""Who hears that a draft of the commission plans waits for a second person."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from marketplace.jobs import tasks
from tests.integration.jobs.letters import Folder, body
from tests.integration.jobs.test_claim_mails import folder
from tests.integration.payouts.drafting import ask, begin, operator, replayed
from tests.integration.payouts.market import NOW, make_seller

pytestmark = pytest.mark.django_db
__all__ = ["folder"]


def test_those_who_may_publish_a_draft_are_asked_to(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = NOW + timedelta(days=40)
    monkeypatch.setattr("marketplace.jobs.mails.letter.clock.now", lambda: later)
    writer, second = operator("writer@example.org"), operator("second@example.org")
    draft = begin(writer, make_seller())
    replayed(draft, writer)
    draft.refresh_from_db()

    ask(draft, writer)
    ask(draft, writer)
    for topic in ("commission.asked", "mail"):
        tasks.drain(topic, NOW)

    (mail,) = [each for each in folder.letters() if "commission" in each["Subject"]]
    assert (mail["To"], mail["Subject"]) == (
        second.email,
        "New commission plans wait for you",
    )
    # The market's clock may have been moved.
    assert parsedate_to_datetime(mail["Date"]) == later
    words = " ".join(body(mail, "plain").split())
    assert "Anna Peeters asks you to publish new commission plans" in words
    assert "Because you asked." in words
    assert "/office/plans/draft/" in words
