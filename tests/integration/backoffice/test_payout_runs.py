"""The office's pages of runs, adjustments and payments at the bank."""

import re
import xml.etree.ElementTree as ET

import pytest
from django.urls import reverse

from frontend.backoffice import runs
from marketplace.db import clock
from marketplace.db.models import AuditEvent
from payouts.models import (
    Adjustment,
    BankBatch,
    PayoutRun,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.services.sending import send_at_most
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.enter import enter_in
from tests.integration.payouts.market import Item, make_seller, set_default_plan
from tests.integration.payouts.test_release import sold
from tests.integration.payouts.test_sending import receive
from vendors.models import Vendor

pytestmark = pytest.mark.django_db
IBAN = "BE68 5390 0754 7034"
OTHER = "FR1420041010050500013M02606"


def released(minor: int = 12_345, *, in_runs, vendor: Vendor | None = None) -> Vendor:
    """Sell something and release its money, which then waits for a run."""
    in_runs.TRANSFERS = "runs"
    set_default_plan(bps=0)
    vendor = vendor or make_seller()
    receive(sold(vendor, Item(minor)))
    return vendor


def words_of(html: str) -> str:
    """Return the words of a page, a blank between each two."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_wrong_total_is_said_and_sends_nothing(as_operator: SignedIn, settings):
    released(in_runs=settings)
    marc = as_operator("finance")
    marc.post(reverse("office-runs"), {"currency": "EUR"})
    run = PayoutRun.objects.get()

    answer = marc.post(
        reverse("office-run", args=[run.pk]),
        {"do": "approve", "whole": "124"},
        follow=True,
    )

    assert "not the total of this run" in answer.content.decode()
    assert PayoutRun.objects.get().state == "prepared"


def test_letters_for_a_total_are_refused_on_the_page(as_operator: SignedIn, settings):
    released(in_runs=settings)
    marc = as_operator("finance")
    marc.post(reverse("office-runs"), {"currency": "EUR"})

    page = reverse("office-run", args=[PayoutRun.objects.get().pk])
    answer = marc.post(page, {"do": "approve", "whole": "all of it"})

    assert answer.status_code == 422
    assert "Enter a whole number" in answer.content.decode()


def test_a_run_is_given_up_with_a_reason_that_is_kept(as_operator: SignedIn, settings):
    released(in_runs=settings)
    marc = as_operator("finance")
    marc.post(reverse("office-runs"), {"currency": "EUR"})
    page = reverse("office-run", args=[PayoutRun.objects.get().pk])

    without = marc.post(page, {"do": "cancel", "reason": " "}, follow=True)
    kept = PayoutRun.objects.get().state
    marc.post(page, {"do": "cancel", "reason": "A refund comes first."})

    assert "Say why, in a few words." in without.text
    assert kept == "prepared"
    assert PayoutRun.objects.get().state == "cancelled"
    event = AuditEvent.objects.get(action="run.cancelled")
    assert event.reason == "A refund comes first."


def test_two_people_approve_a_run_on_its_page(as_operator: SignedIn, settings):
    released(in_runs=settings)
    marc, ines = as_operator("finance"), as_operator("finance")
    marc.post(reverse("office-runs"), {"currency": "EUR"})
    page = reverse("office-run", args=[PayoutRun.objects.get().pk])

    marc.post(page, {"do": "approve", "whole": "123"})
    waits = marc.get(page).content.decode()
    for _click in range(2):
        ines.post(page, {"do": "approve", "whole": "123"})

    assert "A second person has to look at it" in waits
    assert [row.amount_minor for row in VendorTransfer.objects.all()] == [12_345]
    trail = AuditEvent.objects.filter(action__startswith="run.").order_by("pk")
    assert [event.action for event in trail] == [
        "run.prepared",
        "run.approved",
        "run.executed",
    ]
    done = ines.get(page).text
    assert "Paid €0.00" in words_of(done)
    assert "On its way €123.45" in words_of(done)
    assert "Every transfer is matched" not in done
    listed = ines.get(reverse("office-runs")).text
    assert page in listed
    assert "On its way" in listed


def test_a_run_says_where_less_is_due_by_now_than_it_promises(
    as_operator: SignedIn, settings
):
    vendor = released(in_runs=settings)
    marc = as_operator("finance")
    marc.post(reverse("office-runs"), {"currency": "EUR"})
    page = reverse("office-run", args=[PayoutRun.objects.get().pk])
    fresh = words_of(marc.get(page).text)
    settings.TRANSFERS = "at_once"
    send_at_most(caps={(vendor.pk, "EUR"): 12_000}, now=clock.now())

    stale = words_of(marc.get(page).text)

    assert "by now" not in fresh
    assert "Only €3.45 is due by now" in stale
    assert "1 seller is due less by now than this run says" in stale


def test_a_run_is_counted_for_whoever_may_approve_it(as_operator: SignedIn, settings):
    released(in_runs=settings)
    marc, ines, support = (
        as_operator(role) for role in ("finance", "finance", "support")
    )
    marc.post(reverse("office-runs"), {"currency": "EUR"})
    page = reverse("office-run", args=[PayoutRun.objects.get().pk])
    home, counted = reverse("office-home"), []

    for _ in range(2):
        seen = [each.get(home).context for each in (marc, ines, support)]
        counted.append([each["counts"]["runs"] for each in seen])
        marc.post(page, {"do": "approve", "whole": "123"})

    assert counted == [[0, 0, 0], [0, 1, 0]]
    titles = [str(queue.title) for queue, _tone, _age in seen[1]["queues"]]
    assert "Payout run to approve" in titles


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("done", "€123.45 Sent"),
        ("failed", "€0.00 Refused by the provider"),
        ("withdrawn", "€0.00 Given up"),
    ],
)
def test_a_run_has_paid_what_the_provider_took(
    as_operator: SignedIn, settings, state: str, words: str
):
    released(in_runs=settings)
    marc, ines = as_operator("finance"), as_operator("finance")
    marc.post(reverse("office-runs"), {"currency": "EUR"})
    page = reverse("office-run", args=[PayoutRun.objects.get().pk])
    for client in (marc, ines):
        client.post(page, {"do": "approve", "whole": "123"})

    VendorTransfer.objects.update(state=state)

    assert words in words_of(ines.get(page).text)


def test_a_run_that_could_send_nothing_says_so_everywhere(
    as_operator: SignedIn, settings
):
    vendor = released(in_runs=settings)
    marc, ines = as_operator("finance"), as_operator("finance")
    marc.post(reverse("office-runs"), {"currency": "EUR"})
    page = reverse("office-run", args=[PayoutRun.objects.get().pk])
    marc.post(page, {"do": "approve", "whole": "123"})
    account = VendorPayoutAccount.objects.filter(vendor=vendor)
    account.update(recipient_status="restricted")

    done = ines.post(page, {"do": "approve", "whole": "123"}, follow=True).text

    assert "Approved, but nothing could be sent" in done
    assert "Not sent: Stripe asks for more" in words_of(done)
    assert "Approved €123.45 Paid €0.00" in words_of(done)
    assert "Every transfer is matched" not in done
    assert "Executed" not in done
    assert "Nothing left" in ines.get(reverse("office-runs")).text
    sheet = ines.get(reverse("office-run-csv", args=[PayoutRun.objects.get().pk])).text
    assert sheet.splitlines()[1].endswith(",0.00,,yes,0.00,0.00,not_payable")


def test_sellers_are_chosen_page_by_page(
    as_operator: SignedIn, settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runs, "_PER_PAGE", 1)
    released(in_runs=settings)
    second = released(6_000, in_runs=settings, vendor=make_seller("Bindery"))
    marc = as_operator("finance")
    marc.post(reverse("office-runs"), {"currency": "EUR"})
    page = reverse("office-run", args=[PayoutRun.objects.get().pk])

    shown = marc.get(f"{page}?page=2").text
    answer = marc.post(f"{page}?page=2", {"do": "choose", "shown": [second.pk]})

    assert f'name="shown" value="{second.pk}"' in shown
    assert shown.count('name="shown"') == 1
    assert enter_in(shown, "shown") == "="
    assert answer["Location"] == f"{page}?page=2"
    chosen = PayoutRun.objects.get().items.filter(is_included=True)
    assert [item.due_minor for item in chosen] == [12_345]


@pytest.mark.parametrize(
    ("pays_all_the_same", "words"),
    [
        (True, "1 seller below zero at the provider is paid all the same."),
        (False, "No seller below zero is paid"),
    ],
)
def test_a_run_says_whom_it_pays_below_zero(
    as_operator: SignedIn, settings, *, pays_all_the_same: bool, words: str
):
    released(in_runs=settings)
    red = released(in_runs=settings, vendor=make_seller("Bindery"))
    VendorPayoutAccount.objects.filter(vendor=red).update(
        stripe_balances={"EUR": -500}, is_paid_in_the_red=pays_all_the_same
    )
    marc = as_operator("finance")

    page = marc.post(reverse("office-runs"), {"currency": "EUR"}, follow=True)

    assert words in page.text


@pytest.mark.parametrize("currency", ["EUR", "\0"])
def test_nothing_due_is_said(as_operator: SignedIn, currency: str):
    answer = as_operator("finance").post(
        reverse("office-runs"), {"currency": currency}, follow=True
    )

    assert "Nothing is due in" in answer.content.decode()


def test_a_fine_above_the_limit_waits_for_somebody_else(as_operator: SignedIn):
    vendor = make_seller()
    marc, ines = as_operator("finance"), as_operator("finance")
    form = {
        "seller": vendor.handle,
        "kind": "fine",
        "amount": "90.00",
        "reason": "Sent late three times",
        "token": "one",
    }

    for _click in range(2):
        marc.post(reverse("office-adjustments"), form)
    row = Adjustment.objects.get()
    decide = reverse("office-adjustment-decide", args=[row.pk])
    own = marc.post(decide, {"do": "approve"}, follow=True)
    ines.post(decide, {"do": "approve"})

    row.refresh_from_db()
    assert "Somebody else has to approve it" in own.content.decode()
    assert (row.amount_minor, row.state) == (-9000, "booked")
    pages = [
        ines.get(reverse("office-adjustments"), query).text
        for query in ({}, {"kind": "fine"}, {"kind": "credit"})
    ]
    assert ["Sent late three times" in page for page in pages] == [True, True, False]
    assert "No adjustment is like that" in pages[-1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seller": "nobody"}, "There is no such shop."),
        ({"amount": "0"}, "greater than or equal to 0.01"),
        ({"reason": ""}, "This field is required"),
        ({"order": "NOSUCH-1"}, "This shop has no such order"),
        ({"kind": "write_off"}, "The seller owes less than that"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(
    as_operator: SignedIn, change: dict[str, str], words: str
):
    form = {
        "seller": make_seller().handle,
        "kind": "fine",
        "amount": "10",
        "reason": "Late",
        "token": "one",
    }

    answer = as_operator("finance").post(
        reverse("office-adjustments"), {**form, **change}
    )

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize("of", ["part", "order"])
def test_an_adjustment_is_about_a_sale_by_either_number(as_operator: SignedIn, of: str):
    set_default_plan(bps=0)
    vendor = make_seller()
    sale = sold(vendor, Item(12_345))
    receive(sale)
    number = sale.vendor_order.number if of == "part" else sale.order.number
    form = {
        "seller": vendor.handle,
        "kind": "fine",
        "amount": "10",
        "reason": "Late",
        "order": f"#{number.lower()}",
        "token": "one",
    }

    answer = as_operator("finance").post(reverse("office-adjustments"), form)

    assert answer.status_code == 302
    assert Adjustment.objects.get().settlement_id == sale.pk


def test_a_seller_is_paid_at_the_bank_from_a_file(as_operator: SignedIn, settings):
    vendor = make_seller("Grocer", account=None)
    marc, ines = as_operator("finance"), as_operator("finance")
    marc.post(
        reverse("office-bank"),
        {
            "do": "account",
            "seller": vendor.handle,
            "holder": "Épicerie & Fils",
            "iban": IBAN,
        },
    )
    set_default_plan(bps=0)
    receive(sold(vendor, Item(12_345)))

    marc.post(reverse("office-bank"), {"currency": "EUR"})
    batch = BankBatch.objects.get()
    page = reverse("office-bank-batch", args=[batch.pk])
    # Another account, while the batch is prepared, is for the next.
    moved = {"do": "account", "seller": vendor.handle, "holder": "X", "iban": OTHER}
    marc.post(reverse("office-bank"), moved)
    file = marc.get(reverse("office-bank-file", args=[batch.pk]))
    own = marc.post(page, {"reference": "X", "seen_minor": "12345"}, follow=True)
    ines.post(page, {"reference": "2026/331", "seen_minor": "12345"})

    texts = {
        each.tag.rpartition("}")[2]: each.text
        for each in ET.fromstring(file.content).iter()
    }
    sums = [texts[tag] for tag in ("CtrlSum", "InstdAmt", "NbOfTxs")]
    assert sums == ["123.45", "123.45", "1"]
    assert texts["IBAN"] == "BE68539007547034"
    assert texts["Nm"] == "Epicerie + Fils"
    assert "BE68539007547034" in own.content.decode()
    assert "Somebody else confirms" in own.content.decode()
    assert VendorTransfer.objects.get().state == "done"
    batch.refresh_from_db()
    assert batch.reference == "2026/331"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"iban": "BE68539007547035"}, "This is no IBAN"),
        ({"bic": "GEBA\vBB"}, "This is no BIC"),
        ({"bic": "GEBABEBB1"}, "This is no BIC"),
    ],
)
def test_an_account_that_is_none_is_said(
    as_operator: SignedIn, change: dict[str, str], words: str
):
    vendor = make_seller(account=None)
    form = {"do": "account", "seller": vendor.handle, "holder": "N", "iban": IBAN}

    answer = as_operator("finance").post(reverse("office-bank"), {**form, **change})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not VendorPayoutAccount.objects.exists()


def test_a_run_that_never_was_is_not_found(as_operator: SignedIn):
    answer = as_operator("finance").get(reverse("office-run", args=[404]))

    assert answer.status_code == 404
