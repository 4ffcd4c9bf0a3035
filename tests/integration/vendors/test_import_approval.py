"""What an import brought is published as a whole, beside others who write."""

from datetime import timedelta

import pytest
from django.db import transaction

from marketplace.accounts.models import User
from marketplace.db.models import AuditEvent
from marketplace.flows import import_offers
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from tests.integration.beside import Beside
from tests.integration.vendors.sheets import HEAD, NOW, run
from vendors.models import Vendor
from vendors.selectors.imports import waits_for_a_look
from vendors.services.application import begin_application
from vendors.services.review import decide_product

pytestmark = pytest.mark.django_db


def test_approving_an_import_publishes_its_products_at_once(bakery: Vendor) -> None:
    job = run(bakery, HEAD + "A,,One,1.00,1,\nB,,Two,1.00,1,\n")
    operator = User.objects.create_user("operator@example.com")

    count = import_offers.approve_import(job=job, operator_id=operator.pk, now=NOW)

    assert count == 2
    assert Product.objects.filter(is_public=True).count() == 2


def test_a_second_click_on_approve_changes_nothing(bakery: Vendor) -> None:
    job = run(bakery, HEAD + "A,,One,1.00,1,\nB,,Two,1.00,1,\n")
    operator = User.objects.create_user("operator@example.com")
    import_offers.approve_import(job=job, operator_id=operator.pk, now=NOW)

    count = import_offers.approve_import(
        job=job, operator_id=operator.pk, now=NOW + timedelta(seconds=1)
    )

    job.refresh_from_db()
    assert (count, job.approved_at) == (0, NOW)
    assert AuditEvent.objects.filter(action="import.approved").count() == 1


def test_of_two_who_approve_at_once_one_publishes(committing_db: None) -> None:
    user = User.objects.create_user("bakery@example.com")
    bakery = begin_application(user=user, name="Bakery", country="BE", now=NOW)
    job = run(bakery, HEAD + "A,,One,1.00,1,\nB,,Two,1.00,1,\n")

    def approve() -> int:
        return import_offers.approve_import(job=job, operator_id=user.pk, now=NOW)

    with transaction.atomic():
        first = approve()
        second = Beside(approve)
        second_waits = second.waits()

    assert (second_waits, first, second.result()) == (True, 2, 0)
    assert AuditEvent.objects.filter(action="import.approved").count() == 1


def test_a_product_that_is_sent_back_meanwhile_is_not_published(
    committing_db: None,
) -> None:
    user = User.objects.create_user("bakery@example.com")
    bakery = begin_application(user=user, name="Bakery", country="BE", now=NOW)
    job = run(bakery, HEAD + "A,,One,1.00,1,\nB,,Two,1.00,1,\n")

    with transaction.atomic():
        one = Product.objects.get(title="One")
        decide_product(product=one, seen=one.version, is_approved=False, reason="No.")
        second = Beside(
            lambda: import_offers.approve_import(job=job, operator_id=user.pk, now=NOW)
        )
        second_waits = second.waits()

    assert (second_waits, second.result()) == (True, 1)
    assert Product.objects.get(title="One").review_state == Product.Review.REFUSED


def test_an_import_locks_offers_in_the_order_that_all_others_do(
    committing_db: None,
) -> None:
    user = User.objects.create_user("bakery@example.com")
    bakery = begin_application(user=user, name="Bakery", country="BE", now=NOW)
    run(bakery, HEAD + "Z,,Older,1.00,1,\n")
    run(bakery, HEAD + "A,,Newer,1.00,1,\n")
    older, newer = StockRecord.objects.order_by("pk")

    with transaction.atomic():
        lock = StockRecord.objects.select_for_update(nowait=True)
        lock.get(pk=older.pk)
        beside = Beside(lambda: run(bakery, HEAD + "A,,,2.00,1,\nZ,,,2.00,1,\n"))
        it_waits = beside.waits()
        lock.get(pk=newer.pk)

    assert (it_waits, beside.result().offers_updated) == (True, 2)


def test_products_that_were_decided_one_by_one_wait_no_more(bakery: Vendor) -> None:
    job = run(bakery, HEAD + "A,,One,1.00,1,\nB,,Two,1.00,1,\n")
    waits = []

    for product in Product.objects.order_by("pk"):
        waits.append(waits_for_a_look(job))
        decide_product(
            product=product, seen=product.version, is_approved=True, reason=""
        )

    assert [*waits, waits_for_a_look(job)] == [True, True, False]
