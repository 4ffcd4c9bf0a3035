"""A person is forgotten, the books hold; a place that nobody listed fails."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from allauth.account.internal.flows import login as records
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import Device, Erasure, User
from marketplace.accounts.services import accept_terms, note_mail
from marketplace.db import audit, clock, outbox
from marketplace.db.models import Outbox
from marketplace.flows import erase_person
from marketplace.flows.cancel_order import cancel_order
from marketplace.flows.confirm_receipt import Note, confirm_receipt
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.invite_member import accept_invitation, invite_member
from marketplace.flows.personal import FATES, KEPT_BY_LAW, Fate
from marketplace.flows.send_message import send_message
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.jobs import mails, sweeps
from marketplace.shop.order.models import Order
from reviews.models import SellerNote
from support.models import Side
from tests.factories import ProductFactory, WebhookFactory
from tests.integration.accounts.events import come_in
from tests.integration.aftersale.steps import answer_refunds
from tests.integration.backoffice.conftest import operator
from tests.integration.documents.papers import complete, issue
from tests.integration.sale import (
    Sale,
    confirm_address,
    make_offer,
    make_seller,
    make_user,
    pay_for,
)
from vendors.models import Member, WebhookDelivery
from vendors.services.fulfilment import Dispatch

NAME = "Zebulonne"
EMAIL = "zebulonne@example.org"
PASSWORD = "correct horse"
NOW = datetime.fromisoformat("2026-11-25T10:00:00+00:00")
LATER = NOW + timedelta(days=settings.ERASURE_GRACE_DAYS)

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    person = make_user("zebulonne", first_name=NAME, last_name="Quix")
    confirm_address(person)
    return person


@pytest.fixture
def sale(person: User) -> Sale:
    """An order of theirs that has come to its end: received, noted, invoiced."""
    bakery = make_seller("Bakery")
    complete(bakery)
    sale = pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 2}}, user=person)
    address = sale.order.shipping_address
    address.first_name, address.phone_number = NAME, "+3225550123"
    address.save()
    Order.objects.filter(pk=sale.order.pk).update(guest_email=EMAIL)
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)
    deliver_parcel(parcel=sale.part.parcels.get(), delivered_at=NOW, now=NOW)
    note = Note(score=5, text="Warm.", user_id=person.pk)
    confirm_receipt(part=sale.part, note=note, now=NOW)
    issue(sale.part.settlement, now=NOW)
    return sale


@pytest.fixture
def traces(person: User, sale: Sale) -> None:
    """A row of theirs in places that name them."""
    apps.get_model("address.useraddress").objects.create(
        user=person, first_name=NAME, line1="1 Quay", country_id="BE"
    )
    wishes = apps.get_model("wishlists.wishlist").objects
    wishes.create(owner=person, name=f"{NAME}’s")
    apps.get_model("alerts.alert").objects.create(
        product=ProductFactory.create(),
        email=EMAIL.upper(),
        currency="EUR",
        country="BE",
        created_at=NOW,
    )
    Device.objects.create(
        user=person, key_hash="x", first_seen_at=NOW, last_seen_at=NOW
    )
    _buy_elsewhere(person)
    send_message(
        part=sale.part,
        side=Side.BUYER,
        text="Warm still?",
        author_id=person.pk,
        author_name=NAME,
        now=NOW,
    )
    while outbox.send_outside(topic="mail", send=mails.send, now=clock.now()):
        pass
    note_mail(to=EMAIL, kind="welcome", subject=f"Hello, {NAME}", now=NOW)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    accept_terms(user_id=person.pk, email=EMAIL, version="1", now=NOW)
    audit.record("user.looked", subject=person, actor_id=person.pk, now=NOW)
    come_in(f"cs_{sale.order.pk}", processed_at=NOW, customer_email=EMAIL)
    come_in(
        "ch_declined",
        is_parked=True,
        payment_intent=f"pi_{sale.order.pk}",
        billing_details={"name": NAME, "email": EMAIL},
    )


def _buy_elsewhere(person: User) -> None:
    """Buy of a shop with systems of its own, call it off, and join its team."""
    shop = make_seller("Bindery", owner=make_user("binder"))
    hers = pay_for({shop: {make_offer(shop, "Notebook", cents=900): 1}}, user=person)
    WebhookFactory.create(vendor=shop)
    cancel_order(part=hers.part, text=f"{NAME} is ill.", actor_id=person.pk, now=NOW)
    answer_refunds(now=NOW)
    WebhookDelivery.objects.update(body=NAME, answer=NAME)
    asked = invite_member(
        vendor=shop,
        email=EMAIL,
        role="orders",
        user_id=shop.members.get().user_id,
        now=NOW,
    )
    accept_invitation(invitation=asked, user_id=person.pk, now=NOW)


def holding(words: str) -> set[tuple[str, str]]:
    """Return every column of the database in which some row holds these words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND (data_type IN ('text', "
            "'character varying', 'jsonb', 'json', 'ARRAY') OR udt_name = 'citext')"
        )
        columns = cursor.fetchall()
        found = set()
        for table, column in columns:
            cursor.execute(
                f'SELECT EXISTS (SELECT 1 FROM "{table}" '  # noqa: S608 -- its own names
                f'WHERE "{column}"::text ILIKE %s)',
                [f"%{words}%"],
            )
            if cursor.fetchone() == (True,):
                found.add((table, column))
    return found


def forget(person: User) -> Erasure:
    erasure = erase_person.ask_erasure(
        user=person, grace_days=settings.ERASURE_GRACE_DAYS, now=NOW
    )
    sweeps.erasures(LATER)
    erasure.refresh_from_db()
    return erasure


def fields_to_people() -> dict[str, type]:
    return {
        f"{model._meta.label_lower}.{field.name}": model
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if field.remote_field and field.remote_field.model is User
    }


def test_every_column_that_points_to_a_person_has_its_fate() -> None:
    assert set(fields_to_people()) == set(FATES)


def test_nothing_that_is_emptied_must_be_filled() -> None:
    people = fields_to_people()

    for place, fate in FATES.items():
        if fate is Fate.EMPTIED:
            assert people[place]._meta.get_field(place.rpartition(".")[2]).null, place


def test_a_person_is_in_no_column_but_those_that_the_law_keeps(
    person: User, traces: None
) -> None:
    assert len(holding(EMAIL)) > len(KEPT_BY_LAW)  # else the search finds nothing

    erasure = forget(person)
    Outbox.objects.all().delete()  # the last mail has gone

    assert erasure.done_at == LATER
    assert holding(EMAIL) - KEPT_BY_LAW == set()
    assert holding(NAME) - KEPT_BY_LAW == set()
    assert holding("+3225550123") == set()


def test_each_row_has_gone_its_way(person: User, traces: None) -> None:
    forget(person)

    for place, fate in FATES.items():
        label, _dot, field = place.rpartition(".")
        rows = apps.get_model(label)._default_manager.filter(**{field: person.pk})
        if fate is not Fate.KEPT:
            assert not rows.exists(), place


def test_the_books_hold_and_the_order_stays(
    person: User, sale: Sale, check_deferred: Callable[[], None]
) -> None:
    paid = sale.order.total_incl_tax

    forget(person)

    check_deferred()
    order = Order.objects.get(pk=sale.order.pk)
    address = order.shipping_address
    person.refresh_from_db()
    assert (order.total_incl_tax, order.user_id) == (paid, person.pk)
    assert (address.line1, address.last_name) == ("", "")
    assert address.country_id == "BE"
    assert person.email == f"{person.public_id}@erased.invalid"
    assert (person.is_active, person.has_usable_password()) == (False, False)
    note = SellerNote.objects.get()
    assert (note.user_id, note.text, note.score) == (None, "Warm.", 5)


def test_what_a_shop_wrote_by_their_hand_stays_the_shops(person: User) -> None:
    bakery = make_seller("Bakery")
    Member.objects.create(user=person, vendor=bakery, role="orders", since=NOW)
    sale = pay_for(
        {bakery: {make_offer(bakery, "Loaf", cents=450): 1}}, user=make_user("anna")
    )
    letter = send_message(
        part=sale.part,
        side=Side.SELLER,
        text="We refund you in full.",
        author_id=person.pk,
        author_name="Bakery",
        now=NOW,
    )

    forget(person)

    letter.refresh_from_db()
    assert (letter.author_id, letter.author_name) == (None, "Bakery")
    assert letter.text == "We refund you in full."


def test_what_is_still_open_refuses_with_its_way_out(
    person: User, settings: object
) -> None:
    bakery = make_seller("Bakery", owner=person)
    pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 1}}, user=person)

    with pytest.raises(erase_person.NotErasableError) as refused:
        erase_person.ask_erasure(user=person, grace_days=14, now=NOW)

    shop, order = refused.value.reasons
    assert "Make somebody else its owner" in shop
    assert "Say that you have it when it arrives" in order
    assert not Erasure.objects.exists()


