import pytest

from payouts.vat import CommissionVat, commission_vat


@pytest.mark.parametrize(
    ("country", "number", "platform", "expected"),
    [
        ("BE", "BE0123456749", "BE", CommissionVat(2100, "domestic", "BE")),
        ("BE", "", "BE", CommissionVat(2100, "domestic", "BE")),
        ("FR", "FR83404833048", "BE", CommissionVat(0, "reverse_charge", "FR")),
        ("FR", "", "BE", CommissionVat(2000, "sellers_country", "FR")),
        ("US", "", "BE", CommissionVat(0, "outside_scope", "US")),
        ("GB", "GB980780684", "BE", CommissionVat(0, "outside_scope", "GB")),
        ("FR", "", "US", CommissionVat(0, "outside_scope", "FR")),
    ],
)
def test_vat_on_commission_follows_the_sellers_country(
    country, number, platform, expected
):
    found = commission_vat(
        seller_country=country, seller_vat_number=number, platform_country=platform
    )

    assert found == expected
