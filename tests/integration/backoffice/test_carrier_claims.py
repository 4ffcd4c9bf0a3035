"""The carrier bears it: decided with a problem, claimed, and closed by a person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from frontend.backoffice.counts import every_queue
from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db.models import AuditEvent
from marketplace.flows import resolve_problem
from marketplace.flows.claim_from_carrier import CarrierClaimRefusedError
from marketplace.flows.report_problem import report_problem
from marketplace.flows.ship_parcel import ship_parcel
from payouts.models import CarrierClaim, LedgerTransaction, RefundRequest, Settlement
from support.models import Problem
from support.selectors.conversation import messages_of
from support.services.problems import Report
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.payouts.test_carrier_claims import never_made
from tests.integration.sale import Sale, make_offer, make_seller, moment, pay_for
from vendors.services.fulfilment import Dispatch

NOW = moment("2026-11-24 09:12")
pytestmark = pytest.mark.django_db


def sell(name: str = "Bakery") -> Sale:
    """Sell two loaves for 9.00 and 4.90 delivery, sent by bpost."""
    seller = make_seller(name)
    sale = pay_for({seller: {make_offer(seller, "Loaf", cents=450): 2}})
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)
    return sale


@pytest.fixture
def sale() -> Sale:
    return sell()


@pytest.fixture
def problem(sale: Sale) -> Problem:
    return report_about(sale)


def report_about(sale: Sale) -> Problem:
    about = Report(
        kind=Problem.Kind.DAMAGED, text="Flat.", quantities={sale.lines[0].pk: 1}
    )
    return report_problem(part=sale.part, report=about, now=NOW)


def decide(
    client: Client, problem: Problem, amount: str, *, parcel: str = ""
) -> HttpResponse:
    parcel = parcel or problem.vendor_order.parcels.get().public_id
    return client.post(
        reverse("office-problem", args=[problem.public_id]),
        {
            "rule": "D-9",
            "decision": "The carton was pushed in.",
            "how": "refund_part",
            "amount": amount,
            "bearer": f"carrier:{parcel}",
        },
    )


@pytest.fixture
def claim(problem: Problem, as_operator: SignedIn) -> CarrierClaim:
    decide(as_operator("administrator"), problem, "6.40")
    return CarrierClaim.objects.get()


def page_of(claim: CarrierClaim) -> str:
    return reverse("office-carrier-claim", args=[claim.public_id])


def close(client: Client, claim: CarrierClaim, how: str, **typed: str) -> HttpResponse:
    sent = {"how": how, "reason": "Mail of the 30th.", "is_sure": "on", "seen": "0"}
    sent |= typed
    return client.post(page_of(claim), sent)


def deeds() -> list[str]:
    events = AuditEvent.objects.filter(action__startswith="carrier_claim.")
    return list(events.order_by("pk").values_list("action", flat=True))


def test_the_carrier_bears_it_and_the_seller_keeps_the_sale(
    problem: Problem, as_operator: SignedIn
):
    client = as_operator("administrator")

    shown = client.get(reverse("office-problem", args=[problem.public_id]))
    answer = decide(client, problem, "13.90")
    late = decide(client, problem, "1.00")

    claim, request = CarrierClaim.objects.get(), RefundRequest.objects.get()
    settlement = Settlement.objects.get()
    problem.refresh_from_db()
    told = [str(each) for each in get_messages(late.wsgi_request)]
    assert "The carrier, claim against bpost 3232051288400117" in shown.text
    assert answer.status_code == 302
    assert "This has been settled already: Refunded." in told
    assert (problem.state, settlement.reversed_net_minor) == ("refunded", 0)
    assert settlement.state == "held"
    assert (claim.refund, claim.amount_minor, claim.state) == (request, 1390, "open")
    assert (request.bearer, request.cash_minor) == ("platform", 1390)
    assert deeds() == ["carrier_claim.opened"]
    said = list(messages_of(problem.vendor_order_id))[-1]
    assert "the seller keeps the sale. The carton was pushed in." in said.words


def test_a_parcel_without_a_number_is_named_by_its_carrier_alone(
    sale: Sale, problem: Problem, as_operator: SignedIn
):
    sale.part.parcels.update(tracking_number="")
    client = as_operator("administrator")

    shown = client.get(reverse("office-problem", args=[problem.public_id]))

    bearers = [words for _value, words in shown.context["form"]["bearer"].field.choices]
    assert "The carrier, claim against bpost" in bearers


def test_what_is_refused_of_the_bearer_is_said_there(
    problem: Problem, as_operator: SignedIn, monkeypatch: pytest.MonkeyPatch
):
    def refuse(**_asked: object) -> None:
        raise CarrierClaimRefusedError("Not this parcel.", field="bearer")

    monkeypatch.setattr(resolve_problem, "claim_from_carrier", refuse)

    answer = decide(as_operator("administrator"), problem, "6.40")

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"bearer": ["Not this parcel."]}


def test_a_claim_is_late_from_the_day_that_was_set_when_it_was_opened(
    claim: CarrierClaim,
):
    # The triggers keep a claim as it was opened: the clock moves instead.
    viewer = Viewer(operator_permissions=frozenset({OperatorPermission.FINANCE}))
    queue = every_queue(viewer)["claims"]

    tones = [
        queue.tone(claim.due_at + timedelta(hours=hours)) for hours in (-1000, -1, 1)
    ]

    assert queue.due == claim.due_at
    assert tones == ["good", "warn", "bad"]
    longer = replace(queue, oldest=claim.opened_at - timedelta(days=90))
    assert longer.tone(claim.due_at - timedelta(hours=1)) == "warn"


def test_what_the_buyer_never_got_can_only_be_given_up(
    claim: CarrierClaim, as_operator: SignedIn
):
    client = as_operator("finance")
    never_made(claim)

    shown = client.get(page_of(claim)).text
    paid = close(client, claim, "paid", amount="6.40")
    queue = client.get(reverse("office-carrier-claims")).text
    given_up = close(client, claim, "given_up")

    assert "The buyer got" not in shown
    assert "nothing is claimed for it" in shown
    assert "Record the payment" not in shown
    assert (paid.status_code, given_up.status_code) == (422, 302)
    assert "Claims without a refund" in queue


@pytest.mark.parametrize(
    ("state", "words", "in_the_problem"),
    [
        ("refused", "Refund never made", "the refund was never made"),
        ("refund_failed", "Refund came back", "the refund came back"),
    ],
)
def test_a_claim_whose_refund_did_not_arrive_says_so_everywhere(
    claim: CarrierClaim,
    as_operator: SignedIn,
    state: str,
    words: str,
    in_the_problem: str,
):
    RefundRequest.objects.filter(pk=claim.refund_id).update(state=state)
    client = as_operator("administrator")
    problem = Problem.objects.get()

    own = client.get(page_of(claim)).text
    listed = client.get(reverse("office-carrier-claims")).text
    decided = client.get(reverse("office-problem", args=[problem.public_id])).text

    assert [words in own, words in listed] == [True, True]
    assert in_the_problem in decided
    assert f"{words}</span>" in own
    close(client, claim, "given_up")
    assert f"{words}</span>" not in client.get(page_of(claim)).text


def test_more_than_was_paid_is_claimed_from_nobody(
    problem: Problem, as_operator: SignedIn
):
    answer = decide(as_operator("administrator"), problem, "13.91")

    problem.refresh_from_db()
    assert answer.status_code == 422
    assert (problem.state, CarrierClaim.objects.count()) == ("open", 0)
    assert RefundRequest.objects.count() == 0


def test_the_carrier_of_another_parcel_bears_nothing(
    problem: Problem, as_operator: SignedIn
):
    other = sell("Mill").part.parcels.get().public_id

    answer = decide(as_operator("administrator"), problem, "3.00", parcel=other)

    problem.refresh_from_db()
    assert answer.status_code == 422
    assert (problem.state, CarrierClaim.objects.count()) == ("open", 0)


def test_support_alone_lets_no_carrier_bear_it(problem: Problem, as_operator: SignedIn):
    client = as_operator("support")

    shown = client.get(reverse("office-problem", args=[problem.public_id]))
    answer = decide(client, problem, "3.00")

    assert "claim against" not in shown.text
    assert answer.status_code == 422
    assert CarrierClaim.objects.count() == 0


def test_the_problem_says_what_is_claimed(claim: CarrierClaim, as_operator: SignedIn):
    where = reverse("office-problem", args=[Problem.objects.get().public_id])

    by_money = as_operator("administrator").get(where).text
    by_support = as_operator("support").get(where).text

    assert "Claim against bpost, €6.40" in by_money
    assert "open, due" in by_money
    assert page_of(claim) in by_money
    assert "Claim against bpost, €6.40" in by_support
    assert page_of(claim) not in by_support


def test_what_a_carrier_paid_is_booked_once_however_often_it_is_sent(
    claim: CarrierClaim, as_operator: SignedIn
):
    client = as_operator("finance")

    answers = [close(client, claim, "paid", amount="4.00") for _ in range(2)]
    late = close(client, claim, "paid", amount="6.40")
    shown = client.get(page_of(claim))

    claim.refresh_from_db()
    told = [str(each) for each in get_messages(late.wsgi_request)]
    assert [answer.status_code for answer in (*answers, late)] == [302, 302, 302]
    assert "This claim is closed already: Paid." in told
    assert (claim.state, claim.received_minor) == ("paid", 400)
    assert LedgerTransaction.objects.filter(kind="carrier_paid").count() == 1
    assert deeds() == ["carrier_claim.opened", "carrier_claim.paid"]
    assert "€4.00" in shown.text
    assert shown.context["claim"].left_minor == 240


@pytest.mark.parametrize(
    ("how", "deed"),
    [("refused", "carrier_claim.refused"), ("given_up", "carrier_claim.given_up")],
)
def test_a_claim_without_hope_is_closed_with_a_reason(
    claim: CarrierClaim, as_operator: SignedIn, how: str, deed: str
):
    client = as_operator("finance")

    without = close(client, claim, how, reason="")
    answer = close(client, claim, how)

    claim.refresh_from_db()
    assert (without.status_code, answer.status_code) == (422, 302)
    assert (claim.state, claim.reason) == (how, "Mail of the 30th.")
    assert not LedgerTransaction.objects.filter(kind="carrier_paid").exists()
    assert deeds() == ["carrier_claim.opened", deed]


@pytest.mark.parametrize(
    ("how", "typed", "words"),
    [
        ("paid", {"amount": "6.41"}, "6.40"),
        ("paid", {"amount": "0"}, "0.01"),
        ("paid", {"amount": "1.00", "is_sure": ""}, "Tick this"),
        ("whatever", {}, "Choose how it ends."),
    ],
)
def test_what_does_not_add_up_stays_open(
    claim: CarrierClaim,
    as_operator: SignedIn,
    how: str,
    typed: dict[str, str],
    words: str,
):
    answer = close(as_operator("finance"), claim, how, **typed)

    claim.refresh_from_db()
    assert answer.status_code == 422
    assert words in answer.text
    assert claim.is_open


def test_what_was_closed_wrongly_is_opened_again_with_a_reason(
    claim: CarrierClaim, as_operator: SignedIn
):
    client = as_operator("finance")
    close(client, claim, "paid", amount="4.00")

    without = close(client, claim, "reopen", reason="")
    answers = [close(client, claim, "reopen") for _ in range(2)]
    stale = close(client, claim, "paid", amount="4.00")
    again = close(client, claim, "paid", amount="4.60", seen="1")

    claim.refresh_from_db()
    told = [str(each) for each in get_messages(stale.wsgi_request)]
    assert (without.status_code, again.status_code) == (422, 302)
    assert [answer.status_code for answer in (*answers, stale)] == [302, 302, 302]
    assert any("opened this claim again meanwhile" in each for each in told)
    assert (claim.state, claim.received_minor) == ("paid", 460)
    assert deeds() == [
        f"carrier_claim.{deed}" for deed in ("opened", "paid", "reopened", "paid")
    ]
    assert "Open it again" in client.get(page_of(claim)).text


def test_the_carriers_reference_is_written_down_once(
    claim: CarrierClaim, as_operator: SignedIn
):
    client = as_operator("finance")

    for _ in range(2):
        client.post(page_of(claim), {"how": "name", "reference": "BP-7741"})

    claim.refresh_from_db()
    assert claim.reference == "BP-7741"
    assert deeds() == ["carrier_claim.opened", "carrier_claim.named"]


def test_the_list_says_what_is_open_and_since_when(
    claim: CarrierClaim, as_operator: SignedIn
):
    client, queue = as_operator("finance"), reverse("office-carrier-claims")
    decide(as_operator("administrator"), report_about(sell("Mill")), "2.00")
    refused = CarrierClaim.objects.exclude(pk=claim.pk).get()
    close(client, refused, "refused")

    shown = client.get(queue)
    closed = client.get(queue, {"show": "closed"}).text
    found = [
        client.get(queue, {"q": words}).text
        for words in ("3232", claim.parcel.vendor_order.number, "nothing-like-it")
    ]

    assert "€6.40" in shown.text
    assert page_of(claim) in shown.text
    assert page_of(refused) not in shown.text
    assert page_of(refused) in closed
    assert [page_of(claim) in page for page in found] == [True, True, False]
    assert shown.context["counts"]["claims"] == 1
    assert "1 waits" in shown.text
