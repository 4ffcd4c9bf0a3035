"""The people of a journey: each with a browser of their own, doing what people do."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep

from django.contrib.auth.models import Group
from django.core import mail
from playwright.sync_api import Page, expect

from marketplace.accounts.models import User
from tests.integration.sale import confirm_address

PASSWORD = "correct horse battery"


@dataclass
class Person:
    """Somebody at a browser."""

    page: Page
    email: str

    def goes_to(self, address: str) -> None:
        """Open an address of the market."""
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == 200, f"{address}: {answer.status}"

    def fills(self, **typed: str) -> None:
        """Type into fields by their names."""
        for name, text in typed.items():
            self.page.locator(f"main [name={name}]").first.fill(text)

    def presses(self, words: str) -> None:
        """Press the button with these words."""
        self.page.get_by_role("button", name=words).first.click()

    def saves(self) -> None:
        """Press "Save" and come to the page that follows."""
        with self.page.expect_navigation():
            self.presses("Save")
        expect(self.page.locator("main .error")).to_have_count(0)

    def follows(self, words: str) -> None:
        """Follow the link with these words."""
        self.page.get_by_role("link", name=words).first.click()

    def reads(self, words: str) -> None:
        """See these words on the page, in a while at most."""
        expect(self.page.locator("body")).to_contain_text(words)

    def signs_up(self) -> None:
        """Make an account, and confirm its address by the link in the mail."""
        self.goes_to("/accounts/signup/")
        self.fills(email=self.email, password1=PASSWORD)
        self.page.locator("main form button[type=submit]").click()
        self.reads("Look into your mail")
        letter = next(each for each in mail.outbox if each.to == [self.email])
        [link] = re.findall(r"/accounts/confirm-email/\S+", str(letter.body))
        self.goes_to(link)
        self.presses("Yes, confirm it")
        expect(self.page).not_to_have_url(re.compile("/accounts/"))

    def signs_in(self) -> None:
        """Come back with the account that is there."""
        self.goes_to("/accounts/login/")
        self.fills(login=self.email, password=PASSWORD)
        self.page.locator("main form button[type=submit]").click()
        expect(self.page).not_to_have_url(re.compile("login"))


def make_operator(email: str) -> User:
    """Make an administrator of the platform."""
    user = User.objects.create_user(email, PASSWORD)
    confirm_address(user)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    user.groups.add(Group.objects.get_or_create(name="administrator")[0])
    return user


def eventually(holds: Callable[[], object], *, seconds: float = 20) -> None:
    """Wait until the worker has done what `holds` asks for."""
    end = monotonic() + seconds
    while not holds():
        assert monotonic() < end, "the worker did not get there"
        sleep(0.1)
