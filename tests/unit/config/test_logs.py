"""What no line of the log says."""

import logging
from logging.config import DictConfigurator

import pytest
from django.conf import settings

WORDS = (
    'new row violates "webhook_is_safe"\n'
    "DETAIL:  Failing row contains (1, whsec_x\n\nwhsec_y)."
)


def fail(because: Exception | None = None) -> None:
    raise ValueError(WORDS) from because


def refuse() -> None:
    try:
        fail()
    except ValueError as error:
        fail(error)


def test_a_row_that_the_database_refuses_is_in_no_log():
    known = settings.LOGGING["handlers"]["console"]["formatter"]
    shape = settings.LOGGING["formatters"][known]
    formatter = DictConfigurator({}).configure_formatter(dict(shape))
    with pytest.raises(ValueError, match="is_safe") as raised:
        refuse()
    error = (raised.type, raised.value, raised.tb)

    lines = [
        formatter.format(logging.LogRecord("x", 40, "", 1, words, about, trace))
        for words, about, trace in [
            ("Error: %s", (raised.value,), None),
            ("Error: %r", (raised.value,), None),
            ("Error", (), error),
        ]
    ]

    assert not any("whsec" in line for line in lines)
    assert all("webhook_is_safe" in line for line in lines)
    assert "The above exception" in lines[2]
    assert lines[2].count("Traceback") == 2
