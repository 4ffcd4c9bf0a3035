"""What `make run` does before the site starts."""

import pytest

from marketplace.config.run import prepare
from marketplace.db import clock
from marketplace.demo.load.past.stripe import PastStripe
from tests.servers import Sandbox


@pytest.mark.django_db
def test_a_first_start_that_was_broken_off_is_begun_anew(
    sandbox: Sandbox, settings, monkeypatch: pytest.MonkeyPatch
):
    past = PastStripe(at=clock.now())
    past.open_account(
        {
            "identity": {"country": "be", "entity_type": "company"},
            "contact_email": "brume@example.org",
            "display_name": "Brume",
            "metadata": {},
        }
    )
    past.send(settings.STRIPE_API_BASE)
    found = []
    monkeypatch.setattr(
        prepare,
        "call_command",
        lambda name, **_: found.append((name, len(sandbox.get("accounts")["data"]))),
    )

    prepare.main(with_demo=True)

    assert found == [("migrate", 1), ("demo_load", 0)]
