"""The audit log as a file, who works here, and what failed."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from frontend.backoffice.failures import without_secrets
from marketplace.accounts.models import User
from marketplace.accounts.roles import (
    NotAdministratorError,
    RoleRefusedError,
    take_role,
)
from marketplace.accounts.selectors import operator_permissions_of
from marketplace.db import audit, clock, outbox
from marketplace.db.models import AuditEvent, Outbox
from tests.factories import NOW, UserFactory, seller
from tests.integration.backoffice.conftest import SignedIn, operator
from tests.integration.beside import Beside
from tests.integration.sale import confirm_address

pytestmark = pytest.mark.django_db
CSV = ["at,who,action,thing_kind,thing_id,thing,reason,before,after"]


def failed(key: str, *, topic: str = "mail", error: str = "OSError('no')") -> Outbox:
    return Outbox.objects.create(
        topic=topic,
        key=key,
        payload={"kind": "message", "message": 7, "token": "sk_live_secret"},
        created_at=NOW,
        available_at=clock.now() + timedelta(hours=1),
        attempts=3,
        error=error,
    )


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({}, ["vendor.suspended", "vendor.reinstated", "order.expired"]),
        ({"who": "marc"}, ["vendor.suspended"]),
        ({"who": "system"}, ["order.expired"]),
        ({"action": "vendor.reinstated"}, ["vendor.reinstated"]),
        ({"thing": "accounts.user"}, ["order.expired"]),
        ({"q": "bakery"}, ["vendor.suspended", "vendor.reinstated"]),
        ({"from": "2026-11-24"}, ["vendor.suspended", "vendor.reinstated"]),
        ({"to": "2026-11-23"}, ["order.expired"]),
        ({"from": "2026-11-24", "to": "2026-11-24"}, ["vendor.reinstated"]),
        (
            {"from": "0001-01-01", "who": "nobody", "action": "x"},
            ["vendor.suspended", "vendor.reinstated", "order.expired"],
        ),
    ],
)
def test_the_log_and_its_file_are_filtered_alike(
    query: dict[str, str], told: list[str], as_operator: SignedIn
) -> None:
    shop, marc, ines = seller("Bakery").vendor, operator("finance"), operator()
    days = [
        ("vendor.suspended", shop, marc.pk, "=1+1", 0),
        ("vendor.reinstated", shop, ines.pk, "Talked.", 1),
        ("order.expired", marc, None, "", 2),
    ]
    for action, subject, actor, reason, ago in days:
        audit.record(
            action,
            subject=subject,
            actor_id=actor,
            reason=reason,
            now=NOW - timedelta(days=ago),
        )
    client = as_operator("support")
    if query.get("who") == "marc":
        query = {"who": str(marc.pk)}

    page = client.get(reverse("office-audit"), query)
    sheet = client.get(reverse("office-audit-csv"), query)

    assert [event.action for event in page.context["page"]] == told
    lines = b"".join(sheet).decode().splitlines()
    assert lines[:1] == CSV
    assert [line.split(",")[2] for line in lines[1:]] == told
    if "vendor.suspended" in told:
        assert ",'=1+1," in lines[1]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.get(reverse("home"))
    return client


def test_a_role_is_given_with_a_reason_and_taken_with_its_sessions(
    as_operator: SignedIn,
) -> None:
    anna = UserFactory.create(email="anna@example.org")
    confirm_address(anna)
    client = as_operator()
    words = {"email": "Anna@Example.org", "role": "moderator", "reason": "New here."}

    client.post(reverse("office-role-give"), words)
    given = operator_permissions_of(User.objects.get(pk=anna.pk))
    hers = signed_in(anna)
    taken = client.post(
        reverse("office-role-take"),
        {"person": anna.pk, "role": "moderator", "reason": "Left."},
    )

    anna.refresh_from_db()
    assert (given, taken.status_code) == (frozenset({"moderate"}), 302)
    assert (anna.is_staff, operator_permissions_of(anna)) == (False, frozenset())
    assert not UserSession.objects.filter(user=anna).exists()
    assert not Session.objects.filter(session_key=hers.session.session_key).exists()
    told = AuditEvent.objects.filter(action__startswith="operator.role_").order_by("pk")
    assert [(event.reason, event.details) for event in told] == [
        ("New here.", {"before": {"roles": ""}, "after": {"roles": "moderator"}}),
        ("Left.", {"before": {"roles": "moderator"}, "after": {"roles": ""}}),
    ]


@pytest.mark.parametrize(
    ("email", "role", "reason", "said"),
    [
        ("nobody@example.org", "support", "x", "Nobody has an account"),
        ("unsure@example.org", "support", "x", "was never confirmed"),
        ("marc@example.org", "finance", "x", "They have this role already."),
        ("marc@example.org", "king", "x", "king is not one of the available choices"),
        ("marc@example.org", "support", " ", "This field is required."),
    ],
)
def test_a_role_that_cannot_be_given_says_why(
    email: str, role: str, reason: str, said: str, as_operator: SignedIn
) -> None:
    UserFactory.create(email="unsure@example.org")
    marc = operator("finance")
    User.objects.filter(pk=marc.pk).update(email="marc@example.org")
    confirm_address(User.objects.get(pk=marc.pk))

    answer = as_operator().post(
        reverse("office-role-give"), {"email": email, "role": role, "reason": reason}
    )

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not AuditEvent.objects.filter(action="operator.role_given").exists()


def test_the_last_administrator_stays_one() -> None:
    dora, ines = operator("administrator"), operator("administrator", "moderator")
    words = {"role": "administrator", "reason": "Enough.", "operator_id": dora.pk}

    take_role(user_id=ines.pk, now=NOW, **words)
    for user_id in (dora.pk, ines.pk):
        with pytest.raises(RoleRefusedError):
            take_role(user_id=user_id, now=NOW, **words)

    permissions = [
        operator_permissions_of(User.objects.get(pk=each.pk)) for each in (dora, ines)
    ]
    assert permissions == [frozenset({"administer"}), frozenset({"moderate"})]


def test_two_who_take_the_role_from_each_other_leave_one(committing_db: None) -> None:
    dora, ines = operator("administrator"), operator("administrator")
    words = {"role": "administrator", "reason": "Enough.", "now": NOW}

    with transaction.atomic():
        take_role(user_id=ines.pk, operator_id=dora.pk, **words)
        beside = Beside(
            lambda: take_role(user_id=dora.pk, operator_id=ines.pk, **words)
        )
        assert beside.waits()

    with pytest.raises(NotAdministratorError):
        beside.result()
    assert operator_permissions_of(User.objects.get(pk=dora.pk)) == {"administer"}


def test_failed_mail_is_shown_without_secrets_and_tried_again(
    as_operator: SignedIn,
) -> None:
    first = failed("message:7", error="SMTPError(535, 'anna@example.org key=hunter2')")
    failed("9", topic="payment.succeeded")
    Outbox.objects.create(topic="mail", key="8", created_at=NOW, available_at=NOW)
    client, where = as_operator("support"), reverse("office-failures")

    text = client.get(where).content.decode()
    narrowed = client.get(where, {"topic": "payment.succeeded"})
    none = client.post(reverse("office-failures-retry"), follow=True)
    client.post(
        reverse("office-failures-retry") + "?topic=mail",
        {"message": [first.pk, 0, "x", 10**30]},
    )

    assert ("Mail: somebody has written" in text, "message 7" in text) == (True, True)
    assert not any(each in text for each in ("anna@", "hunter2", "sk_live"))
    assert [row.what for row in narrowed.context["rows"]] == ["A paid order"]
    assert "Choose at least one message." in none.content.decode()
    sent: list[Outbox] = []
    assert outbox.drain(topic="mail", send=sent.append, now=clock.now()) == 2
    assert {message.key for message in sent} == {"message:7", "8"}
    assert AuditEvent.objects.filter(action="message.retried").count() == 1


def test_what_has_gone_out_meanwhile_is_said_so(as_operator: SignedIn) -> None:
    message = failed("message:7")
    key = message.pk
    message.delete()

    page = as_operator("support").post(
        reverse("office-failures-retry"), {"message": [key]}, follow=True
    )

    assert "It has gone out meanwhile." in page.content.decode()


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ("OSError('refused')", "OSError('refused')"),
        ("SMTPDataError(451, b'4.7.1 Try again later')", "451 4.7.1 Try again later"),
        (
            "SMTPRecipientsRefused({'a@x.org': (550, b'5.1.1 No <a@x.org>')})",
            "550 5.1.1 No <…>",
        ),
        ("to anna@example.org", "to …"),
        ("redis://:pa55@host/0", "redis:…host/0"),
        ("key sk_test_abc refused", "key … refused"),
        ("token=abc&x=1", "token=…&x=…"),
        ("a" * 24, "…"),
    ],
)
def test_an_error_keeps_its_secrets(error: str, shown: str) -> None:
    assert without_secrets(error) == shown


def test_the_first_page_says_what_came_today(as_operator: SignedIn) -> None:
    today = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=1)
    for at in (today, today - timedelta(days=1)):
        Outbox.objects.filter(pk=failed(f"x:{at}").pk).update(created_at=at)

    page = as_operator("support").get(reverse("office-home")).context

    shown = [(each.route, each.count, each.today) for each, *_ in page["queues"]]
    assert shown == [("office-failures", 2, 1)]
    assert [each.route for each, *_ in page["calm"]] == ["office-problems"]
