"""Operators decide: applications, products, standing, plans, lists."""

from decimal import Decimal

import pytest
from django.urls import reverse

from frontend.backoffice.application_checks import checks_of_application
from marketplace.db.models import AuditEvent, Decision, Outbox
from marketplace.shop.catalogue.models import Product, ProductClass
from tests.factories import (
    NOW,
    CategoryFactory,
    OfferFactory,
    ProductFactory,
    UserFactory,
    seller,
)
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.backoffice.happenings import apply
from vendors.models import Application, Vendor
from vendors.services.application import (
    Identity,
    begin_application,
    save_assortment,
    save_identity,
    submit_application,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def applicant() -> Vendor:
    vendor = begin_application(
        user=UserFactory.create(), name="Bakery", country="FR", now=NOW
    )
    save_identity(
        vendor=vendor,
        identity=Identity(
            legal_name="Bakery SARL",
            legal_form="SARL",
            registration_number="123",
            vat_number="FR36345678908",
            street="Rue du Four 1",
            postcode="29000",
            city="Quimper",
            country="FR",
            contact_name="Anna",
            contact_email="anna@example.org",
            contact_phone="",
        ),
    )
    save_assortment(vendor=vendor, sells="Bread", category_ids=[])
    submit_application(vendor=vendor, now=NOW)
    return vendor


def decide(client, vendor, decision, reason="", ticked=()):
    address = reverse("office-application", args=[vendor.public_id])
    said = {"decision": decision, "reason": reason, "sentences": list(ticked)}
    return client.post(address, said)


def test_an_admitted_shop_sells_and_its_owner_gets_a_mail(
    applicant: Vendor, as_operator: SignedIn
) -> None:
    client = as_operator("moderator")

    shown = client.get(reverse("office-applications"), follow=True)
    answer = decide(client, applicant, "approve")

    applicant.refresh_from_db()
    assert "Bakery SARL" in shown.content.decode()
    assert answer.status_code == 302
    assert (applicant.state, applicant.partner.is_selling) == ("open", True)
    assert Outbox.objects.filter(topic="mail").count() == 1
    assert AuditEvent.objects.filter(action="application.approved").count() == 1


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("FR36345678908", "the check digits are right"),
        ("FR12345678901", "the check digits are wrong"),
        ("BE0123456749", "does not begin with FR"),
        ("", "None stated, as small traders may"),
    ],
)
def test_the_check_digits_of_a_vat_number_are_looked_at_in_advance(
    applicant: Vendor, number: str, said: str
) -> None:
    applicant.vat_number = number

    first = checks_of_application(applicant.application)[0]

    assert said in first.found
    assert first.is_good == ("right" in said or not number)


def test_a_vat_number_from_elsewhere_is_said_not_to_be_checked(
    applicant: Vendor,
) -> None:
    applicant.country, applicant.vat_number = "CH", "CHE123456788"

    first = checks_of_application(applicant.application)[0]

    assert "are not known here" in first.found
    assert not first.is_good


def test_an_admission_is_taken_back_and_the_shop_is_closed_again(
    applicant: Vendor, as_operator: SignedIn
) -> None:
    client = as_operator("moderator")
    decide(client, applicant, "approve")
    batch = Decision.objects.get().batch

    page = client.post(reverse("office-undo"), {"batch": str(batch)}, follow=True)

    applicant.refresh_from_db()
    application = Application.objects.get(vendor=applicant)
    assert "Bakery SARL" in page.content.decode()
    assert (applicant.state, applicant.partner.is_selling) == ("applying", False)
    assert (application.state, application.decided_by) == ("submitted", None)
    assert not Outbox.objects.filter(topic="mail").exists()


@pytest.mark.parametrize(
    "here", ["foo", "//bad.example/", "https://bad.example/", "/\\bad.example", "\0"]
)
def test_what_cannot_be_taken_back_leads_to_a_page_of_ours(
    here: str, applicant: Vendor, as_operator: SignedIn
) -> None:
    client = as_operator("moderator")
    decide(client, applicant, "approve")
    words = {"batch": str(Decision.objects.get().batch), "here": here}

    answers = [client.post(reverse("office-undo"), words) for _click in range(2)]

    assert answers[1]["Location"] == reverse("office-home")


@pytest.mark.parametrize(
    ("reason", "ticked", "said"),
    [
        ("", [], "Please tick what is missing."),
        ("We know you.", [], "Please tick what is missing."),
        ("", ["other"], "Please say in your words what else is missing."),
    ],
)
def test_a_no_says_what_is_missing_and_loses_nothing(
    reason: str,
    ticked: list[str],
    said: str,
    applicant: Vendor,
    as_operator: SignedIn,
) -> None:
    answer = decide(as_operator("moderator"), applicant, "refuse", reason, ticked)

    applicant.application.refresh_from_db()
    assert answer.status_code == 422
    assert said in answer.text
    assert f"{reason}</textarea>" in answer.text
    assert applicant.application.state == Application.State.SUBMITTED


def test_a_second_decision_from_a_stale_tab_is_refused(
    applicant: Vendor, as_operator: SignedIn
) -> None:
    client = as_operator("moderator")
    decide(client, applicant, "approve")

    answer = decide(client, applicant, "refuse", "Changed my mind", ["goods"])

    applicant.refresh_from_db()
    assert answer.status_code == 422
    assert applicant.state == Vendor.State.OPEN


