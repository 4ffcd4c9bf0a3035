"""Drafts of the commission plans, written, replayed, asked for and agreed to."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from marketplace.accounts.models import User
from marketplace.core.errors import RefusedError
from payouts.models import (
    CommissionList,
    CommissionReplay,
    Settlement,
)
from payouts.services import drafts, publishing, replay
from payouts.services.commission import PlanInput
from payouts.terms import Terms
from tests.factories import UserFactory
from tests.integration.payouts.market import NOW, Item, place
from vendors.models import Vendor

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def operator(email: str) -> User:
    user: User = UserFactory.create(email=email, is_staff=True)
    user.groups.add(Group.objects.get_or_create(name="finance")[0])
    return user


def sell(vendor: Vendor, gross: int, *, at: datetime, **more: Any) -> None:
    """Sell one piece and let it be paid."""
    place({vendor: [Item(gross, **more)]}, now=at)
    Settlement.objects.filter(state="unpaid").update(state="held")


def plan_for(vendor: Vendor, bps: int = 1000) -> PlanInput:
    return PlanInput(
        name=f"{vendor.name}'s", terms={"": Terms(bps=bps)}, vendors=[vendor.pk]
    )


def begin(writer: User, vendor: Vendor, bps: int = 1000) -> CommissionList:
    """Draft one new plan for a seller, with words for them."""
    draft = drafts.open_draft(actor_id=writer.pk, now=NOW)
    drafts.add_to_draft(
        draft_id=draft.pk, plan=plan_for(vendor, bps), actor_id=writer.pk, now=NOW
    )
    draft.refresh_from_db()
    drafts.schedule_draft(
        draft_id=draft.pk,
        schedule=drafts.Schedule(in_force_from=NOW + DAY, note="Because you asked."),
        seen=draft.revision,
        actor_id=writer.pk,
        now=NOW,
    )
    draft.refresh_from_db()
    return draft


def replayed(draft: CommissionList, writer: User) -> CommissionReplay:
    asked = replay.request_replay(
        draft_id=draft.pk, seen=draft.revision, actor_id=writer.pk, now=NOW
    )
    replay.run_replay(replay_id=asked.pk, now=NOW)
    asked.refresh_from_db()
    return asked


def ask(draft: CommissionList, writer: User, *, now: datetime = NOW) -> CommissionList:
    return publishing.ask_to_publish(
        draft_id=draft.pk, seen=draft.revision, actor_id=writer.pk, now=now
    )


def agree(
    draft: CommissionList,
    person: User,
    *,
    now: datetime = NOW,
    short_notice: str = "",
) -> CommissionList:
    draft.refresh_from_db()
    return publishing.publish(
        draft_id=draft.pk,
        seen_asked_at=publishing.asked_token(draft),
        actor_id=person.pk,
        now=now,
        short_notice=short_notice,
    )


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as refused, transaction.atomic():
        action()
    return refused.value.message


def reschedule(draft: CommissionList, person: User, day: datetime, **more: Any) -> None:
    drafts.schedule_draft(
        draft_id=draft.pk,
        schedule=drafts.Schedule(in_force_from=day, note="Because you asked.", **more),
        seen=draft.revision,
        actor_id=person.pk,
        now=NOW,
    )
    draft.refresh_from_db()
