"""Two test processes beside each other share a server and nothing on it."""

import os

from django.conf import settings


def test_django_reads_the_addresses_that_this_process_chose(db):
    assert os.environ["PUBLIC_URL"] == settings.PUBLIC_URL
    assert os.environ["REDIS_URL"] == settings.REDIS_URL
    assert os.environ["STRIPE_API_BASE"] == settings.STRIPE_API_BASE
    assert str(os.getpid()) in settings.DATABASES["default"]["NAME"]
    assert settings.STATE_DIR.name == str(os.getpid())
