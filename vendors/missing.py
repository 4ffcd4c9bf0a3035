"""What an application lacks: for whoever decides in short, for its sender in whole."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

OTHER = "other"
# Each in the short words of the office and in those that the seller reads; what is
# none of them the office says in its own.
MISSING: dict[str, tuple[Promise, Promise | str]] = {
    "page": (
        gettext_lazy("A page cannot be read"),
        gettext_lazy("A page cannot be read. Please send all of it again."),
    ),
    "identity": (
        gettext_lazy("Name or address differs"),
        gettext_lazy(
            "The name or address differs from the trade register. Please correct it."
        ),
    ),
    "proof": (
        gettext_lazy("Proof for a group of goods"),
        gettext_lazy(
            "For some of your goods we need a proof that they may be sold. Please send"
            " it to us."
        ),
    ),
    "vat": (
        gettext_lazy("VAT number is not valid"),
        gettext_lazy("The VAT number is not valid. Please check it."),
    ),
    "bank": (
        gettext_lazy("Bank account in another name"),
        gettext_lazy(
            "The bank account is in another name. Please give one in the name of your"
            " business."
        ),
    ),
    "goods": (
        gettext_lazy("Goods we do not sell"),
        gettext_lazy("These goods are not sold on this market."),
    ),
    OTHER: (gettext_lazy("Something else, said below"), ""),
}


def missing_in_short(kinds: Iterable[str]) -> list[str]:
    """Return kinds in the words of the office, in their own order."""
    chosen = set(kinds)
    return [str(short) for kind, (short, _whole) in MISSING.items() if kind in chosen]


def missing_in_whole(kinds: Iterable[str]) -> str:
    """Return what the seller reads of kinds, in the language that is on."""
    chosen = set(kinds)
    said = [str(whole) for kind, (_short, whole) in MISSING.items() if kind in chosen]
    return " ".join(filter(None, said))
