"""Two clicks at once could open two baskets of saved things: the first takes all."""

from typing import Any

from django.db import migrations
from django.db.models import Min


def _gather(apps: Any, _: Any) -> None:
    baskets = apps.get_model("basket", "Basket").objects
    lines = apps.get_model("basket", "Line").objects
    saved = baskets.filter(status="Saved", owner__isnull=False).order_by("pk")
    firsts = dict(saved.order_by().values_list("owner").annotate(Min("pk")))
    for basket in saved.exclude(pk__in=firsts.values()):
        first = firsts[basket.owner_id]
        for line in lines.filter(basket=basket).order_by("pk"):
            there = lines.filter(basket=first, line_reference=line.line_reference)
            if not there.exists():
                lines.filter(pk=line.pk).update(basket=first)
            elif there.filter(quantity__lt=line.quantity).exists():
                there.update(quantity=line.quantity)
        basket.delete()


class Migration(migrations.Migration):
    dependencies = [("basket", "0002_initial")]

    operations = [migrations.RunPython(_gather, migrations.RunPython.noop)]
