"""Tell me when it is back, or costs less: asked, confirmed by mail, told once."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse

from frontend.storefront import alerts as pages
from marketplace.db.limits import Limit
from marketplace.db.models import Outbox
from marketplace.flows.tell_of_offers import tell_of_offer
from marketplace.jobs import mails, sweeps
from marketplace.shop.alerts import selectors, services
from marketplace.shop.alerts.models import Alert
from marketplace.shop.shipping.models import Zone
from tests.factories import NOW, ProductFactory, UserFactory
from tests.integration.beside import Beside
from tests.integration.sale import make_offer

pytestmark = pytest.mark.django_db
MINE = reverse("account-alerts")
ANNA = "anna@example.org"


@pytest.fixture
def anna(anna):
    """Somebody with an account whose address is confirmed."""
    EmailAddress.objects.create(user=anna, email=anna.email, verified=True)
    return anna


def where(offer, alone: bool = False) -> str:
    path = reverse("alert-new", args=[offer.product.public_id])
    return f"{path}?offer={offer.public_id}" if alone else path


def ask(client: Client, offer, *, email: str = ANNA, alone: bool = False, **typed):
    return client.post(where(offer, alone), {"email": email, **typed})


def change(offer, **facts) -> None:
    for name, value in facts.items():
        setattr(offer, name, value)
    offer.save()


def sent() -> list[str]:
    """Send what waits and return the kinds of mails."""
    kinds = []
    for message in Outbox.objects.filter(topic="mail").order_by("id"):
        mails.send(message)
        kinds.append(message.payload["kind"])
        message.delete()
    return kinds


def link_in_mail() -> str:
    html = str(mail.outbox[-1].alternatives[0][0])
    return re.search(r"/alerts/[^\"/]+/", html)[0]


def words(answer) -> str:
    main = answer.content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def swept(minutes: int = 0) -> list[str]:
    sweeps.alerts(NOW + timedelta(minutes=minutes))
    return sent()


def test_a_guest_says_yes_by_mail_and_is_told_once(market):
    change(market.jam, num_in_stock=0)
    guest = Client()

    asked = ask(guest, market.jam)
    change(market.jam, num_in_stock=5)
    before_yes = swept()
    assert (asked.status_code, before_yes) == (302, ["alert_confirm"])
    assert "Look into your mailbox" in words(guest.get(asked.url))
    link = link_in_mail()
    assert "when it is in stock again?" in words(guest.get(link))
    guest.post(link, {"do": "confirm"})
    told = [swept(minute) for minute in (1, 2, 3)]

    assert told == [["alert_found"], [], []]
    letter = mail.outbox[-1]
    assert (letter.to, letter.subject) == ([ANNA], "“Jam” is back")
    assert "from Bakery" in letter.body
    assert "€7.20" in letter.body
    guest.post(link_in_mail(), {"do": "cancel"})
    assert not Alert.objects.exists()
    assert "Nothing is kept here any more" in words(guest.get(link))


@pytest.mark.parametrize(
    ("price", "stock", "is_told"),
    [("6.01", 9, False), ("6.00", 9, True), ("5.00", 9, True), ("5.00", 0, False)],
)
def test_a_price_is_told_when_it_can_be_had_for_that(
    market, anna, hers, price, stock, is_told
):
    assert ask(hers, market.jam, below="6.00").status_code == 302
    assert sent() == []  # her address is known to be hers

    change(market.jam, price=price, num_in_stock=stock)

    assert swept() == ["alert_found"] * is_told
    if is_told:
        assert mail.outbox[-1].subject == "“Jam” costs less now"


def test_what_is_there_already_is_nothing_to_wait_for(market, anna, hers):
    without_limit = ask(hers, market.jam)
    too_high = ask(hers, market.jam, below="7.20")

    assert without_limit.status_code == too_high.status_code == 422
    assert "Enter what you would pay for it." in words(without_limit)
    assert "Enter less than it costs now." in words(too_high)
    assert too_high.context["form"]["below"].value() == "7.20"
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    "below", ["0", "-1", "x", "1e2", "1_0", "5.999", "NaN", "9" * 12, "\0"]
)
def test_a_wrong_amount_is_refused_and_stays_typed(market, hers, anna, below):
    answer = ask(hers, market.jam, below=below)

    assert answer.status_code == 422
    assert answer.context["form"].errors["below"]
    assert answer.context["form"]["below"].value() == below
    assert not Alert.objects.exists()


@pytest.mark.parametrize("email", ["", "anna", "ànna@example.org", "a@localhost"])
def test_a_wrong_address_is_refused_and_stays_typed(market, email):
    answer = ask(Client(), market.jam, email=email, below="5")

    assert answer.status_code == 422
    assert answer.context["form"]["email"].value() == email
    assert not Alert.objects.exists()


@pytest.mark.parametrize("offer", ["off_none", "\0", "another's"])
def test_what_is_not_there_is_a_404(market, client, offer):
    wanted = market.loaf.public_id if offer == "another's" else offer
    hidden = ProductFactory.create(is_public=False)

    for path in (
        f"{where(market.jam)}?offer={wanted}".replace("\0", "%00"),
        reverse("alert-new", args=[hidden.public_id]),
        reverse("alert-new", args=["prd_none"]),
        reverse("alert", args=["1:1abc:forged"]),
    ):
        assert client.get(path).status_code == 404
        assert client.post(path, {"do": "confirm"}).status_code == 404


def test_one_sellers_offer_is_waited_for_alone(market, anna, hers):
    theirs = make_offer(market.bindery, "x", cents=100)
    change(theirs, product=market.jam.product, num_in_stock=5)
    change(market.jam, num_in_stock=0)

    ask(hers, market.jam, alone=True)
    of_another = swept()
    change(market.jam, num_in_stock=1)

    assert (of_another, swept()) == ([], ["alert_found"])


def test_what_nobody_delivers_or_is_hidden_is_not_told(market, anna, hers):
    change(market.jam, num_in_stock=0)
    change(market.notebook, num_in_stock=0)
    ask(hers, market.jam)
    ask(hers, market.notebook)
    change(market.jam.product, is_public=False)
    Zone.objects.filter(partner=market.bindery.partner).delete()
    change(market.jam, num_in_stock=5)
    change(market.notebook, num_in_stock=5)

    assert swept() == []
    change(market.jam.product, is_public=True)
    assert swept(1) == ["alert_found"]


def test_what_was_hidden_after_it_was_found_is_told_to_nobody(market, anna, hers):
    change(market.jam, num_in_stock=0)
    ask(hers, market.jam)
    change(market.jam, num_in_stock=5)
    [found] = selectors.come_true(NOW)
    change(market.jam.product, is_public=False)

    assert tell_of_offer(found=found, now=NOW) is False
    change(market.jam.product, is_public=True)
    assert tell_of_offer(found=found, now=NOW) is True
    change(market.jam.product, is_public=False)
    sent()
    assert mail.outbox == []


def test_those_that_were_looked_at_longest_ago_come_first(
    market, anna, hers, monkeypatch
):
    monkeypatch.setattr(selectors, "_AT_ONCE", 1)
    for offer in (market.jam, market.loaf):
        change(offer, num_in_stock=0)
        ask(hers, offer)
        change(offer, num_in_stock=5)

    assert [swept(minute) for minute in range(3)] == [
        ["alert_found"],
        ["alert_found"],
        [],
    ]


def test_a_stranger_changes_nothing_that_an_address_has_confirmed(market, anna, hers):
    ask(hers, market.jam, below="6")

    answer = ask(Client(), market.jam, below="1")

    assert answer.status_code == 302
    assert sent() == []
    [row] = Alert.objects.all()
    assert str(row.limit) == "6.00 EUR"
    ask(hers, market.jam, below="5")
    row.refresh_from_db()
    assert str(row.limit) == "5.00 EUR"


def test_a_mailbox_is_asked_so_often_and_a_visitor_asks_so_much(market, monkeypatch):
    monkeypatch.setattr(pages, "MAILBOX", Limit(1, 10**6, is_strict=True))
    monkeypatch.setattr(pages, "VISITOR", Limit(2, 10**6, is_strict=True))

    answers = [
        ask(Client(), offer, below="1").status_code
        for offer in (market.jam, market.loaf, market.notebook)
    ]

    assert answers == [302, 302, 422]
    assert sent() == ["alert_confirm"]


def test_an_address_waits_for_so_much(market, anna, hers, monkeypatch):
    monkeypatch.setattr(services, "MOST_PER_ADDRESS", 1)
    ask(hers, market.jam, below="1")

    answer = ask(hers, market.loaf, below="1")

    assert answer.status_code == 422
    assert "We keep 1 alerts for an address" in words(answer)


@pytest.mark.usefixtures("committing_db")
def test_of_two_confirmed_at_once_one_has_the_last_room(monkeypatch):
    monkeypatch.setattr(services, "MOST_PER_ADDRESS", 1)
    first, second = (
        Alert.objects.create(
            product=ProductFactory.create(),
            email="anna@example.org",
            currency="EUR",
            country="BE",
            created_at=NOW,
        ).pk
        for _ in range(2)
    )

    with transaction.atomic():
        services.confirm(key=first, now=NOW)
        beside = Beside(lambda: services.confirm(key=second, now=NOW))
        waited = beside.waits()

    with pytest.raises(services.TooManyAlertsError):
        beside.result()
    assert waited
    assert Alert.objects.get(confirmed_at__isnull=False).pk == first


def test_the_account_lists_confirms_and_forgets_its_own(market, anna, hers):
    ask(hers, market.jam, below="6")
    ask(Client(), market.loaf, below="1")
    ask(Client(), market.notebook, below="1", email="boris@example.org")
    change(market.jam.product, is_public=False)

    page = words(hers.get(MINE))

    assert "A thing that is not sold here any more When it costs €6.00 or less" in page
    assert "Loaf When it costs €1.00 or less Waits for your yes" in page
    assert "Notebook" not in page
    assert "Jam" not in page
    loaf = Alert.objects.get(product=market.loaf.product)
    hers.post(MINE, {"key": loaf.pk, "do": "confirm"})
    loaf.refresh_from_db()
    assert loaf.confirmed_at is not None
    hers.post(MINE, {"key": loaf.pk, "do": "remove"})
    assert not Alert.objects.filter(pk=loaf.pk).exists()


@pytest.mark.parametrize("key", ["", "x", "-1", "²", "9" * 40, "another's"])
def test_the_alert_of_another_is_a_404(market, anna, hers, key):
    ask(Client(), market.jam, below="1", email="boris@example.org")
    row = Alert.objects.get()

    answers = [
        hers.post(MINE, {"key": row.pk if key == "another's" else key, "do": do})
        for do in ("confirm", "remove")
    ]

    assert {each.status_code for each in answers} == {404}
    row.refresh_from_db()
    assert row.confirmed_at is None


def test_an_address_that_is_not_confirmed_shows_nothing_of_anybody(market):
    ask(Client(), market.jam, below="1")
    browser = Client()
    browser.force_login(UserFactory.create(email=ANNA))

    assert "Jam" not in words(browser.get(MINE))


def test_old_alerts_are_forgotten(market, anna, hers):
    for offer in (market.jam, market.loaf, market.notebook):
        ask(hers, offer, below="1")
    ask(Client(), market.jam, below="1", email="boris@example.org")
    rows = Alert.objects.order_by("pk")
    Alert.objects.update(created_at=NOW)
    Alert.objects.filter(pk=rows[0].pk).update(told_at=NOW)

    services.forget_old(NOW + timedelta(days=8))
    unconfirmed_gone = rows.count()
    services.forget_old(NOW + timedelta(days=31))
    told_gone = rows.count()
    services.forget_old(NOW + timedelta(days=366))

    assert (unconfirmed_gone, told_gone, rows.count()) == (3, 2, 0)


def test_looking_costs_the_same_however_many_wait(
    market, anna, hers, django_assert_max_num_queries
):
    for offer in (market.jam, market.loaf, market.notebook):
        ask(hers, offer, below="1")
        change(offer, price="0.50")

    with django_assert_max_num_queries(5):
        assert len(selectors.come_true(NOW)) == 3
