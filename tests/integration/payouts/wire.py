"""The sandbox as sellers and buyers use it, and a gateway that does not insist."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe
from django.conf import settings

from payouts.gateway.stripe import StripeGateway
from payouts.models import PaymentAttempt, Settlement
from payouts.services import (
    accounts,
    commands,
    payment,
    reconciliation,
    release,
    settlement,
)
from payouts.services.settlement import OpenedOrder
from tests.integration.payouts.market import (
    Item,
    make_seller,
    place,
    request_payment,
)
from tests.servers import Sandbox
from vendors.models import Vendor


def impatient_gateway(*, key: str = "") -> StripeGateway:
    """Return a gateway that asks once: the command table is what tries again."""
    return StripeGateway(
        secret_key=key or settings.STRIPE_SECRET_KEY,
        base=settings.STRIPE_API_BASE,
        secrets={
            "platform": settings.STRIPE_WEBHOOK_SECRET,
            "connect": settings.STRIPE_CONNECT_WEBHOOK_SECRET,
            "thin": settings.STRIPE_THIN_WEBHOOK_SECRET,
        },
        retries=0,
        timeout=2,
    )


@dataclass(frozen=True)
class Wire:
    """The market's side of the wire to Stripe, with time that can be moved."""

    sandbox: Sandbox

    def now(self) -> datetime:
        """Return the sandbox's time; the market follows it."""
        offset = self.sandbox.get("clock")["offset"]
        return datetime.fromtimestamp(time.time() + offset, tz=UTC)

    def advance(self, **by: float) -> datetime:
        """Move the sandbox's clock; what falls due there happens."""
        self.sandbox.post("clock", advance=int(timedelta(**by).total_seconds()))
        return self.now()

    def client(self) -> stripe.StripeClient:
        """Return what somebody with the dashboard could do."""
        return stripe.StripeClient(
            settings.STRIPE_SECRET_KEY,
            base_addresses={"api": settings.STRIPE_API_BASE},
        )

    def seller(self, name: str = "Bakery", country: str = "US") -> Vendor:
        """Make a seller whose account at Stripe is active."""
        vendor = make_seller(name, country=country, account=None)
        accounts.request_account(
            request=accounts.AccountRequest(
                vendor_id=vendor.pk,
                name=name,
                email="seller@example.org",
                country="BE",
                is_company=True,
            ),
            now=self.now(),
        )
        account = accounts.open_now(vendor_id=vendor.pk, now=self.now())
        assert account.stripe_account_id is not None
        self.sandbox.post(f"onboarding/{account.stripe_account_id}", status="active")
        accounts.sync_account(
            stripe_account_id=account.stripe_account_id, now=self.now()
        )
        return vendor

    def sell(
        self,
        vendor: Vendor,
        *items: Item,
        card: str = "pm_card_bypassPending",
        currency: str = "EUR",
        voucher: int = 0,
    ) -> Settlement:
        """Sell something of one seller, paid."""
        opened = place(
            {vendor: items or [Item(10_000)]},
            currency=currency,
            voucher=voucher,
            now=self.now(),
        )
        self.pay(opened, card=card)
        return Settlement.objects.get(order_id=opened.order_id)

    def pay(
        self, opened: OpenedOrder, *, card: str = "pm_card_bypassPending"
    ) -> PaymentAttempt:
        """Pay an order on Stripe's page and come back."""
        attempt = request_payment(opened, now=self.now())
        attempt = payment.start_session(attempt_id=attempt.pk, now=self.now())
        self.sandbox.post(f"pay/{attempt.session_id}", card=card)
        return payment.sync_payment(attempt_id=attempt.pk, now=self.now())

    def receive(self, *rows: Settlement) -> list[int]:
        """Confirm receipts and release the money; nothing is sent yet."""
        for row in rows:
            settlement.confirm_receipt(
                vendor_order_id=row.vendor_order_id, at=self.now()
            )
        return release.release(
            vendor_order_ids=[row.vendor_order_id for row in rows], now=self.now()
        )

    def work(self) -> None:
        """Carry out every command that is due."""
        while commands.run_due_commands(now=self.now()):
            pass

    def endow(self) -> None:
        """Give the platform money of its own, so that its gifts are covered (I7)."""
        self.client().v1.topups.create(
            {"amount": 50_000, "currency": "eur", "description": "Own money"}
        )

    def received_by(self, vendor: Vendor) -> int:
        """Return what lies in the seller's account at Stripe."""
        account_id = vendor.payout_account.stripe_account_id
        rows: list[Any] = self.sandbox.get("accounts")["data"]
        balances = next(row["balance"] for row in rows if row["id"] == account_id)
        euros = balances.get("eur", {"available": 0, "pending": 0})
        return int(euros["available"] + euros["pending"])

    def violations(self) -> list[str]:
        """Reconcile, and return what does not hold."""
        found = reconciliation.reconcile(now=self.now() + timedelta(seconds=1))
        return [str(violation) for violation in found]
