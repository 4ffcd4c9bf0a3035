"""Count who looks at a shop."""

from datetime import datetime

from django.db.models import F
from django.utils import timezone

from marketplace.db import daily
from vendors.models import VisitDay

MOST_OF_A_HOUSEHOLD = 10


def note_visit(*, partner_id: int, who: str, browser: str, now: datetime) -> None:
    """Count a visitor of a shop, once a day; what is kept is the number alone.

    Visitors are told apart by address and browser for the day (`marketplace.db.daily`);
    nobody is counted while the cache is away. Of one address so many browsers count as
    people may share it: a loop of made-up ones does not spoil a shop's conversion.
    Locks the day's row of the shop for one statement.
    """
    mark = daily.mark_of(who=who, did=f"visit {partner_id} {browser}", now=now)
    if not daily.is_first(mark):
        return
    household = daily.mark_of(who=who, did=f"visits {partner_id}", now=now)
    if daily.times(household) > MOST_OF_A_HOUSEHOLD:
        return
    day = timezone.localdate(now)
    rows = VisitDay.objects.filter(partner_id=partner_id, day=day)
    if not rows.update(visitors=F("visitors") + 1):
        VisitDay.objects.get_or_create(partner_id=partner_id, day=day)
        rows.update(visitors=F("visitors") + 1)
