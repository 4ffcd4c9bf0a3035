"""A seller joins: the door, the seven steps, Stripe's questions, and sending it."""

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.db import clock
from marketplace.flows.join_market import decide_application
from marketplace.shop.catalogue.models import Category
from marketplace.shop.shipping.models import Rate, Zone
from payouts.gateway import UnavailableError
from payouts.services import accounts
from payouts.services.commission import PlanInput, add_plan
from payouts.terms import Terms
from tests.factories import CategoryFactory, VendorFactory, ZoneFactory
from tests.integration.portal.conftest import NOW, picture
from vendors.models import Application, Vendor
from vendors.services.application import Answer, begin_application

IDENTITY = {
    "legal_form": "company",
    "legal_name": "Bindery BV",
    "registration_number": "0123.456.789",
    "vat_number": "be 0123.456.749",
    "street": "Kammerstraat 3",
    "postcode": "9000",
    "city": "Ghent",
    "country": "BE",
    "contact_name": "Bea Binder",
    "contact_email": "bea@example.org",
    "contact_phone": "",
}


@pytest.fixture
def applying(binder: User) -> Vendor:
    """A shop that has just begun."""
    return begin_application(user=binder, name="Bindery", country="BE", now=NOW)


@pytest.fixture
def browser(client: Client, binder: User, applying: Vendor) -> Client:
    """A browser of the owner of a shop that is not open yet."""
    client.force_login(binder)
    return client


def address(route: str, **more: object) -> str:
    return reverse(route, kwargs={"handle": "bindery", **more})


def told(answer: object) -> list[str]:
    return [str(each) for each in get_messages(answer.wsgi_request)]


def test_the_door_names_the_commission_of_the_plan_for_the_rest(client: Client, db):
    page = client.get(reverse("sell")).content.decode()

    assert "12\N{NO-BREAK SPACE}%" in page


def test_who_has_no_account_makes_one_first(client: Client, db):
    answer = client.get(reverse("sell-apply"))

    assert answer.url == f"{reverse('account_signup')}?next=%2Fsell%2Fapply%2F"


def test_a_name_and_a_country_open_a_shop_that_sells_nothing(
    client: Client, anna: User
):
    client.force_login(anna)

    answer = client.post(
        reverse("sell-apply"), {"name": "Anna’s Attic", "country": "FR"}
    )

    shop = Vendor.objects.get()
    assert answer.url == reverse("portal-onboarding", kwargs={"handle": shop.handle})
    assert (shop.name, shop.country, shop.state) == ("Anna’s Attic", "FR", "applying")
    assert shop.members.get().user == anna


def test_a_second_click_on_begin_finds_the_first_shop(client: Client, anna: User):
    client.force_login(anna)

    for _click in range(2):
        client.post(reverse("sell-apply"), {"name": "Attic", "country": "BE"})

    assert Vendor.objects.count() == 1


def test_nobody_opens_shops_by_the_dozen(client: Client, anna: User):
    client.force_login(anna)

    for number in range(6):
        last = client.post(
            reverse("sell-apply"), {"name": f"Attic {number}", "country": "BE"}
        )

    assert "That is enough for now." in last.content.decode()
    assert Vendor.objects.count() == 5


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Bindery", "A shop with this name exists."),
        ("!!!", "Please choose another name"),
        ("x" * 81, "at most 80 characters"),
    ],
)
def test_a_name_that_cannot_be_says_why_and_opens_nothing(
    client: Client, anna: User, applying: Vendor, name: str, words: str
):
    client.force_login(anna)

    answer = client.post(reverse("sell-apply"), {"name": name, "country": "BE"})

    assert words in answer.content.decode()
    assert Vendor.objects.count() == 1


def test_the_steps_begin_with_none_done_and_name_what_is_missing(browser: Client):
    page = browser.get(address("portal-onboarding")).content.decode()

    assert "0 of 7 steps done" in page
    assert "Still missing: legal name, address, contact person" in page


def test_the_steps_name_each_rate_that_a_thing_of_the_shop_may_cost(
    browser: Client, binder: User
):
    page = reverse("portal-onboarding", kwargs={"handle": "bindery"})
    one = browser.get(page).context
    shelf = CategoryFactory.create(name="Books")
    other = VendorFactory.create()
    for name, bps, more in (
        ("Books", 850, {"categories": [shelf.pk]}),
        ("The bakery's", 100, {"vendors": [other.pk]}),
    ):
        plan = PlanInput(name=name, terms={"": Terms(bps=bps)}, **more)
        add_plan(plan=plan, actor_id=binder.pk, now=clock.now())

    several = browser.get(page).context

    assert one["rate"] == "12\N{NO-BREAK SPACE}%"
    assert several["rate"] == "from 8.5\N{NO-BREAK SPACE}% to 12\N{NO-BREAK SPACE}%"


def test_goods_and_shelves_are_kept(browser: Client, applying: Vendor):
    shelf = CategoryFactory.create(name="Paper")

    browser.post(
        address("portal-settings-goods"),
        {"sells": "Hand-bound notebooks", "categories": [shelf.pk]},
    )

    application = Application.objects.get(vendor=applying)
    assert application.sells == "Hand-bound notebooks"
    assert list(application.categories.all()) == [Category.objects.get()]


def test_texts_and_a_mark_are_kept_and_the_mark_is_drawn_anew(
    browser: Client, applying: Vendor
):
    answer = browser.post(
        address("portal-settings-texts"),
        {
            "tagline": "Bound by hand",
            "about": "Two people and a press.",
            "returns_policy": "Send it back as it came.",
            "returns_days": "30",
            "founded_year": "1998",
            "mark": picture("mark.png", side=900),
        },
    )

    applying.refresh_from_db()
    applying.partner.refresh_from_db()
    assert answer.status_code == 302
    assert (applying.founded_year, applying.returns_days) == (1998, 30)
    assert applying.partner.mark.name.endswith(".jpg")
    assert applying.partner.mark.size < 20_000


