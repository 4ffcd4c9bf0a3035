"""What a moderator writes at the foot of a category, in each language."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from marketplace.db.models import AuditEvent
from marketplace.shop.catalogue.models import Category, CategoryGuide
from tests.factories import CategoryFactory
from tests.integration.backoffice.conftest import SignedIn

pytestmark = pytest.mark.django_db

MEANWHILE = "Somebody else has changed this text meanwhile."


@pytest.fixture
def kitchen() -> Category:
    return CategoryFactory.create(name="Kitchen")


@pytest.fixture
def moderator(as_operator: SignedIn) -> Client:
    return as_operator("moderator")


def opened(client: Client, shelf: Category) -> dict[str, str]:
    """Return the fields of the form as a browser would send them back."""
    page = client.get(reverse("office-categories"), {"change": shelf.public_id})
    return fields_of(page)


def fields_of(page: Any) -> dict[str, str]:
    fields = {}
    for each in page.context["guides"]:
        fields[f"guide-{each.tongue.code}"] = each.text
        fields[f"seen-{each.tongue.code}"] = each.seen
    return fields


def save(client: Client, shelf: Category, **fields: str) -> HttpResponse:
    return client.post(reverse("office-category-guide", args=[shelf.public_id]), fields)


def said(shelf: Category) -> dict[str, str]:
    return dict(shelf.guides.values_list("language", "text"))


def test_it_is_kept_by_language(moderator: Client, kitchen: Category):
    form = opened(moderator, kitchen)

    save(moderator, kitchen, **form | {"guide-en": "# Steel\r\nHold it."})
    shown = moderator.get(
        reverse("office-categories"), {"change": kitchen.public_id}
    ).content.decode()
    form = opened(moderator, kitchen)
    save(moderator, kitchen, **form | {"guide-en": " ", "guide-de": "Nimm es."})

    assert "# Steel\nHold it.</textarea>" in shown
    assert said(kitchen) == {"de": "Nimm es."}


def test_the_log_keeps_what_stood_there_before(moderator: Client, kitchen: Category):
    CategoryGuide.objects.create(category=kitchen, language="en", text="Hold it.")

    save(moderator, kitchen, **opened(moderator, kitchen) | {"guide-en": "Lift it."})

    told = AuditEvent.objects.get(action="category.guided").details
    assert told == {"before": {"en": "Hold it."}, "after": {"en": "Lift it."}}


def test_two_who_write_in_two_languages_both_keep_theirs(
    moderator: Client, kitchen: Category
):
    one, other = opened(moderator, kitchen), opened(moderator, kitchen)

    save(moderator, kitchen, **one | {"guide-en": "Hold it."})
    answer = save(moderator, kitchen, **other | {"guide-de": "Nimm es."})

    assert answer.status_code == 302
    assert said(kitchen) == {"en": "Hold it.", "de": "Nimm es."}


def test_who_comes_second_is_refused_and_keeps_their_words(
    moderator: Client, kitchen: Category
):
    one, other = opened(moderator, kitchen), opened(moderator, kitchen)

    save(moderator, kitchen, **one | {"guide-en": "Hold it."})
    refused = save(moderator, kitchen, **other | {"guide-en": "Lift it."})
    page = refused.content.decode()

    assert refused.status_code == 422
    assert MEANWHILE in page
    assert "Lift it.</textarea>" in page
    assert "Hold it.</blockquote>" in page
    assert said(kitchen) == {"en": "Hold it."}
    save(moderator, kitchen, **fields_of(refused))
    assert said(kitchen) == {"en": "Lift it."}


def test_saving_again_does_not_write_over_a_language_not_shown(
    moderator: Client, kitchen: Category
):
    one, other = opened(moderator, kitchen), opened(moderator, kitchen)
    save(moderator, kitchen, **one | {"guide-en": "Hold it.", "guide-fr": "Tenez."})

    mine = other | {"guide-en": "Lift it.", "guide-fr": "Levez."}
    refused = save(moderator, kitchen, **mine)
    again = save(moderator, kitchen, **fields_of(refused))

    assert (refused.status_code, again.status_code) == (422, 422)
    assert "Tenez.</blockquote>" in again.content.decode()
    assert said(kitchen) == {"en": "Hold it.", "fr": "Tenez."}


def test_a_text_that_is_too_long_is_told_back_whole(
    moderator: Client, kitchen: Category
):
    long = "x" * 9000
    form = opened(moderator, kitchen)

    answer = save(moderator, kitchen, **form | {"guide-en": long, "guide-fr": "Court."})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Write at most 4000 characters." in page
    assert f"{long}</textarea>" in page
    assert "Court.</textarea>" in page
    assert not said(kitchen)


def test_a_form_from_before_is_no_leave_to_write(moderator: Client, kitchen: Category):
    answer = save(moderator, kitchen, **{"guide-en": "Hold it."})

    assert answer.status_code == 422
    assert not said(kitchen)
