"""Shops that want to join: each with its papers, and how far its application is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.demo.content.reading import read
from marketplace.demo.load.people import People
from marketplace.demo.pictures import paper
from marketplace.flows.application_files import (
    add_application_files,
    decide_application_file,
)
from marketplace.flows.join_market import decide_application, submit_application
from marketplace.flows.keep_office_answers import save_office_answer
from marketplace.shop.catalogue.models import Category
from vendors.models import Application, ApplicationFile, Vendor
from vendors.services.application import (
    Answer,
    Identity,
    ShopText,
    begin_application,
    save_assortment,
    save_identity,
    save_shop_text,
)
from vendors.services.application_files import PaperWord

_MODERATOR = "ines@demo.test"
# So long somebody takes who reads what is asked.
_USUAL_MINUTES = 2 * 24 * 60


def write_applications(people: People, *, now: datetime) -> None:
    """Let shops apply that are not open yet: some wait, one mends, one was refused."""
    shelves = dict(Category.objects.filter(depth=1).values_list("slug", "pk"))
    for text in read("people")["applicants"]:
        moment = now - timedelta(days=text["days_ago"])
        begun = moment - timedelta(minutes=text.get("minutes", _USUAL_MINUTES))
        vendor = _begin(text, people, shelf_id=shelves[text["shelf"]], now=begun)
        user = people.by_email[text["email"]]
        application = submit_application(vendor=vendor, user_id=user.pk, now=moment)
        _decide_papers(text, vendor, people, now=moment + timedelta(hours=3))
        if text["state"] != Application.State.SUBMITTED:
            decide_application(
                application=application,
                decision=Application.State(text["state"]),
                answer=Answer(text["reason"], tuple(text["missing"])),
                operator_id=people.operator.pk,
                now=moment + timedelta(hours=20),
            )


def write_ready_messages(people: People, *, now: datetime) -> None:
    """Let the office keep messages of its own beside those of the market."""
    for text in read("people")["ready_messages"]:
        save_office_answer(
            title=text["title"],
            text=text["text"],
            operator_id=people.by_email[_MODERATOR].pk,
            now=now - timedelta(days=text["days_ago"]),
        )


def _begin(
    text: Mapping[str, Any], people: People, *, shelf_id: int, now: datetime
) -> Vendor:
    user = people.by_email[text["email"]]
    vendor = begin_application(
        user=user, name=text["shop"], country=text["country"], now=now
    )
    save_identity(vendor=vendor, identity=_identity(text))
    save_shop_text(vendor=vendor, text=ShopText(tagline=text["tagline"]))
    save_assortment(vendor=vendor, sells=text["sells"], category_ids=[shelf_id])
    papers = [_drawn(each) for each in text.get("papers", [])]
    if papers:
        add_application_files(vendor=vendor, uploads=papers, actor_id=user.pk, now=now)
    return vendor


def _drawn(text: Mapping[str, Any]) -> "SimpleUploadedFile":
    name = text["name"]
    return SimpleUploadedFile(
        name, paper(name, text["lines"], is_cut=text.get("is_cut", False))
    )


def _decide_papers(
    text: Mapping[str, Any], vendor: Vendor, people: People, *, now: datetime
) -> None:
    for said, file in zip(
        text.get("papers", []), vendor.application.files.all(), strict=True
    ):
        if "state" in said:
            decide_application_file(
                vendor=vendor,
                file_id=file.public_id,
                word=PaperWord(
                    ApplicationFile.State(said["state"]), reason=said.get("reason", "")
                ),
                operator_id=people.by_email[_MODERATOR].pk,
                now=now,
            )


def _identity(text: Mapping[str, Any]) -> Identity:
    return Identity(
        legal_name=text["legal_name"],
        legal_form=text["legal_form"],
        registration_number=text["register"],
        vat_number=text["vat"],
        street=text["street"],
        postcode=text["postcode"],
        city=text["city"],
        country=text["country"],
        contact_name=text["name"],
        contact_email=text["email"],
        contact_phone=text["phone"],
    )
