from collections.abc import Iterator
from datetime import timedelta

import pytest

from marketplace.accounts.models import User
from marketplace.scenarios.playing import Stage, open_stage
from payouts.gateway import using
from tests.integration.payouts.drafting import operator
from tests.integration.payouts.wire import Wire, impatient_gateway
from tests.servers import Sandbox


@pytest.fixture
def wire(committing_db: None, sandbox: Sandbox) -> Iterator[Wire]:
    """The real sandbox, empty, at the other end of a gateway that asks only once."""
    wire = Wire(sandbox)
    # Balances leave for the bank at midnight: no test's few minutes may cross it.
    tomorrow = wire.now() + timedelta(days=1)
    noon = tomorrow.replace(hour=12, minute=0, second=0, microsecond=0)
    sandbox.post("clock", advance=int((noon - wire.now()).total_seconds()))
    with using(impatient_gateway()):
        yield wire


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """One sandbox and one mailbox for all scenarios of this process."""
    with open_stage() as stage:
        yield stage


@pytest.fixture
def marc() -> User:
    return operator("marc@example.org")


@pytest.fixture
def ines() -> User:
    return operator("ines@example.org")
