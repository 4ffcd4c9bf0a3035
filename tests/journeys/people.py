"""The people of a journey: each with a browser of their own, doing what people do."""

import re
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.core import mail
from playwright.sync_api import FilePayload, Locator, Page, expect
from playwright.sync_api import TimeoutError as WaitedInVainError

from marketplace.accounts.models import User
from tests.integration.sale import confirm_address

PASSWORD = "correct horse battery"
_LOOKS, _BETWEEN_LOOKS = 40, 500
_MOST_STOPS = 300
# A busy browser may show no chooser of files at first.
_PRESSES, _SOON = 4, 8000
_HAS_FOCUS = "node => node === document.activeElement"
_FOCUSED = "document.activeElement.outerHTML.slice(0, 200)"
# A ring round it or round the label, the card, the field that stands for it. The
# document itself has the focus between the last stop and the first.
_FOCUS_SHOWS = """() => {
  const shows = node => node && [null, "::after"].some(part => {
    const style = getComputedStyle(node, part);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
  });
  const node = document.activeElement;
  if (node === document.body) return true;
  return [node, node.nextElementSibling, node.parentElement,
    node.parentElement?.parentElement, node.closest("label")].some(shows);
}"""


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

    def press(self, target: Locator) -> None:
        """Press a button or a link."""
        target.click()

    def tick(self, box: Locator) -> None:
        """Tick a box, by the words that lie over it."""
        box.check(force=True)

    def type(self, target: Locator, text: str) -> None:
        """Write into a field, in place of what stands there."""
        target.fill(text)

    def choose(self, target: Locator, label: str) -> None:
        """Take the option with this label."""
        target.select_option(label=label)

    def attach(self, target: Locator, file: FilePayload) -> None:
        """Give a file to a field."""
        target.set_input_files(file)

    def field(self, name: str) -> Locator:
        """Return the first field of this name."""
        return self.page.locator(f"main [name={name}]").first

    def fills(self, **typed: str) -> None:
        """Type into fields by their names."""
        for name, text in typed.items():
            self.type(self.field(name), text)

    def chooses(self, **labels: str) -> None:
        """Take options by the names of their fields."""
        for name, label in labels.items():
            self.choose(self.field(name), label)

    def presses(self, words: str) -> None:
        """Press the button with these words."""
        self.press(self.page.get_by_role("button", name=words).first)

    def sends(self) -> None:
        """Press the button that ends the form."""
        self.press(self.page.locator("main form button[type=submit]").last)

    def updates(self) -> None:
        """Leave the field, which makes the page say what it means."""
        self.page.evaluate("document.activeElement.blur()")

    def saves(self) -> None:
        """Press "Save" and come to the page that follows."""
        with self.page.expect_navigation():
            self.presses("Save")
        expect(self.page.locator("main .error")).to_have_count(0)

    def follows(self, words: str) -> None:
        """Follow the link with these words."""
        self.press(self.page.get_by_role("link", name=words).first)

    def reads(self, words: str) -> None:
        """See these words on the page, in a while at most."""
        expect(self.page.locator("body")).to_contain_text(words)

    def signs_up(self) -> None:
        """Make an account, and confirm its address by the link in the mail."""
        self.goes_to("/accounts/signup/")
        self.fills(email=self.email, password1=PASSWORD)
        self.press(self.page.locator("main form button[type=submit]").first)
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
        self.press(self.page.locator("main form button[type=submit]").first)
        expect(self.page).not_to_have_url(re.compile("login"))


class PlainPerson(Person):
    """Somebody whose browser runs no script: they load the page again."""

    def reads(self, words: str) -> None:
        """See these words on the page, or on the page as it is later."""
        for _time in range(_LOOKS):
            if words in self.page.locator("body").inner_text():
                return
            self.page.wait_for_timeout(_BETWEEN_LOOKS)
            self.page.reload()
        expect(self.page.locator("body")).to_contain_text(words)

    def updates(self) -> None:
        """Ask for the page again with what is written."""
        self.presses("Update the total")


class KeyboardPerson(Person):
    """Somebody without a mouse; wherever they stand, it shows."""

    def press(self, target: Locator) -> None:
        """Go there by Tab and press Enter."""
        self._tab_to(target)
        self.page.keyboard.press("Enter")

    def tick(self, box: Locator) -> None:
        """Go there by Tab and press Space."""
        self._tab_to(box)
        if not box.is_checked():
            self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def type(self, target: Locator, text: str) -> None:
        """Go there by Tab and type."""
        self._tab_to(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, target: Locator, label: str) -> None:
        """Go there by Tab, type the first word of the option, and go on by arrow."""
        self._tab_to(target)
        # A space would open the list.
        self.page.keyboard.type(label.split(maxsplit=1)[0])
        for _option in range(target.locator("option").count()):
            if target.locator("option:checked").inner_text() == label:
                break
            self.page.keyboard.press("ArrowDown")
        expect(target.locator("option:checked")).to_have_text(label)

    def attach(self, target: Locator, file: FilePayload) -> None:
        """Go there by Tab and open the chooser of files; press again if none comes."""
        for _press in range(_PRESSES):
            # A page in the background shows no chooser.
            self.page.bring_to_front()
            self._tab_to(target)
            try:
                with self.page.expect_file_chooser(timeout=_SOON) as chooser:
                    self.page.keyboard.press("Space")
            except WaitedInVainError:
                continue
            chooser.value.set_files(file)
            return
        raise AssertionError("No chooser of files came.")

    def updates(self) -> None:
        """Leave the field by Tab."""
        self.page.keyboard.press("Tab")

    def _tab_to(self, target: Locator) -> None:
        expect(target).to_be_attached()
        for _stop in range(_MOST_STOPS):
            if target.evaluate(_HAS_FOCUS):
                return
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(_FOCUS_SHOWS), self.page.evaluate(_FOCUSED)
        raise AssertionError(f"Tab does not lead to {target}")


def make_operator(email: str) -> User:
    """Make an administrator of the platform."""
    user = User.objects.create_user(email, PASSWORD)
    confirm_address(user)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    user.groups.add(Group.objects.get_or_create(name="administrator")[0])
    return user
