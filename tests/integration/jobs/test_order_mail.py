"""The mail that confirms an order: when, which VAT, and with pictures that are seen."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from marketplace.accounts.models import User
from marketplace.jobs import tasks
from marketplace.shop.catalogue.models import ProductImage
from marketplace.shop.order.access import key_of
from marketplace.shop.order.models import Order
from tests.integration.jobs.letters import ANNA, NOW, Folder, body, confirm_order
from tests.integration.sale import Sale


@pytest.fixture
def folder(mail_folder: Path) -> Folder:
    return Folder(mail_folder)


def test_a_confirmed_order_says_when_it_was_placed_and_which_vat_is_in_it(
    sale: Sale, folder: Folder
):
    without = sale.order.total_incl_tax - Decimal("3.66")
    Order.objects.filter(pk=sale.order.pk).update(total_excl_tax=without)
    confirm_order(sale)
    tasks.drain("mail", NOW)
    words = body(folder.letters()[0], "plain")
    assert f"Order {sale.order.number}, Mon 23 Nov, 10:32. One seller" in words
    assert "incl. VAT €3.66" in words


def test_without_vat_a_confirmed_order_names_none(sale: Sale, folder: Folder):
    confirm_order(sale)
    tasks.drain("mail", NOW)
    assert "VAT" not in body(folder.letters()[0], "plain")


def test_what_is_drawn_is_shown_as_a_picture_that_mail_programs_know(
    sale: Sale, folder: Folder, settings: LazySettings
):
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">'
        '<rect width="8" height="8" fill="#c04020"/></svg>'
    )
    loaf, jam = (line.order_line.product for line in sale.lines)
    for product, written in ((loaf, drawn), (jam, "not a drawing")):
        file = ContentFile(written.encode(), name="thing.svg")
        ProductImage.objects.create(product=product, original=file)
    for _twice in range(2):
        confirm_order(sale)
        tasks.drain("mail", NOW)
    pages = [body(mail, "html") for mail in folder.letters() if mail["To"] == ANNA]
    found = [re.findall(r'src="([^"]+\.png)"', page) for page in pages]
    assert [len(each) for each in found] == [1, 1]
    assert found[0] == found[1]
    path = found[0][0].partition(settings.MEDIA_URL)[2]
    with Image.open(Path(settings.MEDIA_ROOT) / path) as picture:
        assert (picture.format, picture.size) == ("PNG", (112, 112))
        assert picture.convert("RGB").getpixel((56, 56)) == (0xC0, 0x40, 0x20)


def test_the_country_is_named_in_the_readers_language(
    sale: Sale, folder: Folder, client: Client
):
    User.objects.filter(pk=sale.order.user_id).update(language="fr")
    confirm_order(sale)
    tasks.drain("mail", NOW)
    client.force_login(sale.order.user)
    page = client.get(f"/fr{reverse('order', args=[key_of(sale.order)])}").text

    assert "Belgique." in body(folder.letters()[0], "plain")
    assert "Belgique" in re.sub("<footer.*", "", page, flags=re.DOTALL)
