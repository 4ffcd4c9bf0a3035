import zlib
from collections import Counter
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db.models import Count

from loyalty.models import PointsRule
from marketplace.accounts.models import User
from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db import clock
from marketplace.db.models import AuditEvent, Outbox
from marketplace.demo.content import build_market
from marketplace.demo.load.market import NotEmptyError, load_market
from marketplace.demo.load.past.stripe import SandboxRefusedError
from marketplace.demo.load.people import BUYER, OPERATOR, PASSWORD, owner_email
from marketplace.jobs.mails import letters_about
from marketplace.shop.alerts.selectors import alerts_of
from marketplace.shop.catalogue.models import Product
from marketplace.shop.order.models import Order
from marketplace.shop.promotions.models import Redemption
from marketplace.shop.promotions.selectors.keeping import (
    State,
    kept,
    promotions_of_market,
)
from marketplace.shop.shipping.models import Carrier
from payouts import verify
from payouts.models import (
    Adjustment,
    Dispute,
    LedgerTransaction,
    MoneyCommand,
    PayoutRun,
    PayoutRunItem,
    Statement,
    VendorPayoutAccount,
)
from payouts.selectors.operators import failed_commands
from payouts.selectors.refunds import owed_to_buyers
from payouts.signing import signer
from reviews.models import ModerationCase, ProductQuestion, SellerNote
from search import log
from search.models import QueryLog, SavedSearch
from search.weights import weights_in_force
from support.models import Problem
from tests.integration.payouts.stripe_alone import stripe_alone
from tests.servers import Sandbox
from vendors.models import (
    Announcement,
    AnswerTemplate,
    ApiToken,
    Application,
    ImportJob,
    VendorOrder,
)

ORDERS = 60


def load(orders: int = ORDERS) -> list[str]:
    said: list[str] = []
    load_market(build_market(), now=clock.now(), say=said.append, orders=orders)
    return said


@pytest.mark.django_db(transaction=True)
def test_no_desk_is_empty_on_the_fresh_demo_and_its_books_hold(
    sandbox: Sandbox, settings: LazySettings
):
    settings.TRANSFERS = "runs"
    load()

    states = Counter(VendorOrder.objects.values_list("state", flat=True))
    brume = VendorOrder.objects.filter(vendor__handle="brume")
    mails = Outbox.objects.filter(topic="mail", key__startswith="sample:")
    unwritten = [row.payload for row in mails if not letters_about(row.payload)]
    now = clock.now()
    assert mails.count() > 20
    assert unwritten == []
    assert Order.objects.filter(status=Order.PAID).count() == ORDERS
    assert set(states) >= {"to_ship", "shipped", "delivered", "received", "cancelled"}
    assert any(part.is_late(now) for part in brume)
    assert Problem.objects.filter(state=Problem.State.OPEN).exists()
    assert SellerNote.objects.exclude(text="").exists()
    asked = ProductQuestion.objects.annotate(many=Count("answers"))
    assert set(asked.values_list("is_hidden", "many")) >= {
        *((False, 0), (False, 1), (False, 2), (True, 0))
    }
    assert ModerationCase.objects.filter(state="open").exclude(answer=None).exists()
    assert Application.objects.filter(state=Application.State.SUBMITTED).count() == 5
    assert Product.objects.filter(parent=None, review_state="in_review").count() == 8
    assert Product.objects.filter(structure="parent", review_state="refused").exists()
    assert Product.objects.filter(is_public=True).count() >= 640
    assert ImportJob.objects.filter(state=ImportJob.State.FINISHED).count() == 2
    # Loading takes long: what else a newcomer finds is looked at here too.
    expect_accounts()
    expect_vouchers_of_every_state()
    expect_no_money_to_those_who_owe()
    expect_runs_and_one_that_waits()
    expect_money_to_settle_by_hand()
    expect_searches_to_report()
    expect_work_among_operators_and_keys()
    expect_the_books_to_hold()


def expect_runs_and_one_that_waits() -> None:
    states = Counter(PayoutRun.objects.values_list("state", flat=True))
    paid = PayoutRunItem.objects.filter(run__state="executed", is_included=True)
    assert states["executed"] >= 1
    assert states["approved"] == 1
    assert all(item.paid_minor == item.due_minor for item in paid)


def expect_money_to_settle_by_hand() -> None:
    platform = Viewer(operator_permissions=frozenset({OperatorPermission.ADMINISTER}))
    adjustments = Counter(Adjustment.objects.values_list("state", flat=True))
    assert [owed.owed_minor for owed in owed_to_buyers(platform)] == [1200]
    assert failed_commands(platform).count() == 1
    assert VendorPayoutAccount.objects.filter(provider="bank").count() == 1
    assert adjustments == {"booked": 1, "refused": 1, "requested": 1}


