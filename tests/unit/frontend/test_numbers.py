"""Numbers of forms are read as people write them, not as Python does."""

import re
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.forms import Field, Form
from django.http import QueryDict
from django.utils import translation

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


@pytest.mark.parametrize("typed", ["12,50", "12.50", " 12.5 ", "12,5"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_comma_and_a_point_are_both_read(typed: str, language: str) -> None:
    with translation.override(language):
        amount = DecimalField(decimal_places=2).clean(typed)
        measure = FloatField().clean(typed)

    assert (amount, measure) == (Decimal("12.5"), 12.5)


@pytest.mark.parametrize("typed", ["1,250", "1.250"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_may_be_a_thousand_is_asked_about(typed: str, language: str) -> None:
    with translation.override(language), pytest.raises(ValidationError) as refused:
        DecimalField(decimal_places=2).clean(typed)

    assert refused.value.error_list[0].params == {
        "large": "1250",
        "small": "1,25" if language == "fr" else "1.25",
    }


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1 250,00", "1250.00"),
        ("1.250,00", "1250.00"),
        ("1,250.00", "1250.00"),
        ("-30", "-30"),
        ("\N{MINUS SIGN}30,5", "-30.5"),
        ("0.125", "0.125"),
    ],
)
def test_what_is_clear_is_read(typed: str, read: str) -> None:
    assert DecimalField().clean(typed) == Decimal(read)


def test_a_measure_is_read_back_as_its_page_wrote_it() -> None:
    with translation.override("fr"):
        french = FloatField().clean("1,125")
    with translation.override("fr"), pytest.raises(ValidationError):
        FloatField().clean("1.125")

    assert (french, FloatField().clean("1.125")) == (1.125, 1.125)


def test_a_field_shows_its_number_in_the_language_of_the_page() -> None:
    class OneForm(Form):
        amount = DecimalField(decimal_places=2, initial=Decimal("12.50"))

    with translation.override("fr"):
        shown = str(OneForm()["amount"])

    assert 'value="12,50"' in shown
    assert 'type="text"' in shown


def test_a_thousand_in_the_price_filter_is_no_euro() -> None:
    assert query_of(QueryDict("max=1,250")).price_to_minor == 125000
