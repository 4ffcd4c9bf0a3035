"""What operators see of runs, adjustments and payments made at the bank."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from marketplace.core.viewer import Viewer
from payouts.models import (
    Adjustment,
    AdjustmentState,
    BalanceTransactionMirror,
    BankBatch,
    PayoutRun,
    PayoutRunItem,
    RunState,
    SettlementHold,
    TransferFunding,
    TransferState,
    VendorPayout,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.models.run import BatchState, reason_of
from payouts.selectors.access import partners_seen_by, sees_all
from payouts.selectors.carrier_claims import claims_that_count
from payouts.selectors.invariants import stripe_balances
from vendors.models import Vendor

_UNUSUAL = 2
_IS_UNUSUAL = Q(
    is_included=True, usual_minor__gt=0, due_minor__gt=_UNUSUAL * F("usual_minor")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigures:
    """The sellers of a run counted and summed up, amounts in its minor units.

    `in_the_red`: whom it pays although their balance at Stripe is below zero.
    """

    count: int
    left_out: int
    unusual: int
    held: int
    debt: int
    debtors: int
    largest: int
    in_the_red: int


def runs_of(viewer: Viewer) -> QuerySet[PayoutRun]:
    """Return the runs with their totals, newest first; nothing for strangers."""
    rows = PayoutRun.objects.select_related("prepared_by", "first_by", "second_by")
    if not sees_all(viewer):
        rows = rows.none()
    included = Q(items__is_included=True)
    return rows.annotate(
        total=Sum("items__due_minor", filter=included, default=0),
        sellers=Count("items", filter=included),
        **_what_became(run=OuterRef("pk")),
    ).order_by("-prepared_at", "-pk")


def runs_to_approve(*, user_id: int) -> QuerySet[PayoutRun]:
    """Return the runs that wait for a second person, where this person may be it."""
    rows = PayoutRun.objects.filter(state=RunState.APPROVED)
    return rows.exclude(first_by=user_id)


def _what_became(**of: OuterRef) -> dict[str, Coalesce]:
    """Return what the provider took, has to answer, and refused, to be annotated."""
    states = {
        "paid": TransferState.DONE,
        "coming": TransferState.REQUESTED,
        "refused": TransferState.FAILED,
        "given_up": TransferState.WITHDRAWN,
    }
    return {name: Coalesce(_sent_sum(state, of), 0) for name, state in states.items()}


def _sent_sum(state: TransferState, of: dict[str, OuterRef]) -> Subquery:
    rows = VendorTransfer.objects.filter(state=state, **of).order_by()
    sums = rows.values("run").annotate(sum=Sum("amount_minor"))
    return Subquery(sums.values("sum"), output_field=BigIntegerField())


def items_of(run: PayoutRun, *, only: str = "") -> QuerySet[PayoutRunItem]:
    """Return the sellers of a run, those who can be paid first, the largest sum first.

    `only` is "unusual" or "left-out". Choosing sellers does not change the order.
    """
    rows = run.items.select_related("vendor__partner", "vendor__payout_account")
    rows = rows.annotate(**_what_became(run=OuterRef("run"), vendor=OuterRef("vendor")))
    if only == "unusual":
        rows = rows.filter(_IS_UNUSUAL)
    elif only == "left-out":
        rows = rows.filter(is_included=False)
    return rows.order_by("obstacle", "-due_minor", "pk")


def figures_of(run: PayoutRun) -> RunFigures:
    """Return what stands above a run; two queries, however many sellers it has."""
    owes, included = Q(due_minor__lt=0), Q(is_included=True)
    found = run.items.aggregate(
        count=Count("pk"),
        left_out=Count("pk", filter=~included),
        unusual=Count("pk", filter=_IS_UNUSUAL),
        held=Sum("held_minor", default=0),
        debt=-Sum("due_minor", filter=owes, default=0),
        debtors=Count("pk", filter=owes),
        largest=Max("due_minor", filter=included, default=0),
    )
    accounts = VendorPayoutAccount.objects.filter(
        is_paid_in_the_red=True,
        vendor__in=run.items.filter(included).values("vendor"),
    )
    return RunFigures(**found, in_the_red=sum(row.is_in_the_red for row in accounts))


def why_unpaid(item: PayoutRunItem) -> str:
    """Say in words why a run sent a seller nothing, or less than it was to; or ""."""
    if not item.unpaid_because:
        return ""
    account = getattr(item.vendor, "payout_account", None)
    return reason_of(item.unpaid_because, account)


def is_unusual(item: PayoutRunItem) -> bool:
    """Say whether a seller gets more than twice what they usually get."""
    return item.is_included and 0 < _UNUSUAL * item.usual_minor < item.due_minor


def last_executed(viewer: Viewer, *, before: PayoutRun) -> PayoutRun | None:
    """Return the run of the same currency that was sent before this one."""
    rows = runs_of(viewer).filter(
        currency=before.currency,
        state=RunState.EXECUTED,
        prepared_at__lt=before.prepared_at,
    )
    return rows.first()


def unmatched_of(run: PayoutRun) -> int:
    """Count the run's transfers that Stripe's balance rows do not show yet."""
    seen = BalanceTransactionMirror.objects.filter(type="transfer").exclude(
        matched_key=""
    )
    rows = run.transfers.exclude(funding=TransferFunding.BANK).exclude(
        state=TransferState.WITHDRAWN
    )
    return rows.exclude(stripe_id__in=seen.values("source")).count()


def held_at_stripe(currency: str) -> int:
    """Return what our books have at Stripe in a currency."""
    return stripe_balances().get(currency, 0)


def adjustments_for(
    viewer: Viewer, *, vendor_id: int | None = None
) -> QuerySet[Adjustment]:
    """Return adjustments, those that wait first, then the newest; operators' view.

    `is_claimed` says that a carrier pays, or may pay, for the same sale.
    """
    claims = claims_that_count(OuterRef("settlement__vendor_order"))
    rows = Adjustment.objects.select_related(
        "vendor", "requested_by", "decided_by", "settlement__vendor_order", "reverses"
    ).annotate(is_claimed=Exists(claims))
    if not sees_all(viewer):
        rows = rows.none()
    if vendor_id is not None:
        rows = rows.filter(vendor_id=vendor_id)
    return rows.order_by("-requested_at", "-pk")


def adjustments_to_decide(*, user_id: int) -> QuerySet[Adjustment]:
    """Return what waits for a second person, where this person may be it."""
    rows = Adjustment.objects.filter(state=AdjustmentState.REQUESTED)
    return rows.exclude(requested_by=user_id)


def adjustments_of(viewer: Viewer, *, vendor_id: int) -> QuerySet[Adjustment]:
    """Return what was booked for a seller, newest first, as they may see it."""
    rows = Adjustment.objects.filter(
        vendor_id=vendor_id, state=AdjustmentState.BOOKED
    ).select_related("settlement__vendor_order")
    if not sees_all(viewer):
        rows = rows.filter(vendor__partner_id__in=partners_seen_by(viewer))
    return rows.order_by("-decided_at", "-pk")


def batches_of(viewer: Viewer) -> QuerySet[BankBatch]:
    """Return the batches with their totals, newest first."""
    rows = BankBatch.objects.select_related("prepared_by", "decided_by")
    if not sees_all(viewer):
        rows = rows.none()
    return rows.annotate(
        total=Sum("transfers__amount_minor", default=0), payments=Count("transfers")
    ).order_by("-prepared_at", "-pk")


def batches_to_confirm(*, user_id: int) -> QuerySet[BankBatch]:
    """Return the batches that wait for a second person, where this one may be it."""
    rows = BankBatch.objects.filter(state=BatchState.PREPARED)
    return rows.exclude(prepared_by=user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """Whom and where a batch pays, as its second person sees it too."""

    holder: str = ""
    iban: str = ""
    bic: str = ""


def payments_of_batch(batch: BankBatch) -> list[tuple[VendorTransfer, Payee]]:
    """Return a batch's payments, each with whom it pays and where."""
    rows = batch.transfers.select_related("vendor", "settlement__vendor_order")
    return [
        (row, Payee(**batch.payees.get(str(row.vendor_id), {})))
        for row in rows.order_by("vendor__name", "pk")
    ]


