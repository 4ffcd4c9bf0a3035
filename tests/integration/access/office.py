"""The rows behind the office's addresses, and those of disputes and promotions."""

from datetime import timedelta

from loyalty.models import PointsRule
from marketplace.accounts.models import User
from marketplace.flows.contest_dispute import add_statement
from marketplace.shop.shipping.models import Carrier
from marketplace.shop.tax.models import TaxRate
from payouts.models import (
    Adjustment,
    BankBatch,
    BankLine,
    CarrierClaim,
    CommandKind,
    CommandState,
    Dispute,
    DisputeState,
    MoneyCommand,
    PayoutRun,
    RefundBearer,
    RefundOrigin,
    RefundRequest,
    RefundState,
    StatementPicture,
)
from payouts.services.drafts import open_draft
from payouts.services.replay import request_replay, run_replay
from tests.integration.backoffice.conftest import operator
from tests.integration.buying.promotions import (
    make_promotion,
    make_sellers_own,
    make_shared,
)
from tests.integration.portal.conftest import picture
from tests.integration.sale import (
    PLACED_AT,
    Sale,
    make_seller,
    moment,
)
from vendors.models import Announcement, Vendor

NOW = moment("2026-11-25 10:00")


def of_the_office() -> dict[str, dict[str, object]]:
    person = User.objects.filter(is_staff=True).order_by("pk")[0]
    draft = open_draft(actor_id=person.pk, now=PLACED_AT)
    plan = draft.plans.get()
    replay = request_replay(
        draft_id=draft.pk, seen=1, actor_id=person.pk, now=PLACED_AT
    )
    run_replay(replay_id=replay.pk, now=PLACED_AT)
    TaxRate.objects.get_or_create(
        country="BE",
        tax_class="standard",
        valid_from=PLACED_AT.date(),
        defaults={"rate_bps": 2100},
    )
    command = MoneyCommand.objects.create(
        kind=CommandKind.OPEN_ACCOUNT,
        natural_key="account:0:0",
        payload={},
        state=CommandState.FAILED,
        created_at=PLACED_AT,
        due_at=PLACED_AT,
    )
    line = BankLine.objects.create(
        booked_on=PLACED_AT.date(),
        currency="EUR",
        amount_minor=5000,
        digest="of one line",
        source="november.csv",
        imported_at=PLACED_AT,
    )
    return {
        "office-match-line": {"line_id": line.pk},
        "office-match-aside": {"line_id": line.pk},
        "office-match-reopen": {"line_id": line.pk},
        "office-plan": {"plan_id": plan.key},
        "office-plan-move": {"plan_id": plan.key},
        "office-plan-version": {"number": 1},
        "office-replay": {"replay_id": replay.pk},
        "office-command-retry": {"command_id": command.pk},
        "office-command-aside": {"command_id": command.pk},
        **of_payouts(),
        **of_announcements(),
        "office-carrier": {"code": Carrier.objects.order_by("pk")[0].code},
        "sitemap-part": {"section": "products"},
        "outbox-drawn": {"name": "none.0"},
    }


def of_announcements() -> dict[str, dict[str, object]]:
    """Return the addresses of what sellers are told."""
    day = PLACED_AT.date()
    told = Announcement.objects.create(
        title="The post rests",
        text="Until Monday.",
        starts_on=day,
        ends_on=day,
        written_at=PLACED_AT,
    )
    return {
        "office-announcement": {"public_id": told.public_id},
        "office-announcement-remove": {"public_id": told.public_id},
        "portal-announcement-seen": {"public_id": told.public_id},
    }


def of_promotions(bindery: Vendor) -> dict[str, dict[str, object]]:
    later = {"starts_at": NOW + timedelta(days=9), "created_at": NOW}
    markets = make_promotion("MARKET", **later)
    own = make_sellers_own(bindery, "BINDING", **later)
    shared = make_shared("SHARED", accepted=[], asked=[bindery], **later)
    ours, theirs = {"public_id": markets.public_id}, {"public_id": own.public_id}
    pages = ("", "-change", "-stop")
    return {
        **{f"office-promotion{page}": dict(ours) for page in pages},
        **{f"portal-promotion{page}": dict(theirs) for page in pages},
        "portal-promotion-answer": {"public_id": shared.public_id},
    }


def of_payouts() -> dict[str, dict[str, object]]:
    """Make a run, an adjustment and a batch of a seller with nothing else."""
    seller, person = make_seller("Brewery"), operator("finance")
    run = PayoutRun.objects.create(
        currency="EUR", prepared_by=person, prepared_at=PLACED_AT
    )
    batch = BankBatch.objects.create(
        currency="EUR", prepared_by=person, prepared_at=PLACED_AT
    )
    row = Adjustment.objects.create(
        vendor=seller,
        currency="EUR",
        amount_minor=-9000,
        kind="fine",
        reason="Late again",
        token="fine",
        needs_second=True,
        requested_by=person,
        requested_at=PLACED_AT,
    )
    rule = PointsRule.objects.create(
        currency="EUR",
        valid_from=PLACED_AT + timedelta(days=900),
        is_published=False,
        reason="Thin margins",
        asked_by=person,
        asked_at=PLACED_AT,
    )
    return {
        "office-points-decide": {"rule_id": rule.pk},
        "office-run": {"run_id": run.pk},
        "office-run-csv": {"run_id": run.pk},
        "office-red": {"handle": seller.handle},
        "office-adjustment-decide": {"adjustment_id": row.pk},
        "office-bank-batch": {"batch_id": batch.pk},
        "office-bank-file": {"batch_id": batch.pk},
    }


def of_dispute(sale: Sale, bindery: Vendor) -> dict[str, dict[str, object]]:
    payment = sale.order.payment_attempts.get()
    told = Dispute.objects.create(
        stripe_id="du_1",
        payment=payment,
        currency="EUR",
        amount_minor=payment.amount_minor,
        status="needs_response",
        state=DisputeState.OPEN,
        reason="product_not_received",
        due_by=NOW + timedelta(days=7),
        opened_at=NOW,
        synced_at=NOW,
    )
    add_statement(
        dispute=told,
        vendor_id=bindery.pk,
        text="It was sent.",
        photos=[picture()],
        actor_id=None,
        now=NOW,
    )
    there: dict[str, object] = {"public_id": told.public_id}
    shown = StatementPicture.objects.get()
    refund = RefundRequest.objects.create(
        order=sale.order,
        payment=payment,
        token="of the access table",
        reason="Torn.",
        bearer=RefundBearer.PLATFORM,
        origin=RefundOrigin.STRIPE,
        state=RefundState.FAILED,
        currency="EUR",
        cash_minor=100,
        created_at=NOW,
        finished_at=NOW,
    )
    claim = CarrierClaim.objects.create(
        refund=refund,
        parcel=sale.part.parcels.all()[0],
        carrier="bpost",
        currency="EUR",
        amount_minor=100,
        opened_by=operator("finance"),
        opened_at=NOW,
        due_at=NOW + timedelta(days=21),
    )
    return {
        "office-carrier-claim": {"public_id": claim.public_id},
        "portal-dispute": there,
        "portal-dispute-picture": {**there, "picture_id": shown.pk},
        "office-dispute": there,
        "office-dispute-picture": {**there, "picture_id": shown.pk},
        "office-refund-repay": {"refund_id": refund.pk},
        "office-refund-allocate": {"refund_id": refund.pk},
    }
