from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from marketplace.config import embedded
from marketplace.config.embedded import folders
from marketplace.config.embedded.service import make_folder


@pytest.fixture
def plain_user(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)


@pytest.fixture
def root(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 0)


@pytest.fixture
def nothing_set(monkeypatch):
    for name in ("STATE", "DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def test_a_plain_user_keeps_state_in_the_checkout(plain_user, nothing_set):
    assert embedded.state_folder() == embedded.checkout() / ".state"


def test_root_keeps_state_below_the_systems_variable_data(root, nothing_set):
    folder = embedded.state_folder()

    assert folder.parent in {Path("/var/lib"), Path("/var/db")}
    assert folder.name == f"comptoir-{folders.fingerprint(embedded.checkout())}"


def test_state_names_another_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("STATE", str(tmp_path / "other"))

    assert embedded.state_folder() == tmp_path / "other"


def test_addresses_point_into_the_state_folder(monkeypatch, plain_user, nothing_set):
    monkeypatch.setenv("STATE", "/srv/one")

    assert embedded.environment() == {
        "DATABASE_URL": "postgresql://comptoir@/comptoir?host=/srv/one/postgres",
        "REDIS_URL": "unix:///srv/one/valkey/valkey.sock?db=0",
    }


def test_an_address_that_is_set_wins(monkeypatch, tmp_path):
    monkeypatch.setenv("STATE", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    monkeypatch.delenv("REDIS_URL", raising=False)

    assert list(embedded.environment()) == ["REDIS_URL"]


def test_what_the_supervisor_wrote_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("STATE", str(tmp_path))
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    (tmp_path / "environment").write_text("PUBLIC_URL=http://127.0.0.1:8100\n")

    assert embedded.environment()["PUBLIC_URL"] == "http://127.0.0.1:8100"


def test_asking_makes_no_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("STATE", str(tmp_path / "new"))

    embedded.environment()

    assert list(tmp_path.iterdir()) == []


def test_sockets_move_to_a_short_folder_when_the_path_is_long(plain_user):
    deep = Path("/home/someone") / ("deep-" * 20) / "postgres"

    folder = embedded.socket_folder(deep)

    assert folder == Path(f"/tmp/comptoir-1000-{folders.fingerprint(deep)}")
    assert len(str(folder / folders.LONGEST_SOCKET_NAME)) < 100


def test_roots_database_moves_out_of_a_folder_that_others_may_not_enter(root, tmp_path):
    tmp_path.chmod(0o700)

    folder = embedded.database_folder(tmp_path / "state")

    assert folder == folders.system_folder(tmp_path / "state") / "postgres"


@pytest.mark.parametrize(
    ("address", "spelled"),
    [
        ("redis://cache:6379/0", "redis://cache:6379/0"),
        ("unix:///a/valkey.sock?db=3", "redis+socket:///a/valkey.sock?virtual_host=3"),
    ],
)
def test_celery_gets_a_socket_in_its_own_spelling(address, spelled):
    assert embedded.broker_url(address) == spelled


def test_whoever_comes_second_finds_the_folder_of_the_first(tmp_path: Path):
    meeting = Barrier(4)

    def make(number: int) -> None:
        meeting.wait()
        make_folder(tmp_path / str(number), mode=0o711)

    with ThreadPoolExecutor(4) as pool:
        for number in range(100):
            list(pool.map(make, [number] * 4))

    assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o711}
