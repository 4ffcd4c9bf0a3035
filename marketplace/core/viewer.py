"""Who looks: the one argument that every selector with private rows takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class SellerRole(StrEnum):
    """What a member of a shop may do; an owner may do everything."""

    OWNER = "owner"
    ORDERS = "orders"
    CATALOGUE = "catalogue"
    FINANCE = "finance"


class OperatorPermission(StrEnum):
    """What an operator may do; an administrator may do everything."""

    MODERATE = "moderate"
    FINANCE = "finance"
    SUPPORT = "support"
    ADMINISTER = "administer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Somebody who asks, built once per request.

    `roles` maps the partner id of each shop the viewer belongs to, to the role there.
    """

    user_id: int | None = None
    email: str = ""
    operator_permissions: frozenset[str] = frozenset()
    roles: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_operator(self) -> bool:
        """Say whether the viewer works for the platform."""
        return bool(self.operator_permissions)

    @property
    def is_seller(self) -> bool:
        """Say whether the viewer belongs to at least one shop."""
        return bool(self.roles)

    def may(self, permission: str) -> bool:
        """Say whether the viewer holds an operator permission."""
        return (
            permission in self.operator_permissions
            or OperatorPermission.ADMINISTER in self.operator_permissions
        )

    def role_in(self, partner_id: int) -> str | None:
        """Return the viewer's role in a shop, or None for a stranger."""
        return self.roles.get(partner_id)

    def works_on(self, partner_id: int, *roles: str) -> bool:
        """Say whether the viewer has one of `roles` in a shop; owners always do."""
        role = self.roles.get(partner_id)
        return role is not None and (role == SellerRole.OWNER or role in roles)


ANONYMOUS = Viewer()
