"""`manage.py search_key`: the site's own key to Elasticsearch, made once."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from elasticsearch import ApiError, TransportError

from search.access import obtain_key


class Command(BaseCommand):
    """The command; the password of the user `elastic` is read from ELASTIC_PASSWORD."""

    help = "Make the key with which the site signs in to Elasticsearch."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Make the key unless there is a good one."""
        file = settings.ELASTICSEARCH_API_KEY_FILE
        if not (settings.ELASTICSEARCH_URL and file):
            raise CommandError(
                "Set ELASTICSEARCH_URL, and ELASTICSEARCH_API_KEY_FILE for the key."
            )
        try:
            is_new = obtain_key(
                url=settings.ELASTICSEARCH_URL,
                password=os.environ.get("ELASTIC_PASSWORD", ""),
                prefix=settings.SEARCH_INDEX_PREFIX,
                file=Path(file),
            )
        except (ApiError, TransportError) as fault:
            raise CommandError(f"Elasticsearch gave no key: {fault}") from None
        self.stdout.write("A new key." if is_new else "The key is good.")