def test_several_shops_are_decided_alike_and_one_that_was_is_named(
    applicant: Vendor, as_operator: SignedIn
) -> None:
    apply(1)
    apply(2)
    client, where = as_operator("moderator"), reverse("office-applications-bulk")
    decide(as_operator("moderator"), applicant, "approve")
    ids = list(Vendor.objects.order_by("pk").values_list("public_id", flat=True))

    def press(decision: str, **said: str):
        given = {"application": ids, "decision": decision, **said}
        return client.post(where, given, follow=True)

    none = client.post(where, {"decision": "approve"}, follow=True)
    unknown = press("burn")
    asked = press("refuse")
    without = press("refuse", said="yes")
    unchanged = set(Application.objects.values_list("state", flat=True))
    done = press("refuse", said="yes", sentences="goods")

    states = list(Application.objects.order_by("pk").values_list("state", flat=True))
    assert "Choose at least one shop." in none.content.decode()
    assert "Choose at least one shop." in unknown.content.decode()
    assert "Refuse 3 shops" in asked.content.decode()
    assert "Please tick what is missing." in without.content.decode()
    assert unchanged == {"approved", "submitted"}
    assert states == ["approved", "refused", "refused"]
    assert "“Bakery” was left:" in done.content.decode()
    assert "2 shops are refused." in done.content.decode()

    batch = Decision.objects.latest("pk").batch
    client.post(reverse("office-undo"), {"batch": str(batch)})
    press("approve")

    assert set(Application.objects.values_list("state", flat=True)) == {"approved"}


def test_a_proposed_product_is_published_or_sent_back(as_operator: SignedIn) -> None:
    partner = seller("Bakery")
    goods = ProductClass.objects.create(name="Goods")
    rye, rolls = (
        ProductFactory.create(
            title=title,
            is_public=False,
            review_state="in_review",
            submitted_by=partner,
            submitted_at=NOW,
            product_class=goods,
            facts={"weight": 500},
        )
        for title in ("Rye", "Rolls")
    )
    client = as_operator("moderator")

    client.post(
        reverse("office-product", args=[rye.public_id]),
        {"decision": "approve", "seen": rye.version},
    )
    refused = client.post(
        reverse("office-product", args=[rolls.public_id]),
        {"decision": "refuse", "reason": "Which flour?", "seen": rolls.version},
    )

    states = dict(Product.objects.values_list("title", "review_state"))
    assert refused.status_code == 302
    assert states == {"Rye": "approved", "Rolls": "refused"}
    assert Product.objects.get(title="Rye").is_public


@pytest.mark.parametrize(
    ("chosen", "placed"), [("", ["Tea"]), ("Tea", ["Tea"]), ("Bread", ["Bread"])]
)
def test_a_product_is_published_where_the_moderator_puts_it(
    chosen: str, placed: list[str], as_operator: SignedIn
) -> None:
    shelves = {name: CategoryFactory.create(name=name) for name in ("Tea", "Bread")}
    rye = ProductFactory.create(
        is_public=False,
        review_state="in_review",
        submitted_by=seller("Bakery"),
        submitted_at=NOW,
    )
    rye.categories.set([shelves["Tea"]])
    where = reverse("office-product", args=[rye.public_id])
    client = as_operator("moderator")

    form = client.get(where).context["form"]
    client.post(
        where,
        {
            "decision": "approve",
            "seen": rye.version,
            "category": shelves[chosen].pk if chosen else "",
        },
    )

    assert form["category"].value() == shelves["Tea"].pk
    assert [each.name for each in rye.categories.all()] == placed


def test_a_suspended_shop_stops_selling_and_comes_back(as_operator: SignedIn) -> None:
    partner = seller("Bakery")
    OfferFactory.create(partner=partner)
    client = as_operator("moderator")
    address = reverse("office-seller", args=["bakery"])

    client.post(address, {"act": "suspend", "reason": "Late"})
    partner.refresh_from_db()
    suspended = partner.is_selling
    client.post(address, {"act": "reinstate", "reason": "Talked"})
    partner.refresh_from_db()

    assert (suspended, partner.is_selling) == (False, True)
    reasons = list(AuditEvent.objects.values_list("reason", flat=True))
    assert reasons == ["Late", "Talked"]


def test_a_finance_operator_cannot_suspend(as_operator: SignedIn) -> None:
    partner = seller("Bakery")

    answer = as_operator("finance").post(
        reverse("office-seller", args=["bakery"]), {"act": "suspend", "reason": "x"}
    )

    partner.refresh_from_db()
    assert (answer.status_code, partner.is_selling) == (422, True)


def test_the_price_is_shown_to_the_cent(as_operator: SignedIn) -> None:
    partner = seller("Bakery")
    goods = ProductClass.objects.create(name="Goods")
    product = ProductFactory.create(
        is_public=False,
        review_state="in_review",
        submitted_by=partner,
        submitted_at=NOW,
        product_class=goods,
    )
    OfferFactory.create(product=product, partner=partner, price=Decimal("4.90"))

    page = as_operator("moderator").get(
        reverse("office-product", args=[product.public_id])
    )

    assert "€4.90" in page.content.decode()


def test_a_description_is_read_as_words_not_as_tags(as_operator: SignedIn) -> None:
    product = ProductFactory.create(
        description="<p>Dried in the shade.</p>",
        is_public=False,
        review_state="in_review",
        submitted_by=seller("Grove"),
        submitted_at=NOW,
        product_class=ProductClass.objects.create(name="Goods"),
    )

    page = as_operator("moderator").get(
        reverse("office-product", args=[product.public_id])
    )

    text = page.content.decode()
    assert "Dried in the shade." in text
    assert "&lt;p&gt;" not in text
