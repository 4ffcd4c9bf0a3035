from django.utils import translation
from django.utils.translation import gettext_lazy

from frontend.forms import filled

# One of Django's own, whose catalogue is always there.
LIMIT = gettext_lazy("Ensure this value is less than or equal to %(limit_value)s.")


def test_words_with_a_number_in_them_are_in_the_language_of_the_reader():
    said = filled(LIMIT, limit_value=4)

    with translation.override("fr"):
        french = str(said)

    assert str(said) == "Ensure this value is less than or equal to 4."
    assert french.endswith("inférieure ou égale à 4.")
