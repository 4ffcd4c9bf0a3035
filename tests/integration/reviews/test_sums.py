"""Any story of ratings and decisions leaves sums that a count confirms."""

from importlib import import_module
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.errors import RefusedError
from marketplace.db.decisions import decisions_about
from marketplace.flows.confirm_receipt import give_note
from marketplace.flows.moderate_reviews import REVIEW, decide_case, report_words
from marketplace.flows.recount_ratings import recount_product, recount_seller
from marketplace.flows.review_product import review_product
from marketplace.flows.undo_decision import undo_decisions
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import Partner
from reviews.models import (
    ASPECTS,
    ModerationCase,
    ProductRating,
    ProductReview,
    SellerNote,
    SellerRating,
    SellerRatingMonth,
)
from reviews.services import Note
from reviews.services.authors import forget_author
from reviews.services.moderation import Complaint, Ruling
from reviews.services.reviews import Opinion, find_helpful
from tests.integration.sale import Sale, make_offer, make_seller, make_user, moment
from tests.integration.sale import pay_for as pay
from vendors.models import Standing, Vendor, VendorOrder, VendorOrderLine

pytestmark = pytest.mark.django_db
FEWER = settings(max_examples=max(5, settings().max_examples // 4), deadline=None)
NOW = moment("2026-11-25 10:00")
DAYS = [moment("2026-10-31 23:30"), moment("2026-11-01 00:10"), NOW]

stars = st.integers(1, 5)
texts = st.sampled_from(["", "Crisp.", "Look at www.pots.example"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("note"), stars, texts),
        st.tuples(st.just("review"), stars, texts),
        st.tuples(st.just("report"), st.integers(0, 9), texts),
        st.tuples(st.just("decide"), st.integers(0, 9), st.sampled_from(["", "y"])),
        st.tuples(st.just("undo"), st.integers(0, 9), texts),
        st.tuples(st.just("vote"), st.integers(0, 9), texts),
        st.tuples(st.just("forget"), st.integers(0, 3), texts),
    ),
    min_size=1,
    max_size=14,
)


class Story:
    """Four sales of two shops, and what people write, report and decide of them."""

    def __init__(self) -> None:
        shops = [make_seller("Bakery"), make_seller("Bindery")]
        offers = [make_offer(shop, "Thing", cents=450) for shop in shops]
        self.people = [make_user(f"anna{n}") for n in range(4)]
        self.operator = make_user("olga")
        self.sales = [
            pay({shops[n % 2]: {offers[n % 2]: 1}}, user=self.people[n])
            for n in range(4)
        ]
        VendorOrder.objects.update(state=VendorOrder.State.RECEIVED)
        VendorOrderLine.objects.update(shipped_quantity=1)
        self.noted = self.reviewed = 0

    def take(self, what: str, which: int, text: str) -> None:
        try:
            with transaction.atomic():
                getattr(self, what)(which, text)
        except RefusedError:
            pass

    def note(self, score: int, text: str) -> None:
        sale = self._sale(self.noted)
        self.noted += 1
        aspects = {name: (score + n) % 6 or None for n, name in enumerate(ASPECTS)}
        give_note(
            part=sale.part,
            note=Note(
                score=score, text=text, aspects=aspects, user_id=sale.order.user_id
            ),
            now=DAYS[self.noted % 3],
        )

    def review(self, score: int, text: str) -> None:
        sale = self._sale(self.reviewed)
        self.reviewed += 1
        opinion = Opinion(score=score, text=text, user_id=sale.order.user_id)
        review_product(line=sale.lines[0], opinion=opinion, now=NOW)

    def report(self, which: int, text: str) -> None:
        said = [*SellerNote.objects.all(), *ProductReview.objects.all()]
        if said:
            complaint = Complaint(
                kind="advert", text=text, user_id=self.people[which % 4].pk
            )
            report_words(subject=said[which % len(said)], complaint=complaint, now=NOW)

    def decide(self, which: int, text: str) -> None:
        if case := self._case(which):
            decide_case(
                case_id=case.pk,
                ruling=Ruling(hide=which % 2 == 0, reason=text),
                operator_id=self.operator.pk,
                now=NOW,
            )

    def undo(self, which: int, _text: str) -> None:
        case = self._case(which)
        if case and (decided := decisions_about(REVIEW, case.public_id).first()):
            undo_decisions(batch=decided.batch, operator_id=self.operator.pk, now=NOW)

    def vote(self, which: int, text: str) -> None:
        if review := ProductReview.objects.first():
            find_helpful(
                review_id=review.pk,
                user_id=self.people[which % 4].pk,
                is_helpful=bool(text),
            )

    def forget(self, which: int, _text: str) -> None:
        forget_author(user_id=self.people[which].pk)

    def _sale(self, number: int) -> Sale:
        return self.sales[number % 4]

    def _case(self, which: int) -> ModerationCase | None:
        cases = list(ModerationCase.objects.order_by("pk"))
        return cases[which % len(cases)] if cases else None


@FEWER
@given(steps)
def test_any_story_leaves_sums_that_a_count_confirms(told):
    with transaction.atomic():
        story = Story()
        for step in told:
            story.take(*step)

        shops = list(Vendor.objects.all())
        for vendor in shops:
            assert not recount_seller(vendor=vendor, mend=False, now=NOW)
            rating = SellerRating.objects.get(partner=vendor.partner_id)
            standing = Standing.objects.get(vendor=vendor)
            vendor.partner.refresh_from_db()
            assert (standing.note_sum, standing.note_count) == (
                rating.total,
                rating.count,
            )
            assert vendor.partner.note_mean == rating.mean
        for sale in story.sales:
            product = sale.lines[0].order_line.product
            assert not recount_product(product_id=product.pk, mend=False, now=NOW)
            kept = ProductRating.objects.get(pk=product.pk)
            assert product.review_count == kept.count
            assert product.rating == (kept.mean and float(kept.mean))
        transaction.set_rollback(True)


def test_the_migration_counts_what_was_given_before_there_were_sums():
    story = Story()
    for step in (("note", 4, "Crisp."), ("note", 1, "Dry."), ("note", 5, "")):
        story.take(*step)
    for step in (("review", 5, "Good."), ("review", 2, "Dry."), ("review", 5, "Ah.")):
        story.take(*step)
    for sums in (ProductRating, SellerRating, SellerRatingMonth):
        sums.objects.all().delete()
    Partner.objects.update(note_mean=5)
    Product.objects.update(rating=5, review_count=0)

    [step] = import_module(
        "reviews.migrations.0003_sums_of_before"
    ).Migration.operations
    with connection.schema_editor(atomic=False) as editor:
        step.database_forwards("reviews", editor, None, None)

    told = StringIO()
    call_command("recount_ratings", "--check", stdout=told)
    assert told.getvalue() == "All sums are right.\n"
    assert SellerRatingMonth.objects.count() > 0
    for vendor in Vendor.objects.select_related("partner"):
        rating = SellerRating.objects.get(partner=vendor.partner_id)
        assert vendor.partner.note_mean == rating.mean
    for kept in ProductRating.objects.select_related("product"):
        assert kept.product.review_count == kept.count > 0
        assert kept.product.rating == float(kept.mean)


def test_the_command_tells_what_differs_and_mends_it():
    story = Story()
    story.note(4, "Crisp.")
    story.review(2, "Dry.")
    SellerRating.objects.update(stars_4=7)
    SellerRatingMonth.objects.update(packing_sum=0)
    ProductRating.objects.update(stars_2=0)
    told, again = StringIO(), StringIO()

    with pytest.raises(CommandError, match="sums differ"):
        call_command("recount_ratings", "--check", stdout=StringIO())
    call_command("recount_ratings", stdout=told)
    call_command("recount_ratings", "--check", stdout=again)

    assert "stars_4 was 7, is 1" in told.getvalue()
    assert "stars_2 was 0, is 1" in told.getvalue()
    assert again.getvalue() == "All sums are right.\n"
    product = story.sales[0].lines[0].order_line.product
    assert (product.rating, product.review_count) == (3.67, 1)
