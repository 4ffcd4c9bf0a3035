"""A seller's product in several choices: proposed, decided, mended as one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from marketplace.accounts.models import User
from marketplace.flows.list_product import (
    decide_product,
    propose_change,
    propose_choices,
    resubmit_family,
)
from marketplace.flows.undo_decision import undo_decisions
from marketplace.shop.catalogue.models import FactText, Product, ProductClass
from marketplace.shop.catalogue.texts import texts_of
from marketplace.shop.partner.models import StockRecord
from tests.factories import NOW, AttributeFactory, ProductFactory, UserFactory, seller
from vendors.models import Vendor
from vendors.selectors.offers import products_in_review, products_to_offer
from vendors.services.families import Choice, ChoiceRefusedError, propose_family
from vendors.services.offers import OfferTerms
from vendors.services.products import NotInReviewError, Proposal, Words

pytestmark = pytest.mark.django_db
EANS = ("4006381333931", "5901234123457", "5400000000918")
Said = dict[str, Any]


@pytest.fixture
def weaver() -> Vendor:
    return seller("Weaver").vendor


@pytest.fixture
def moderator() -> User:
    return UserFactory.create()


@pytest.fixture
def blankets() -> ProductClass:
    """Blankets come in colours and sizes, and are of a material."""
    kind = ProductClass.objects.create(name="Blankets")
    for name in ("Colour", "Size", "Material"):
        AttributeFactory.create(name=name, product_class=kind)
    FactText.objects.create(language="fr", code="colour", value="Red", said="Rouge")
    return kind


def choice(colour: str, size: str, ean: str = "", child: str = "") -> Choice:
    return Choice(
        values={"colour": colour, "size": size},
        ean=ean,
        terms=OfferTerms(
            sku=f"{colour}-{size}", price_minor=4900, currency="EUR", stock=3
        ),
        child=child,
    )


def proposal(kind: ProductClass, **more: Any) -> Proposal:
    return Proposal(
        title="Blanket",
        description="<p>Warm.</p>",
        brand="Weaver",
        ean="",
        product_class=kind,
        category=None,
        tax_class="standard",
        facts={"material": "Wool"},
        texts={"fr": {"title": "Couverture", "description": "<p>Chaude.</p>"}},
        **more,
    )


@pytest.fixture
def family(weaver: Vendor, blankets: ProductClass) -> Product:
    return propose_family(
        vendor=weaver,
        proposal=proposal(blankets, pictures=[ContentFile(b"<svg/>", name="a.svg")]),
        choices=[choice("Blue", "S", EANS[0]), choice("blue", "M"), choice("Red", "S")],
        now=NOW,
    )


def decide(product: Product, moderator: User, *, is_approved: bool = True):
    product.refresh_from_db()
    return decide_product(
        product=product,
        seen=product.version,
        is_approved=is_approved,
        reason="" if is_approved else "Which blue?",
        operator_id=moderator.pk,
        now=NOW,
    )


def states() -> set[tuple[str, bool]]:
    return set(Product.objects.values_list("review_state", "is_public"))


def titles() -> list[str]:
    rows = Product.objects.filter(structure="child").order_by("pk")
    return list(rows.values_list("title", flat=True))


def test_choices_are_products_with_the_words_of_the_whole(family: Product):
    children = list(family.children.order_by("pk"))

    assert titles() == ["Blanket, Blue, S", "Blanket, Blue, M", "Blanket, Red, S"]
    assert children[1].facts == {"material": "Wool", "colour": "Blue", "size": "M"}
    assert children[0].identifiers.get().value == EANS[0]
    assert texts_of(children[2])["fr"]["title"] == "Couverture, Rouge, S"
    assert [each.images.count() for each in (family, *children)] == [1, 1, 1, 1]
    assert list(products_in_review()) == [family]
    assert not StockRecord.objects.on_sale().exists()


def test_a_family_is_decided_as_one_and_taken_back_as_one(
    family: Product, moderator: User
):
    child = family.children.order_by("pk")[0]
    with pytest.raises(NotInReviewError, match="decided with the product"):
        decide(child, moderator)

    decision = decide(family, moderator)
    approved, on_sale = states(), StockRecord.objects.on_sale().count()
    undo_decisions(batch=decision.batch, operator_id=moderator.pk, now=NOW)

    assert (approved, on_sale) == ({("approved", True)}, 3)
    assert states() == {("in_review", False)}
    assert list(products_in_review()) == [family]


def test_what_others_sell_by_now_stays_published(family: Product, moderator: User):
    decision = decide(family, moderator)
    propose_choices(
        vendor=seller("Other").vendor,
        family=family,
        choices=[choice("Green", "S")],
        now=NOW,
    )

    with pytest.raises(NotInReviewError, match="Others sell it by now"):
        undo_decisions(batch=decision.batch, operator_id=moderator.pk, now=NOW)

    family.refresh_from_db()
    assert family.is_public


def test_mending_keeps_what_the_rows_of_offers_do_not_say(
    family: Product, weaver: Vendor, moderator: User
):
    decide(family, moderator, is_approved=False)
    small, middle, _red = family.children.order_by("pk")
    StockRecord.objects.filter(product=small).update(
        is_active=False, condition="good", condition_note="Washed.", max_quantity=2
    )

    resubmit_family(
        vendor=weaver,
        family=family,
        words=Words(title="Throw", description="", brand="", facts={}),
        choices=[
            choice("Blue", "S", child=small.public_id),
            choice("Blue", "M", child=middle.public_id),
        ],
        now=NOW + timedelta(days=1),
    )

    kept, other = StockRecord.objects.filter(product__parent=family).order_by("pk")
    assert (kept.is_active, kept.condition, kept.max_quantity) == (False, "good", 2)
    assert (other.is_active, other.condition) == (True, "new")


def test_what_was_sent_back_is_mended_with_its_choices(
    family: Product, weaver: Vendor, moderator: User
):
    decide(family, moderator, is_approved=False)
    refused = states()
    small, middle, red = family.children.order_by("pk")
    # Two change places with their EAN, one goes, one is new.
    resubmit_family(
        vendor=weaver,
        family=family,
        words=Words(
            title="Throw",
            description="<p>Warm.</p>",
            brand="",
            facts={"material": "Yak"},
        ),
        choices=[
            choice("Blue", "M", child=small.public_id),
            choice("Blue", "S", EANS[0], child=red.public_id),
            choice("Green", "S", EANS[1]),
        ],
        now=NOW + timedelta(days=1),
    )

    again = decide(family, moderator)

    assert refused == {("refused", False)}
    assert titles() == ["Throw, Blue, M", "Throw, Blue, S", "Throw, Green, S"]
    assert not Product.objects.filter(pk=middle.pk).exists()
    assert red.identifiers.get().value == EANS[0]
    assert Product.objects.get(title="Throw, Green, S").facts["material"] == "Yak"
    assert states() == {("approved", True)}
    assert again.outcome == "approved"
    assert StockRecord.objects.on_sale().count() == 3


def test_a_choice_that_is_added_waits_alone(
    family: Product, weaver: Vendor, moderator: User
):
    decide(family, moderator)
    other = seller("Other").vendor
    extra = choice("red", "M", EANS[1])

    (added,) = propose_choices(
        vendor=other, family=family, choices=[extra], now=NOW + timedelta(hours=1)
    )
    waiting = list(products_in_review())
    decide(added, moderator)

    assert (waiting, added.title) == ([added], "Blanket, Red, M")
    assert states() == {("approved", True)}
    assert added not in products_to_offer(vendor=weaver, words="nothing")
    assert family not in products_to_offer(vendor=weaver, words="Blanket")


def test_a_change_of_the_whole_is_one_of_its_choices(family: Product, moderator: User):
    decide(family, moderator)
    unnamed = ProductFactory.create(
        title="Old one", structure="child", parent=family, facts={"size": "XL"}
    )
    propose_change(
        product=Product.objects.get(pk=family.pk),
        words=Words(
            title="Plaid",
            description=family.description,
            brand="Weaver",
            facts={"material": "Linen"},
        ),
        user_id=moderator.pk,
        now=NOW + timedelta(hours=1),
    )
    before = titles()

    decision = decide(family, moderator)
    after = titles()
    unnamed.refresh_from_db()
    undo_decisions(batch=decision.batch, operator_id=moderator.pk, now=NOW)

    assert (
        before
        == titles()
        == ["Blanket, Blue, S", "Blanket, Blue, M", "Blanket, Red, S", "Old one"]
    )
    assert after == ["Plaid, Blue, S", "Plaid, Blue, M", "Plaid, Red, S", "Old one"]
    assert unnamed.facts == {"size": "XL"}


@pytest.mark.parametrize(
    ("wrong", "row", "field"),
    [
        (choice("BLUE", "s"), 1, "value"),
        (choice("Red", "S", EANS[0]), 1, "ean"),
        (choice("Red", "S", "4006381333932"), 1, "ean"),
        (choice("Red", "S", EANS[1]), 1, "ean"),
        (replace(choice("Red", "S"), terms=choice("Blue", "S").terms), 1, "sku"),
    ],
)
def test_a_wrong_choice_is_named_and_nothing_is_written(
    weaver: Vendor, blankets: ProductClass, wrong: Choice, row: int, field: str
):
    ProductFactory.create(title="Known", ean=EANS[1])

    with pytest.raises(ChoiceRefusedError) as refusal:
        propose_family(
            vendor=weaver,
            proposal=proposal(blankets),
            choices=[choice("Blue", "S", EANS[0]), wrong],
            now=NOW,
        )

    assert (refusal.value.row, refusal.value.field) == (row, field)
    assert Product.objects.count() == 1


def test_the_database_holds_each_choice_once(family: Product):
    child = family.children.order_by("pk")[0]

    for values, parent in ((child.choice, family), ({"size": "S"}, None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Product.objects.create(title="Twin", parent=parent, choice=values)
