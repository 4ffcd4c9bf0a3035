"""Visitors report a listing; operators close the report with a reason."""

import pytest
from django.test import Client

from marketplace.db.models import AuditEvent, Decision
from support.models import ListingReport
from support.services.listings import (
    ReportRefusedError,
    decide_report,
    report_listing,
)
from tests.factories import ProductFactory
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.sale import make_user, moment

pytestmark = pytest.mark.django_db
NOW = moment("2026-11-25 10:32")


def told(**changes: object) -> ListingReport:
    given = {"kind": "fake", "text": "The label is another maker's."}
    reporter = changes.pop("reporter", None) or make_user("anna")
    product = changes.pop("product", None) or ProductFactory.create(title="Lamp")
    return report_listing(
        product_id=product.pk,
        reporter_id=reporter.pk,
        now=NOW,
        **{**given, **changes},
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "boring"}, "kind"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 1001}, "text"),
    ],
)
def test_a_report_says_what_is_wrong(changes: dict[str, str], field: str):
    with pytest.raises(ReportRefusedError) as refusal:
        told(**changes)

    assert refusal.value.field == field
    assert not ListingReport.objects.exists()


def test_a_person_has_one_open_report_of_a_listing():
    anna, lamp = make_user("anna"), ProductFactory.create()
    first = told(reporter=anna, product=lamp)

    with pytest.raises(ReportRefusedError, match="already"):
        told(reporter=anna, product=lamp)
    decide_report(
        public_id=first.public_id,
        is_founded=True,
        reason="Taken down.",
        operator_id=anna.pk,
        now=NOW,
    )
    told(reporter=anna, product=lamp)

    assert ListingReport.objects.count() == 2


def test_a_report_is_decided_once_and_with_a_reason():
    report, ines = told(), make_user("ines")

    def decide(reason: str) -> ListingReport:
        return decide_report(
            public_id=report.public_id,
            is_founded=False,
            reason=reason,
            operator_id=ines.pk,
            now=NOW,
        )

    for wrong, words in [(" ", "Say why"), ("x" * 501, "at most 500 characters")]:
        with pytest.raises(ReportRefusedError, match=words):
            decide(wrong)
    closed = decide("The maker confirmed it.")
    with pytest.raises(ReportRefusedError, match="already"):
        decide("Again")

    assert (closed.state, closed.reason) == ("unfounded", "The maker confirmed it.")
    assert (closed.decided_by, closed.decided_at) == (ines, NOW)
    assert AuditEvent.objects.get().reason == "The maker confirmed it."


def test_a_visitor_reports_from_the_listing_and_an_operator_closes_it(
    client: Client, as_operator: SignedIn
):
    lamp = ProductFactory.create(title="Lamp")
    client.force_login(make_user("anna"))
    where = f"/report/{lamp.public_id}/"

    empty = client.post(where, {"text": "x"})
    sent = client.post(where, {"kind": "unsafe", "text": "The cable is bare."})
    again = client.post(where, {"kind": "unsafe", "text": "Still bare."})

    report = ListingReport.objects.get()
    assert f'href="{where}"' in client.get(lamp.get_absolute_url()).content.decode()
    assert (empty.status_code, sent.status_code, again.status_code) == (422, 302, 422)
    assert sent.headers["Location"] == lamp.get_absolute_url()
    assert (report.kind, report.text) == ("unsafe", "The cable is bare.")

    client = as_operator("moderator")
    queue = client.get("/office/reports/").content.decode()
    client.post(f"/office/reports/{report.public_id}/", {"founded": "y", "reason": ""})
    client.post(
        f"/office/reports/{report.public_id}/", {"founded": "y", "reason": "Recalled."}
    )

    report.refresh_from_db()
    assert "The cable is bare." in queue
    assert (report.state, report.reason) == ("founded", "Recalled.")
    assert AuditEvent.objects.get(action="listing.report_decided").reason == "Recalled."


def test_several_are_closed_with_one_reason_and_taken_back_together(
    as_operator: SignedIn,
):
    anna, client = make_user("anna"), as_operator("moderator")
    lamps = [ProductFactory.create(title=f"Lamp {number}") for number in range(3)]
    reports = [told(reporter=anna, product=lamp) for lamp in lamps]
    where, ids = "/office/reports/bulk/", [each.public_id for each in reports]
    client.post(f"/office/reports/{ids[0]}/", {"unfounded": "y", "reason": "Fine."})

    def press(decision: str = "founded", **said: str):
        given = {"report": ids, "decision": decision, **said}
        return client.post(where, given, follow=True)

    foreign = as_operator("finance").post(where, {"report": ids, "decision": "founded"})
    nothing = client.post(where, {"report": "\0", "decision": "founded"}, follow=True)
    unknown, asked, without = press("burn"), press(), press(said="y")
    long = press(said="y", reason="x" * 501)
    unchanged = ListingReport.objects.filter(state="open").count()
    done = press(said="y", sentences="down", reason="All of that maker.")

    closed = ListingReport.objects.filter(state="founded")
    assert (foreign.status_code, asked.status_code) == (403, 200)
    assert (without.status_code, long.status_code, unchanged) == (422, 422, 2)
    for answer in (nothing, unknown):
        assert "Choose at least one of them." in answer.content.decode()
    assert "x" * 501 in long.content.decode()
    assert {each.reason for each in closed} == {
        "The listing was taken down.\nAll of that maker."
    }
    assert "“Lamp 0” was left" in done.content.decode()
    assert "2 reports: something was done." in done.content.decode()


def test_what_was_told_anew_stays_decided_and_the_others_wait_again(
    as_operator: SignedIn,
):
    anna, client = make_user("anna"), as_operator("moderator")
    lamps = [ProductFactory.create(title=f"Lamp {number}") for number in range(2)]
    ids = [told(reporter=anna, product=lamp).public_id for lamp in lamps]
    why = {"decision": "founded", "said": "y", "reason": "All of that maker."}
    client.post("/office/reports/bulk/", {"report": ids, **why})
    batch = {"batch": str(Decision.objects.first().batch)}
    anew = told(reporter=anna, product=lamps[0])

    undone = client.post("/office/undo/", batch, follow=True).content.decode()
    alone = client.post("/office/undo/", batch, follow=True).content.decode()

    assert "“Lamp 0” stays decided: It was reported again since" in undone
    assert "Taken back." in undone
    assert "Taken back." not in alone
    decided = ListingReport.objects.filter(state="founded")
    assert [each.product for each in decided] == [lamps[0]]
    waiting = ListingReport.objects.filter(state="open", reason="").exclude(pk=anew.pk)
    assert [each.product for each in waiting] == [lamps[1]]
