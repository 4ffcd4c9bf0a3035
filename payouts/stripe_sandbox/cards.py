"""Stripe's published test cards and what each does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TestCard:
    """A published test number, its payment method token and its behaviour."""

    number: str
    token: str
    brand: str = "visa"
    title: str = "Works"
    note: str = "Paid at once"
    tone: str = "ok"
    is_offered: bool = False
    is_available_at_once: bool = False
    challenge: bool = False
    decline: str = ""
    decline_reason: str = ""
    dispute: str = ""
    is_inquiry: bool = False
    refund: str = ""

    @property
    def spaced(self) -> str:
        """The number in groups of four."""
        return " ".join(self.number[i : i + 4] for i in range(0, 16, 4))

    @property
    def last4(self) -> str:
        """The last four digits."""
        return self.number[-4:]


def _declining(
    number: str,
    token: str,
    code: str,
    reason: str,
    title: str,
    *,
    is_offered: bool = True,
) -> TestCard:
    return TestCard(
        number,
        token,
        title=title,
        note=reason or code,
        tone="bad",
        is_offered=is_offered,
        decline=code,
        decline_reason=reason,
    )


def _disputed(number: str, token: str, reason: str, note: str) -> TestCard:
    return TestCard(
        number,
        token,
        title="Charged back later",
        note=note,
        tone="warn",
        is_offered=True,
        dispute=reason,
    )


def _challenging(number: str, token: str, *, is_offered: bool = False) -> TestCard:
    return TestCard(
        number,
        token,
        title="Asks for 3-D Secure",
        note="Opens the bank’s challenge",
        tone="warn",
        is_offered=is_offered,
        challenge=True,
    )


CARDS = (
    TestCard("4242424242424242", "pm_card_visa", is_offered=True),
    TestCard(
        "4000000000000077",
        "pm_card_bypassPending",
        title="Works, money at once",
        note="Can be paid out at once",
        is_offered=True,
        is_available_at_once=True,
    ),
    TestCard(
        "5555555555554444",
        "pm_card_mastercard",
        brand="mastercard",
        note="Mastercard, paid at once",
    ),
    _challenging("4000000000003220", "pm_card_threeDSecure2Required", is_offered=True),
    _challenging("4000002760003184", "pm_card_authenticationRequired"),
    _challenging("4000002500003155", "pm_card_authenticationRequiredOnSetup"),
    _declining(
        "4000000000000002",
        "pm_card_visa_chargeDeclined",
        "card_declined",
        "generic_decline",
        "Refused",
    ),
    _declining(
        "4000000000009995",
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        "card_declined",
        "insufficient_funds",
        "No funds",
    ),
    _declining(
        "4000000000000069",
        "pm_card_chargeDeclinedExpiredCard",
        "expired_card",
        "",
        "Expired",
    ),
    _declining(
        "4000000000000127",
        "pm_card_chargeDeclinedIncorrectCvc",
        "incorrect_cvc",
        "",
        "Wrong security code",
        is_offered=False,
    ),
    _declining(
        "4000000000000119",
        "pm_card_chargeDeclinedProcessingError",
        "processing_error",
        "",
        "The network stumbles",
        is_offered=False,
    ),
    _disputed(
        "4000000000000259",
        "pm_card_createDispute",
        "fraudulent",
        "Says: not my payment",
    ),
    _disputed(
        "4000000000002685",
        "pm_card_createDisputeProductNotReceived",
        "product_not_received",
        "Says: never arrived",
    ),
    TestCard(
        "4000000000001976",
        "pm_card_createDisputeInquiry",
        title="Asked about later",
        note="An inquiry: no money moves",
        tone="warn",
        dispute="fraudulent",
        is_inquiry=True,
    ),
    TestCard(
        "4000000000005126",
        "pm_card_refundFail",
        title="Refund fails later",
        note="Looks paid, fails in an hour",
        tone="warn",
        is_offered=True,
        refund="fails",
    ),
    TestCard(
        "4000000000007726",
        "pm_card_pendingRefund",
        title="Refund stays open",
        note="Pending for an hour, then paid",
        tone="warn",
        is_offered=True,
        refund="waits",
    ),
)

_BY_NUMBER = {card.number: card for card in CARDS}
_BY_TOKEN = {card.token: card for card in CARDS}

DECLINE_MESSAGES = {
    "card_declined": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": (
        "An error occurred while processing your card. Try again in a little bit."
    ),
}


def card_of(text: str) -> TestCard | None:
    """Return the test card with this number (blanks allowed) or token, or None."""
    bare = text.replace(" ", "").replace("-", "")
    return _BY_NUMBER.get(bare) or _BY_TOKEN.get(text)
