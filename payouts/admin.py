"""Break-glass: money is looked at here and never changed."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from payouts.models import (
    BalanceTransactionMirror,
    LedgerEntry,
    LedgerTransaction,
    MoneyCommand,
    PaymentAttempt,
    RefundRequest,
    Settlement,
    StripeEvent,
    VendorPayout,
    VendorPayoutAccount,
    VendorTransfer,
)

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline


class LookOnly:
    """Neither add, change nor delete."""

    def has_add_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def has_change_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def has_delete_permission(self, *_: Any, **__: Any) -> bool:
        return False


class EntryInline(LookOnly, TabularInline):
    model = LedgerEntry
    fields = ["account", "currency", "amount_minor", "settlement"]


@admin.register(LedgerTransaction)
class LedgerTransactionAdmin(LookOnly, ModelAdmin):
    list_display = ["key", "kind", "booked_at"]
    search_fields = ["key"]
    inlines = [EntryInline]


@admin.register(Settlement)
class SettlementAdmin(LookOnly, ModelAdmin):
    list_display = ["vendor_order", "vendor", "currency", "payable_minor", "state"]
    list_filter = ["state"]
    search_fields = ["vendor_order__number"]
    list_select_related = ["vendor_order", "vendor"]


@admin.register(MoneyCommand)
class MoneyCommandAdmin(LookOnly, ModelAdmin):
    list_display = ["natural_key", "kind", "state", "attempts", "due_at"]
    list_filter = ["state", "kind"]
    search_fields = ["natural_key", "stripe_id"]


@admin.register(StripeEvent)
class StripeEventAdmin(LookOnly, ModelAdmin):
    list_display = ["event_id", "type", "received_at", "processed_at", "is_parked"]
    list_filter = ["endpoint", "is_parked"]
    search_fields = ["event_id", "object_id"]


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(LookOnly, ModelAdmin):
    list_display = ["order", "currency", "amount_minor", "status", "created_at"]
    list_filter = ["status"]
    search_fields = ["session_id", "payment_intent_id", "charge_id"]
    list_select_related = ["order"]


@admin.register(RefundRequest)
class RefundRequestAdmin(LookOnly, ModelAdmin):
    list_display = ["token", "order", "currency", "cash_minor", "state", "created_at"]
    list_filter = ["state", "bearer"]
    search_fields = ["token", "stripe_id"]
    list_select_related = ["order"]


@admin.register(VendorTransfer)
class VendorTransferAdmin(LookOnly, ModelAdmin):
    list_display = ["settlement", "vendor", "currency", "amount_minor", "state"]
    list_filter = ["state", "funding"]
    search_fields = ["stripe_id"]
    list_select_related = ["settlement", "vendor"]


@admin.register(VendorPayout)
class VendorPayoutAdmin(LookOnly, ModelAdmin):
    list_display = ["stripe_id", "vendor", "currency", "amount_minor", "status"]
    list_filter = ["status"]
    search_fields = ["stripe_id"]
    list_select_related = ["vendor"]


@admin.register(VendorPayoutAccount)
class VendorPayoutAccountAdmin(LookOnly, ModelAdmin):
    list_display = ["vendor", "stripe_account_id", "country", "recipient_status"]
    list_filter = ["recipient_status"]
    search_fields = ["stripe_account_id", "vendor__name"]
    list_select_related = ["vendor"]


@admin.register(BalanceTransactionMirror)
class BalanceTransactionMirrorAdmin(LookOnly, ModelAdmin):
    list_display = ["stripe_id", "type", "currency", "net_minor", "matched_key"]
    list_filter = ["type"]
    search_fields = ["stripe_id", "source"]
