"""One visit to a page."""

from dataclasses import dataclass

from werkzeug.wrappers import Request

from payouts.stripe_sandbox.api import Api
from payouts.stripe_sandbox.deliveries import Deliverer
from payouts.stripe_sandbox.world import Scope


@dataclass(frozen=True)
class Visit:
    """A request for a page, with what the page may need."""

    request: Request
    scope: Scope
    api: Api
    deliverer: Deliverer

    @property
    def host(self) -> str:
        """The address the visitor sees."""
        return self.request.host

    def field(self, name: str) -> str:
        """Return what was written into a field, without the blanks around it."""
        return self.request.form.get(name, "").strip()
