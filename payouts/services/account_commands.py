"""The command that opens a seller's account at Stripe."""

from dataclasses import asdict
from datetime import datetime

from marketplace.db import outbox
from payouts.gateway import AccountFacts, Gateway
from payouts.models import (
    MoneyCommand,
    PayoutProvider,
    RecipientStatus,
    VendorPayoutAccount,
)
from payouts.services.handlers import Answer


class OpenAccount:
    """Open an account that only receives: the platform bears fees and losses."""

    is_final_without_funds = False

    def call(self, gateway: Gateway, command: MoneyCommand) -> Answer:
        """Create the account."""
        facts = gateway.open_account(command.payload, key=str(command.idempotency_key))
        return Answer(facts.account_id, facts)

    def find(self, gateway: Gateway, command: MoneyCommand) -> Answer | None:
        """Look through the accounts."""
        facts = gateway.find_account(command=command.natural_key)
        return Answer(facts.account_id, facts) if facts else None

    def record(self, command: MoneyCommand, answer: Answer, now: datetime) -> None:
        """Keep its id and what Stripe still asks for."""
        account = VendorPayoutAccount.objects.select_for_update(no_key=True).get(
            vendor_id=command.payload["metadata"]["vendor"]
        )
        account.stripe_account_id = answer.stripe_id
        apply_account(account=account, facts=answer.facts, now=now)

    def refuse(self, command: MoneyCommand, _error: Exception, _now: datetime) -> None:
        """Let the seller try again."""
        VendorPayoutAccount.objects.filter(
            vendor_id=command.payload["metadata"]["vendor"],
            provider=PayoutProvider.STRIPE,
        ).update(recipient_status=RecipientStatus.NONE)


def apply_account(
    *, account: VendorPayoutAccount, facts: AccountFacts, now: datetime
) -> None:
    """Write what Stripe says of an account; tell when its status changed.

    Whether a seller can be paid at the bank is not Stripe's to say.
    """
    status = account.recipient_status if account.is_bank else facts.status
    has_changed = account.recipient_status != status
    account.recipient_status = status
    account.requirements = [asdict(each) for each in facts.requirements]
    account.synced_at = now
    account.save()
    if has_changed:
        outbox.emit(topic="account.changed", key=str(account.vendor_id), now=now)
