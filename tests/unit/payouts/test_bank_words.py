"""Codes of banks become words; what is words already stays."""

import pytest

from payouts.bank_words import (
    disputed_words,
    reason_in_words,
    refusal_in_words,
    status_in_words,
    without_codes,
)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (reason_in_words("product_not_received"), "Not received"),
        (reason_in_words("new_of_tomorrow"), "new of tomorrow"),
        (status_in_words("warning_needs_response"), "it asks, and waits for an answer"),
        (refusal_in_words("lost_or_stolen_card"), "The card was lost or stolen."),
        (refusal_in_words("Charge ch_1 was disputed."), "Charge ch_1 was disputed."),
        (disputed_words("duplicate"), "Disputed at the bank: Charged twice"),
        (without_codes("By the bank: duplicate"), "By the bank: Charged twice"),
        (without_codes("Late: It came on Monday."), "Late: It came on Monday."),
        (without_codes("sold_out"), "sold out"),
        (without_codes(""), ""),
    ],
)
def test_a_code_is_told_in_words(said: str, words: str) -> None:
    assert said == words
