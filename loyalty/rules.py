"""Rules of points: one person asks for the next, another one publishes it.

A rule applies from its day on; no entry of the ledger ever changes by it. What points
are worth in money stays, or all that buyers have would be worth something else.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from loyalty.models import PointsRule
from loyalty.selectors import rules_until
from loyalty.worth import Tier
from marketplace.core.errors import RefusedError
from marketplace.core.money import BASIS_POINTS
from marketplace.db import audit

MOST_DAYS = 3650


class RuleRefusedError(RefusedError):
    """What is wrong with a rule, or why it cannot be published; `field` says where."""

    code = "points.rule_refused"

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRule:
    """How points are to be earned and spent from a day on."""

    currency: str
    earn_bps: int
    spend_share_bps: int
    lives_days: int | None
    tiers: tuple[Tier, ...]
    tier_days: int
    valid_from: datetime


@transaction.atomic
def ask_for_rule(
    *, rule: NextRule, reason: str, operator_id: int, now: datetime
) -> PointsRule:
    """Write down the next rule, for a second person to publish.

    Raises RuleRefusedError for what cannot be, or when another one waits.
    """
    check(rule, now=now)
    if not reason.strip():
        raise RuleRefusedError(_("Say why: it is kept with the rule."), "reason")
    current = rules_until(rule.currency, now=now).first()
    try:
        with transaction.atomic():
            row = PointsRule.objects.create(
                currency=rule.currency,
                earn_bps=rule.earn_bps,
                units_per_minor=current.units_per_minor if current else 1,
                spend_share_bps=rule.spend_share_bps,
                lives_days=rule.lives_days,
                tiers=[asdict(tier) for tier in rule.tiers],
                tier_days=rule.tier_days,
                valid_from=rule.valid_from,
                is_published=False,
                reason=reason.strip(),
                asked_by_id=operator_id,
                asked_at=now,
            )
    except IntegrityError as error:
        raise RuleRefusedError(
            _("Another rule waits for its publication, or begins at that moment.")
        ) from error
    audit.record(
        "points_rule.asked",
        subject=row,
        actor_id=operator_id,
        reason=row.reason,
        now=now,
    )
    return row


@transaction.atomic
def publish_rule(*, rule_id: int, operator_id: int, now: datetime) -> PointsRule:
    """Let a rule be in force from its day on. Locks it.

    Raises PointsRule.DoesNotExist, or RuleRefusedError for whoever asked for it, when
    it is published already, and once its day has begun.
    """
    row = PointsRule.objects.select_for_update().get(pk=rule_id)
    if row.is_published:
        raise RuleRefusedError(_("It is published already."))
    if row.asked_by_id == operator_id:
        raise RuleRefusedError(_("Somebody else publishes what you asked for."))
    if row.valid_from <= now:
        raise RuleRefusedError(
            _("Its day has begun: drop it, and ask for one that begins later.")
        )
    row.is_published = True
    row.published_by_id, row.published_at = operator_id, now
    row.save(update_fields=["is_published", "published_by", "published_at"])
    audit.record(
        "points_rule.published",
        subject=row,
        actor_id=operator_id,
        reason=row.reason,
        now=now,
    )
    return row


@transaction.atomic
def drop_rule(*, rule_id: int, operator_id: int, now: datetime) -> None:
    """Forget a rule that is not published. Locks it.

    Raises PointsRule.DoesNotExist, or RuleRefusedError when it is published already.
    """
    row = PointsRule.objects.select_for_update().get(pk=rule_id)
    if row.is_published:
        raise RuleRefusedError(_("It is published already."))
    audit.record("points_rule.dropped", subject=row, actor_id=operator_id, now=now)
    row.delete()


def check(rule: NextRule, *, now: datetime) -> None:
    """Refuse what cannot be a rule. Raises RuleRefusedError naming the field."""
    if rule.valid_from <= now:
        raise RuleRefusedError(
            _("A rule begins in the future: choose a later day."), "valid_from"
        )
    for field, bps in (("earn", rule.earn_bps), ("share", rule.spend_share_bps)):
        if not 0 <= bps <= BASIS_POINTS:
            raise RuleRefusedError(_("Enter a share from 0 to 100."), field)
    if rule.lives_days is not None and not 1 <= rule.lives_days <= MOST_DAYS:
        raise RuleRefusedError(
            _("Enter from 1 to %(most)d days.") % {"most": MOST_DAYS}, "lives_days"
        )
    _check_tiers(rule)


def _check_tiers(rule: NextRule) -> None:
    if not 1 <= rule.tier_days <= MOST_DAYS:
        raise RuleRefusedError(
            _("Enter from 1 to %(most)d days.") % {"most": MOST_DAYS}, "tier_days"
        )
    before = rule.earn_bps
    for tier in sorted(rule.tiers, key=lambda each: each.from_points):
        if not tier.name or tier.from_points < 1 or tier.earn_bps > BASIS_POINTS:
            raise RuleRefusedError(
                _("A tier has a name, points from which it begins, and a share.")
            )
        if tier.earn_bps <= before:
            raise RuleRefusedError(
                _("“%(tier)s” has to earn more than the tier below it.")
                % {"tier": tier.name}
            )
        before = tier.earn_bps
    if len({tier.from_points for tier in rule.tiers}) < len(rule.tiers):
        raise RuleRefusedError(_("Two tiers begin at the same points."))
