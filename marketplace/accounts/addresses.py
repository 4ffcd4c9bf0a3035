"""E-mail addresses: when two are the same, and which ones we take."""

from django.core.validators import RegexValidator
from django.db.models import Func, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

# Outside ASCII there are letters that look like others, and some that turn into others
# when their case changes. A domain has a form in ASCII; mailboxes hardly ever need one.
plain_address = RegexValidator(
    r"\A[\x00-\x7f]*\Z",
    _(
        "Enter the address with the letters a to z only. A domain with other letters "
        "has a form that begins with “xn--”; the provider of the mailbox knows it."
    ),
    code="not_plain",
)


# Django takes a@[127.0.0.1] and a@localhost, too: no mailbox of anybody's.
of_a_provider = RegexValidator(
    r"@[^@\[\]]+\.[^@\[\]]+\Z",
    _("Enter an address with the name of its provider, such as anna@example.org."),
    code="no_provider",
)


def folded(column: str) -> Func:
    """Return an address in the database with its A to Z, and nothing else, in small.

    Other letters stay: in capitals the dotless i of Turkish is I, so `iexact` takes the
    mailbox of one person for another's.
    """
    # Django allows its own Collate only outside LOWER in an index.
    return Func(column, template='LOWER(%(expressions)s COLLATE "C")')


def fold(email: str) -> str:
    """Return an address as `folded` does: its A to Z in small."""
    # Bytes fold A to Z alone, as the database does; str folds all alphabets.
    return email.encode(errors="replace").lower().decode()


def is_address(column: str, email: str) -> Exact:
    """Say whether a column holds this address, whatever its capitals.

    The only way to compare addresses; an index for it is on `folded(column)`.
    """
    return Exact(folded(column), Value(fold(email)))
