"""The log is read by people: every deed has words, and its thing a page."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontend.backoffice.changes import Change, changes_of
from frontend.backoffice.events import DEEDS, told
from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db import audit
from marketplace.db.models import AuditEvent
from tests.factories import NOW, ProductFactory, UserFactory, seller
from tests.integration.backoffice.conftest import SignedIn

pytestmark = pytest.mark.django_db

RECORDED = re.compile(r'record\(\s*f?"([a-z_]+\.[a-z_{}.]+)"')
ALL_SEEING = Viewer(operator_permissions=frozenset({OperatorPermission.ADMINISTER}))
FINANCE = Viewer(operator_permissions=frozenset({OperatorPermission.FINANCE}))


def actions_in_code() -> set[str]:
    root = Path(settings.BASE_DIR)
    ours = "marketplace vendors payouts support reviews loyalty search"
    folders = ours.split()
    files = (file for folder in folders for file in (root / folder).rglob("*.py"))
    return {name for file in files for name in RECORDED.findall(file.read_text())}


def test_every_action_that_is_recorded_has_words():
    missing = {
        name for name in actions_in_code() if "{" not in name and name not in DEEDS
    }

    assert len(actions_in_code()) > 20
    assert missing == set()


def test_a_deed_names_who_did_it_and_leads_to_the_thing():
    vendor = seller("Bakery").vendor
    ines = UserFactory.create(first_name="Ines", last_name="Varga")
    audit.record(
        "vendor.suspended", subject=vendor, actor_id=ines.pk, reason="Late", now=NOW
    )

    [line] = told(AuditEvent.objects.select_related("actor"), FINANCE, now=NOW)

    assert (line.who, line.reason) == ("Ines Varga", "Late")
    assert (
        line.deed == 'suspended the shop <a href="/office/sellers/bakery/">Bakery</a>'
    )


def test_a_thing_without_a_page_for_the_viewer_is_named_without_a_link():
    product = ProductFactory.create(title="<Rye>")
    audit.record("product.approved", subject=product, now=NOW)
    events = AuditEvent.objects.select_related("actor")

    [seen], [named] = (
        told(events, viewer, now=NOW) for viewer in (ALL_SEEING, FINANCE)
    )

    href = reverse("office-product", args=[product.public_id])
    assert seen.deed == f'published <a href="{href}">&lt;Rye&gt;</a>'
    assert named.deed == "published <b>&lt;Rye&gt;</b>"
    assert named.who == "System"


def test_an_action_that_nobody_named_yet_is_still_readable():
    audit.record("parcel.lost_twice", subject=UserFactory.create(), now=NOW)

    [line] = told(AuditEvent.objects.select_related("actor"), ALL_SEEING, now=NOW)

    assert line.deed.startswith("parcel lost twice <b>")


@pytest.mark.parametrize(
    ("later", "when"),
    [({"hours": 1}, "11:00"), ({"days": 2}, "Wed 11:00"), ({"days": 9}, "25 Nov 2026")],
)
def test_the_farther_back_the_less_exact(later, when):
    audit.record("parcel.sent", subject=UserFactory.create(), now=NOW)

    [line] = told(AuditEvent.objects.all(), FINANCE, now=NOW + timedelta(**later))

    assert line.when == when


@pytest.mark.parametrize(
    ("details", "changes"),
    [
        ({}, []),
        ({"order": [3, 1]}, []),
        ({"before": "Kitchen"}, []),
        ({"version": 2}, [Change("version", "", "2")]),
        (
            {"before": {}, "after": {"rate_bps": 550, "valid_from": "2031-01-01"}},
            [Change("rate", "", "5.5\xa0%"), Change("from", "", "1 Jan 2031")],
        ),
        (
            {"what": "removed", "plan": "Plants", "key": 6},
            [Change("deleted", "", "Plants")],
        ),
        ({"before": 14, "after": 7}, [Change("days", "14", "7")]),
        (
            {"kind": "fine", "amount_minor": -600, "currency": "EUR", "adjustment": 3},
            [Change("kind", "", "Fine"), Change("amount", "", "−€6.00")],
        ),
        # An amount without its currency could be of another one.
        ({"amount_minor": 600}, []),
        (
            {"7": {"bearer": "vendor", "amount_minor": 900, "fee_minor": 100}}
            | {"8": 200, "currency": "EUR"},
            [
                Change("the seller bears", "", "€10.00"),
                Change("the seller bears", "", "€2.00"),
            ],
        ),
        (
            {"rows": 25, "updated": 24, "up": 0, "refused": 1, "leads": 2},
            [
                Change("lines", "", "25"),
                Change("changed", "", "24"),
                Change("not taken", "", "1"),
            ],
        ),
        (
            {"from": "2031-01-01T00:00:00+01:00"},
            [Change("from", "", "1 Jan 2031, 00:00")],
        ),
        (
            {"before": {"roles": "support"}, "after": {"roles": "moderator, support"}},
            [Change("roles", "Support", "Moderator, Support")],
        ),
        ({"others": ["coffee", "mocha"]}, [Change("also", "", "coffee, mocha")]),
        ({"weights": {"note": 12}}, [Change("Rating", "", "12\xa0%")]),
        (
            {"before": {"is_active": True}, "after": {"is_active": False}},
            [Change("sellers may choose it", "yes", "no")],
        ),
    ],
)
def test_what_was_changed_is_told_in_words(details, changes):
    assert changes_of(details) == changes


def test_the_log_asks_as_much_for_one_event_as_for_many(as_operator: SignedIn):
    client, vendor = as_operator("support"), seller("Bakery").vendor
    client.get(reverse("office-audit"))
    counts = []

    for _ in range(2):
        for _ in range(5):
            audit.record("vendor.suspended", subject=vendor, now=NOW)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("office-audit"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_log_is_searched_by_name_order_reason_and_action(as_operator: SignedIn):
    ines = UserFactory.create(first_name="Ines", last_name="Varga")
    bakery, bindery = seller("Bakery").vendor, seller("Bindery").vendor
    audit.record(
        "vendor.suspended", subject=bakery, actor_id=ines.pk, reason="Late", now=NOW
    )
    audit.record("vendor.reinstated", subject=bindery, reason="Talked", now=NOW)
    client = as_operator("support")

    def found(**asked: str) -> list[str]:
        lines = client.get(reverse("office-audit"), asked).context["lines"]
        return [line.reason for line in lines]

    assert found(q="varga") == found(q="bakery") == found(q="late") == ["Late"]
    assert found(action="vendor.reinstated") == ["Talked"]
    assert found(q="nobody") == []
    assert found() == ["Talked", "Late"]
