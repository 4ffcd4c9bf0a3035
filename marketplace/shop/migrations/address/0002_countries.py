from django.db import migrations

# ISO 3166-1: alpha-2, alpha-3, numeric, English short name. Where buyers and sellers
# of the first market may be: the European Union, its neighbours in the single market,
# Switzerland and the United Kingdom.
COUNTRIES = """
AT AUT 040 Austria
BE BEL 056 Belgium
BG BGR 100 Bulgaria
CH CHE 756 Switzerland
CY CYP 196 Cyprus
CZ CZE 203 Czechia
DE DEU 276 Germany
DK DNK 208 Denmark
EE EST 233 Estonia
ES ESP 724 Spain
FI FIN 246 Finland
FR FRA 250 France
GB GBR 826 United Kingdom
GR GRC 300 Greece
HR HRV 191 Croatia
HU HUN 348 Hungary
IE IRL 372 Ireland
IS ISL 352 Iceland
IT ITA 380 Italy
LI LIE 438 Liechtenstein
LT LTU 440 Lithuania
LU LUX 442 Luxembourg
LV LVA 428 Latvia
MT MLT 470 Malta
NL NLD 528 Netherlands
NO NOR 578 Norway
PL POL 616 Poland
PT PRT 620 Portugal
RO ROU 642 Romania
SE SWE 752 Sweden
SI SVN 705 Slovenia
SK SVK 703 Slovakia
"""


def add_countries(apps, schema_editor):
    country = apps.get_model("address", "Country")
    rows = []
    for line in COUNTRIES.strip().splitlines():
        alpha2, alpha3, numeric, name = line.split(" ", 3)
        rows.append(
            country(
                iso_3166_1_a2=alpha2,
                iso_3166_1_a3=alpha3,
                iso_3166_1_numeric=numeric,
                printable_name=name,
                name=name,
                is_shipping_country=True,
            )
        )
    country.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("address", "0001_initial")]

    operations = [migrations.RunPython(add_countries, migrations.RunPython.noop)]
