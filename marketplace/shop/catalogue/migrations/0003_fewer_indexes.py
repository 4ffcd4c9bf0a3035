"""Drop what every new product had to be written into, and nothing reads.

Filters are read from the search's documents. Django adds a second index to each text
that is unique or indexed, for LIKE 'a%'; nobody asks for products that way.
"""

import django.db.models.deletion
from django.db import migrations, models

_LIKE = {
    "catalogue_product_brand_f03b4bd5_like": "brand",
    "catalogue_product_code_a7386c07_like": "code",
    "catalogue_product_public_id_6f2405b3_like": "public_id",
    "catalogue_product_review_state_75a23f62_like": "review_state",
    "catalogue_product_slug_c8e2e2b9_like": "slug",
    "catalogue_product_upc_91f72b90_like": "upc",
}


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_initial")]

    operations = [
        migrations.RemoveIndex(model_name="product", name="product_facts"),
        migrations.AlterField(
            model_name="productidentifier",
            name="product",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="identifiers",
                to="catalogue.product",
            ),
        ),
        *(
            migrations.RunSQL(
                f"DROP INDEX IF EXISTS {name}",
                f"CREATE INDEX {name}"
                f" ON catalogue_product ({column} varchar_pattern_ops)",
            )
            for name, column in _LIKE.items()
        ),
    ]
