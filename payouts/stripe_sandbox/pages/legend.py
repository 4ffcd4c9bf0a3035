"""The test cards in groups: those that pay, those that do not, and trouble later."""

from dataclasses import dataclass

from werkzeug.wrappers import Response

from payouts.stripe_sandbox.cards import CARDS, TestCard

from .looks import page
from .visit import Visit


@dataclass(frozen=True)
class Group:
    """Cards that behave alike."""

    key: str
    title: str
    text: str
    cards: tuple[TestCard, ...]


_GROUPS = (
    ("pays", "Pays", "The charge succeeds and stays as it is."),
    ("asks", "Asks or refuses", "Nothing is charged until the bank agrees."),
    (
        "later",
        "Pays, trouble later",
        "The charge succeeds. What goes wrong comes afterwards, as a webhook.",
    ),
)


def _key(card: TestCard) -> str:
    if card.challenge or card.decline:
        return "asks"
    return "later" if card.dispute or card.refund else "pays"


def groups(*, is_offered: bool = False) -> list[Group]:
    """Return all cards in their groups, or those the payment page offers."""
    wanted = [card for card in CARDS if card.is_offered or not is_offered]
    return [
        Group(key, title, text, tuple(card for card in wanted if _key(card) == key))
        for key, title, text in _GROUPS
    ]


def show(visit: Visit) -> Response:
    """Show every test card and what it does."""
    return page("cards.html", host=visit.host, here="cards", groups=groups())
