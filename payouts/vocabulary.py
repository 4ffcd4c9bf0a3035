"""The words for states and kinds of money, for whoever shows them.

The tables themselves are touched by this package alone; these names are everybody's.
"""

from payouts.models.account import PayoutProvider, RecipientStatus
from payouts.models.adjustment import AdjustmentKind, AdjustmentState
from payouts.models.carrier_claim import CarrierClaimState
from payouts.models.command import CommandKind, CommandState
from payouts.models.commission import CommissionBase, ConditionKind, ListState
from payouts.models.dispute import DisputeState, EvidenceState
from payouts.models.document import DocumentKind
from payouts.models.ledger import AccountKind
from payouts.models.payment import PaymentStatus
from payouts.models.refund import RefundBearer, RefundOrigin, RefundState
from payouts.models.reserve import MOST_BPS, MOST_DAYS
from payouts.models.run import BatchState, RunState
from payouts.models.settlement import LineKind, SettlementState
from payouts.models.transfer import TransferFunding, TransferState

__all__ = [
    "MOST_BPS",
    "MOST_DAYS",
    "AccountKind",
    "AdjustmentKind",
    "AdjustmentState",
    "BatchState",
    "CarrierClaimState",
    "CommandKind",
    "CommandState",
    "CommissionBase",
    "ConditionKind",
    "DisputeState",
    "DocumentKind",
    "EvidenceState",
    "LineKind",
    "ListState",
    "PaymentStatus",
    "PayoutProvider",
    "RecipientStatus",
    "RefundBearer",
    "RefundOrigin",
    "RefundState",
    "RunState",
    "SettlementState",
    "TransferFunding",
    "TransferState",
]
