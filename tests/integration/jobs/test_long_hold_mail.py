"""Who hears that money is held for too long."""

from datetime import timedelta

import pytest

from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.jobs import sweeps, tasks
from payouts.models import Settlement
from tests.integration.fulfilment.test_parcels_money import DAY, arrive, sell, send
from tests.integration.jobs.letters import Folder, body
from tests.integration.jobs.test_claim_mails import folder, marc
from tests.integration.sale import PLACED_AT, Sale
from vendors.models import Vendor

pytestmark = pytest.mark.django_db
__all__ = ["folder", "marc"]


def test_finance_hears_once_what_is_held_and_until_when(
    sale: Sale, folder: Folder, marc: str
):
    paid_at = Settlement.objects.get().paid_at
    assert paid_at is not None
    for days in (74, 75, 76):
        sweeps.long_holds(paid_at + timedelta(days=days))

    tasks.drain("mail", paid_at + timedelta(days=77))

    (mail,) = [each for each in folder.letters() if "held" in each["Subject"]]
    assert (mail["To"], mail["Subject"]) == (
        marc,
        f"Money of order {sale.part.number} is held for too long",
    )
    end = f"{paid_at + timedelta(days=85):%-d %B %Y}"
    words = " ".join(body(mail, "plain").split())
    assert f"On {end} what has not left goes back to the buyer" in words
    assert "/office/holds/" in words


def test_finance_hears_that_a_suspension_keeps_money_and_what_to_do(
    folder: Folder, marc: str
):
    sale = sell({"Table": (6000, 1)}, shipping=0)
    Vendor.objects.filter(pk=sale.part.vendor_id).update(state="suspended")
    arrive(send(sale, 1), PLACED_AT + DAY)
    confirm_receipt(part=sale.part, now=PLACED_AT + 2 * DAY)
    for days in (74, 75, 76):
        sweeps.long_holds(PLACED_AT + days * DAY)

    tasks.drain("mail", PLACED_AT + 77 * DAY)

    (mail,) = [each for each in folder.letters() if each["To"] == marc]
    assert mail["Subject"] == f"Money of order {sale.part.number} is held for too long"
    words = " ".join(body(mail, "plain").split())
    assert "its shop is suspended" in words
    assert "Open the shop again to pay it, or refund the buyer." in words
    assert "what has not left goes back to the buyer" not in words
    assert "/office/holds/" in words
