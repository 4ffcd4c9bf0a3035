"""Stripe over HTTP, through its own SDK; the base address is all that may differ."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

import stripe
from django.utils.translation import gettext as _

from payouts.gateway.events import event_of
from payouts.gateway.facts import (
    AccountFacts,
    BadSignatureError,
    BalanceRow,
    DisputeFacts,
    EventFacts,
    MovementFacts,
    Payload,
    PayoutFacts,
    RefundFacts,
    SessionFacts,
)
from payouts.gateway.movements import (
    dispute_moved,
    payment_moved,
    refund_moved,
    reversal_moved,
    transfer_moved,
)
from payouts.gateway.translate import (
    account_of,
    balance_row_of,
    balance_totals,
    dispute_of,
    payout_of,
    plain,
    refund_of,
    session_of,
    translated,
)

_TIMEOUT_SECONDS = 20
_PAGE = 100
_CHARGE = ["payment_intent.latest_charge.balance_transaction"]
# Without it Stripe answers `configuration: null`, as if nobody were onboarded.
_INCLUDE = ["configuration.recipient", "requirements"]


class StripeGateway:
    """The only one who speaks to Stripe."""

    def __init__(
        self,
        *,
        secret_key: str,
        base: str,
        secrets: dict[str, str],
        retries: int,
        timeout: float = _TIMEOUT_SECONDS,
    ) -> None:
        self._secrets = secrets
        self._is_live = "_live_" in secret_key
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": base},
            # A client of its own makes one attempt and waits 80 s unless told.
            max_network_retries=retries,
            http_client=stripe.RequestsClient(timeout=timeout),
        )

    def open_session(self, payload: Payload, *, key: str) -> SessionFacts:
        """Create a hosted payment page."""
        with translated():
            session = self._client.v1.checkout.sessions.create(
                cast("Any", dict(payload)), {"idempotency_key": key}
            )
        return session_of(plain(session))

    def session(self, session_id: str) -> SessionFacts:
        """Fetch a payment page with its charge and balance row."""
        with translated():
            session = self._client.v1.checkout.sessions.retrieve(
                session_id, {"expand": _CHARGE}
            )
        return session_of(plain(session))

    def expire_session(self, session_id: str, *, key: str) -> SessionFacts:
        """Close a payment page; refused when it was paid."""
        with translated():
            session = self._client.v1.checkout.sessions.expire(
                session_id, options={"idempotency_key": key}
            )
        return session_of(plain(session))

    def refund(self, payload: Payload, *, key: str) -> RefundFacts:
        """Refund a buyer."""
        with translated():
            refund = self._client.v1.refunds.create(
                cast("Any", dict(payload)), {"idempotency_key": key}
            )
        return refund_of(plain(refund))

    def refund_of(self, refund_id: str) -> RefundFacts:
        """Fetch a refund."""
        with translated():
            return refund_of(plain(self._client.v1.refunds.retrieve(refund_id)))

    def find_refund(self, payment_intent: str, *, command: str) -> RefundFacts | None:
        """Look for the refund that a command made."""
        with translated():
            page = self._client.v1.refunds.list(
                {"payment_intent": payment_intent, "limit": _PAGE}
            )
            found = _made_by(command, page.auto_paging_iter())
        return refund_of(found) if found else None

    def transfer(self, payload: Payload, *, key: str) -> str:
        """Move money to a seller's account; return the transfer's id."""
        with translated():
            transfer = self._client.v1.transfers.create(
                cast("Any", dict(payload)), {"idempotency_key": key}
            )
        return transfer.id

    def find_transfer(self, transfer_group: str, *, command: str) -> str | None:
        """Look for the transfer that a command made."""
        with translated():
            page = self._client.v1.transfers.list(
                {"transfer_group": transfer_group, "limit": _PAGE}
            )
            found = _made_by(command, page.auto_paging_iter())
        return found["id"] if found else None

    def reverse(self, transfer_id: str, payload: Payload, *, key: str) -> str:
        """Take money of a transfer back; return the reversal's id."""
        with translated():
            reversal = self._client.v1.transfers.reversals.create(
                transfer_id, cast("Any", dict(payload)), {"idempotency_key": key}
            )
        return reversal.id

    def find_reversal(self, transfer_id: str, *, command: str) -> str | None:
        """Look for the reversal that a command made."""
        with translated():
            page = self._client.v1.transfers.reversals.list(
                transfer_id, {"limit": _PAGE}
            )
            found = _made_by(command, page.auto_paging_iter())
        return found["id"] if found else None

    def open_account(self, payload: Payload, *, key: str) -> AccountFacts:
        """Open an account for a seller."""
        with translated():
            account = self._client.v2.core.accounts.create(
                cast("Any", {**payload, "include": _INCLUDE}), {"idempotency_key": key}
            )
        return account_of(plain(account))

    def account(self, account_id: str) -> AccountFacts:
        """Fetch a seller's account with its capability and requirements."""
        with translated():
            account = self._client.v2.core.accounts.retrieve(
                account_id, cast("Any", {"include": _INCLUDE})
            )
        return account_of(plain(account))

    def find_account(self, *, command: str) -> AccountFacts | None:
        """Look for the account that a command opened."""
        with translated():
            page = self._client.v2.core.accounts.list({"limit": _PAGE})
            found = _made_by(command, page.auto_paging_iter())
        return self.account(found["id"]) if found else None

    def onboarding_url(
        self, account_id: str, *, refresh_url: str, return_url: str
    ) -> str:
        """Return a single-use address where the seller gives Stripe their details."""
        with translated():
            link = self._client.v2.core.account_links.create(
                {
                    "account": account_id,
                    "use_case": {
                        "type": "account_onboarding",
                        "account_onboarding": {
                            "refresh_url": refresh_url,
                            "return_url": return_url,
                        },
                    },
                }
            )
        return link.url

    def dashboard_url(self, account_id: str) -> str:
        """Return a single-use address of the seller's dashboard at Stripe."""
        with translated():
            return self._client.v1.accounts.login_links.create(account_id).url

    def set_payout_interval(self, account_id: str, *, interval: str) -> None:
        """Set how often Stripe pays the seller's balance out: daily, weekly, ..."""
        schedule: dict[str, Any] = {"interval": interval}
        if interval == "weekly":
            schedule["weekly_payout_days"] = ["monday"]
        if interval == "monthly":
            schedule["monthly_payout_days"] = [1]
        with translated():
            self._client.v1.balance_settings.update(
                cast("Any", {"payments": {"payouts": {"schedule": schedule}}}),
                {"stripe_account": account_id},
            )

    def payout(self, payout_id: str, *, account_id: str) -> PayoutFacts:
        """Fetch a seller's payout."""
        with translated():
            payout = self._client.v1.payouts.retrieve(
                payout_id, options={"stripe_account": account_id}
            )
        return payout_of(plain(payout))

    def payouts_of(self, account_id: str, *, since: datetime) -> list[PayoutFacts]:
        """Fetch a seller's payouts that were made since a moment."""
        with translated():
            page = self._client.v1.payouts.list(
                {"created": {"gte": int(since.timestamp())}, "limit": _PAGE},
                {"stripe_account": account_id},
            )
            return [payout_of(plain(each)) for each in page.auto_paging_iter()]

    def dispute(self, dispute_id: str) -> DisputeFacts:
        """Fetch a dispute."""
        with translated():
            return dispute_of(plain(self._client.v1.disputes.retrieve(dispute_id)))

    def movements(self, *, charge_id: str, transfer_group: str) -> list[MovementFacts]:
        """Fetch all that belongs to an order: its charge, refunds, transfers, ..."""
        with translated():
            return [
                *(self._of_charge(charge_id) if charge_id else ()),
                *(self._of_group(transfer_group) if transfer_group else ()),
            ]

    def _of_charge(self, charge_id: str) -> Iterator[MovementFacts]:
        of_charge: Any = {"charge": charge_id, "limit": _PAGE}
        yield payment_moved(plain(self._client.v1.charges.retrieve(charge_id)))
        for refund in self._client.v1.refunds.list(of_charge).auto_paging_iter():
            yield refund_moved(plain(refund))
        for dispute in self._client.v1.disputes.list(of_charge).auto_paging_iter():
            yield dispute_moved(plain(dispute))

    def _of_group(self, transfer_group: str) -> Iterator[MovementFacts]:
        page = self._client.v1.transfers.list(
            {"transfer_group": transfer_group, "limit": _PAGE}
        )
        for transfer in page.auto_paging_iter():
            yield transfer_moved(plain(transfer))
            if transfer.amount_reversed:
                back = self._client.v1.transfers.reversals.list(
                    transfer.id, {"limit": _PAGE}
                )
                for reversal in back.auto_paging_iter():
                    yield reversal_moved(plain(reversal))

    def answer_dispute(
        self, dispute_id: str, payload: Payload, *, key: str
    ) -> DisputeFacts:
        """Send evidence to the bank."""
        with translated():
            dispute = self._client.v1.disputes.update(
                dispute_id, cast("Any", dict(payload)), {"idempotency_key": key}
            )
        return dispute_of(plain(dispute))

    def concede_dispute(self, dispute_id: str, *, key: str) -> DisputeFacts:
        """Accept a dispute: it is lost."""
        with translated():
            dispute = self._client.v1.disputes.close(
                dispute_id, options={"idempotency_key": key}
            )
        return dispute_of(plain(dispute))

    def balance_rows(self, *, since: datetime) -> Iterator[BalanceRow]:
        """Yield the platform's balance rows made since a moment, newest first."""
        with translated():
            page = self._client.v1.balance_transactions.list(
                {"created": {"gte": int(since.timestamp())}, "limit": _PAGE}
            )
            for row in page.auto_paging_iter():
                yield balance_row_of(plain(row))

    def balance(self) -> dict[str, int]:
        """Return all that Stripe holds for the platform, by currency."""
        with translated():
            return balance_totals(plain(self._client.v1.balance.retrieve()))

    def balance_of(self, account_id: str) -> dict[str, int]:
        """Return what a seller's account holds, by currency; it may be negative."""
        with translated():
            balance = self._client.v1.balance.retrieve(
                options={"stripe_account": account_id}
            )
        return balance_totals(plain(balance))

    def event(self, *, endpoint: str, body: bytes, signature: str) -> EventFacts:
        """Verify a webhook. Raises BadSignatureError."""
        secret = self._secrets[endpoint]
        if not signature.isascii():
            # The SDK would compare it all the same, and raise TypeError.
            raise BadSignatureError(_("This is not a webhook from Stripe."))
        try:
            stripe.WebhookSignature.verify_header(
                body, signature, secret, stripe.Webhook.DEFAULT_TOLERANCE
            )
            facts = event_of(body, is_thin=endpoint == "thin")
        except (stripe.SignatureVerificationError, ValueError) as error:
            raise BadSignatureError(_("This is not a webhook from Stripe.")) from error
        if facts.is_live != self._is_live:
            raise BadSignatureError(_("This webhook is for another deployment."))
        return facts


def _made_by(
    command: str, objects: Iterator[stripe.StripeObject]
) -> dict[str, Any] | None:
    for candidate in objects:
        fields = plain(candidate)
        if (fields.get("metadata") or {}).get("command") == command:
            return fields
    return None
