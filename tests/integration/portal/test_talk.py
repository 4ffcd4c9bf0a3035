"""A shop and its buyers talk: the inbox by clock, a conversation, a report."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.db.storage import private_storage
from marketplace.flows.report_problem import report_problem
from marketplace.flows.send_message import send_message
from marketplace.jobs.mails import letters_about
from marketplace.jobs.mails.plain import plain_text
from marketplace.shop.partner.models import StockRecord
from support.models import Message, MessageFile, Problem, Side
from support.services.attachments import MOST_PDF_BYTES
from support.services.problems import Report
from tests.integration.portal.conftest import GOOD_NUMBER, NOW, picture, queries_of
from tests.integration.portal.test_desk import address, parcel
from tests.integration.sale import Sale, moment, pay_for
from vendors.models import Vendor


def test_messages_wait_by_clock_and_an_answer_goes_to_the_buyer(
    owner: Client, sale: Sale
):
    send_message(
        part=sale.part,
        side=Side.BUYER,
        text="Is the paper <b>thick</b>?",
        author_name="Anna Peeters",
        now=NOW,
    )
    inbox = owner.get(address("portal-messages")).content.decode()
    where = address("portal-thread", number=sale.part.number)

    thread = owner.get(where).content.decode()
    answer = owner.post(where, {"text": "120 grams."})
    after = owner.get(address("portal-messages")).content.decode()

    assert "Is the paper &lt;b&gt;thick" in inbox
    assert "1 day" in inbox
    assert "Is the paper &lt;b&gt;thick&lt;/b&gt;?" in thread
    assert answer.url == where
    said = Message.objects.order_by("pk").last()
    assert (said.side, said.text, said.author_name) == (
        "seller",
        "120 grams.",
        "Bindery",
    )
    assert "Nobody waits for an answer" in after


def test_what_was_read_and_not_answered_still_counts_beside_messages(
    owner: Client, sale: Sale
):
    send_message(part=sale.part, side=Side.BUYER, text="When?", now=NOW)
    owner.get(address("portal-thread", number=sale.part.number))

    page = owner.get(address("portal-messages"))

    assert (page.context["counts"]["messages"], page.context["waiting"]) == (1, 1)


def test_files_go_with_a_message_to_both_sides_alone(
    owner: Client,
    sale: Sale,
    browser_of: Callable[[str], Client],
):
    where = address("portal-thread", number=sale.part.number)
    paper = SimpleUploadedFile("care.html", b"%PDF-1.7\n<< >>\n%%EOF\n")
    sent = {"text": "See both.", "attachments": [picture("pot.png"), paper]}

    for _click in range(2):
        for file in sent["attachments"]:
            file.seek(0)
        owner.post(where, sent)
    page = owner.get(where).content.decode()
    shot, care = MessageFile.objects.all()
    at = [reverse("message-file", args=[each.public_id]) for each in (shot, care)]
    seen = {
        person: browser_of(person).get(at[1]).status_code
        for person in ("buyer", "orders", "catalogue", "other seller", "anonymous")
    }
    handed = owner.get(at[1])

    assert Message.objects.count() == 1
    assert (shot.name, care.name, care.size) == ("pot.png", "care.pdf", 21)
    assert f'src="{at[0]}" alt="pot.png"' in page
    assert handed["Content-Disposition"] == 'attachment; filename="care.pdf"'
    assert b"".join(handed.streaming_content).startswith(b"%PDF-1.7")
    assert seen == {
        "buyer": 200,
        "orders": 200,
        "catalogue": 404,
        "other seller": 404,
        "anonymous": 302,
    }


def papers(*names: str) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, b"%PDF-1.7 care %%EOF") for name in names]


def test_two_equal_files_of_one_message_are_kept_once(owner: Client, sale: Sale):
    where = address("portal-thread", number=sale.part.number)
    sent = papers("care.pdf", "care.pdf", "other.pdf")

    owner.post(where, {"text": "See both.", "attachments": sent})

    assert list(MessageFile.objects.values_list("name", flat=True)) == [
        "care.pdf",
        "other.pdf",
    ]


def test_files_whose_message_is_undone_are_not_kept(
    owner: Client, sale: Sale, monkeypatch: pytest.MonkeyPatch
):
    where = address("portal-thread", number=sale.part.number)
    owner.post(where, {"text": "See it.", "attachments": papers("first.pdf")})
    before = private_storage().listdir("messages")

    def fail(row: MessageFile, *of: object, **more: object) -> None:
        if row.name == "full.pdf":
            raise OSError("full")
        save(row, *of, **more)

    save = MessageFile.save
    monkeypatch.setattr(MessageFile, "save", fail)
    with pytest.raises(OSError, match="full"):
        owner.post(
            where, {"text": "And these.", "attachments": papers("care.pdf", "full.pdf")}
        )

    assert (Message.objects.count(), MessageFile.objects.count()) == (1, 1)
    assert private_storage().listdir("messages") == before


def test_files_are_told_by_what_they_say_and_counted_in_inbox_and_mail(
    owner: Client, sale: Sale
):
    where = address("portal-thread", number=sale.part.number)
    for words in (b"<< >>", b"<<+>>", b"<< >>"):
        paper = SimpleUploadedFile("care.pdf", b"%PDF-1.7\n" + words + b"\n%%EOF\n")
        owner.post(where, {"text": "See both.", "attachments": [paper]})

    inbox = owner.get(address("portal-messages"), {"tab": "all"}).content.decode()
    [letter] = letters_about({"kind": "message", "message": Message.objects.get().pk})
    mail = plain_text(render_to_string(f"mail/{letter.template}.html", letter.context))

    assert MessageFile.objects.count() == 2
    assert "2 files" in inbox
    assert f"2 files ({settings.PUBLIC_URL}/" in mail


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ([SimpleUploadedFile("a.exe", b"MZ")], "“a.exe” cannot be sent. Choose"),
        ([SimpleUploadedFile("a.png", b"<script>")], "“a.png” is not a picture"),
        ([SimpleUploadedFile("a.pdf", b"%PDF-1.7 half")], "“a.pdf” is cut off"),
        (
            [SimpleUploadedFile("a.pdf", b"%PDF-" + bytes(MOST_PDF_BYTES))],
            "“a.pdf” is larger than 4 MB",
        ),
        ([picture(f"{n}.png", side=50) for n in range(5)], "at most 4 files"),
    ],
)
def test_a_file_that_cannot_be_sent_keeps_what_was_typed(
    owner: Client, sale: Sale, files: list[SimpleUploadedFile], complaint: str
):
    where = address("portal-thread", number=sale.part.number)

    page = owner.post(where, {"text": "See it.", "attachments": files}).content.decode()

    assert complaint in page
    assert ">\nSee it.</textarea>" in page
    assert (Message.objects.count(), MessageFile.objects.count()) == (0, 0)


def test_a_thank_you_is_put_aside_until_its_buyer_writes_on(owner: Client, sale: Sale):
    def buyer_says(text: str) -> int:
        said = {"part": sale.part, "side": Side.BUYER, "now": NOW}
        return send_message(text=text, **said).pk

    def inbox() -> tuple[int, str]:
        page = owner.get(address("portal-messages"))
        today = owner.get(address("portal-today")).content.decode()
        return page.context["waiting"], "yes" if "Unanswered message" in today else ""

    where = address("portal-thread", number=sale.part.number)
    thanks = buyer_says("Thank you!")
    before = inbox()
    for _click in range(2):
        put_aside = owner.post(where, {"aside": "yes", "last": thanks})
    after = inbox()
    owner.post(where, {"aside": "back", "last": thanks})
    again = inbox()
    owner.post(where, {"aside": "yes", "last": thanks})
    buyer_says("One more thing: where is it?")
    late = owner.post(where, {"aside": "yes", "last": thanks}, follow=True)
    broken = owner.post(where, {"aside": "yes", "last": "x"}, follow=True)

    assert put_aside.url == address("portal-messages")
    assert (before, after, again) == ((1, "yes"), (0, ""), (1, "yes"))
    for answer in (late, broken):
        assert "Something was written meanwhile" in answer.content.decode()
    assert inbox() == (1, "yes")


def test_a_second_click_sends_a_message_once(owner: Client, sale: Sale):
    where = address("portal-thread", number=sale.part.number)

    for _click in range(2):
        answer = owner.post(where, {"text": "120 grams."})

    assert answer.url == where
    assert Message.objects.filter(side="seller").count() == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_an_empty_or_endless_message_is_not_sent(owner: Client, sale: Sale, text: str):
    where = address("portal-thread", number=sale.part.number)

    answer = owner.post(where, {"text": text})

    assert answer.status_code == 200
    assert not Message.objects.filter(side="seller").exists()


def test_the_inbox_asks_as_often_for_many_as_for_few(
    owner: Client, anna: User, bindery: Vendor, notebook: StockRecord
):
    def write() -> None:
        sold = pay_for({bindery: {notebook: 1}}, user=anna)
        send_message(part=sold.part, side=Side.BUYER, text="When?", now=NOW)

    write()
    few = queries_of(owner, address("portal-messages"))
    for _number in range(5):
        write()

    assert queries_of(owner, address("portal-messages")) == few


def test_a_report_is_shown_with_its_pictures_to_the_shop(owner: Client, sale: Sale):
    owner.post(
        address("portal-ship"),
        {"order": [sale.part.number], **parcel(sale, GOOD_NUMBER)},
    )
    problem = report_problem(
        part=sale.part,
        report=Report(
            kind=Problem.Kind.DAMAGED,
            text="The spine is torn.",
            quantities={sale.lines[0].pk: 1},
            photos=[picture("torn.jpg", kind="JPEG")],
        ),
        author_name="Anna Peeters",
        now=moment("2026-11-24 12:00"),
    )
    where = address("portal-order", number=sale.part.number)
    photo = address(
        "portal-photo", number=sale.part.number, public_id=problem.public_id, place=1
    )

    page = owner.get(where).content.decode()
    tab = owner.get(address("portal-orders"), {"tab": "problems"}).content.decode()
    returns = owner.get(address("portal-orders"), {"tab": "returns"}).content.decode()

    assert "The spine is torn." in page
    assert photo in page
    assert owner.get(photo).content[:2] == b"\xff\xd8"
    assert f'Answer<span class="sr"> {sale.part.number}' in tab
    assert sale.part.number not in returns