def test_an_operator_gives_up_their_role_first() -> None:
    reasons = erase_person.reasons_against(operator("support"))

    assert reasons == [
        "You work for the market: an administrator must take your role first."
    ]


def test_what_was_opened_meanwhile_puts_it_off_by_a_day(person: User) -> None:
    erasure = erase_person.ask_erasure(user=person, grace_days=14, now=NOW)
    bakery = make_seller("Bakery")
    pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 1}}, user=person)

    sweeps.erasures(LATER)

    erasure.refresh_from_db()
    assert (erasure.done_at, erasure.due_at) == (None, LATER + timedelta(days=1))
    assert User.objects.filter(email=EMAIL).exists()


def test_nothing_happens_before_its_day_and_nothing_twice(person: User) -> None:
    erasure = erase_person.ask_erasure(user=person, grace_days=14, now=NOW)
    sweeps.erasures(LATER - timedelta(seconds=1))
    before = User.objects.filter(email=EMAIL).exists()

    sweeps.erasures(LATER)
    again = erase_person.erase(erasure_id=erasure.pk, now=LATER)

    assert (before, again) == (True, False)


# --- pages ---


def signed_in(person: User, *, again: bool) -> Client:
    """Return their browser; `again` where they have just shown their password."""
    client = Client()
    client.force_login(person)
    if again:
        session = client.session
        shown = {
            "method": "password",
            "at": clock.now().timestamp(),
            "reauthenticated": True,
        }
        session[records.AUTHENTICATION_METHODS_SESSION_KEY] = [shown]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
    return client


