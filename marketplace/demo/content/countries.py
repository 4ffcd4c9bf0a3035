"""Countries of the demo market, as pages name them."""

# The one country the first sale delivers to is a setting; these are the sellers' ones.
NAMES = {
    "AT": "Austria",
    "BE": "Belgium",
    "CZ": "Czechia",
    "DE": "Germany",
    "DK": "Denmark",
    "ES": "Spain",
    "FR": "France",
    "GR": "Greece",
    "IE": "Ireland",
    "IT": "Italy",
    "LT": "Lithuania",
    "NL": "Netherlands",
    "PL": "Poland",
    "PT": "Portugal",
    "SE": "Sweden",
}
BUYERS_COUNTRY = "BE"
EU_CODES = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
)
EU = tuple(EU_CODES.split())
