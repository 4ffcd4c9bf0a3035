"""What goes wrong gets a page of ours: what is safe, what to do, a reference."""

import logging
import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from frontend import kept_forms
from frontend.views import static
from marketplace.accounts.models import User
from search import services as search_services
from tests.factories import NOW
from tests.integration.backoffice.conftest import operator
from tests.integration.sale import confirm_address, make_offer, make_seller, make_user

PASSWORD = "correct horse"
TERMS = "/terms/"

pytestmark = pytest.mark.django_db


def reference_in(answer: HttpResponse) -> str:
    found = re.search(r"Reference ([0-9a-f]{4}-[0-9a-f]{4})", answer.content.decode())
    assert found is not None
    return found.group(1)


@pytest.fixture
def anna() -> User:
    anna = make_user("anna")
    confirm_address(anna)
    return anna


@pytest.fixture
def strict() -> Client:
    """A browser whose forms need their token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def closed(settings: LazySettings, tmp_path: Path) -> Path:
    """The switch, on."""
    switch = tmp_path / "maintenance"
    switch.write_text("04:30\n")
    settings.MAINTENANCE_FILE = str(switch)
    return switch


def break_terms(monkeypatch: pytest.MonkeyPatch) -> Client:
    def fault(request: HttpRequest, *_args: object, **_more: object) -> HttpResponse:
        raise ZeroDivisionError

    monkeypatch.setattr(static, "render", fault)
    return Client(raise_request_exception=False)


def test_a_fault_has_a_reference_that_stands_in_the_log_with_its_traceback(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = break_terms(monkeypatch)

    answer = client.get(f"{TERMS}?a=1")

    words = answer.content.decode()
    reference = reference_in(answer)
    [line] = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert answer.status_code == 500
    assert answer["X-Reference"] == reference
    assert line.getMessage() == f"Internal Server Error: {TERMS} [{reference}]"
    assert line.exc_info is not None
    assert "nothing is charged twice" in words
    assert f'href="{TERMS}?a=1"' in words


def test_a_fault_shows_its_page_though_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries
) -> None:
    client = break_terms(monkeypatch)

    with django_assert_num_queries(0):
        answer = client.get(TERMS)

    assert answer.status_code == 500


def test_what_is_gone_is_found_by_the_words_of_its_address(client: Client) -> None:
    bakery = make_seller("Bakery")
    make_offer(bakery, "Rye loaf", cents=450)
    search_services.rebuild(NOW)

    words = client.get("/p/rye-loaf-off_gone/").content.decode()

    assert 'value="rye loaf"' in words
    assert "It was “rye loaf”. These are close" in words
    assert "Rye loaf" in words.partition("These are close")[2]


def test_a_foreign_page_of_the_office_says_as_whom_one_is_signed_in() -> None:
    client = Client()
    desk = operator("support")
    client.force_login(desk)

    answer = client.get(reverse("office-refunds"))

    assert answer.status_code == 403
    assert f"You are signed in as {desk.email}" in answer.content.decode()
    assert "Sign in as somebody else" in answer.content.decode()


def test_a_form_whose_token_is_old_keeps_what_was_typed(strict: Client) -> None:
    typed = {"text": "It came <broken>.", "kind": "damaged", "postcode": "1000"}
    secrets = dict.fromkeys(("password1", "code", "next", "bank-iban"), "secret 1")
    headers = {"Origin": "http://testserver"}

    answer = strict.post("/account/", typed | secrets, headers=headers)

    words = answer.content.decode()
    assert answer.status_code == 403
    assert "It came &lt;broken&gt;.</textarea>" in words
    assert 'name="kind" value="damaged"' in words
    assert 'name="postcode" value="1000"' in words
    assert "csrfmiddlewaretoken" in words
    assert "secret 1" not in words


@pytest.mark.parametrize("origin", ["https://evil.example", "http://[", "null", ""])
def test_what_another_site_put_into_a_form_is_no_click_away(
    origin: str, strict: Client
) -> None:
    headers = {"Origin": origin} if origin else {}

    answer = strict.post("/account/", {"text": "Pay Mallory."}, headers=headers)

    assert answer.status_code == 403
    assert "Pay Mallory" not in answer.content.decode()


def test_what_was_typed_when_the_session_ended_waits_behind_the_sign_in(
    anna: User,
) -> None:
    client = Client()
    path = "/order/K7XMQ4RW/1/messages/"
    typed = {"text": "Where is my loaf?", "password": "x y"}
    stood = {"Referer": "http://testserver/order/K7XMQ4RW/1/?a=1"}
    asked = client.post(path, typed, headers=stood)

    client.post(asked["Location"], {"login": anna.email, "password": PASSWORD})
    words = client.get(reverse("kept-form")).content.decode()

    assert SESSION_KEY in client.session
    assert f'action="{path}"' in words
    assert "Where is my loaf?</textarea>" in words
    assert 'href="/order/K7XMQ4RW/1/?a=1"' in words
    assert "x y" not in words
    assert client.get(reverse("kept-form"))["Location"] == reverse("account")


def test_what_was_typed_waits_for_an_hour_and_not_without_end(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, typed = Client(), {"text": "Where is my loaf?"}
    path = "/order/K7XMQ4RW/1/messages/"
    asked = client.post(path, typed)
    client.post(asked["Location"], {"login": anna.email, "password": PASSWORD})
    monkeypatch.setattr(kept_forms, "_SECONDS", -1)

    late = client.get(reverse("kept-form"))
    doors = {Client().post(path, typed)["Location"] for _try in range(21)}

    assert late["Location"] == reverse("account")
    assert len(doors) == 2


def test_the_shop_closes_to_all_but_operators_who_can_sign_in(closed: Path) -> None:
    desk, strangers = Client(), Client()
    desk.force_login(operator("support"))

    shut, door = strangers.get("/"), strangers.get(reverse("account_login"))

    assert (shut.status_code, shut["Retry-After"]) == (503, "60")
    assert "Closed until 04:30" in shut.content.decode()
    assert 'http-equiv="refresh"' in shut.content.decode()
    assert door.status_code == 200
    assert strangers.get(reverse("health")).status_code == 200
    assert desk.get(reverse("office-home")).status_code == 200


def test_a_closed_shop_says_where_to_read_how_it_is(
    closed: Path, settings: LazySettings
) -> None:
    without = Client().get("/").text
    settings.STATUS_URL = "https://status.example.com/?of=shop&now"

    shut = Client().get("/").text

    assert "How we are doing" not in without
    assert 'href="https://status.example.com/?of=shop&amp;now"' in shut


def test_a_closed_shop_takes_no_form_and_answers_machines_in_their_words(
    closed: Path,
) -> None:
    form = Client().post(reverse("basket-add"), {"offer": "x"})
    machine = Client().get(reverse("api:products"))

    assert form.status_code == 503
    assert "was not taken" in form.content.decode()
    assert 'http-equiv="refresh"' not in form.content.decode()
    assert machine.headers["Content-Type"] == "application/problem+json"
    assert (machine.status_code, machine.json()["code"]) == (503, "maintenance")


def test_the_shop_opens_when_the_switch_is_off(closed: Path) -> None:
    closed.unlink()

    assert Client().get("/").status_code == 200


def test_the_browser_keeps_one_page_that_says_nothing_of_anybody(anna: User) -> None:
    client = Client()
    client.force_login(anna)

    worker = client.get(reverse("service-worker"))
    page = client.get(reverse("offline"))

    kept = re.findall(r'"(/[^"]*)"', worker.content.decode())
    assert worker.headers["Content-Type"] == "text/javascript"
    assert {path for path in kept if not path.startswith("/static/")} == {"/offline/"}
    assert anna.email not in page.content.decode()


def test_a_phone_learns_the_shops_name(client: Client) -> None:
    said = client.get(reverse("manifest")).json()

    assert (said["name"], said["start_url"], said["scope"]) == ("Comptoir", "/", "/")
