"""The commands that open and close payment pages."""

from datetime import datetime

from payouts.gateway import Gateway, GatewayRefusedError
from payouts.models import MoneyCommand, PaymentAttempt, PaymentStatus
from payouts.services.capture import apply_session, give_up
from payouts.services.handlers import Answer


class OpenSession:
    """Create the page where the buyer pays."""

    is_final_without_funds = False

    def call(self, gateway: Gateway, command: MoneyCommand) -> Answer:
        """Create the Checkout Session."""
        facts = gateway.open_session(command.payload, key=str(command.idempotency_key))
        return Answer(facts.session_id, facts)

    def find(self, _gateway: Gateway, _command: MoneyCommand) -> Answer | None:
        """Never found: sessions cannot be listed by our metadata.

        A page that nobody was sent to expires unpaid.
        """
        return None

    def record(self, command: MoneyCommand, answer: Answer, _now: datetime) -> None:
        """Keep the page's address."""
        PaymentAttempt.objects.filter(
            command=command, status=PaymentStatus.REQUESTED
        ).update(
            status=PaymentStatus.OPEN,
            session_id=answer.facts.session_id,
            session_url=answer.facts.url,
        )

    def refuse(self, command: MoneyCommand, _error: Exception, now: datetime) -> None:
        """Close the attempt: the order cannot be paid this way."""
        attempt = PaymentAttempt.objects.select_for_update(no_key=True).get(
            command=command
        )
        if attempt.status == PaymentStatus.REQUESTED:
            give_up(attempt=attempt, status=PaymentStatus.FAILED, now=now)


class ExpireSession:
    """Close a page, or learn that it was paid at the last second."""

    is_final_without_funds = False

    def call(self, gateway: Gateway, command: MoneyCommand) -> Answer:
        """Expire the session; where Stripe refuses, ask what became of it."""
        session_id = command.payload["session"]
        try:
            facts = gateway.expire_session(session_id, key=str(command.idempotency_key))
        except GatewayRefusedError:
            facts = gateway.session(session_id)
        return Answer(facts.session_id, facts)

    def find(self, gateway: Gateway, command: MoneyCommand) -> Answer | None:
        """Ask what became of the session."""
        facts = gateway.session(command.payload["session"])
        return None if facts.status == "open" else Answer(facts.session_id, facts)

    def record(self, command: MoneyCommand, answer: Answer, now: datetime) -> None:
        """Apply what Stripe said: expired, or paid after all."""
        attempt_id = command.payload["attempt"]
        apply_session(attempt_id=attempt_id, facts=answer.facts, now=now)

    def refuse(self, command: MoneyCommand, error: Exception, now: datetime) -> None:
        """Leave the attempt open: the sweep asks again."""
