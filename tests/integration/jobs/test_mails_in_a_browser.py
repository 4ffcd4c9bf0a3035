"""Mails as a phone shows them: narrow, and without pictures."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from marketplace.jobs import tasks
from tests.integration.jobs import letters
from tests.integration.jobs.letters import NOW, Folder, body
from tests.integration.sale import Sale

pytestmark = [pytest.mark.browser, pytest.mark.deep]
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
# What a mail is about, though no picture is loaded.
WORDS = "document.body.innerText.trim().length"
FEW_WORDS = 100


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize(
    "happens",
    [
        *(letters.confirm_order, letters.decide, letters.refuse, letters.refund),
        *(letters.change_mind, letters.give_a_loaf_back, letters.come_too_late),
        *(letters.decide_for_the_buyer, letters.be_late, letters.receive),
    ],
)
def test_mails_are_read_on_a_narrow_phone_without_pictures(
    browser, sale: Sale, mail_folder: Path, happens: Callable[[Sale], object], colours
):
    happens(sale)
    tasks.drain("mail", NOW)
    phone = browser.new_context(
        viewport={"width": 320, "height": 640}, color_scheme=colours, offline=True
    )

    found = {
        mail["Subject"]: faults_of(phone.new_page(), mail)
        for mail in Folder(mail_folder).letters()
    }

    phone.close()
    assert found
    assert {subject: faults for subject, faults in found.items() if faults} == {}


def faults_of(page, mail: EmailMessage) -> list[object]:
    """Return what is wrong with a mail as it is drawn."""
    page.set_content(body(mail, "html"), wait_until="domcontentloaded")
    rules = {"region": {"enabled": False}, "target-size": {"enabled": True}}
    found = Axe().run(page, options={"resultTypes": ["violations"], "rules": rules})
    faults: list[object] = [
        (each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]
    ]
    if wide := page.evaluate(TOO_WIDE):
        faults.append(f"{wide} px too wide")
    if page.evaluate(WORDS) < FEW_WORDS:
        faults.append("says little without its pictures")
    return faults