def test_a_mark_that_is_no_picture_says_so_and_writes_nothing(
    browser: Client, applying: Vendor
):
    page = browser.post(
        address("portal-settings-texts"),
        {
            "about": "Two people and a press.",
            "returns_policy": "Thirty days.",
            "mark": SimpleUploadedFile("mark.png", b"<svg onload='x'>"),
        },
    ).content.decode()

    applying.refresh_from_db()
    assert "“mark.png” is not a picture. Choose a JPG, PNG or WebP." in page
    assert "Two people and a press." in page
    assert applying.about == ""


def test_fewer_days_to_return_than_everybody_gives_are_refused(
    browser: Client, applying: Vendor
):
    texts = {"about": "Two people.", "returns_policy": "", "returns_days": "13"}

    page = browser.post(address("portal-settings-texts"), texts).content.decode()

    applying.refresh_from_db()
    assert "Everybody gives 14 days; enter those or more." in page
    assert applying.returns_days is None


def test_a_zone_leads_to_its_first_rate_and_both_are_written(
    browser: Client, applying: Vendor
):
    first = browser.post(
        address("portal-settings-zone-new"), {"name": "Home", "countries": ["BE", "NL"]}
    )
    zone = Zone.objects.get()
    rate = {
        "name": "Bpost home",
        "first_item": "4,90",
        "next_item": "1",
        "free_from": "",
        "days_min": "1",
        "days_max": "3",
        "is_active": "on",
    }
    second = browser.post(address("portal-settings-rate-new", zone_id=zone.pk), rate)

    saved = Rate.objects.get()
    assert first.url == address("portal-settings-rate-new", zone_id=zone.pk)
    assert second.url == address("portal-settings-delivery")
    assert (saved.code, saved.first_item_minor, saved.next_item_minor) == (
        "bpost-home",
        490,
        100,
    )
    assert (saved.free_from_minor, saved.days_min, saved.days_max) == (None, 1, 3)


@pytest.mark.parametrize("amount", ["", "a lot", "4.905", "-1", "1e400", "9" * 40])
def test_an_amount_that_is_none_is_refused(
    browser: Client, applying: Vendor, amount: str
):
    zone = Zone.objects.create(partner=applying.partner, name="Home", countries=["BE"])

    answer = browser.post(
        address("portal-settings-rate-new", zone_id=zone.pk),
        {
            "name": "Home",
            "first_item": amount,
            "next_item": "0",
            "days_min": "1",
            "days_max": "2",
        },
    )

    assert answer.status_code == 200
    assert not Rate.objects.exists()


@pytest.mark.parametrize("field", ["first_item", "next_item", "free_from"])
def test_an_amount_beyond_reason_is_refused(
    browser: Client, applying: Vendor, field: str
):
    zone = Zone.objects.create(partner=applying.partner, name="Home", countries=["BE"])
    rate = {"name": "Home", "first_item": "5", "next_item": "0", "free_from": "9"}

    answer = browser.post(
        address("portal-settings-rate-new", zone_id=zone.pk),
        {**rate, "days_min": "1", "days_max": "2", field: "100000000"},
    )

    assert answer.context["form"].errors == {
        field: ["Enter an amount from 0 to 1000000.00."]
    }
    assert not Rate.objects.exists()


def test_a_zone_of_another_shop_is_not_there(browser: Client, bakery_zone: Zone):
    answer = browser.get(address("portal-settings-zone", zone_id=bakery_zone.pk))

    assert answer.status_code == 404


@pytest.fixture
def bakery_zone(db: None) -> Zone:
    """A zone of somebody else."""
    return ZoneFactory.create()


def test_sending_too_early_names_what_is_missing(browser: Client, applying: Vendor):
    answer = browser.post(address("portal-onboarding"))

    assert told(answer) == [
        "Please fill in: Legal name, Street and number, Postcode, Town, "
        "Contact person, What you sell."
    ]
    assert Application.objects.get().state == "draft"


def fill_in(browser: Client) -> None:
    browser.post(address("portal-settings"), IDENTITY)
    browser.post(address("portal-settings-goods"), {"sells": "Notebooks"})


def test_a_complete_application_is_sent_once(browser: Client, applying: Vendor):
    fill_in(browser)

    first = browser.post(address("portal-onboarding"))
    second = browser.post(address("portal-onboarding"))

    assert "Sent. We look at it within a day." in told(first)
    assert "This application has been sent already." in told(second)
    assert Application.objects.get().state == "submitted"


def test_the_operators_reason_is_shown_and_it_can_be_sent_again(
    browser: Client, applying: Vendor, anna: User
):
    fill_in(browser)
    browser.post(address("portal-onboarding"))
    decide_application(
        application=Application.objects.get(),
        decision=Application.State.MORE_WANTED,
        answer=Answer("Which paper do you use?", ("other",)),
        operator_id=anna.pk,
        now=NOW,
    )

    page = browser.get(address("portal-onboarding")).content.decode()
    browser.post(address("portal-onboarding"))

    assert "Which paper do you use?" in page
    assert Application.objects.get().state == "submitted"


def test_stripe_that_does_not_answer_loses_nothing(
    browser: Client, applying: Vendor, monkeypatch: pytest.MonkeyPatch
):
    def silent(**_given: object) -> None:
        raise UnavailableError

    monkeypatch.setattr(accounts, "open_now", silent)

    answer = browser.post(address("portal-payments"))

    assert answer.url == address("portal-payments")
    assert told(answer) == [
        "Stripe does not answer right now. Nothing is lost: try in a minute."
    ]