def expect_searches_to_report() -> None:
    since = (clock.now() - timedelta(days=28)).date()
    nothing = {each.text: each for each in log.report(log.Report.NOTHING, since=since)}
    ignored = {each.text for each in log.report(log.Report.IGNORED, since=since)}
    every = {each.text: each for each in log.report(log.Report.ALL, since=since)}
    totals = log.totals(since=since)
    assert {"samovar", "hammock"} <= set(nothing)
    assert "cuckoo clock" in ignored
    assert every["teapot"].results >= 5
    assert every["teapot"].opened > 0.4
    assert every["bialetti"].results > 0
    assert 0.02 < totals.nothing < 0.3
    assert totals.place is not None
    assert QueryLog.objects.exclude(corrected="").count() >= 20
    assert weights_in_force()["seller"] == 12
    assert SavedSearch.objects.filter(told_at=None, confirmed_at=None).count() == 1


def expect_reports_with_photos() -> None:
    shown = Problem.objects.filter(photos__isnull=False).distinct()
    assert set(shown.values_list("kind", flat=True)) <= {"damaged", "not_as_described"}
    assert shown.filter(state=Problem.State.OPEN).exists()
    assert shown.filter(vendor_order__order__user__email=BUYER).exists()


def expect_told_alerts_to_be_true() -> None:
    rows = alerts_of([BUYER], country="BE", now=clock.now())
    told = [row for row in rows if row.alert.told_at]
    assert [row.is_in_stock for row in told] == [True]
    assert all(row.price.minor <= row.alert.limit.minor for row in told)


def expect_work_among_operators_and_keys() -> None:
    assert not Application.objects.filter(state="approved", categories=None).exists()
    lost = User.objects.get(email="lotte@demo.test")
    both = User.objects.get(email="ines@demo.test")
    keys = ApiToken.objects.filter(vendor__handle="brume")
    assert (lost.is_staff, both.groups.count()) == (False, 2)
    assert AuditEvent.objects.filter(action__startswith="operator.role_").count() == 2
    assert keys.filter(revoked_at=None).count() == 2
    assert keys.exclude(last_used_at=None).count() == 1
    shown = Announcement.objects.filter(starts_on__lte=clock.now())
    assert shown.filter(ends_on__gte=clock.now()).count() == 2
    assert Announcement.objects.count() == 4
    assert PointsRule.objects.filter(is_published=False).count() == 1
    assert AnswerTemplate.objects.filter(vendor__handle="brume").count() >= 3


def expect_the_books_to_hold() -> None:
    output = StringIO()
    call_command("money_check", stdout=output)
    assert output.getvalue().strip() == "The books hold."


def expect_accounts() -> None:
    expect_the_three_logins()
    expect_told_alerts_to_be_true()
    expect_reports_with_photos()


def expect_the_three_logins() -> None:
    for email in (BUYER, owner_email("brume"), OPERATOR):
        assert User.objects.get(email=email).check_password(PASSWORD)


def expect_vouchers_of_every_state() -> None:
    viewer = Viewer(user_id=1, operator_permissions=frozenset({"finance"}))
    rows = [kept(row, now=clock.now()) for row in promotions_of_market(viewer)]
    used = Redemption.objects.filter(released_at__isnull=True)
    assert {row.state for row in rows} == set(State) - {State.USED_UP}
    assert used.count() >= 5
    assert sum(row.platform_minor for row in used) > 0
    assert sum(row.vendor_minor for row in used) > 0


def expect_no_money_to_those_who_owe() -> None:
    """A seller who bears a lost payment owes it; what is due next is kept back."""
    shared = Dispute.objects.distinct().get(allocations__isnull=False)
    sent = LedgerTransaction.objects.filter(
        kind="transfer",
        booked_at__gt=shared.allocated_at,
        entries__account__vendor_id__in=shared.allocations.values("settlement__vendor"),
    )
    assert not sent.exists()


@pytest.mark.deep
@pytest.mark.django_db
def test_past_months_are_closed_and_can_be_counted_again(
    sandbox: Sandbox, tmp_path: Path
):
    load(orders=40)

    months = Statement.objects.filter(vendor__handle="brume").order_by("ends_at")
    paths = []
    for month in months:
        path = tmp_path / f"{month.period}.csv"
        path.write_bytes(zlib.decompress(month.sheet))
        paths.append(str(path))
    assert len(paths) >= 2
    assert verify.main([*paths, "--key", signer().public_key]) == verify.RIGHT


@pytest.mark.django_db
def test_a_used_database_is_left_alone(sandbox: Sandbox):
    User.objects.create_user(email="somebody@example.org")

    with pytest.raises(NotEmptyError):
        load()

    assert User.objects.count() == 1
    assert Carrier.objects.count() == 0


@pytest.mark.django_db
def test_a_server_that_speaks_stripe_alone_gets_shops_and_no_past(
    sandbox: Sandbox, settings
):
    with stripe_alone(sandbox.url) as server:
        settings.STRIPE_API_BASE = server.url
        said = load()

    asked = MoneyCommand.objects.filter(
        natural_key__startswith="account:", state="pending"
    )
    assert "No past orders: this server speaks Stripe's API alone" in said
    assert Product.objects.filter(is_public=True).count() >= 600
    assert Order.objects.count() == 0
    assert asked.count() == len(build_market().sellers)


@pytest.mark.django_db(transaction=True)
def test_without_the_sandbox_nothing_is_written(settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    with pytest.raises(SandboxRefusedError):
        load(orders=40)

    assert User.objects.count() == 0
    assert Product.objects.count() == 0
