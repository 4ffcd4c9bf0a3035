"""Where people do what only they may do, by a link that is good once."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from marketplace.accounts.models import User


def password_path(user: User) -> str:
    """Return where `user` chooses a password; for nobody else's eyes."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
