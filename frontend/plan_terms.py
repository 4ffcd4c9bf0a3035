"""What a commission plan takes, in words: for operators and sellers alike."""

from django.utils.translation import gettext as _

from frontend.formats import amount, rate
from marketplace.core.money import Money
from payouts.plans import Plan
from payouts.terms import Terms


def terms_of(plan: Plan, currency: str) -> str:
    """Return `12 % + €0.25 a piece, at least €0.50`."""
    terms = plan.terms_in(currency)
    words = filter(None, (share_words(terms, currency), limit_words(terms, currency)))
    return ", ".join(words)


def share_words(terms: Terms, currency: str) -> str:
    """Return `12 % + €0.25 a piece`."""
    words = rate(terms.bps)
    if terms.fixed_minor:
        words += _(" + %s a piece") % amount(Money(terms.fixed_minor, currency))
    return words


def limit_words(terms: Terms, currency: str) -> str:
    """Return `at least €0.50, at most €30.00`, or nothing."""
    words = []
    if terms.min_minor:
        words.append(_("at least %s") % amount(Money(terms.min_minor, currency)))
    if terms.max_minor is not None:
        words.append(_("at most %s") % amount(Money(terms.max_minor, currency)))
    return ", ".join(words)
