"""Tell me when it arrives: saved, confirmed by mail, told once."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from frontend.storefront import tell
from marketplace.db.limits import Limit
from marketplace.db.models import Outbox
from marketplace.jobs import mails, sweeps
from search import saved, services
from search.models import SavedSearch
from tests.factories import NOW, OfferFactory, ProductFactory, UserFactory

pytestmark = pytest.mark.django_db

ANNA = "anna@example.org"
SAMOVAR = {"q": "brass samovar"}


def save(client: Client, email: str = ANNA, **query: str):
    where = client.get(reverse("search-tell"), query or SAMOVAR)
    assert where.status_code == 200
    return client.post(where.wsgi_request.get_full_path(), {"email": email})


def sent() -> list[str]:
    """Send what waits and return it as `kind to address`."""
    kinds = []
    for message in Outbox.objects.filter(topic="mail").order_by("id"):
        mails.send(message)
        kinds.append(message.payload["kind"])
        message.delete()
    return kinds


def link_in_mail() -> str:
    html = str(mail.outbox[-1].alternatives[0][0])
    return re.search(r"/search/saved/[^\"/]+/", html)[0]


def confirmed(client: Client, **query: str) -> SavedSearch:
    save(client, **query)
    row = SavedSearch.objects.latest("id")
    saved.confirm(key=row.pk, now=NOW)
    Outbox.objects.all().delete()
    return row


def arrives(market, title: str, **facts: object) -> None:
    product = ProductFactory.create(title=title, category=market.tea)
    OfferFactory.create(product=product, partner=market.bakery, **facts)
    services.rebuild(NOW)


def test_a_search_without_results_leads_there_and_says_what_is_missing(client, market):
    answer = client.get("/search", {"q": "samovar kettles"})

    words = " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
    assert "Nobody offers anything with “samovar” today." in words
    assert 'href="/search/tell?q=samovar+kettles"' in answer.content.decode()


def test_words_that_never_stand_together_are_said(client, market):
    answer = client.get("/search", {"q": "stoneware kettle"})

    assert "Nothing has all of these words together." in answer.content.decode()


def test_near_categories_are_offered_where_nothing_is_found(client, market):
    answer = client.get("/search", {"q": "teas samovar", "exact": "1", "max": "1"})

    assert [each.label for each in answer.context["near"]] == ["Tea"]


def test_a_search_that_finds_every_word_offers_no_help(client, market):
    answer = client.get("/search", {"q": "stoneware teapot"})

    assert "tell" not in answer.context
    assert "/search/tell" not in answer.content.decode()


def test_an_address_is_asked_before_it_is_told_anything(client, market):
    answer = save(client)

    assert answer.status_code == 302
    assert answer.url == "/search/tell?q=brass+samovar&sent=1"
    assert "Look into your mailbox" in client.get(answer.url).content.decode()
    assert sent() == ["search_confirm"]
    assert mail.outbox[0].to == [ANNA]
    assert saved.due(NOW) == []

    link = link_in_mail()
    assert client.get(link).status_code == 200
    assert SavedSearch.objects.get().confirmed_at is None  # a preview decides nothing

    client.post(link, {"do": "confirm"})

    assert saved.due(NOW) == [SavedSearch.objects.get().pk]


def test_the_answer_is_the_same_for_every_address(client, market):
    UserFactory.create(email="known@example.org")
    confirmed(client)

    answers = [
        save(client, email)
        for email in (ANNA, "known@example.org", "nobody@example.org")
    ]

    assert {(one.status_code, one.url) for one in answers} == {
        (302, "/search/tell?q=brass+samovar&sent=1")
    }
    # Who has confirmed is not asked again.
    assert sent() == ["search_confirm", "search_confirm"]


def test_an_address_is_asked_about_a_search_once_a_day(client, market):
    for _twice in range(2):
        assert save(client).status_code == 302

    assert sent() == ["search_confirm"]


def test_whoever_asked_for_nothing_reads_words_alone(client, market):
    save(client, q="You WON €500! Samovàr 0900 666.666 call\u202e")

    sent()

    letter = mail.outbox[-1]
    assert letter.subject == "Shall we tell you when it arrives?"
    html = str(letter.alternatives[0][0])
    assert "The words of the search: <b>you won samovar call</b>." in html
    assert "500" not in letter.body + html.partition("<body")[2].partition("href")[0]


@pytest.mark.parametrize(
    "text",
    ["see www.evil.example", "http://evil", "win evil.example/claim", "a@b.example"],
)
def test_an_address_on_the_web_is_nothing_to_wait_for(client, market, text):
    answer = save(client, q=text)

    assert answer.status_code == 422
    assert "say what the thing is called" in answer.content.decode()
    assert sent() == []


@pytest.mark.parametrize("scope", ["nowhere", "..", "//evil.example"])
def test_a_category_that_nobody_may_see_is_nothing_to_wait_in(client, market, scope):
    answer = client.get("/search/tell", {"q": "samovar", "in": scope})

    assert answer.status_code == 404


def test_the_same_search_is_saved_once_whatever_the_capitals(client, market):
    save(client)
    save(client, "Anna@Example.org")

    assert SavedSearch.objects.count() == 1


def test_whose_address_is_shown_to_be_theirs_needs_no_mail(market):
    user = UserFactory.create(email=ANNA)
    EmailAddress.objects.create(user=user, email=ANNA, verified=True, primary=True)
    client = Client()
    client.force_login(user)

    answer = client.post("/search/tell?q=samovar")

    assert answer.status_code == 302
    assert sent() == []
    row = SavedSearch.objects.get()
    assert (row.email, row.text, row.confirmed_at is None) == (ANNA, "samovar", False)


@pytest.mark.parametrize(
    "email", ["", "anna", "ànna@example.org", "a@[127.0.0.1]", "a@localhost"]
)
def test_a_wrong_address_is_refused_and_kept_in_its_field(client, market, email):
    answer = client.post("/search/tell?q=samovar", {"email": email})

    assert answer.status_code == 422
    assert "email" in answer.context["form"].errors
    assert answer.context["form"]["email"].value() == email
    assert not SavedSearch.objects.exists()


def test_what_arrives_is_told_once(client, market):
    row = confirmed(client)
    sweeps.searches(NOW)
    nothing = sent()
    arrives(market, "Samovar of brass")

    sweeps.searches(NOW + timedelta(minutes=59))
    too_soon = sent()
    sweeps.searches(NOW + timedelta(hours=1))
    told = sent()
    sweeps.searches(NOW + timedelta(hours=3))

    assert (nothing, too_soon, told, sent()) == ([], [], ["search_found"], [])
    assert "“brass samovar” has arrived" in mail.outbox[-1].subject
    row.refresh_from_db()
    assert row.told_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("title", "facts"),
    [
        ("Samovar of steel", {}),  # not every word
        ("Samovar of brass", {"num_in_stock": 0}),
        ("Samovar of brass", {"price": "60.00"}),  # beyond the filter
        ("Samovars of brasz", {}),
    ],
)
def test_what_does_not_match_whole_is_not_told(client, market, title, facts):
    confirmed(client, **SAMOVAR, max="50")
    arrives(market, title, **facts)

    sweeps.searches(NOW)

    assert sent() == []


def test_who_cancels_hears_nothing_more(client, market):
    save(client)
    sent()
    link = link_in_mail()
    client.post(link, {"do": "confirm"})
    arrives(market, "Samovar of brass")

    client.post(link, {"do": "cancel"})
    sweeps.searches(NOW)

    assert sent() == []
    assert not SavedSearch.objects.exists()
    assert "forgotten" in client.get(link).content.decode()


@pytest.mark.parametrize("token", ["1", "MQ:1abc:xyz", "x" * 500])
def test_a_forged_link_is_a_404(client, market, token):
    where = reverse("search-saved", kwargs={"token": token})

    assert client.get(where).status_code == 404
    assert client.post(where, {"do": "confirm"}).status_code == 404


def test_a_visitor_saves_so_many_and_is_told_then(client, market, monkeypatch):
    monkeypatch.setattr(tell, "VISITOR", Limit(2, 10**6, is_strict=True))

    found = [save(client, f"{name}@example.org").status_code for name in "abc"]

    assert found == [302, 302, 422]
    assert SavedSearch.objects.count() == 2


def test_a_mailbox_is_asked_so_often_and_nobody_is_told(client, market, monkeypatch):
    monkeypatch.setattr(tell, "MAILBOX", Limit(2, 10**6, is_strict=True))

    found = [save(client, q=f"samovar {n}").status_code for n in range(3)]

    assert found == [302, 302, 302]
    assert sent() == ["search_confirm", "search_confirm"]


def test_strangers_leave_so_many_for_an_address(client, market, monkeypatch):
    monkeypatch.setattr(saved, "MOST_UNCONFIRMED", 1)

    for n in range(2):
        save(client, q=f"samovar {n}")

    assert SavedSearch.objects.get().text == "samovar 0"


def test_old_ones_are_forgotten(client, market):
    row = confirmed(client)
    save(client, q="unconfirmed")
    SavedSearch.objects.update(created_at=NOW)

    saved.forget_old(NOW + timedelta(days=8))
    kept = list(SavedSearch.objects.values_list("text", flat=True))
    saved.mark_told(key=row.pk, now=NOW)
    saved.forget_old(NOW + timedelta(days=31))

    assert kept == ["brass samovar"]
    assert not SavedSearch.objects.exists()


@pytest.fixture
def anna(market):
    """Somebody with an account, whose address is confirmed."""
    user = UserFactory.create(email="Anna@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True)
    return user


def test_who_waits_for_as_much_as_is_kept_is_told(client, market, anna, monkeypatch):
    monkeypatch.setattr(saved, "MOST_PER_ADDRESS", 2)
    save(client, q="left by a stranger")
    left = SavedSearch.objects.get()
    client.force_login(anna)

    answers = [save(client, q=f"samovar {n}") for n in range(3)]
    by_mail = client.post(
        reverse("search-saved", kwargs={"token": saved.token_of(left)}),
        {"do": "confirm"},
        follow=True,
    )

    assert [each.status_code for each in answers] == [302, 302, 422]
    words = answers[2].content.decode()
    assert "We keep 2 searches for an address" in words
    assert f'href="{reverse("account-searches")}"' in words.partition("<main")[2]
    assert "We keep 2 searches for an address" in by_mail.content.decode()
    left.refresh_from_db()
    assert left.confirmed_at is None
    # What waits already may be saved again.
    assert save(client, q="samovar 1").status_code == 302


def test_an_account_lists_what_its_confirmed_address_waits_for(client, market, anna):
    confirmed(client, q="brass samovar", max="40", **{"in": "kitchen"})
    save(client, q="copper samovar")
    save(client, "boris@example.org", q="golden samovar")
    client.force_login(anna)

    html = client.get(reverse("account-searches")).content.decode()

    words = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "brass samovar Kitchen Up to €40 Waiting We look within the hour." in words
    assert "copper samovar Waits for your yes" in words
    assert "golden" not in words
    assert 'href="/c/kitchen?q=brass+samovar&amp;max=40&amp;all=1"' in html


def test_an_address_that_is_not_confirmed_shows_nothing_of_anybody(client, market):
    confirmed(client)
    client.force_login(UserFactory.create(email=ANNA))

    words = client.get(reverse("account-searches")).content.decode()

    assert "samovar" not in words
    assert "Your e-mail address is not confirmed yet." in words


def test_an_account_says_yes_to_a_search_and_forgets_it(client, market, anna):
    save(client)
    row = SavedSearch.objects.get()
    client.force_login(anna)
    where = reverse("account-searches")

    answer = client.post(where, {"key": row.pk, "do": "confirm"}, follow=True)
    row.refresh_from_db()
    assert row.confirmed_at is not None
    assert "We write to you once" in answer.content.decode()
    for _twice in range(2):
        answer = client.post(where, {"key": row.pk, "do": "forget"}, follow=True)
        assert answer.status_code == 200
    assert not SavedSearch.objects.exists()


def test_nobody_confirms_or_forgets_the_search_of_another(client, market, anna):
    save(client, "boris@example.org")
    row = SavedSearch.objects.get()
    client.force_login(anna)

    for do in ("confirm", "forget"):
        client.post(reverse("account-searches"), {"key": row.pk, "do": do})

    row.refresh_from_db()
    assert row.confirmed_at is None


@pytest.mark.parametrize("key", ["", "x", "-1", "1_0", "²", "9" * 40])
def test_a_key_that_somebody_made_up_is_a_404(client, anna, key):
    client.force_login(anna)

    answer = client.post(reverse("account-searches"), {"key": key})

    assert answer.status_code == 404


def test_a_list_of_searches_costs_the_same_however_long(
    client, anna, django_assert_max_num_queries
):
    for number in range(12):
        confirmed(client, q=f"samovar {number}", seller="bakery")
    client.force_login(anna)
    client.get(reverse("account-searches"))

    with django_assert_max_num_queries(10):
        client.get(reverse("account-searches"))
