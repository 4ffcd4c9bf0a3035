"""The site's own key to Elasticsearch: it opens the site's indexes, nothing else."""

import logging
from pathlib import Path

from elasticsearch import AuthenticationException, Elasticsearch

_MANY_SECONDS = 30

log = logging.getLogger(__name__)


def key_in(file: str) -> str:
    """Return the key that lies in a file, or nothing where none can be read.

    Elasticsearch refuses who has none, and PostgreSQL answers: no page fails for it.
    """
    if not file:
        return ""
    try:
        return Path(file).read_text().strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError):
        log.exception("The key to Elasticsearch cannot be read.")
        return ""


def obtain_key(*, url: str, password: str, prefix: str, file: Path) -> bool:
    """Have Elasticsearch make a key for the indexes of `prefix`, and keep it in a file.

    Does nothing if the file holds one that is still good; returns whether a new one was
    made. Raises elasticsearch's own errors if it does not answer or knows no such user.
    """
    client = Elasticsearch(url, request_timeout=_MANY_SECONDS)
    kept = key_in(str(file))
    if kept and _is_good(client.options(api_key=kept)):
        return False
    made = client.options(basic_auth=("elastic", password)).security.create_api_key(
        name=f"{prefix}-site",
        role_descriptors={
            "site": {
                "cluster": ["monitor"],
                "indices": [{"names": [f"{prefix}-*"], "privileges": ["all"]}],
            }
        },
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    _put(made["encoded"], into=file)
    return True


def _put(key: str, *, into: Path) -> None:
    """Write a file that its owner alone may read: whole, or not at all."""
    beside = into.with_name(f"{into.name}.new")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600, exist_ok=False)
    beside.write_text(key)
    beside.replace(into)


def _is_good(client: Elasticsearch) -> bool:
    try:
        client.security.authenticate()
    except AuthenticationException:
        return False
    return True
