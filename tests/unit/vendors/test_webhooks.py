"""Where webhooks may go, and how what goes there is signed."""

import re
import socket
from contextlib import suppress
from datetime import timedelta
from ipaddress import IPv4Address, ip_address

import pytest
from django.conf import LazySettings
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from vendors.gateway import webhooks as gateway
from vendors.gateway.webhooks import AddressFaultError, is_outside, parts_of, post
from vendors.models.webhooks import ADDRESS, Webhook
from vendors.services.webhook_sending import PATIENCE, PAUSES, pause_after
from vendors.webhook_signing import headers_of


def test_signatures_are_those_of_the_specification():
    # The example that its libraries share.
    headers = headers_of(
        event_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        seconds=1614265330,
        body='{"test": 2432232314}',
        keys=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize(
    "address",
    [
        *("", "systems.example", "ftp://systems.example/", "https://", "https:///x"),
        *("http://systems.example/", "http://127.0.0.1:8000/", "javascript:alert(1)"),
        *("https://anna:secret@systems.example/", "https://anna@systems.example/"),
        *("https://systems.example:22/", "https://systems.example:80/"),
        *("https://systems.example:0/", "https://systems.example:1024/"),
        *("https://systems.example:99999/", "https://systems.example:x/"),
        *("https://127.0.0.1/", "https://10.0.0.1/", "https://169.254.169.254/latest"),
        *("https://[::1]/", "https://[fe80::1]/", "https://[::ffff:10.0.0.1]/"),
        *("https://[fec0::1]/", "https://[::127.0.0.1]/", f"https://x/{'y' * 491}"),
        *(
            "https://sys tems.example/",
            "https://systems.example/\r\nX: y",
            "https://é/",
        ),
    ],
)
def test_addresses_that_nothing_is_ever_sent_to(address: str, settings: LazySettings):
    settings.WEBHOOKS_ON_LOOPBACK = False

    with pytest.raises(AddressFaultError):
        parts_of(address)


@pytest.mark.parametrize(
    "address",
    [
        *("https://systems.example/", "https://systems.example:443/in?a=1"),
        *("https://systems.example:8443/", "https://93.184.216.34/in"),
    ],
)
def test_addresses_of_the_web_are_good(address: str, settings: LazySettings):
    settings.WEBHOOKS_ON_LOOPBACK = False

    assert parts_of(address).geturl() == address


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("http://127.0.0.1?x", "http://127.0.0.1/?x"),
        ("HTTP://LOCALHOST#x", "http://localhost/"),
        ("http://LocalHost:08000/In", "http://localhost:8000/In"),
        ("https://Systems.Example:", "https://systems.example/"),
        ("http://[::1]?x", "http://[::1]/?x"),
    ],
)
def test_an_address_is_written_in_one_way(
    typed: str, written: str, settings: LazySettings
):
    settings.WEBHOOKS_ON_LOOPBACK = True

    assert parts_of(typed).geturl() == written


_PIECES = st.sampled_from(
    [
        *("http", "HTTPS", "https", "://", "//", ":", "/", "?", "#", "@", "[", "]"),
        *("localhost", "LOCALHOST", "127.0.0.1", "::1", "2606::1", "x.example", "."),
        *("80", "8000", "0", "%25a", "\\", ";", "x", "y" * 480),
    ]
)


@given(
    scheme=st.sampled_from(["http://", "HTTP://", "https://", ""]),
    host=st.sampled_from(["localhost", "LocalHost", "[::1]", "127.0.0.1", "x", ""]),
    pieces=st.lists(_PIECES, max_size=6),
)
def test_what_is_taken_the_database_takes(scheme: str, host: str, pieces: list[str]):
    with override_settings(WEBHOOKS_ON_LOOPBACK=True), suppress(AddressFaultError):
        written = parts_of(scheme + host + "".join(pieces)).geturl()

        assert re.search(ADDRESS, written)
        assert len(written) <= (Webhook._meta.get_field("address").max_length or 0)
        assert parts_of(written).geturl() == written


@pytest.mark.parametrize(
    ("place", "outside"),
    [
        *(("93.184.216.34", True), ("2606:4700::1111", True), ("10.1.2.3", False)),
        *(("127.0.0.1", False), ("169.254.169.254", False)),
        (str(IPv4Address(0)), False),
        *(("100.64.0.1", False), ("192.168.1.1", False), ("224.0.0.1", False)),
        *(
            ("255.255.255.255", False),
            ("::1", False),
            ("::", False),
            ("fc00::1", False),
        ),
        *(("::ffff:10.0.0.1", False), ("::ffff:93.184.216.34", True)),
        *(("64:ff9b::a00:1", False), ("2002:a00:1::", False), ("ff02::1", False)),
        *(("::127.0.0.1", False), ("::ffff:0:127.0.0.1", False), ("fec0::1", False)),
        *(("64:ff9b:1::7f00:1", False), ("3fff::1", False), ("2001::1", False)),
    ],
)
def test_what_counts_as_the_internet(place: str, *, outside: bool):
    assert is_outside(ip_address(place)) is outside


@pytest.mark.parametrize(
    "places", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:127.0.0.1"]]
)
def test_a_name_that_means_any_inner_place_is_never_spoken_to(
    places: list[str], monkeypatch: pytest.MonkeyPatch, settings: LazySettings
):
    settings.WEBHOOKS_ON_LOOPBACK = False
    spoken: list[object] = []
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in places
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    monkeypatch.setattr(socket, "create_connection", lambda *a, **_k: spoken.append(a))

    answer = post("https://systems.example/", body="{}", headers={})

    assert (answer.status, answer.fault, spoken) == (None, "address", [])


def test_a_name_that_means_this_machine_is_no_name_of_it(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings
):
    settings.WEBHOOKS_ON_LOOPBACK = True
    spoken: list[object] = []

    def refuse(place: object, **_: object) -> None:
        spoken.append(place)
        raise ConnectionRefusedError

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 8000))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    monkeypatch.setattr(socket, "create_connection", refuse)

    hosts = ("https://systems.example", "https://2130706433", "http://localhost")
    faults = [post(f"{host}:8000/", body="{}", headers={}).fault for host in hosts]

    assert faults == ["address", "address", "refused"]
    assert spoken == [("127.0.0.1", 8000)]


def test_the_line_goes_to_the_place_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings
):
    settings.WEBHOOKS_ON_LOOPBACK = False
    spoken: list[object] = []

    def refuse(place: object, **_: object) -> None:
        spoken.append(place)
        raise ConnectionRefusedError

    found = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2606:4700::1111", 443, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    monkeypatch.setattr(gateway.socket, "create_connection", refuse)

    answer = post("https://systems.example/", body="{}", headers={})

    assert (answer.fault, spoken) == ("refused", [("93.184.216.34", 443)])


def test_tries_go_on_for_three_days_and_no_two_of_them_in_step():
    pauses = [pause_after(tries) for tries in range(1, len(PAUSES) + 1)]

    shares = [pause / plain for pause, plain in zip(pauses, PAUSES, strict=True)]
    assert sorted(PAUSES) == list(PAUSES)
    assert PATIENCE < sum(PAUSES, timedelta()) < timedelta(days=4)
    assert all(1 <= share <= 1.1 for share in shares)
