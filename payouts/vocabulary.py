"""The words for states and kinds of money, for whoever shows them.

The tables themselves are touched by this package alone; these names are everybody's.
"""

from payouts.models.account import RecipientStatus
from payouts.models.command import CommandKind, CommandState
from payouts.models.commission import CommissionBase, ConditionKind, ListState
from payouts.models.dispute import DisputeState, EvidenceState
from payouts.models.document import DocumentKind
from payouts.models.ledger import AccountKind
from payouts.models.payment import PaymentStatus
from payouts.models.refund import RefundBearer, RefundOrigin, RefundState
from payouts.models.settlement import LineKind, SettlementState
from payouts.models.transfer import TransferFunding, TransferState

__all__ = [
    "AccountKind",
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
    "RecipientStatus",
    "RefundBearer",
    "RefundOrigin",
    "RefundState",
    "SettlementState",
    "TransferFunding",
    "TransferState",
]
