from payouts.models.account import (
    PayoutProvider,
    RecipientStatus,
    VendorPayout,
    VendorPayoutAccount,
)
from payouts.models.adjustment import Adjustment, AdjustmentKind, AdjustmentState
from payouts.models.carrier_claim import CarrierClaim, CarrierClaimState
from payouts.models.command import CommandKind, CommandState, MoneyCommand
from payouts.models.commission import (
    CommissionBase,
    CommissionCondition,
    CommissionList,
    CommissionPlan,
    CommissionTerm,
    ConditionKind,
    ListState,
)
from payouts.models.dispute import (
    Dispute,
    DisputeAllocation,
    DisputeEvidence,
    DisputeState,
    DisputeStatement,
    EvidenceState,
    StatementPicture,
)
from payouts.models.document import (
    Document,
    DocumentKind,
    DocumentSeries,
    PendingDocument,
)
from payouts.models.ledger import (
    AccountKind,
    LedgerAccount,
    LedgerBalance,
    LedgerEntry,
    LedgerTransaction,
)
from payouts.models.matching import BankLine, MatchRun, MatchState
from payouts.models.parcel import ParcelRelease, ParcelReleaseLine
from payouts.models.payment import PaymentAttempt, PaymentStatus
from payouts.models.refund import (
    RefundBearer,
    RefundLine,
    RefundOrigin,
    RefundRepayment,
    RefundRequest,
    RefundState,
)
from payouts.models.replay import (
    CommissionReplay,
    CommissionReplayRow,
    ReplayKind,
)
from payouts.models.reserve import ReleasePerk, ReservePolicy, VendorReserve
from payouts.models.run import (
    BankBatch,
    BatchState,
    Obstacle,
    PayoutRun,
    PayoutRunItem,
    RunState,
)
from payouts.models.settlement import (
    LineKind,
    Settlement,
    SettlementHold,
    SettlementLine,
    SettlementState,
)
from payouts.models.statement import Statement, StatementEntry, StatementKey
from payouts.models.transfer import (
    TransferFunding,
    TransferReversal,
    TransferState,
    VendorTransfer,
)
from payouts.models.webhook import BalanceTransactionMirror, StripeEvent

__all__ = [
    "AccountKind",
    "Adjustment",
    "AdjustmentKind",
    "AdjustmentState",
    "BalanceTransactionMirror",
    "BankBatch",
    "BankLine",
    "BatchState",
    "CarrierClaim",
    "CarrierClaimState",
    "CommandKind",
    "CommandState",
    "CommissionBase",
    "CommissionCondition",
    "CommissionList",
    "CommissionPlan",
    "CommissionReplay",
    "CommissionReplayRow",
    "CommissionTerm",
    "ConditionKind",
    "Dispute",
    "DisputeAllocation",
    "DisputeEvidence",
    "DisputeState",
    "DisputeStatement",
    "Document",
    "DocumentKind",
    "DocumentSeries",
    "EvidenceState",
    "LedgerAccount",
    "LedgerBalance",
    "LedgerEntry",
    "LedgerTransaction",
    "LineKind",
    "ListState",
    "MatchRun",
    "MatchState",
    "MoneyCommand",
    "Obstacle",
    "ParcelRelease",
    "ParcelReleaseLine",
    "PaymentAttempt",
    "PaymentStatus",
    "PayoutProvider",
    "PayoutRun",
    "PayoutRunItem",
    "PendingDocument",
    "RecipientStatus",
    "RefundBearer",
    "RefundLine",
    "RefundOrigin",
    "RefundRepayment",
    "RefundRequest",
    "RefundState",
    "ReleasePerk",
    "ReplayKind",
    "ReservePolicy",
    "RunState",
    "Settlement",
    "SettlementHold",
    "SettlementLine",
    "SettlementState",
    "Statement",
    "StatementEntry",
    "StatementKey",
    "StatementPicture",
    "StripeEvent",
    "TransferFunding",
    "TransferReversal",
    "TransferState",
    "VendorPayout",
    "VendorPayoutAccount",
    "VendorReserve",
    "VendorTransfer",
]
