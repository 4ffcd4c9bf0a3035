"""The double-entry ledger: it only grows, and the database says so.

The rules that no model can hold (balanced, sealed, immutable, guarded balances) are
triggers of the first migration; see docs/algorithms/ledger.md.
"""

from typing import Any

from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    STRIPE_BALANCE = "stripe_balance", _("Balance at Stripe")
    BANK = "bank", _("Bank")
    DISPUTED_FUNDS = "disputed_funds", _("Disputed funds")
    VENDOR_HELD = "vendor_held", _("Held for sellers")
    VENDOR_PAYABLE = "vendor_payable", _("Due to sellers")
    VENDOR_RESERVE = "vendor_reserve", _("Reserve of sellers")
    COMMISSION_DEFERRED = "commission_deferred", _("Commission not yet earned")
    VAT_ON_COMMISSION = "vat_on_commission", _("VAT on commission")
    POINTS_LIABILITY = "points_liability", _("Points owed to buyers")
    CUSTOMER_REFUND_DUE = "customer_refund_due", _("Refunds owed to buyers")
    COMMISSION_REVENUE = "commission_revenue", _("Commission")
    PROCESSOR_FEES = "processor_fees", _("Payment fees")
    PROMO_EXPENSE = "promo_expense", _("Vouchers and promotions")
    POINTS_EXPENSE = "points_expense", _("Points given")
    DISPUTE_FEES = "dispute_fees", _("Dispute fees")
    GOODWILL_EXPENSE = "goodwill_expense", _("Goodwill")
    BAD_DEBT = "bad_debt", _("Bad debt")
    ROUNDING = "rounding", _("Rounding")
    # Fines and credits of sellers that a person decided: income and expense.
    ADJUSTMENTS = "adjustments", _("Adjustments of sellers")
    # What carriers paid of our claims: income, once it has come in.
    CARRIER_RECOVERIES = "carrier_recoveries", _("Paid by carriers")
    # What an order brought in one currency and Stripe settled in another, on both
    # sides; and what the rate has moved by when such money goes back.
    CURRENCY_CONVERSION = "currency_conversion", _("Exchanged by Stripe")
    EXCHANGE_DIFFERENCE = "exchange_difference", _("Exchange differences")


# What grows on the credit side: liabilities and income.
CREDIT_KINDS = frozenset(
    {
        AccountKind.VENDOR_HELD,
        AccountKind.VENDOR_PAYABLE,
        AccountKind.VENDOR_RESERVE,
        AccountKind.COMMISSION_DEFERRED,
        AccountKind.VAT_ON_COMMISSION,
        AccountKind.POINTS_LIABILITY,
        AccountKind.CUSTOMER_REFUND_DUE,
        AccountKind.COMMISSION_REVENUE,
        AccountKind.CARRIER_RECOVERIES,
    }
)
VENDOR_KINDS = frozenset(
    {
        AccountKind.VENDOR_HELD,
        AccountKind.VENDOR_PAYABLE,
        AccountKind.VENDOR_RESERVE,
    }
)
# A seller may owe us (`vendor_payable`), but nobody holds less than nothing.
FLOORS: dict[str, int] = {
    AccountKind.VENDOR_HELD: 0,
    AccountKind.VENDOR_RESERVE: 0,
}


class TransactionIdField(models.Field):  # type: ignore[type-arg]  # stubs ask for two parameters that no value of ours has
    """PostgreSQL's 64-bit id of the transaction that wrote the row."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 (Django's signature)
        return "xid8"


class LedgerAccount(models.Model):
    code = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=24, choices=AccountKind)
    vendor = models.ForeignKey(
        "vendors.Vendor", models.PROTECT, null=True, related_name="+"
    )
    floor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "currency"], name="payouts_account_code"
            ),
            # The target of the entries' composite foreign key.
            models.UniqueConstraint(
                fields=["id", "currency"], name="payouts_account_currency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.currency}"


class LedgerTransaction(models.Model):
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=32)
    ref = models.JSONField(default=dict)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversed_by"
    )
    booked_at = models.DateTimeField()
    xid = TransactionIdField(db_default=Func(function="pg_current_xact_id"))

    class Meta:
        indexes = [
            models.Index(fields=["booked_at"], name="payouts_txn_booked_at"),
            # All that was booked of one order, in the office.
            models.Index(F("ref__order"), name="payouts_txn_order"),
        ]

    def __str__(self) -> str:
        return self.key


class LedgerEntry(models.Model):
    """One leg; debit is positive, credit is negative."""

    transaction = models.ForeignKey(
        LedgerTransaction, models.PROTECT, related_name="entries"
    )
    # The composite foreign key of the migration stands for this one.
    account = models.ForeignKey(
        LedgerAccount, models.PROTECT, related_name="entries", db_constraint=False
    )
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    settlement = models.ForeignKey(
        "payouts.Settlement", models.PROTECT, null=True, related_name="entries"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(amount_minor=0), name="payouts_entry_not_zero"
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor:+d} {self.currency}"

    @property
    def credit_minor(self) -> int:
        """The amount as whoever is owed sees it: what they gain is positive."""
        return -self.amount_minor


class LedgerBalance(models.Model):
    """The running sum of a guarded account; only the ledger's triggers write it.

    `posted_minor` counts in the account's own direction: what is owed to a seller is
    positive.
    """

    account = models.OneToOneField(
        LedgerAccount, models.PROTECT, primary_key=True, related_name="balance"
    )
    sign = models.SmallIntegerField()
    posted_minor = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(floor__isnull=True)
                | models.Q(posted_minor__gte=models.F("floor")),
                name="payouts_balance_floor",
            )
        ]

    def __str__(self) -> str:
        return f"{self.posted_minor}"
