"""A market whose programs are killed again and again, and what must hold after."""

import pytest

pytest.register_assert_rewrite("tests.crashes.reckoning")
