"""Settings that are only good for trying out are refused where a site serves."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from marketplace.config.embedded import checkout
from marketplace.config.safety import require_safe_settings

PUBLIC = "https://market.example"


@pytest.fixture
def production(settings):
    settings.DEBUG = False
    settings.SECRET_KEY = "x" * 64
    settings.PUBLIC_URL = PUBLIC
    settings.IS_SECURE = True
    settings.ALLOW_SANDBOX = False
    settings.REQUIRE_SECOND_FACTOR = True
    settings.SHOW_OUTBOX = False
    settings.WEBHOOKS_ON_LOOPBACK = False
    settings.STRIPE_API_BASE = settings.STRIPE_LIVE_BASE
    return settings


def test_a_production_configuration_may_serve(production):
    require_safe_settings()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"DEBUG": True}, "DEBUG is on at a public address"),
        ({"IS_SECURE": False}, "PUBLIC_URL is not https"),
        ({"SHOW_OUTBOX": True}, "EMAIL_URL is unset"),
        ({"STATUS_URL": "status.example.com"}, "STATUS_URL is not an address"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET is empty"),
        ({"STRIPE_CONNECT_WEBHOOK_SECRET": ""}, "STRIPE_CONNECT_WEBHOOK_SECRET is"),
        ({"STRIPE_THIN_WEBHOOK_SECRET": ""}, "STRIPE_THIN_WEBHOOK_SECRET is empty"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:8430"}, "Payments go to a sandbox"),
        (
            {"STRIPE_IS_LIVE": True, "REQUIRE_SECOND_FACTOR": False},
            "one stolen password moves real money",
        ),
        (
            {"STRIPE_IS_LIVE": True, "WEBHOOKS_ON_LOOPBACK": True},
            "a seller could speak to this machine",
        ),
    ],
)
def test_each_danger_is_refused_with_its_reason(production, changes, reason):
    for name, value in changes.items():
        setattr(production, name, value)

    with pytest.raises(ImproperlyConfigured, match=reason):
        require_safe_settings()


def test_the_default_secret_is_refused(production):
    production.SECRET_KEY = production.DEVELOPMENT_SECRET

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is unset"):
        require_safe_settings()


def test_every_reason_is_named_at_once(production):
    production.DEBUG = True
    production.STRIPE_API_BASE = "http://127.0.0.1:8430"
    production.STRIPE_IS_LIVE = True

    with pytest.raises(ImproperlyConfigured) as caught:
        require_safe_settings()

    reasons = str(caught.value).splitlines()
    assert len(reasons) == 3
    assert reasons[0] == "This configuration is not safe to serve:"


def test_the_web_process_ends_before_it_serves():
    environment = {**os.environ, "PUBLIC_URL": PUBLIC, "DEBUG": "1"}

    ended = subprocess.run(
        [sys.executable, "-c", "import marketplace.config.wsgi"],
        cwd=checkout(),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert "- DEBUG is on at a public address" in ended.stderr


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ({}, ["market.example"]),
        ({"DEBUG": "1"}, ["market.example", "127.0.0.1", "localhost"]),
        ({"ALLOW_SANDBOX": "1"}, ["market.example", "127.0.0.1", "localhost"]),
        ({"ALLOWED_HOSTS": "shop.example"}, ["shop.example"]),
    ],
)
def test_only_a_trial_answers_to_the_names_of_the_machine(given, hosts):
    unset = ("DEBUG", "ALLOW_SANDBOX", "ALLOWED_HOSTS")
    kept = {name: value for name, value in os.environ.items() if name not in unset}

    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from marketplace.config import settings; print(*settings.ALLOWED_HOSTS)",
        ],
        cwd=checkout(),
        env={**kept, "PUBLIC_URL": PUBLIC, **given},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.split() == hosts
