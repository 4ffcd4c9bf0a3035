"""State survives: a stop, a kill, and what was on its way."""

import signal
import socket

import pytest

from .sandbox import Launch, Shop, listen, session_params


def test_everything_survives_a_restart(launch: Launch) -> None:
    first = launch()
    shop = Shop(first, first.client())
    seller = shop.seller()
    charge = shop.charge(10_000)
    shop.transfer(8800, seller, source_transaction=charge)
    shop.advance(3600)
    before = first.control("GET", "books")["accounts"]
    code = first.stop()

    second = launch()
    books = second.control("GET", "books")
    clock = second.control("GET", "clock")
    replayed = second.client().v1.charges.retrieve(charge)
    second.stop()

    assert code == 0
    assert books["accounts"] == before
    assert books["equal"]
    assert clock["offset"] == 3600
    assert replayed.amount == 10_000


def test_a_kill_loses_no_answered_request_and_no_delivery(launch: Launch) -> None:
    hook = ["--webhook", "platform=http://127.0.0.1:9/=whsec_platform"]
    first = launch(*hook)
    client = first.client()
    customer = client.v1.customers.create({"email": "anna@example.com"})
    first.process.send_signal(signal.SIGKILL)
    first.stop()

    second = launch(*hook)
    kept = second.client().v1.customers.retrieve(customer.id)
    waiting = second.control("GET", "deliveries", state="waiting")["data"]
    second.stop()

    assert kept.email == "anna@example.com"
    assert [delivery["type"] for delivery in waiting] == ["customer.created"]


def test_what_waited_is_delivered_by_the_next_run(launch: Launch) -> None:
    listener, server = listen()
    hook = ["--webhook", f"platform={listener.url}/platform=whsec_platform"]
    listener.answers += [503]
    first = launch(*hook)
    first.client().v1.customers.create({"email": "anna@example.com"})
    first.stop()

    second = launch(*hook)
    left = second.control("POST", "deliveries/drain")
    second.stop()
    server.shutdown()
    server.server_close()

    assert left == {"waiting": 0}
    assert set(listener.types("platform")) == {"customer.created"}


def test_an_endpoint_that_hangs_does_not_keep_it_from_stopping(launch: Launch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        hook = ["--webhook", f"platform=http://127.0.0.1:{port}/=whsec_platform"]
        first = launch(*hook)
        first.client().v1.customers.create({"email": "anna@example.com"})
        connection, _address = silent.accept()
        code = first.stop()
        connection.close()

    second = launch(*hook)
    waiting = second.control("GET", "deliveries", state="waiting")["data"]
    second.stop()

    assert code == 0
    assert [delivery["type"] for delivery in waiting] == ["customer.created"]


def test_a_session_that_ran_out_while_it_was_stopped_is_expired(
    launch: Launch,
) -> None:
    first = launch()
    now = first.control("GET", "clock")["now"]
    session = first.client().v1.checkout.sessions.create(
        session_params(5000, expires_at=now + 1800)
    )
    first.control("POST", "clock", advance=1799)
    first.stop()

    second = launch()
    second.control("POST", "clock", advance=1800)
    after = second.client().v1.checkout.sessions.retrieve(session.id)
    second.stop()

    assert after.status == "expired"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_both_signals_stop_it_cleanly(launch: Launch, number: int) -> None:
    running = launch()

    running.process.send_signal(number)

    assert running.stop() == 0
