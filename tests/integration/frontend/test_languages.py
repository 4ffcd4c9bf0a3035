"""The address has the language: pages, what they link to, and who remembers what."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from marketplace.accounts.models import User
from marketplace.jobs import mails
from tests.integration.sale import make_offer, make_seller, make_user, pay_for

pytestmark = pytest.mark.django_db

TYPED = {"Sec-Fetch-Site": "none"}


@pytest.fixture
def all_complete(settings) -> None:
    """Tell search engines of every language, as when none has a gap."""
    settings.COMPLETE_LANGUAGES = ["en", "fr", "de"]


def test_a_page_and_its_links_are_in_the_language_of_the_address(client: Client):
    page = client.get("/fr/imprint/").content.decode()

    links = set(re.findall(r'<a [^>]*href="(/[^"]*)"', page))
    assert '<html lang="fr" dir="ltr"' in page
    assert {link for link in links if not link.startswith("/fr/")} == {
        "/imprint/",
        "/de/imprint/",
    }


def test_what_programs_know_has_one_address(client: Client):
    paths = ("/robots.txt", "/sitemap.xml", "/health/", "/api/schema/")

    found = {path: client.get(f"/fr{path}").status_code for path in paths}

    assert found == dict.fromkeys(paths, 404)


def test_nobody_is_led_away_by_what_their_browser_prefers(client: Client):
    answer = client.get("/imprint/", headers={"Accept-Language": "fr-BE, en;q=0.5"})

    page = answer.content.decode()
    assert (answer.status_code, answer["Content-Language"]) == (200, "en")
    assert '<aside class="tongue" lang="fr"' in page
    assert 'href="/fr/imprint/" hreflang="fr"' in page


@pytest.mark.parametrize(
    ("accepted", "cookie"),
    [("en-GB, fr;q=0.5", ""), ("nl, ja", ""), ("", ""), ("fr", "en"), ("x;q=y", "")],
)
def test_who_reads_what_they_want_is_offered_nothing(client, accepted, cookie):
    if cookie:
        client.cookies["django_language"] = cookie

    answer = client.get("/imprint/", headers={"Accept-Language": accepted})

    assert b'class="tongue"' not in answer.content


def test_the_language_that_was_read_last_is_remembered(client: Client):
    client.get("/imprint/")
    at_first = dict(client.cookies)
    client.get("/fr/imprint/")
    french = client.cookies["django_language"].value
    client.get("/imprint/")

    assert "django_language" not in at_first
    assert (french, client.cookies["django_language"].value) == ("fr", "en")


def test_who_types_the_address_of_the_market_comes_back_to_their_language(client):
    client.cookies["django_language"] = "fr"

    typed = client.get("/?from=card", headers=TYPED)
    followed = client.get("/", headers={"Sec-Fetch-Site": "same-origin"})
    elsewhere = client.get("/imprint/", headers=TYPED)

    assert (typed.status_code, typed["Location"]) == (302, "/fr/?from=card")
    assert (followed.status_code, elsewhere.status_code) == (200, 200)


def test_search_engines_know_the_page_in_each_complete_language(
    client, all_complete, settings
):
    page = client.get("/fr/imprint/").content.decode()

    home = settings.PUBLIC_URL
    assert f'<link rel="canonical" href="{home}/fr/imprint/">' in page
    assert re.findall(r'hreflang="([\w-]+)" href="(http[^"]*)"', page) == [
        ("en", f"{home}/imprint/"),
        ("fr", f"{home}/fr/imprint/"),
        ("de", f"{home}/de/imprint/"),
        ("x-default", f"{home}/imprint/"),
    ]


def test_a_language_with_gaps_is_kept_from_search_engines(client, settings):
    settings.COMPLETE_LANGUAGES = ["en", "fr"]

    german, french = client.get("/de/imprint/"), client.get("/fr/imprint/")

    assert german["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in french
    assert b'hreflang="de" href="http' not in french.content


def test_the_map_has_each_page_in_each_language(client, all_complete, settings):
    site_map = client.get("/sitemap-pages.xml").content.decode()

    home = settings.PUBLIC_URL
    for path in ("/imprint/", "/fr/imprint/", "/de/imprint/"):
        assert f"<loc>{home}{path}</loc>" in site_map
    link = f'hreflang="fr" href="{home}/fr/imprint/"'
    assert site_map.count(link) == 3


def test_the_foot_leads_to_the_same_page(client: Client):
    page = client.get("/fr/search?q=tea+pot").content.decode()

    found = re.findall(r'<a href="([^"]*)" lang="(\w+)" hreflang', page)
    assert found == [
        ("/search?q=tea+pot", "en"),
        ("/fr/search?q=tea+pot", "fr"),
        ("/de/search?q=tea+pot", "de"),
    ]


def test_an_account_says_in_which_language_it_is_written_to(client: Client):
    anna = make_user("anna")
    client.force_login(anna)

    answer = client.post("/account/language/", {"language": "fr"})
    refused = client.post("/account/language/", {"language": "xx"})

    assert (answer["Location"], refused["Location"]) == ("/fr/account/", "/account/")
    assert User.objects.get(pk=anna.pk).language == "fr"


def test_a_new_account_reads_what_its_page_was_in(client: Client):
    form = {"email": "anna@example.org", "password1": "a-long-enough-word"}

    client.post("/fr/accounts/signup/", form)

    assert User.objects.get(email="anna@example.org").language == "fr"


def test_letters_are_in_the_language_of_each_reader():
    baker = make_user("baker")
    bakery = make_seller("Bakery", owner=baker)
    User.objects.filter(pk=baker.pk).update(language="de")
    sale = pay_for({bakery: {make_offer(bakery, "Bread", cents=900): 1}})
    sale.order.language = "fr"
    sale.order.save(update_fields=["language"])

    letters = [
        letter
        for about in (
            {"kind": "order_confirmed", "order": sale.order.pk},
            {"kind": "new_sale", "part": sale.part.pk},
        )
        for letter in mails.letters_about(about)
    ]

    assert [letter.language for letter in letters] == ["fr", "de"]
    assert letters[0].context["order_url"].startswith("/fr/order/")
    assert translation.get_language() == "en"


def test_the_account_outweighs_the_page_of_the_order():
    anna = make_user("anna")
    bakery = make_seller("Bakery")
    offer = make_offer(bakery, "Bread", cents=900)
    sale = pay_for({bakery: {offer: 1}}, user=anna)
    type(sale.order).objects.filter(pk=sale.order.pk).update(language="fr")

    [letter] = mails.letters_about({"kind": "order_confirmed", "order": sale.order.pk})

    assert letter.language == "en"


def test_what_has_one_address_changes_no_language(client: Client):
    client.cookies["django_language"] = "fr"

    kept = client.get(reverse("offline"))
    page = client.get("/imprint/")

    assert (kept.status_code, "django_language" in kept.cookies) == (200, False)
    assert page.cookies["django_language"].value == "en"


def test_programs_are_answered_in_the_language_they_ask_for(client: Client):
    answer = client.get("/api/nowhere/", headers={"Accept-Language": "fr"})

    assert (answer.status_code, answer["Content-Language"]) == (404, "fr")


def test_the_language_of_a_page_can_be_kept(client: Client):
    back = reverse("imprint")

    client.post("/language/", {"language": "en", "next": back})

    page = client.get(back, headers={"Accept-Language": "fr"})
    assert b'class="tongue"' not in page.content
