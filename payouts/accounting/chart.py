"""Which account of the books each account of the ledger is.

Numbers are those of the French plan comptable général (ANC regulation 2014-03); the
setting CHART_OF_ACCOUNTS replaces any of them. Names are in French, as the FEC wants.
"""

import re
from dataclasses import dataclass

from django.conf import settings

from payouts.models import AccountKind

_NUMBER = re.compile(r"\d{3}[0-9A-Za-z]{0,17}")


@dataclass(frozen=True, slots=True)
class BookAccount:
    """An account of the books: its number, and its name."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal of the books."""

    code: str
    name: str


class ChartError(ValueError):
    """The setting CHART_OF_ACCOUNTS is not what it should be; the text says where."""


DEFAULTS: dict[str, BookAccount] = {
    AccountKind.STRIPE_BALANCE: BookAccount("517100", "Stripe, solde"),
    AccountKind.BANK: BookAccount("512100", "Banque"),
    AccountKind.DISPUTED_FUNDS: BookAccount("467400", "Fonds contestés"),
    AccountKind.VENDOR_HELD: BookAccount("467100", "Vendeurs, fonds en attente"),
    AccountKind.VENDOR_PAYABLE: BookAccount("467200", "Vendeurs, sommes dues"),
    AccountKind.VENDOR_RESERVE: BookAccount("467300", "Vendeurs, réserves"),
    AccountKind.COMMISSION_DEFERRED: BookAccount(
        "487100", "Commissions constatées d'avance"
    ),
    AccountKind.VAT_ON_COMMISSION: BookAccount("445710", "TVA collectée"),
    AccountKind.POINTS_LIABILITY: BookAccount("419800", "Points dus aux clients"),
    AccountKind.CUSTOMER_REFUND_DUE: BookAccount(
        "419700", "Remboursements dus aux clients"
    ),
    AccountKind.COMMISSION_REVENUE: BookAccount("706100", "Commissions"),
    AccountKind.PROCESSOR_FEES: BookAccount("627800", "Frais de paiement"),
    AccountKind.PROMO_EXPENSE: BookAccount("623400", "Bons et promotions offerts"),
    AccountKind.POINTS_EXPENSE: BookAccount("623410", "Points offerts"),
    AccountKind.GOODWILL_EXPENSE: BookAccount("623420", "Gestes commerciaux"),
    AccountKind.DISPUTE_FEES: BookAccount("627810", "Frais de contestation"),
    AccountKind.BAD_DEBT: BookAccount("654000", "Pertes sur créances irrécouvrables"),
    AccountKind.ROUNDING: BookAccount("658800", "Différences d'arrondi"),
    AccountKind.ADJUSTMENTS: BookAccount("758000", "Ajustements des vendeurs"),
    AccountKind.CARRIER_RECOVERIES: BookAccount(
        "758100", "Indemnités des transporteurs"
    ),
    AccountKind.CURRENCY_CONVERSION: BookAccount("580000", "Conversion de devises"),
    AccountKind.EXCHANGE_DIFFERENCE: BookAccount("666000", "Différences de change"),
}
# What no account is named for waits here until the chart names one.
SUSPENSE = BookAccount("471000", "Compte d'attente")
PROFIT = BookAccount("120000", "Résultat de l'exercice (bénéfice)")
LOSS = BookAccount("129000", "Résultat de l'exercice (perte)")

SALES = Journal("VE", "Ventes pour compte de vendeurs")
TREASURY = Journal("BQ", "Stripe et banque")
OTHER = Journal("OD", "Opérations diverses")
OPENING = Journal("AN", "À-nouveaux")
_JOURNALS = {
    **dict.fromkeys(("capture", "refund", "orphan_capture"), SALES),
    # All else that moves what stands at Stripe or at the bank.
    **dict.fromkeys(
        [
            *("processor_fee", "stripe_fee", "connect_collection_transfer"),
            *("transfer", "reversal", "bank_payment", "exchange", "exchange_back"),
            *("payment_refund", "refund_failed", "refund_repaid"),
            *("carrier_paid", "carrier_paid_back"),
            *("dispute", "dispute_reversal"),
            *("payout", "payout_failure", "payout_cancel", "topup"),
        ],
        TREASURY,
    ),
}
_WORDS = {
    "capture": "Vente encaissée",
    "refund": "Remboursement",
    "orphan_capture": "Paiement tardif",
    "processor_fee": "Frais de paiement",
    "fee_share": "Frais de paiement refacturés",
    "stripe_fee": "Frais de Stripe",
    "connect_collection_transfer": "Solde de vendeur prélevé par Stripe",
    "transfer": "Virement au vendeur",
    "bank_payment": "Paiement au vendeur par la banque",
    "reversal": "Reprise au vendeur",
    "release": "Vente libérée",
    "adjustment": "Ajustement de vendeur",
    "payment_refund": "Remboursement",
    "refund_failed": "Remboursement refusé",
    "refund_repaid": "Remboursement réglé",
    "carrier_paid": "Indemnité de transporteur",
    "carrier_paid_back": "Indemnité de transporteur, annulation",
    "dispute": "Contestation ouverte",
    "dispute_reversal": "Contestation gagnée",
    "dispute_regained": "Contestation regagnée",
    "dispute_fee": "Frais de contestation",
    "exchange": "Conversion de devises",
    "exchange_back": "Conversion de devises, retour",
    "points_earned": "Points gagnés",
    "points_clawed_back": "Points repris",
    "points_expired": "Points expirés",
    "reserve": "Mise en réserve",
    "reserve_release": "Réserve libérée",
    "reserve_draw": "Réserve utilisée",
    "payout": "Virement de Stripe à la banque",
    "payout_failure": "Virement à la banque refusé",
    "payout_cancel": "Virement à la banque annulé",
    "topup": "Approvisionnement de Stripe",
}


def chart() -> dict[str, BookAccount]:
    """Return the account of the books for each kind of ledger account.

    Raises ChartError for a setting that names no such kind, or no such number.
    """
    own = {
        kind: _account(kind, written)
        for kind, written in settings.CHART_OF_ACCOUNTS.items()
    }
    unknown = sorted(set(own) - set(AccountKind.values))
    if unknown:
        raise ChartError(f"The ledger has no account {unknown[0]!r}.")
    return {**DEFAULTS, **own}


def journal_of(kind: str) -> Journal:
    """Return the journal into which a kind of ledger transaction goes."""
    return _JOURNALS.get(kind, OTHER)


def words_of(kind: str) -> str:
    """Say what a kind of ledger transaction is."""
    return _WORDS.get(kind, kind.replace("_", " ").capitalize())


def is_of_result(account: BookAccount) -> bool:
    """Say whether an account is one of income or expense (classes 6 and 7)."""
    return account.number[0] in "67"


def _account(kind: str, written: object) -> BookAccount:
    """Read `512200 Banque du Nord`: a number, then the name."""
    number, _space, name = str(written).partition(" ")
    if not _NUMBER.fullmatch(number) or not name.strip():
        raise ChartError(
            f"{kind}: write the number and the name of an account, such as "
            f"“512200 Banque”, not {written!r}."
        )
    return BookAccount(number, name.strip())
