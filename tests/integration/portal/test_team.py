"""Who works in a shop: asked by mail, joined by a link, given a role, taken out."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.core import signing
from django.test import Client
from django.urls import reverse

from frontend.portal import team as pages
from marketplace.accounts.models import User
from marketplace.db import clock
from marketplace.db.limits import Limit
from marketplace.db.models import AuditEvent
from marketplace.jobs.mails.team import team_invited
from tests.integration.portal.conftest import NOW, make_member
from tests.integration.sale import confirm_address, make_user
from vendors.models import Invitation, Member, Vendor
from vendors.selectors.team import token_of
from vendors.services.team import MOST_OPEN, TeamRefusedError, change_role

CLEO = "cleo@example.org"


def address(route: str, **more: object) -> str:
    return reverse(route, kwargs={"handle": "bindery", **more})


def told(answer: object) -> list[str]:
    return [str(each) for each in get_messages(answer.wsgi_request)]


def invited(owner: Client, email: str = CLEO, role: str = "orders") -> Invitation:
    owner.post(address("portal-team"), {"email": email, "role": role})
    return Invitation.objects.latest("pk")


@pytest.fixture
def cleo(db: None) -> User:
    """Somebody with an account whose address is theirs."""
    user = make_user("cleo")
    confirm_address(user)
    return user


def deeds() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action__startswith="team.").order_by("id"))


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def join_page(invitation: Invitation) -> str:
    return reverse("team-join", kwargs={"token": token_of(invitation)})


def test_somebody_is_asked_and_joins_with_the_role(
    owner: Client, bindery: Vendor, cleo: User
):
    invitation = invited(owner, "Cleo@Example.org", "finance")
    [letter] = team_invited(invitation=invitation.pk)
    here = browser_of(cleo)

    before = here.get(letter.context["link"]).content.decode()
    answer = here.post(letter.context["link"])
    again = here.post(letter.context["link"])

    member = bindery.members.get(user=cleo)
    invitation.refresh_from_db()
    assert (letter.to, letter.subject) == (
        "Cleo@Example.org",
        "Bindery invites you to work in their shop",
    )
    assert "Join Bindery" in before
    assert (member.role, member.since) == ("finance", NOW)
    assert (invitation.accepted_at, invitation.accepted_by) == (NOW, cleo)
    assert answer.url == again.url == address("portal-today")
    assert here.get(join_page(invitation)).status_code == 302


def test_who_has_no_account_is_led_to_one(owner: Client, bindery: Vendor):
    invitation = invited(owner)

    page = Client().get(join_page(invitation)).content.decode()

    assert "Sign in and join" in page
    assert "Make an account" in page
    assert Client().post(join_page(invitation)).status_code == 200
    assert bindery.members.get().role == "owner"


def test_a_forwarded_link_lets_nobody_else_in(owner: Client, bindery: Vendor):
    stranger = make_user("dora")
    confirm_address(stranger)
    invitation = invited(owner)

    answer = browser_of(stranger).post(join_page(invitation))

    assert told(answer)[0].startswith(f"This invitation is for {CLEO}.")
    assert not bindery.members.filter(user=stranger).exists()


def test_an_address_that_is_only_claimed_joins_nothing(owner: Client, bindery: Vendor):
    claimed = make_user("cleo")
    invitation = invited(owner)

    browser_of(claimed).post(join_page(invitation))

    assert not bindery.members.filter(user=claimed).exists()


@pytest.mark.parametrize("end", ["taken back", "run out", "asked again"])
def test_a_link_that_has_ended_opens_nothing(
    owner: Client,
    bindery: Vendor,
    cleo: User,
    end: str,
    monkeypatch: pytest.MonkeyPatch,
):
    invitation = invited(owner)
    if end == "taken back":
        where = address("portal-team-take-back", public_id=invitation.public_id)
        first, second = owner.post(where), owner.post(where)
        assert told(first)[-1:] == [f"The link sent to {CLEO} opens nothing any more."]
        assert second.status_code == 302
    elif end == "asked again":
        invited(owner)
    else:
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=7, seconds=1))
    here = browser_of(cleo)

    page = here.get(join_page(invitation)).content.decode()
    answer = here.post(join_page(invitation))

    assert "This invitation is not open any more" in page
    assert told(answer) == ["This invitation is not open any more."]
    assert not bindery.members.filter(user=cleo).exists()


@pytest.mark.parametrize(
    "token", ["odd", signing.dumps(1), "x" * 500], ids=["odd", "another’s", "long"]
)
def test_a_link_that_nobody_signed_is_not_there(bindery: Vendor, token: str):
    answer = Client().get(reverse("team-join", kwargs={"token": token}))

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("email", "role", "words"),
    [
        ("binder@example.org", "orders", "They work here already"),
        ("binder", "orders", "Enter a valid email address."),
        (CLEO, "owner", "Select a valid choice."),
    ],
)
def test_who_cannot_be_asked_is_said_with_the_reason(
    owner: Client, bindery: Vendor, email: str, role: str, words: str
):
    page = owner.post(address("portal-team"), {"email": email, "role": role})

    assert words in page.content.decode()
    assert not Invitation.objects.exists()


def test_only_so_many_are_asked(
    owner: Client, bindery: Vendor, monkeypatch: pytest.MonkeyPatch
):
    for number in range(MOST_OPEN):
        invited(owner, f"hand{number}@example.org")
    monkeypatch.setattr(pages, "_LIMIT", Limit(most=100, seconds=3600))
    sent = {"email": CLEO, "role": "orders"}

    many = owner.post(address("portal-team"), sent).content.decode()
    monkeypatch.setattr(pages, "_LIMIT", Limit(most=1, seconds=3600))
    fast = owner.post(address("portal-team"), sent).content.decode()

    assert "20 invitations are open: take one back first." in many
    assert "You have invited many people" in fast
    assert Invitation.objects.count() == MOST_OPEN


def test_a_role_is_changed_and_somebody_taken_out_but_never_the_owner(
    owner: Client, bindery: Vendor
):
    hand = Member.objects.get(user=make_member(bindery, "orders"))
    first = bindery.members.get(role="owner")
    routes = ("portal-team-role", "portal-team-leave")

    owner.post(address(routes[0], member_id=hand.pk), {"role": "finance"})
    hand.refresh_from_db()
    odd = owner.post(address(routes[0], member_id=hand.pk), {"role": "owner"})
    refused = [
        owner.post(address(route, member_id=first.pk), {"role": "orders"})
        for route in routes
    ]
    left, again = [
        owner.post(address(routes[1], member_id=hand.pk)) for _click in range(2)
    ]

    assert hand.role == "finance"
    assert told(odd)[-1] == "Choose one of the three roles."
    assert all(told(each)[-1] == "The owner stays the owner." for each in refused)
    assert told(left)[-1] == "orders-hand@example.org does not work here any more."
    assert again.status_code == 302
    assert list(bindery.members.all()) == [first]
    assert [(each.action, each.actor) for each in deeds()] == [
        ("team.role_changed", first.user),
        ("team.taken_out", first.user),
    ]
    assert deeds()[0].details["before"] == {"role": "orders"}


def test_an_invitation_is_taken_back_once(owner: Client, bindery: Vendor):
    invitation = invited(owner)
    where = address("portal-team-take-back", public_id=invitation.public_id)

    for _click in range(2):
        owner.post(where)

    assert [each.action for each in deeds()] == ["team.invited", "team.taken_back"]


def test_who_has_left_meanwhile_gets_no_role(bindery: Vendor):
    hand = Member.objects.get(user=make_member(bindery, "orders"))
    Member.objects.filter(pk=hand.pk).delete()

    with pytest.raises(TeamRefusedError, match="do not work here any more"):
        change_role(member=hand, role="finance")

    assert not bindery.members.filter(role="finance").exists()


def test_the_page_says_who_has_a_second_factor_and_who_waits(
    owner: Client, binder: User, bindery: Vendor
):
    make_member(bindery, "orders")
    Authenticator.objects.create(user=binder, type="webauthn", data={})
    Authenticator.objects.create(user=binder, type="totp", data={})
    invited(owner)
    invited(owner, "late@example.org")
    Invitation.objects.filter(email="late@example.org").update(expires_at=NOW)

    page = owner.get(address("portal-team"))

    rows = {each["name"]: each for each in page.context["members"]}
    assert rows["Bea"]["factor"] == "Passkey"
    assert rows["orders-hand@example.org"]["factor"] == ""
    assert rows["orders-hand@example.org"]["seen"] is not None
    assert [is_open for _each, is_open in page.context["invitations"]] == [False, True]
    assert "Run out" in page.content.decode()
