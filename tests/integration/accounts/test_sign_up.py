"""What an account brings the moment it is made, and what signing up tells nobody."""

import re
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings, settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import TermsAcceptance, User
from marketplace.accounts.selectors import has_verified_email, verified_emails_of
from marketplace.db.models import AuditEvent, Outbox
from tests.integration.sale import confirm_address, make_user

PASSWORD = "correct horse battery"

pytestmark = pytest.mark.django_db


def sign_up(
    email: str, *, client: Client | None = None, following: str = ""
) -> HttpResponse:
    return (client or Client()).post(
        reverse("account_signup"),
        {"email": email, "password1": PASSWORD, "next": following},
    )


def sign_in(client: Client, email: str, password: str) -> HttpResponse:
    return client.post(reverse("account_login"), {"login": email, "password": password})


def link_in(letter: mail.EmailMessage) -> str:
    found = re.search(r"/accounts/confirm-email/\S+", str(letter.body))
    assert found is not None
    return found.group()


def test_a_new_account_has_agreed_to_the_terms_in_force_and_is_greeted() -> None:
    sign_up("anna@example.org")

    user = User.objects.get()
    acceptance = TermsAcceptance.objects.get()
    assert (acceptance.user, acceptance.version) == (user, settings.TERMS_VERSION)
    assert Outbox.objects.filter(topic="mail").count() == 1


def test_a_second_sign_up_with_an_address_makes_nothing() -> None:
    sign_up("anna@example.org")

    sign_up("Anna@example.org")

    assert User.objects.count() == 1
    assert TermsAcceptance.objects.count() == 1


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_signing_up_answers_the_same_whether_the_address_is_taken_or_not(
    *, is_confirmed: bool
) -> None:
    anna = make_user("anna")
    if is_confirmed:
        confirm_address(anna)
    first, second = Client(), Client()

    taken = sign_up("Anna@example.org", client=first)
    free = sign_up("bert@example.org", client=second)

    sent = reverse("account_email_verification_sent")
    assert [(each.status_code, each["Location"]) for each in (taken, free)] == [
        (302, sent)
    ] * 2
    assert set(taken.cookies) == set(free.cookies)
    pages = [client.get(sent).content.decode() for client in (first, second)]
    # The tokens of the forms are anyone's own.
    first_page, second_page = (re.sub(r'value="\w{64}"', "", page) for page in pages)
    assert first_page.replace("anna@", "bert@") == second_page
    assert [SESSION_KEY in client.session for client in (first, second)] == [False] * 2


def test_signing_up_takes_as_long_whether_the_address_is_taken_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_user("anna")
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def count(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)

    sign_up("anna@example.org")
    sign_up("bert@example.org")

    assert hashed == [PASSWORD, PASSWORD]


def test_the_owner_of_a_taken_address_is_told_how_to_come_in() -> None:
    confirm_address(make_user("anna"))

    sign_up("Anna@example.org")

    (letter,) = mail.outbox
    assert letter.to == ["anna@example.org"]
    assert "There is one already" in letter.body
    assert reverse("account_login") in letter.body
    assert reverse("account_reset_password") in letter.body


def test_following_the_link_signs_in_and_goes_on_where_one_came_from() -> None:
    client = Client()
    sign_up("anna@example.org", client=client, following="/sell/apply/")
    (letter,) = mail.outbox

    answer = client.post(link_in(letter))

    anna = User.objects.get()
    assert answer["Location"] == "/sell/apply/"
    assert client.session[SESSION_KEY] == str(anna.pk)
    assert has_verified_email(anna)


def test_a_link_that_is_opened_elsewhere_leads_to_a_password_of_ones_own() -> None:
    sign_up("anna@example.org")
    (letter,) = mail.outbox
    phone = Client()

    page = phone.post(link_in(letter), follow=True)

    anna = User.objects.get()
    words = page.content.decode()
    assert SESSION_KEY not in phone.session
    assert has_verified_email(anna)
    assert not anna.has_usable_password()
    # Above the form, and not in a toast, which goes by itself.
    form = words.index('name="password1"')
    assert "You opened our link in another browser" in words[:form]


def test_the_password_that_was_chosen_elsewhere_signs_in() -> None:
    sign_up("anna@example.org")
    (letter,) = mail.outbox
    phone = Client()
    page = phone.post(link_in(letter), follow=True)
    chosen = "a sentence of my own"

    phone.post(page.redirect_chain[-1][0], {"password1": chosen, "password2": chosen})
    sign_in(phone, "anna@example.org", chosen)

    assert SESSION_KEY in phone.session


