"""Orders that must exist on any day the demo is loaded, so that no page is empty."""

from datetime import datetime, timedelta

from django.utils import timezone

from marketplace.demo.content import Market
from marketplace.demo.content.designs import chance_of
from marketplace.demo.load.past.plans import Fate, OrderPlan, Shoppers
from vendors.deadlines import ship_by

_HOURS_OF_A_DAY = 24
# Days ago, the buyer's place in the list (0 is the demo's login), the shops, the fates.
_LINES: tuple[tuple[float, int, str, str], ...] = (
    (0.08, 0, "kolibri", ""),
    (0.10, 3, "brume", ""),
    (0.15, 7, "brume", ""),
    (0.25, 12, "brume orsini", ""),
    (0.4, 0, "brume lark", ""),
    (0.6, 19, "brume", ""),
    (1.1, 24, "brume", ""),
    (1.6, 30, "brume", ""),
    (2.2, 9, "brume", ""),
    (2.9, 17, "brume", "stuck"),
    (3.2, 0, "loureiro orsini", ""),
    (4.1, 15, "lark", "stuck"),
    (4.5, 5, "brume", "in_two_parcels"),
    (5.2, 0, "brume kolibri loureiro", ""),
    (6.5, 0, "hult", ""),
    (7.4, 11, "brume", "reported"),
    (8.3, 0, "calanques", ""),
    (8.6, 21, "zielona", "reported"),
    (9.1, 26, "optik", "reported"),
    (9.8, 33, "tinello", "reported"),
    (10.4, 0, "brume", "reported"),
    (11.2, 36, "brume", "returned"),
    (12.5, 0, "nordlys", ""),
    (14.7, 0, "saule", "returned"),
    (16.3, 40, "brume", "refused"),
    (19.8, 0, "inkwell sol", ""),
    (24.1, 0, "brume", "cancelled"),
    (33.0, 0, "orsini melas", ""),
    (41.5, 0, "kolibri", ""),
    (52.2, 0, "brume lemmens", ""),
    (66.9, 0, "hout", ""),
    (80.4, 0, "kolibri melas", ""),
    # The first parcel is paid, the second still waits.
    (22.0, 28, "brume", "second_later"),
)


def scripted(
    market: Market, shoppers: Shoppers, *, now: datetime
) -> tuple[OrderPlan, ...]:
    """Return these orders; the fate holds for the first shop that is named."""
    return tuple(_plan(market, shoppers, now, number) for number in range(len(_LINES)))


def _plan(market: Market, shoppers: Shoppers, now: datetime, number: int) -> OrderPlan:
    days, buyer, shops, fate = _LINES[number]
    chance = chance_of(market.seed, "script", str(number))
    handles = shops.split()
    wishes = [
        wish
        for handle in handles
        for wish in shoppers.of_shop(handle, chance, chance.choice((1, 1, 2)))
    ]
    if fate in {Fate.IN_TWO_PARCELS, Fate.SECOND_LATER}:
        wishes = shoppers.of_shop(handles[0], chance, 3)
    placed_at = now - timedelta(hours=days * _HOURS_OF_A_DAY)
    if fate == Fate.STUCK:
        handling_days = max(wish.offer.handling_days for wish in wishes)
        placed_at = _just_late(handling_days, now)
    return OrderPlan(
        number=number,
        placed_at=placed_at,
        buyer=market.buyers[buyer],
        is_guest=False,
        wishes=tuple({wish.offer.product: wish for wish in wishes}.values()),
        fates=((handles[0], Fate(fate)),) if fate else (),
    )


def _just_late(handling_days: int, now: datetime) -> datetime:
    """Return when an order was placed that should have left some hours ago.

    The nearest to now, so that it is not yet late enough to be cancelled by itself.
    """
    zone = timezone.get_default_timezone()
    for hours in range(10, 24 * 12, 2):
        placed_at = now - timedelta(hours=hours)
        # It is paid some minutes later, which may be the next day.
        paid_at = placed_at + timedelta(minutes=10)
        due = ship_by(paid_at=paid_at, handling_days=handling_days, zone=zone)
        if due < now:
            return placed_at
    return now - timedelta(days=6)
