"""The commands that move money to sellers and back."""

from datetime import datetime

from marketplace.core.money import Money
from marketplace.db import outbox
from payouts.gateway import Gateway
from payouts.models import (
    CommandState,
    MoneyCommand,
    Settlement,
    SettlementState,
    TransferReversal,
    TransferState,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.services import journals, ledger
from payouts.services.handlers import Answer
from payouts.services.reversals import send_reversals, withdraw
from payouts.services.transfer import show_transfers


class MakeTransfer:
    """J4: pay a seller."""

    is_final_without_funds = False

    def call(self, gateway: Gateway, command: MoneyCommand) -> Answer:
        """Create the transfer."""
        return Answer(
            gateway.transfer(command.payload, key=str(command.idempotency_key))
        )

    def find(self, gateway: Gateway, command: MoneyCommand) -> Answer | None:
        """Look through the order's transfers."""
        found = gateway.find_transfer(
            command.payload["transfer_group"], command=command.natural_key
        )
        return Answer(found) if found else None

    def record(self, command: MoneyCommand, answer: Answer, now: datetime) -> None:
        """Book it; then take back what was refunded while it was on its way."""
        settlement, transfer = _lock(command.transfer)
        transfer.state = TransferState.DONE
        transfer.stripe_id = answer.stripe_id
        transfer.done_at = now
        transfer.save()
        ledger.post(
            journals.paid_out(
                key=command.natural_key,
                settlement_id=transfer.settlement_id,
                vendor_id=transfer.vendor_id,
                currency=transfer.currency,
                amount_minor=transfer.amount_minor,
                booked_at=now,
                stripe_id=answer.stripe_id,
                sent=Money(transfer.sent_minor, transfer.sent_currency),
            )
        )
        waiting = transfer.reversals.filter(command=None).exclude(
            state=TransferState.DONE
        )
        waiting.update(state=TransferState.REQUESTED)
        send_reversals(reversals=list(waiting.select_related("transfer")), now=now)
        _show_arrival(settlement, now)

    def refuse(self, command: MoneyCommand, _error: Exception, _now: datetime) -> None:
        """Leave the money due: an operator sends the command again."""
        _settlement, transfer = _lock(command.transfer)
        transfer.state = TransferState.FAILED
        transfer.save(update_fields=["state"])
        transfer.reversals.filter(command=None).update(state=TransferState.FAILED)


def withdraw_elsewhere(*, command: MoneyCommand, now: datetime) -> bool:
    """Give a failed transfer up whose seller is paid elsewhere by now; say if it was.

    The caller holds the command, which names an account that is not theirs any more.
    Locks the settlement and the transfer.
    """
    row = VendorTransfer.objects.filter(command=command).first()
    if row is None:
        return False
    account = VendorPayoutAccount.objects.get(vendor_id=row.vendor_id)
    if _is_for(account, command):
        return False
    _settlement, transfer = _lock(row)
    withdraw(transfers=[transfer])
    command.state = CommandState.WITHDRAWN
    command.finished_at = now
    command.save(update_fields=["state", "finished_at"])
    return True


def _is_for(account: VendorPayoutAccount, command: MoneyCommand) -> bool:
    is_same = account.stripe_account_id == command.payload["destination"]
    return is_same and not account.is_bank


def reopen_transfer(*, command: MoneyCommand) -> None:
    """Put the transfer of a failed command, if it has one, on its way again."""
    VendorTransfer.objects.filter(command=command).update(state=TransferState.REQUESTED)
    TransferReversal.objects.filter(transfer__command=command, command=None).update(
        state=TransferState.REQUESTED
    )


def _lock(transfer: VendorTransfer) -> tuple[Settlement | None, VendorTransfer]:
    # The settlement first, as a refund does: it locks the transfers after the ledger.
    rows = Settlement.objects.select_for_update(no_key=True)
    settlement = rows.filter(transfers=transfer).first()
    return settlement, VendorTransfer.objects.select_for_update(no_key=True).get(
        pk=transfer.pk
    )


def _show_arrival(settlement: Settlement | None, now: datetime) -> None:
    if settlement is None or settlement.state != SettlementState.TRANSFERRING:
        return
    show_transfers(settlement, now=now)
    if settlement.state != SettlementState.TRANSFERRING:
        outbox.emit(
            topic="settlement.transferred", key=str(settlement.vendor_order_id), now=now
        )


class ReverseTransfer:
    """J7: take money back from a seller after a refund."""

    # Stripe reverses only what the seller's balance covers; the rest is a debt.
    is_final_without_funds = True

    def call(self, gateway: Gateway, command: MoneyCommand) -> Answer:
        """Create the reversal."""
        payload = {
            name: value for name, value in command.payload.items() if name != "transfer"
        }
        return Answer(
            gateway.reverse(
                command.payload["transfer"], payload, key=str(command.idempotency_key)
            )
        )

    def find(self, gateway: Gateway, command: MoneyCommand) -> Answer | None:
        """Look through the transfer's reversals."""
        found = gateway.find_reversal(
            command.payload["transfer"], command=command.natural_key
        )
        return Answer(found) if found else None

    def record(self, command: MoneyCommand, answer: Answer, now: datetime) -> None:
        """Book it and count it on the transfer."""
        row = command.reversal
        settlement, transfer = _lock(row.transfer)
        row.state = TransferState.DONE
        row.stripe_id = answer.stripe_id
        row.done_at = now
        row.save()
        transfer.reversed_minor += row.amount_minor
        transfer.save(update_fields=["reversed_minor"])
        ledger.post(
            journals.taken_back(
                key=command.natural_key,
                settlement_id=transfer.settlement_id,
                vendor_id=transfer.vendor_id,
                currency=transfer.currency,
                amount_minor=row.amount_minor,
                booked_at=now,
                stripe_id=answer.stripe_id,
                sent=Money(row.sent_minor or row.amount_minor, transfer.sent_currency),
            )
        )
        # What is released and waits to be sent says so.
        if settlement and settlement.state != SettlementState.RELEASED:
            show_transfers(settlement, now=now)

    def refuse(self, command: MoneyCommand, _error: Exception, _now: datetime) -> None:
        """Leave the debt in the seller's payable balance: the next transfer nets it."""
        TransferReversal.objects.filter(command=command).update(
            state=TransferState.FAILED
        )
