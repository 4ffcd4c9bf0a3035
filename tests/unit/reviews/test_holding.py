"""Which words wait for a moderator."""

import pytest

from reviews.services.holding import must_wait


@pytest.mark.parametrize(
    "text",
    [
        "Cheaper at https://shop.example/pots",
        "Look at www.pots.example",
        "They have it on pots.com too",
        "Write to me: anna@example.org",
        "Call 0475 12 34 56 and ask for Jan",
        "Call +32 475/12.34.56",
    ],
)
def test_what_leads_elsewhere_waits(text: str):
    assert must_wait("A title", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "After 600 km it still works.",
        "Ordered on 12.11.2026, here on 14.11.2026.",
        "€1,234.50 is a lot of money for 2 x 0.9 l.",
        "Came at 10:32, with a card. Thank you.Really.",
    ],
)
def test_plain_words_do_not(text: str):
    assert not must_wait(text)