def test_who_signed_up_with_somebody_elses_address_has_nothing_of_their_account() -> (
    None
):
    mallory, signed_in, anna = Client(), Client(), Client()
    sign_up("anna@example.org", client=mallory)
    signed_in.force_login(User.objects.get())
    (letter,) = mail.outbox
    anna.post(link_in(letter))

    for browser in (mallory, Client()):
        sign_in(browser, "anna@example.org", PASSWORD)
        assert SESSION_KEY not in browser.session
    assert signed_in.get(reverse("account")).status_code == 302
    event = AuditEvent.objects.get()
    assert (event.action, event.actor) == ("password.forgotten", None)


def test_the_browser_that_signed_up_keeps_its_password_however_late() -> None:
    client = Client()
    sign_up("anna@example.org", client=client)
    (letter,) = mail.outbox
    session = client.session
    del session["account_login"]  # as after a quarter of an hour
    session.save()

    answer = client.post(link_in(letter))

    assert answer["Location"] == reverse("account_login")
    assert User.objects.get().check_password(PASSWORD)


def test_who_has_just_shown_the_password_keeps_it() -> None:
    sign_up("anna@example.org")
    (letter,) = mail.outbox
    phone = Client()
    sign_in(phone, "anna@example.org", PASSWORD)

    phone.post(link_in(letter))

    assert User.objects.get().check_password(PASSWORD)
    assert SESSION_KEY in phone.session


@pytest.fixture
def added() -> str:
    """The link to an address that Mallory has added to an account of hers."""
    mallory = make_user("mallory")
    confirm_address(mallory)
    client = Client()
    client.force_login(mallory)
    sent = {"email": "anna@example.org", "action_add": ""}
    client.post(reverse("account_email"), sent)
    (letter,) = mail.outbox
    return link_in(letter)


def test_a_further_address_is_confirmed_by_nobody_but_the_accounts_owner(
    added: str,
) -> None:
    page = Client().post(added, follow=True)

    mallory = User.objects.get()
    back = urlencode({"next": added})
    assert page.redirect_chain[-1][0] == f"{reverse('account_login')}?{back}"
    assert "belongs to an account that you are not signed in to" in (
        page.content.decode()
    )
    assert verified_emails_of(mallory.pk) == ["mallory@example.org"]
    assert mallory.has_usable_password()


def test_a_further_address_is_confirmed_where_its_owner_is_signed_in(
    added: str,
) -> None:
    mallory = User.objects.get()
    client = Client()
    client.force_login(mallory)

    client.post(added)

    mallory.refresh_from_db()
    assert verified_emails_of(mallory.pk) == ["mallory@example.org", "anna@example.org"]
    assert mallory.has_usable_password()


def test_nobody_signs_in_with_an_address_that_was_never_confirmed() -> None:
    sign_up("anna@example.org")
    client = Client()

    answer = client.post(
        reverse("account_login"), {"login": "anna@example.org", "password": PASSWORD}
    )

    assert answer["Location"] == reverse("account_email_verification_sent")
    assert SESSION_KEY not in client.session


def test_links_in_mails_lead_to_the_public_address_whatever_host_was_asked(
    settings: LazySettings,
) -> None:
    settings.ALLOWED_HOSTS = ["evil.example"]
    confirm_address(make_user("anna"))
    client = Client(headers={"host": "evil.example:8080"})
    for email in ("anna@example.org", "bert@example.org"):
        sign_up(email, client=client)
    for email in ("anna@example.org", "nobody@example.org"):
        client.post(reverse("account_reset_password"), {"email": email})

    links = [
        link
        for letter in mail.outbox
        for body in (letter.body, *(part.content for part in letter.alternatives))
        for link in re.findall(r"https?://[^\s\"<]+", str(body))
    ]

    assert len(mail.outbox) == 4
    assert [one for one in links if not one.startswith(settings.PUBLIC_URL)] == []


@pytest.mark.parametrize("route", ["account_login", "account_signup"])
@pytest.mark.parametrize("way_on", ["http://[", "/\t/["])
def test_a_way_on_that_is_no_address_leads_nowhere(
    client: Client, route: str, way_on: str
):
    answer = client.get(reverse(route), {"next": way_on})

    assert answer.status_code == 200
    assert way_on not in answer.context["form"].as_p()
