"""Two people at the same moment: one draft, one list."""

import pytest
from django.db import transaction

from marketplace.db.models import AuditEvent, Outbox
from payouts.models import CommissionList
from payouts.services import drafts
from tests.integration.beside import Beside
from tests.integration.payouts.drafting import (
    agree,
    ask,
    begin,
    operator,
    replayed,
)
from tests.integration.payouts.market import NOW, make_seller

pytestmark = pytest.mark.usefixtures("committing_db")


def test_two_who_begin_a_draft_at_once_begin_one():
    marc, ines = operator("marc@example.org"), operator("ines@example.org")

    with transaction.atomic():
        first = drafts.open_draft(actor_id=marc.pk, now=NOW)
        second = Beside(lambda: drafts.open_draft(actor_id=ines.pk, now=NOW))
        waited = second.waits()

    assert waited
    assert second.result() == first
    assert CommissionList.objects.filter(is_open=True).count() == 1


def test_two_who_publish_at_once_publish_one_list():
    marc, ines = operator("marc@example.org"), operator("ines@example.org")
    anna = operator("anna@example.org")
    draft = begin(marc, make_seller("Bakery"))
    replayed(draft, marc)
    ask(draft, marc)

    with transaction.atomic():
        first = agree(draft, ines)
        second = Beside(lambda: agree(CommissionList.objects.get(pk=draft.pk), anna))
        waited = second.waits()

    assert waited
    assert (first.number, second.result().number) == (2, 2)
    assert CommissionList.objects.get(pk=draft.pk).published_by == ines
    assert AuditEvent.objects.filter(action="commission.published").count() == 1
    assert Outbox.objects.filter(topic="commission.published").count() == 1
