"""The site's key to Elasticsearch, made once by the one who may.

The server that tests have runs without its security module, so one of our own stands
in for the two addresses of it that are asked.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from search.access import key_in
from search.backends import engines

ADMIN = "Basic " + b64encode(b"elastic:secret").decode()


class Security(BaseHTTPRequestHandler):
    """Gives keys to the administrator, and knows those that it gave."""

    given: list[dict[str, Any]] = []

    def do_PUT(self) -> None:
        """Make a key."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Authorization"] != ADMIN:
            self._answer(401, {"error": "who?"})
            return
        self.given.append(json.loads(body))
        self._answer(200, {"encoded": f"key-{len(self.given)}", "id": "1"})

    def do_GET(self) -> None:
        """Say who is there."""
        keys = {f"ApiKey key-{number + 1}" for number in range(len(self.given))}
        is_known = self.headers["Authorization"] in keys
        self._answer(200 if is_known else 401, {"username": "site"})

    def log_message(self, *_words: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


@pytest.fixture
def security(settings, tmp_path, monkeypatch) -> Iterator[list[dict[str, Any]]]:
    monkeypatch.setattr(Security, "given", [])
    server = HTTPServer(("127.0.0.1", 0), Security)
    thread = Thread(target=server.serve_forever)
    thread.start()
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{server.server_port}"
    settings.ELASTICSEARCH_API_KEY_FILE = str(tmp_path / "keys" / "search")
    monkeypatch.setenv("ELASTIC_PASSWORD", "secret")
    yield Security.given
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_key_is_made_once_and_opens_the_indexes_of_the_site_alone(security, settings):
    call_command("search_key")
    call_command("search_key")

    (asked,) = security
    (indices,) = asked["role_descriptors"]["site"]["indices"]
    assert indices["names"] == ["comptoir-*"]
    assert key_in(settings.ELASTICSEARCH_API_KEY_FILE) == "key-1"


def test_only_its_owner_reads_the_file(security, settings, tmp_path):
    call_command("search_key")

    assert (tmp_path / "keys" / "search").stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_not_known_any_more_is_replaced(security, settings, tmp_path):
    (tmp_path / "keys").mkdir()
    file = tmp_path / "keys" / "search"
    file.write_text("key-9")
    file.chmod(0o644)

    call_command("search_key")

    assert key_in(settings.ELASTICSEARCH_API_KEY_FILE) == "key-1"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_key_that_cannot_be_read_is_none_and_fails_no_page(tmp_path, caplog):
    (tmp_path / "binary").write_bytes(b"\xff\xfe")

    assert key_in(str(tmp_path)) == ""
    assert key_in(str(tmp_path / "binary")) == ""
    assert len(caplog.records) == 2


def test_a_wrong_password_gives_no_key(security, monkeypatch, tmp_path):
    monkeypatch.setenv("ELASTIC_PASSWORD", "guess")

    with pytest.raises(CommandError, match="gave no key"):
        call_command("search_key")

    assert not (tmp_path / "keys" / "search").exists()


def test_without_a_file_for_it_no_key_is_made(settings):
    settings.ELASTICSEARCH_API_KEY_FILE = ""

    with pytest.raises(CommandError, match="ELASTICSEARCH_API_KEY_FILE"):
        call_command("search_key")


def test_the_site_takes_the_key_as_soon_as_it_is_there(security, settings, tmp_path):
    before = engines.mirror_engine()
    call_command("search_key")

    assert engines.mirror_engine() is not before
