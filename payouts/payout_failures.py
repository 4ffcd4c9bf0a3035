"""Why a bank refused a payout, and what the seller can do about it.

The codes are Stripe's, https://docs.stripe.com/api/payouts/failures.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NEW_ACCOUNT = _(
    "The bank says that the account is closed or cannot be paid. Give Stripe another "
    "bank account: the money leaves with the next payout."
)
_CHECK_NUMBER = _(
    "The bank does not know this account number or this name. Correct them at Stripe: "
    "the money leaves with the next payout."
)
_ASK_BANK = _(
    "The bank has blocked the account or this kind of payment. Ask your bank, or give "
    "Stripe another account."
)
_WAIT = _("Stripe tries again by itself; write to us if it fails a second time.")
_REMEDIES: dict[str, Promise] = {
    **dict.fromkeys(("account_closed", "no_account", "unsupported_card"), _NEW_ACCOUNT),
    **dict.fromkeys(
        (
            *("invalid_account_number", "incorrect_account_holder_name"),
            *("incorrect_account_holder_address", "incorrect_account_type"),
            *("invalid_account_number_length", "incorrect_account_holder_tax_id"),
        ),
        _CHECK_NUMBER,
    ),
    **dict.fromkeys(
        (
            *("account_frozen", "bank_account_restricted", "debit_not_authorized"),
            *("bank_ownership_changed", "invalid_currency", "declined"),
        ),
        _ASK_BANK,
    ),
    **dict.fromkeys(("could_not_process", "insufficient_funds"), _WAIT),
}


def remedy(code: str) -> str:
    """Return what a seller does about a failed payout, whatever Stripe's code."""
    fallback = _("Please check your bank account with Stripe.")
    return str(_REMEDIES.get(code, fallback))
