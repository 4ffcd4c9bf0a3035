"""The language that nobody speaks keeps what stands in for values."""

import pytest
from django.utils import translation

from frontend.pseudo import CODE, PseudoTranslation, exaggerated, install


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Order", "⟦Ōřḓḗř ōñ⟧"),
        ("%(n)s of <b>%s</b>", "⟦%(n)s ōƒ <b>%s</b> ō⟧"),
        ("role\x04Finance", "⟦Ƒīñȧñƈḗ ōñ⟧"),
        (" and ", " ⟦ȧñḓ ō⟧ "),
        ("", ""),
    ],
)
def test_words_are_longer_and_values_stay(text: str, said: str):
    assert exaggerated(text) == said


def test_it_is_the_language_of_now():
    install()

    with translation.override(CODE):
        found = (translation.get_language(), translation.gettext("Order"))

    assert found == ("en-xa", "⟦Ōřḓḗř ōñ⟧")


def test_a_plural_is_chosen_before_it_is_exaggerated():
    spoken = PseudoTranslation()

    assert spoken.ngettext("%(n)s day", "%(n)s days", 1).startswith("⟦%(n)s ḓȧẏ ")
    assert spoken.ngettext("%(n)s day", "%(n)s days", 2).startswith("⟦%(n)s ḓȧẏş ")