def ask(client: Client, email: str, **more: str) -> HttpResponse:
    return client.post(reverse("account-erase"), {"email": email, **more})


def test_the_page_wants_the_password_the_address_and_a_tick(person: User) -> None:
    unsure, sure = signed_in(person, again=False), signed_in(person, again=True)

    door = ask(unsure, EMAIL, loses="on")
    wrong = ask(sure, "anna@example.org", loses="on")
    unticked = ask(sure, EMAIL)
    right = ask(sure, EMAIL.upper(), loses="on")

    assert door["Location"].startswith(reverse("account_reauthenticate"))
    assert "it is zebulonne@example.org" in wrong.content.decode()
    assert "Tick the box if you know it." in unticked.content.decode()
    assert right["Location"] == reverse("account-data")
    assert Erasure.objects.count() == 1


def test_the_link_in_the_mail_keeps_the_account_without_a_sign_in(person: User) -> None:
    ask(signed_in(person, again=True), EMAIL, loses="on")
    for message in Outbox.objects.filter(topic="mail"):
        mails.send(message)
    letter = mail.outbox[-1]
    found = re.search(r"/account/keep/[^\s)]+", str(letter.body))
    assert found is not None
    stranger = Client()

    page = stranger.get(found.group())
    kept = Erasure.objects.get().cancelled_at
    stranger.post(found.group())

    assert letter.to == [EMAIL]
    assert "Keep your account?" in page.content.decode()
    assert kept is None  # whoever only looks changes nothing
    assert Erasure.objects.get().cancelled_at is not None
    assert stranger.get(found.group()).status_code == 404


def test_nobody_makes_up_a_link(client: Client) -> None:
    assert client.get("/account/keep/MQ:1:2/").status_code == 404
