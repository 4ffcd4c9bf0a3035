"""The terms of business the sandbox applies: fees, waiting days, names."""

from dataclasses import dataclass

API_VERSION = "2026-10-28.endive"
PLATFORM = "acct_1SandboxPlatform"

ZERO_DECIMAL = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "ugx",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]
)
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
MINIMUM_CHARGE = {
    "usd": 50,
    "eur": 50,
    "chf": 50,
    "cad": 50,
    "aud": 50,
    "nzd": 50,
    "sgd": 50,
    "brl": 50,
    "gbp": 30,
    "sek": 300,
    "nok": 300,
    "dkk": 250,
    "czk": 1500,
    "pln": 200,
    "ron": 200,
    "bgn": 100,
    "huf": 17500,
    "jpy": 50,
    "hkd": 400,
    "mxn": 1000,
}
OTHER_CURRENCIES = frozenset(
    ["isk", "twd", "try", "zar", "ils", "aed", "sar", "thb", "myr", "idr", "inr"]
)
CURRENCIES = ZERO_DECIMAL | THREE_DECIMAL | OTHER_CURRENCIES | set(MINIMUM_CHARGE)

# A platform in one of these may transfer to an account in any of them.
TRANSFER_COUNTRIES = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GI",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "US",
        "CA",
    ]
)
CURRENCY_OF_COUNTRY = {
    "US": "usd",
    "GB": "gbp",
    "CH": "chf",
    "CA": "cad",
    "SE": "sek",
    "DK": "dkk",
    "NO": "nok",
    "PL": "pln",
    "CZ": "czk",
    "HU": "huf",
    "RO": "ron",
    "LI": "chf",
    "IS": "isk",
    "GI": "gbp",
}


@dataclass(frozen=True)
class Terms:
    """What the command line may change."""

    merchant: str = "Comptoir"
    settle_days: int = 2
    payout_days: int = 2
    fee_bps: int = 150
    fee_fixed: int = 25
    dispute_fee: int = 2000

    def fee_on(self, amount: int) -> int:
        """Return Stripe's fee on a charge of `amount`, rounded half up."""
        return (amount * self.fee_bps + 5000) // 10000 + self.fee_fixed


def currency_of(country: str) -> str:
    """Return the currency accounts of `country` settle in."""
    return CURRENCY_OF_COUNTRY.get(country, "eur")
