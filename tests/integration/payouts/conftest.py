from collections.abc import Iterator

import pytest

from payouts.gateway import using
from tests.integration.payouts.wire import Wire, impatient_gateway
from tests.servers import Sandbox


@pytest.fixture
def wire(committing_db: None, sandbox: Sandbox) -> Iterator[Wire]:
    """The real sandbox, empty, at the other end of a gateway that asks only once."""
    with using(impatient_gateway()):
        yield Wire(sandbox)
