"""Forms for promotions that are sent at the same moment."""

from uuid import UUID, uuid4

import pytest

from marketplace.flows.keep_promotions import (
    Draft,
    PromotionRefusedError,
    make_promotion,
)
from marketplace.shop.promotions.models import Promotion
from tests.integration.buying.market import NOW
from tests.integration.buying.test_the_last_piece import all_at_once
from tests.integration.sale import make_user

pytestmark = pytest.mark.usefixtures("committing_db")


def made_at_once(presses: list[UUID]) -> list[object]:
    operator = make_user("operator")
    drafts = [
        Draft(
            name="Winter",
            code="WINTER-10",
            benefit="percent",
            bps=1000,
            currency="EUR",
            starts_at=NOW,
            press=press,
        )
        for press in presses
    ]
    return all_at_once(
        [
            lambda one=one: make_promotion(draft=one, actor_id=operator.pk, now=NOW)
            for one in drafts
        ]
    )


def test_the_same_form_sent_often_at_once_makes_one() -> None:
    answers = made_at_once([uuid4()] * 5)

    assert answers == [Promotion.objects.get()] * 5


def test_a_code_that_several_choose_at_once_is_of_one() -> None:
    answers = made_at_once([uuid4() for _ in range(5)])

    refused = [one for one in answers if isinstance(one, PromotionRefusedError)]
    assert [one.field for one in refused] == ["code"] * 4
    assert Promotion.objects.count() == 1
