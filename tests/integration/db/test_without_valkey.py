"""What must hold while Valkey is away, hangs or refuses us, and after it is back."""

import logging
from threading import Thread
from time import monotonic, time

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from redis import Redis

from marketplace.db.limits import Limit, take
from tests.integration.buying.browsing import add
from tests.integration.buying.market import open_market
from tests.integration.sale import confirm_address, make_user, moment
from tests.mortal import MortalValkey

WITHIN_MINUTES = moment("2026-11-25 10:32")


def sign_in(client: Client, typed: str = "correct horse") -> str:
    """Type a password; return the page that follows."""
    form = {"login": "anna@example.org", "password": typed}
    return client.post(reverse("account_login"), form, follow=True).content.decode()


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200


@pytest.fixture
def anna(db: None):
    anna = make_user("anna")
    confirm_address(anna)
    return anna


def test_people_sign_in_and_see_their_pages(valkey: MortalValkey, anna, client: Client):
    valkey.kill()

    sign_in(client)

    assert is_signed_in(client)


def test_passwords_cannot_be_tried_without_end(
    valkey: MortalValkey, anna, client: Client
):
    valkey.kill()
    for number in range(5):
        sign_in(client, f"guess {number}")

    page = sign_in(client)

    assert "Too many tries" in page
    assert not is_signed_in(client)


def test_passwords_tried_before_are_still_counted(
    valkey: MortalValkey, anna, client: Client
):
    for number in range(5):
        sign_in(client, f"guess {number}")
    valkey.kill()

    page = sign_in(client)

    assert "Too many tries" in page


def test_codes_of_the_second_factor_cannot_be_tried_without_end(
    valkey: MortalValkey, anna, client: Client
):
    secret = generate_totp_secret()
    TOTP.activate(anna, secret)
    valkey.kill()
    sign_in(client)
    right = code_of(secret)
    wrong = f"{(int(right) + 500_000) % 1_000_000:06}"
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": wrong})

    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert not is_signed_in(client)


def test_a_code_that_was_used_signs_nobody_else_in(valkey: MortalValkey, anna):
    secret = generate_totp_secret()
    totp = TOTP.activate(anna, secret)
    valkey.kill()
    code = code_of(secret)

    uses = [totp.validate_code(code) for _ in range(2)]

    assert uses == [True, False]


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time()) // 30))


def test_vouchers_cannot_be_guessed_without_end(
    valkey: MortalValkey, db, client: Client, settings
):
    settings.VOUCHER_CODES_IN_TEN_MINUTES = 2
    add(client, open_market().loaf)
    valkey.kill()

    pages = [
        client.post(
            "/basket/vouchers/", {"code": "NOPE", "action": "voucher"}, follow=True
        ).content.decode()
        for _ in range(3)
    ]

    assert ["Those were many codes" in page for page in pages] == [False, False, True]


def test_limits_on_load_are_counted_by_each_process(valkey: MortalValkey):
    valkey.kill()
    twice = Limit(most=2, seconds=60)

    allowed = [
        take(name="api", who="anna", limit=twice, now=WITHIN_MINUTES).is_allowed
        for _ in range(3)
    ]

    assert allowed == [True, True, False]


def test_who_signs_out_meanwhile_is_not_found_signed_in_afterwards(
    valkey: MortalValkey, anna, client: Client
):
    sign_in(client)
    assert is_signed_in(client)
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    valkey.kill()

    client.post(reverse("account_logout"))
    valkey.start()

    assert not is_signed_in(thief)


def test_a_valkey_that_hangs_is_waited_for_once(
    valkey: MortalValkey, anna, client: Client
):
    sign_in(client)
    valkey.hang()

    begun = monotonic()
    for _ in range(3):
        client.get(reverse("home"))
        client.get(reverse("account"))
    taken = monotonic() - begun

    valkey.go_on()
    assert 0.4 < taken < 4


def test_all_threads_learn_that_it_hangs(valkey: MortalValkey):
    valkey.hang()
    caches["pages"].get("one")

    begun = monotonic()
    other = Thread(target=lambda: caches["pages"].get("two"))
    other.start()
    other.join()
    taken = monotonic() - begun

    valkey.go_on()
    assert taken < 0.4


def test_it_is_asked_again_after_a_while(
    valkey: MortalValkey, monkeypatch: pytest.MonkeyPatch
):
    valkey.kill()
    caches["pages"].set("one", 1)
    valkey.start()

    soon = caches["pages"].get("one")
    monkeypatch.setattr("marketplace.db.cache.monotonic", lambda: monotonic() + 6)
    caches["pages"].set("one", 1)

    assert soon is None
    assert caches["pages"].get("one") == 1


def test_a_wrong_password_is_an_error_in_the_log_and_no_end_of_pages(
    valkey: MortalValkey, anna, client: Client, caplog: pytest.LogCaptureFixture
):
    Redis.from_url(valkey.url).config_set("requirepass", "another")

    with caplog.at_level(logging.ERROR, logger="marketplace.db.cache"):
        answer = client.get(reverse("home"))

    assert answer.status_code == 200
    assert "Valkey refuses us" in caplog.text


@pytest.mark.parametrize("how", ["kill", "hang"])
def test_health_keeps_a_process_in_rotation_and_tells_of_the_cache(
    valkey: MortalValkey, db, client: Client, how: str
):
    getattr(valkey, how)()

    answer = client.get("/health/")

    valkey.go_on()
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "database": True, "cache": False}
