"""The settings of a copy that `make run` starts.

They are kept in the state folder, so that `manage.py` in another terminal speaks to the
same copy. Whatever the environment sets wins.
"""

import os
import secrets
from pathlib import Path

from marketplace.config.embedded.folders import environment_file, read_environment

SECRETS = (
    "SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "STRIPE_CONNECT_WEBHOOK_SECRET",
    "STRIPE_THIN_WEBHOOK_SECRET",
    "STATEMENT_SIGNING_KEY",
)


def uses_sandbox() -> bool:
    """Tell whether payments go to the sandbox: no key of a Stripe account is set."""
    return not os.environ.get("STRIPE_SECRET_KEY")


def settle(state: Path, *, address: str, sandbox_address: str) -> dict[str, str]:
    """Write the settings of this copy down and return them; secrets are made once."""
    kept = read_environment(state)
    settings = {name: kept.get(name) or new_secret(name) for name in SECRETS}
    settings["STATE"] = str(state)
    settings["PUBLIC_URL"] = address
    if uses_sandbox():
        settings["ALLOW_SANDBOX"] = "1"
        settings["STRIPE_SECRET_KEY"] = "sk_test_comptoir_sandbox"  # noqa: S105 -- the sandbox takes any
        settings["STRIPE_API_BASE"] = sandbox_address
        # The demo has two people for it, and its past had runs.
        settings["TRANSFERS"] = "runs"
    write_environment(state, settings)
    return {name: os.environ.get(name) or value for name, value in settings.items()}


def new_secret(name: str) -> str:
    """Return a fresh random value for the secret `name`."""
    if name == "STATEMENT_SIGNING_KEY":
        return secrets.token_hex(32)
    prefix = "whsec_" if name.startswith("STRIPE") else ""
    return prefix + secrets.token_urlsafe(48)


def write_environment(state: Path, settings: dict[str, str]) -> None:
    """Replace the settings file of `state`, readable by its owner alone."""
    text = "".join(f"{name}={value}\n" for name, value in sorted(settings.items()))
    unfinished = environment_file(state).with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text)
    unfinished.replace(environment_file(state))
