"""Messages that wait while the program is upgraded become mails all the same."""

import pytest

from marketplace.flows.mail import Mail
from marketplace.jobs.mails import WRITERS
from tests.integration.sale import Sale


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Mail.PART_CANCELLED, Mail.SALE_GIVEN_BACK])
def test_a_mail_that_names_no_pieces_yet_can_be_written(sale: Sale, kind: Mail):
    letters = WRITERS[kind](part=sale.part.pk)

    assert all(sale.part.order.number in each.subject for each in letters)
    assert letters or kind is Mail.SALE_GIVEN_BACK
