"""Count what was given before there were sums: the first new rating adds to all."""

from django.conf import settings
from django.db import migrations

_STARS = [f"stars_{star}" for star in range(1, 6)]
_ASPECTS = ("described", "dispatch", "packing", "contact")
_NOTED = _STARS + [f"{name}_{what}" for name in _ASPECTS for what in ("sum", "count")]
_COUNT_STARS = [f"count(*) FILTER (WHERE score = {star})" for star in range(1, 6)]
_COUNT_NOTED = _COUNT_STARS + [
    counted
    for name in _ASPECTS
    for counted in (f"coalesce(sum({name}), 0)", f"count({name})")
]
# Five imagined ratings of four stars, half up to hundredths: docs/algorithms/ratings.md.
_MEAN = "round((%s + 20)::numeric / (%s + 5), 2)"


def _instead(columns: list[str]) -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in columns)


PRODUCTS = f"""
INSERT INTO reviews_productrating (product_id, {", ".join(_STARS)}, with_photos)
SELECT product_id, {", ".join(_COUNT_STARS)}, count(*) FILTER (WHERE photo_count > 0)
FROM reviews_productreview WHERE status = 1 AND product_id IS NOT NULL
GROUP BY product_id
ON CONFLICT (product_id) DO UPDATE SET {_instead([*_STARS, "with_photos"])}
"""
SELLERS = f"""
INSERT INTO reviews_sellerrating (partner_id, {", ".join(_NOTED)})
SELECT partner_id, {", ".join(_COUNT_NOTED)}
FROM reviews_sellernote WHERE NOT is_hidden GROUP BY partner_id
ON CONFLICT (partner_id) DO UPDATE SET {_instead(_NOTED)}
"""
MONTHS = f"""
INSERT INTO reviews_sellerratingmonth (partner_id, month, {", ".join(_NOTED)})
SELECT partner_id, date_trunc('month', created_at AT TIME ZONE %s)::date AS month,
    {", ".join(_COUNT_NOTED)}
FROM reviews_sellernote WHERE NOT is_hidden GROUP BY partner_id, month
ON CONFLICT (partner_id, month) DO UPDATE SET {_instead(_NOTED)}
"""
_TOTAL = " + ".join(f"{star} * stars_{star}" for star in range(1, 6))
SHOWN_OF_PRODUCTS = f"""
UPDATE catalogue_product
SET review_count = counted.many, rating = {_MEAN % ("counted.total", "counted.many")}
FROM (
    SELECT product_id, {" + ".join(_STARS)} AS many, {_TOTAL} AS total
    FROM reviews_productrating
) AS counted
WHERE catalogue_product.id = counted.product_id AND counted.many > 0
"""
SHOWN_OF_SELLERS = f"""
UPDATE partner_partner
SET note_mean = {_MEAN % ("standing.note_sum", "standing.note_count")}
FROM vendors_standing AS standing
JOIN vendors_vendor AS vendor ON vendor.id = standing.vendor_id
WHERE vendor.partner_id = partner_partner.id AND standing.note_count > 0
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_fewer_indexes"),
        ("partner", "0002_fewer_indexes"),
        ("reviews", "0002_what_buyers_say"),
        ("vendors", "0006_reasons_of_lines"),
    ]

    operations = [
        migrations.RunSQL(
            [
                PRODUCTS,
                SELLERS,
                (MONTHS, [settings.TIME_ZONE]),
                SHOWN_OF_PRODUCTS,
                SHOWN_OF_SELLERS,
            ],
            migrations.RunSQL.noop,
        )
    ]
