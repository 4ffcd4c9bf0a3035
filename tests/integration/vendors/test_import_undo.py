"""A whole import goes back, and takes nothing with it that somebody did since."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.accounts.models import User
from marketplace.flows.import_offers import approve_import, run_waiting_imports
from marketplace.flows.steer_import import undo_import
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from tests.integration.vendors.sheets import HEAD, NOW, run, waiting
from vendors.models import ImportJob, ImportRow, Vendor
from vendors.services import import_undo
from vendors.services.application import begin_application
from vendors.services.import_steps import ImportStepError
from vendors.services.offers import set_active, set_stock
from vendors.services.stock import Pieces, empty_stock, free_stock, take_from_stock

pytestmark = pytest.mark.django_db
FEWER = settings(max_examples=max(10, settings().max_examples // 3), deadline=None)


def undo(job: ImportJob) -> dict[str, str]:
    user_id = job.created_by_id
    assert user_id is not None
    undo_import(job=job, user_id=user_id, now=NOW)
    run_waiting_imports(now=NOW)
    return dict(job.rows.values_list("sku", "undone"))


def every_kind_of_row(bakery: Vendor) -> ImportJob:
    """Apply a sheet to five offers, some of which go on without it."""
    run(bakery, HEAD + "".join(f"{sku},,{sku},4.00,5,\n" for sku in "ABCDE"))
    known = Product.objects.get(title="E")
    StockRecord.objects.filter(product=known).delete()
    Product.objects.filter(pk=known.pk).update(is_public=True, review_state="approved")
    known.identifiers.create(kind="ean", value="4006381333931")
    job = run(
        bakery,
        HEAD
        + "A,,,5.00,8,good\n"
        + "B,,,5.00,8,\n"
        + "C,,,5.00,2,\n"
        + "D,,,5.00,1,\n"
        + "N,,New,2.00,1,\n"
        + "K,4006381333931,,2.00,1,\n",
    )
    set_active(offer=StockRecord.objects.get(partner_sku="B"), is_active=False)
    StockRecord.objects.filter(partner_sku="C").update(num_in_stock=9)
    StockRecord.objects.filter(partner_sku="C").update(edition=F("edition") + 1)
    StockRecord.objects.filter(partner_sku="D").delete()
    return job


def test_every_kind_of_row_goes_back_as_the_look_said(bakery: Vendor) -> None:
    job = every_kind_of_row(bakery)

    look = import_undo.look(job)
    left = [sku for _n, sku, _fate in import_undo.look_at_left(job, limit=9)]
    fates = undo(job)

    assert left == ["B", "C", "D"]
    assert fates == {
        "A": "back",
        "B": "left",
        "C": "left",
        "D": "gone",
        "N": "deleted",
        "K": "withdrawn",
    }
    assert look == {"back": 1, "left": 2, "gone": 1, "deleted": 1, "withdrawn": 1}
    after = StockRecord.objects.get(partner_sku="A")
    assert (after.price, after.num_in_stock) == (Decimal(4), 5)
    kept = (after.condition, after.handling_days, after.is_active)
    assert kept == ("new", 1, True)
    assert not Product.objects.filter(title="New").exists()
    assert not StockRecord.objects.get(partner_sku="K").is_active


def test_an_undo_is_refused_twice_too_late_and_when_nothing_was_done(
    bakery: Vendor,
) -> None:
    job = run(bakery, HEAD + "A,,One,4.00,5,\n")
    same = run(bakery, HEAD + "A,,One,4.00,5,\n")
    open_one = waiting(bakery, "b.csv", HEAD + "B,,Two,4.00,5,\n")
    given_by = job.created_by_id or 0
    undo_import(job=job, user_id=given_by, now=NOW)

    for refused, when, words in (
        (job, NOW, "undone already"),
        (same, NOW, "nothing to undo"),
        (open_one, NOW, "nothing to undo"),
    ):
        with pytest.raises(ImportStepError, match=words):
            undo_import(job=refused, user_id=given_by, now=when)
    other = run(bakery, HEAD + "C,,Three,4.00,5,\n")
    with pytest.raises(ImportStepError, match="7 days"):
        undo_import(job=other, user_id=given_by, now=NOW + timedelta(days=7, seconds=1))


def test_a_product_that_was_approved_stays_and_its_offer_leaves(
    bakery: Vendor,
) -> None:
    job = run(bakery, HEAD + "A,,One,4.00,5,\n")
    approve_import(job=job, operator_id=job.created_by_id or 0, now=NOW)

    fates = undo(job)

    assert fates == {"A": "withdrawn"}
    assert Product.objects.get().is_public
    again = run(bakery, HEAD + "A,,,4.00,5,\n")
    assert again.offers_updated == 1
    assert StockRecord.objects.get().is_active


def test_what_somebody_took_off_sale_stays_off_when_a_file_names_it(
    bakery: Vendor,
) -> None:
    run(bakery, HEAD + "A,,One,4.00,5,\n")
    set_active(offer=StockRecord.objects.get(), is_active=False)

    run(bakery, HEAD + "A,,,4.50,5,\n")

    assert not StockRecord.objects.get().is_active


class Story:
    """One offer, what is done with it, and what the rule says must come of it."""

    def __init__(self, bakery: Vendor) -> None:
        self.bakery = bakery
        self.started, self.touched = False, False
        self.job: ImportJob | None = None
        self.sold_since = 0
        run(bakery, HEAD + "A,,One,4.00,5,\n")
        self.before = self.offer()

    def offer(self) -> StockRecord:
        return StockRecord.objects.get(partner_sku="A")

    def bring(self, stock: int, price: int) -> None:
        """A file comes: the first one is what will be undone."""
        if self.job is None:
            self.before = self.offer()
            self.job = run(self.bakery, HEAD + f"A,,,{price}.00,{stock},\n")
            self.started = self.job.offers_updated == 1
        else:
            later = run(self.bakery, HEAD + f"A,,,{price}.00,{stock},\n")
            self.touched |= later.offers_updated == 1

    def sell(self, count: int, _price: int) -> None:
        """A buyer orders what is there."""
        offer = self.offer()
        count = min(count, offer.available)
        StockRecord.objects.filter(pk=offer.pk).update(
            num_allocated=(offer.num_allocated or 0) + count
        )

    def send(self, count: int, _price: int) -> None:
        """Ordered pieces leave."""
        offer = self.offer()
        count = min(count, offer.num_allocated or 0)
        take_from_stock([Pieces(offer.pk, count)])
        self.sold_since += count if self.job else 0

    def call_off(self, count: int, _price: int) -> None:
        """Ordered pieces are on sale again."""
        offer = self.offer()
        free_stock([Pieces(offer.pk, min(count, offer.num_allocated or 0))])

    def say_stock(self, stock: int, _price: int) -> None:
        """The seller says how many there are."""
        offer = self.offer()
        set_stock(offer=offer, stock=stock)
        self.touched |= self.job is not None and stock != offer.available

    def say_sold_out(self, count: int, _price: int) -> None:
        """An order is refused: the shelf was empty."""
        offer = self.offer()
        if offer.num_allocated:
            empty_stock([Pieces(offer.pk, min(count, offer.num_allocated))])
            self.touched |= self.job is not None


STEPS: list[Callable[[Story, int, int], None]] = [
    Story.bring,
    Story.sell,
    Story.send,
    Story.call_off,
    Story.say_stock,
    Story.say_sold_out,
]


@FEWER
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(0, 9), st.integers(3, 5)),
        min_size=2,
        max_size=10,
    )
)
def test_any_story_ends_as_the_rule_of_undoing_says(
    steps: list[tuple[Callable[[Story, int, int], None], int, int]],
) -> None:
    with transaction.atomic():
        user = User.objects.create_user("bakery@example.com")
        story = Story(
            begin_application(user=user, name="Bakery", country="BE", now=NOW)
        )
        for step, count, price in [*steps[:5], (Story.bring, 8, 5), *steps[5:]]:
            step(story, count, price)
        assert story.job is not None
        untouched = story.offer()
        row = ImportRow.objects.get(job=story.job)
        if story.started:
            undo(story.job)
        row.refresh_from_db()
        after = story.offer()

        if not story.started or story.touched:
            assert row.undone == ("left" if story.started else "")
            assert (after.price, after.num_in_stock) == (
                untouched.price,
                untouched.num_in_stock,
            )
        else:
            wanted = (story.before.num_in_stock or 0) - story.sold_since
            kept = after.num_allocated or 0
            assert after.price == Decimal(story.before.price)
            assert after.num_in_stock == max(wanted, kept)
            assert row.undone == ("back" if wanted >= kept else "short")
        assert after.num_allocated == untouched.num_allocated
        transaction.set_rollback(True)


def test_the_page_of_an_undone_import_does_not_say_that_the_rest_is_in(
    bakery: Vendor, client: Client
) -> None:
    job = run(bakery, HEAD + "A,,Bread,4.00,5,\nB,,Rolls,none,5,\n")
    client.force_login(job.created_by)
    page = reverse(
        "portal-import-job",
        kwargs={"handle": bakery.handle, "public_id": job.public_id},
    )

    before = client.get(page).text
    undo(job)
    after = client.get(page).text

    assert "Everything else is in." in before
    assert "Everything else is in." not in after
    assert "One row was not taken." in after
