"""Numbers of forms are read as people write them, not as Python does."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.forms import Field
from django.http import QueryDict

from frontend.forms import DecimalField, FloatField, IntegerField
from frontend.storefront.asking import query_of
from marketplace.config.embedded import checkout

DJANGOS_OWN = re.compile(r"forms\.(Decimal|Integer|Float)Field\(")


@pytest.mark.parametrize("field", [DecimalField(), IntegerField(), FloatField()])
@pytest.mark.parametrize("typed", ["1_0", "1e1", "1E1", "_1"])
def test_a_number_of_python_alone_is_a_typo(field: Field, typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        field.clean(typed)

    assert refused.value.messages == [field.error_messages["invalid"]]


def test_a_limit_of_the_search_is_read_so() -> None:
    asked = QueryDict("min=1_0&max=20")

    query = query_of(asked)

    assert (query.price_from_minor, query.price_to_minor) == (None, 2000)


def test_every_form_reads_its_numbers_so() -> None:
    sources = (checkout() / "frontend").rglob("*.py")

    found = [file for file in sources if DJANGOS_OWN.search(file.read_text())]

    assert found == []
