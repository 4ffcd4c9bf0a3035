"""Whose money a viewer may see."""

from collections.abc import Collection

from marketplace.core.viewer import OperatorPermission, SellerRole, Viewer
from payouts.models import Settlement


def sees_all(viewer: Viewer) -> bool:
    """Say whether the viewer looks after the platform's money."""
    return viewer.may(OperatorPermission.FINANCE)


def partners_seen_by(viewer: Viewer) -> Collection[int]:
    """Return the partner ids of the shops whose money the viewer may see."""
    return [
        partner_id
        for partner_id in viewer.roles
        if viewer.works_on(partner_id, SellerRole.FINANCE)
    ]


def sees_vendor(viewer: Viewer, partner_id: int) -> bool:
    """Say whether the viewer may see one shop's money."""
    return sees_all(viewer) or viewer.works_on(partner_id, SellerRole.FINANCE)


def order_is_seen(viewer: Viewer, order_id: int) -> bool:
    """Say whether the viewer bought the order, or looks after the money."""
    if sees_all(viewer) or viewer.may(OperatorPermission.SUPPORT):
        return True
    if viewer.user_id is None:
        return False
    return Settlement.objects.filter(
        order_id=order_id, order__user_id=viewer.user_id
    ).exists()
