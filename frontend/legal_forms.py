"""The legal forms that a seller chooses from, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FORMS: dict[str, Promise] = {
    "sole_trader": _("Sole trader"),
    "company": _("Company"),
    "association": _("Association or cooperative"),
}


def form_name(form: str) -> str:
    """Return the words of a legal form; what was written before the list stays."""
    return str(FORMS.get(form, form))
