"""A cardholder disputes a charge, and how that ends."""

from payouts.stripe_sandbox.books import Movement, post
from payouts.stripe_sandbox.cards import card_of
from payouts.stripe_sandbox.clock import DAY
from payouts.stripe_sandbox.due import schedule, task
from payouts.stripe_sandbox.errors import refused
from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .common import money, new_id

_DAYS_TO_RESPOND = 9
_DAYS_TO_DECIDE = 60

_REASON_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}

_EVIDENCE_TEXTS = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
]


def open_dispute(
    scope: Scope,
    charge: Body,
    *,
    reason: str = "fraudulent",
    is_inquiry: bool = False,
    amount: int | None = None,
    wanted: str | None = None,
) -> Body:
    """Dispute `charge` and withdraw the money with a fee; an inquiry moves none.

    Raises ApiError if the charge cannot be disputed.
    """
    disputed = charge["amount_captured"] if amount is None else amount
    if charge["disputed"] or not charge["captured"]:
        raise refused(f"Charge {charge['id']} cannot be disputed (again).")
    if not 0 < disputed <= charge["amount_captured"]:
        raise refused(
            "A dispute is for at most what was captured: "
            f"{money(charge['amount_captured'], charge['currency'])}."
        )
    dispute = _dispute(scope, charge, reason, disputed)
    dispute["id"] = new_id(scope, "du", wanted)
    if is_inquiry:
        dispute |= {"status": "warning_needs_response", "is_charge_refundable": True}
        dispute["payment_method_details"]["card"]["case_type"] = "inquiry"
    scope.store.insert(dispute, account=scope.account)
    charge["disputed"] = True
    scope.store.save(charge)
    emit(scope, "charge.dispute.created", dispute)
    if not is_inquiry:
        withdraw(scope, dispute, charge)
    due_by = dispute["evidence_details"]["due_by"]
    schedule(scope, at=due_by, name="dispute_lapses", ref=dispute["id"])
    return dispute


def _dispute(scope: Scope, charge: Body, reason: str, amount: int) -> Body:
    card = card_of(charge["_card"])
    code = _REASON_CODES.get(reason)
    return {
        "id": "",
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": scope.at,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(_EVIDENCE_TEXTS) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": scope.at + _DAYS_TO_RESPOND * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "network_reason_code": code,
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": card.brand if card else "visa",
                "case_type": "chargeback",
                "network": card.brand if card else "visa",
                "network_reason_code": code,
            },
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }


def withdraw(scope: Scope, dispute: Body, charge: Body) -> None:
    """Take the disputed money and the fee from the balance."""
    amount, currency, rate = _in_books(scope, dispute, charge)
    row = post(
        scope,
        Movement(
            type="adjustment",
            amount=-amount,
            currency=currency,
            source=dispute["id"],
            available_on=scope.at,
            fee=scope.terms.dispute_fee,
            fee_description="Dispute fee",
            description=f"Chargeback withdrawal for {charge['id']}",
            category="dispute",
            exchange_rate=rate,
        ),
    )
    dispute["balance_transactions"].append(row["id"])
    scope.store.save(dispute)
    emit(scope, "charge.dispute.funds_withdrawn", dispute)


def _in_books(
    scope: Scope, dispute: Body, charge: Body
) -> tuple[int, str, float | None]:
    """Return the disputed amount in the currency the charge was booked in."""
    row = scope.store.get("balance_transaction", charge["balance_transaction"])
    if row is None or row["currency"] == charge["currency"]:
        return dispute["amount"], charge["currency"], None
    share = (2 * dispute["amount"] * row["amount"] + charge["amount_captured"]) // (
        2 * charge["amount_captured"]
    )
    return share, row["currency"], row["exchange_rate"]


def close_dispute(scope: Scope, dispute: Body, *, status: str) -> Body:
    """End a dispute as `won` (the money comes back), `lost` or `warning_closed`."""
    dispute["status"] = status
    scope.store.save(dispute)
    emit(scope, "charge.dispute.updated", dispute)
    if status == "won":
        _reinstate(scope, dispute)
    emit(scope, "charge.dispute.closed", dispute)
    return dispute


def _reinstate(scope: Scope, dispute: Body) -> None:
    taken = scope.store.get("balance_transaction", dispute["balance_transactions"][0])
    if taken is None:
        return
    row = post(
        scope,
        Movement(
            type="adjustment",
            amount=-taken["amount"],
            currency=taken["currency"],
            source=dispute["id"],
            available_on=scope.at,
            description=f"Chargeback reversal for {dispute['charge']}",
            category="dispute_reversal",
            exchange_rate=taken["exchange_rate"],
        ),
    )
    dispute["balance_transactions"].append(row["id"])
    scope.store.save(dispute)
    emit(scope, "charge.dispute.funds_reinstated", dispute)


def submit_evidence(scope: Scope, dispute: Body) -> Body:
    """Send what was gathered to the bank; the two published texts decide at once."""
    is_inquiry = dispute["status"].startswith("warning_")
    dispute["status"] = "warning_under_review" if is_inquiry else "under_review"
    dispute["evidence_details"] |= {
        "has_evidence": True,
        "submission_count": dispute["evidence_details"]["submission_count"] + 1,
        "submission_method": "manual",
    }
    scope.store.save(dispute)
    text = dispute["evidence"]["uncategorized_text"]
    if text == "winning_evidence":
        return close_dispute(scope, dispute, status=_won(dispute))
    if text == "losing_evidence":
        return close_dispute(scope, dispute, status=_lost(dispute))
    emit(scope, "charge.dispute.updated", dispute)
    decided_at = scope.at + _DAYS_TO_DECIDE * DAY
    schedule(scope, at=decided_at, name="dispute_lapses", ref=dispute["id"])
    return dispute


def _won(dispute: Body) -> str:
    return "warning_closed" if dispute["status"].startswith("warning_") else "won"


def _lost(dispute: Body) -> str:
    return "warning_closed" if dispute["status"].startswith("warning_") else "lost"


@task("dispute_lapses")
def dispute_lapses(scope: Scope, ref: str) -> None:
    """Decide a dispute nobody answered, or the bank has looked at long enough."""
    dispute = scope.store.get("dispute", ref)
    if dispute is None:
        return
    scope = scope.on(scope.store.account_of(ref) or scope.account)
    open_states = {"needs_response", "warning_needs_response"}
    review_states = {"under_review", "warning_under_review"}
    decided_at = dispute["evidence_details"]["due_by"]
    if dispute["status"] in open_states or (
        dispute["status"] in review_states and scope.at > decided_at
    ):
        close_dispute(scope, dispute, status=_lost(dispute))