def waiting_payments() -> QuerySet[VendorTransfer]:
    """Return the payments that are in no batch yet, and that nothing stops.

    A hold of the sale does, and a suspension of the shop.
    """
    stopped = SettlementHold.objects.filter(lifted_at=None)
    rows = VendorTransfer.objects.filter(
        funding=TransferFunding.BANK, state=TransferState.REQUESTED, batch=None
    ).exclude(settlement__in=stopped.values("settlement"))
    # By a subquery, not a join: who locks these rows locks the payments alone.
    return rows.exclude(vendor__in=_suspended().values("pk"))


def suspended_in(batch: BankBatch) -> QuerySet[VendorTransfer]:
    """Return what a batch would pay to shops that were suspended since it was made."""
    rows = batch.transfers.filter(state=TransferState.REQUESTED)
    return rows.filter(vendor__in=_suspended().values("pk"))


def _suspended() -> QuerySet[Vendor]:
    return Vendor.objects.filter(state=Vendor.State.SUSPENDED)


def waiting_at_the_bank(viewer: Viewer) -> list[tuple[str, int, int]]:
    """Return currency, number and sum of what the next batch would take."""
    rows = waiting_payments()
    if not sees_all(viewer):
        rows = rows.none()
    sums = rows.order_by("currency").values_list("currency")
    return list(sums.annotate(number=Count("pk"), total=Sum("amount_minor")))


def paid_by_hand(viewer: Viewer) -> QuerySet[VendorPayoutAccount]:
    """Return the sellers' accounts that people pay at the bank."""
    rows = VendorPayoutAccount.objects.filter(provider="bank").select_related("vendor")
    return rows.order_by("vendor__name") if sees_all(viewer) else rows.none()


def failed_payouts(
    viewer: Viewer, *, now: datetime, days: int = 30
) -> QuerySet[VendorPayout]:
    """Return payouts that sellers' banks refused lately, newest first."""
    rows = VendorPayout.objects.filter(
        status="failed", updated_at__gte=now - timedelta(days=days)
    ).select_related("vendor")
    return rows.order_by("-updated_at") if sees_all(viewer) else rows.none()


def own_movements(viewer: Viewer) -> QuerySet[BalanceTransactionMirror]:
    """Return the platform's own payouts and top-ups at Stripe, newest first."""
    rows = BalanceTransactionMirror.objects.filter(
        type__in=["payout", "payout_failure", "payout_cancel", "topup"]
    )
    return rows.order_by("-created_at") if sees_all(viewer) else rows.none()
