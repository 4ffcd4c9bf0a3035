"""What speaks against an application, in points and words; the riskiest comes first."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontend.backoffice.application_checks import checks_of_application
from frontend.backoffice.application_risk import GROUNDS, risk_of
from tests.factories import NOW, UserFactory, seller
from tests.integration.backoffice.conftest import SignedIn
from vendors.models import Application, ApplicationFile, Member, Vendor
from vendors.selectors.application_risk import HIGH, SOME, WORTH
from vendors.services.application_files import add_files
from vendors.services.likeness import keep_likeness

pytestmark = pytest.mark.django_db

SENT_AT = NOW + timedelta(hours=2)
Change = Callable[[Vendor, Vendor], object]


def applying(name: str, number: int, **facts: str) -> Application:
    """Return an application against which nothing speaks."""
    vendor: Vendor = seller(name, delivers=False).vendor
    tell(
        vendor,
        **{
            "state": "applying",
            "country": "BE",
            "legal_name": f"{name} BV",
            "vat_number": "BE0123456749",
            "registration_number": f"R {number}",
            "contact_phone": f"+32 9 {number}",
            "contact_email": f"hello@{name.lower()}.example",
            "street": f"Street {number}",
            "postcode": "9000",
            "city": "Ghent",
            "created_at": NOW,
            **facts,
        },
    )
    user = UserFactory.create()
    EmailAddress.objects.create(user=user, email=user.email, verified=True)
    Member.objects.filter(vendor=vendor).delete()
    Member.objects.create(vendor=vendor, user=user, role="owner", since=NOW)
    asked = Application.objects.create(vendor_id=vendor.pk)
    send(vendor, f"{name} %%EOF".encode())
    Application.objects.filter(pk=asked.pk).update(
        state="submitted", submitted_at=SENT_AT
    )
    return Application.objects.select_related("vendor").get(pk=asked.pk)


def tell(vendor: Vendor, **facts: object) -> None:
    """Let a trader be otherwise, as a saved identity is."""
    Vendor.objects.filter(pk=vendor.pk).update(**facts)
    keep_likeness(Vendor.objects.filter(pk=vendor.pk))


def send(vendor: Vendor, content: bytes) -> None:
    file = ContentFile(b"%PDF-1.7 " + content, name="a.pdf")
    add_files(vendor=vendor, files=[("a.pdf", file)], now=NOW, stored=[])


@pytest.fixture
def honest() -> Application:
    return applying("Bakery", 1)


@pytest.fixture
def barred() -> Vendor:
    """A shop that was refused, and shares nothing with the other."""
    asked = applying("Mill", 2, vat_number="")
    Application.objects.filter(pk=asked.pk).update(state="refused")
    return Vendor.objects.get(pk=asked.vendor_id)


def grounds_of(application: Application) -> list[str]:
    words = {str(said): name for name, said in GROUNDS.items()}
    return [words[ground] for ground, _points in risk_of(application).grounds]


def _change(**facts: object) -> Change:
    return lambda vendor, _other: tell(vendor, **facts)


def _share(*names: str) -> Change:
    return lambda vendor, other: tell(
        vendor, **{name: getattr(other, name) for name in names}
    )


def _share_a_person(vendor: Vendor, other: Vendor) -> None:
    person = vendor.members.get().user
    Member.objects.create(vendor=other, user=person, role="orders", since=NOW)


def _share_a_paper(vendor: Vendor, other: Vendor) -> None:
    digest = ApplicationFile.objects.get(application__vendor=other).digest
    ApplicationFile.objects.filter(application__vendor=vendor).update(digest=digest)


def test_the_points_are_of_a_hundred_and_every_ground_has_words() -> None:
    assert sum(WORTH.values()) == 100
    assert list(WORTH) == list(GROUNDS)
    assert list(WORTH.values()) == sorted(WORTH.values(), reverse=True)
    assert 0 < SOME < HIGH <= WORTH["is_alike"]


def test_nothing_speaks_against_whoever_tells_all(
    honest: Application, barred: Vendor
) -> None:
    risk = risk_of(honest)

    assert (risk.points, risk.words, risk.grounds) == (0, "Low risk, 0 of 100", [])


@pytest.mark.parametrize(
    ("change", "ground"),
    [
        (_change(vat_number="BE0123456700"), "has_wrong_vat"),
        (_change(vat_number="FR36345678908"), "has_wrong_vat"),
        (_change(registration_number=""), "lacks_register"),
        (_change(contact_phone=""), "lacks_phone"),
        (_change(country="CH", vat_number="CHE123456788"), "is_far"),
        (_change(created_at=SENT_AT - timedelta(minutes=9)), "is_hasty"),
        (_share_a_person, "was_refused"),
        (_share("registration_number"), "is_alike"),
        (_share("contact_phone"), "is_alike"),
        (_share("contact_email"), "is_alike"),
        (_share("street", "legal_name"), "is_alike"),
        (_share_a_paper, "is_alike"),
        (lambda *_shops: EmailAddress.objects.all().delete(), "is_unconfirmed"),
        (lambda *_shops: ApplicationFile.objects.all().delete(), "lacks_papers"),
        (
            lambda vendor, _other: ApplicationFile.objects.filter(
                application__vendor=vendor
            ).update(state="refused", reason="Cut off", decided_at=NOW),
            "has_refused_paper",
        ),
    ],
)
def test_each_ground_counts_what_it_is_worth(
    change: Change, ground: str, honest: Application, barred: Vendor
) -> None:
    change(honest.vendor, barred)

    assert grounds_of(honest) == [ground]
    assert risk_of(honest).points == WORTH[ground]


def test_a_trader_without_a_vat_number_is_as_good_as_one_with_it(
    honest: Application,
) -> None:
    tell(honest.vendor, vat_number="")
    honest.vendor.refresh_from_db()

    check = checks_of_application(honest)[0]

    assert grounds_of(honest) == []
    assert check.is_good
    assert check.found == "None stated, as small traders may"


@pytest.mark.parametrize("name", ["legal_name", "street"])
def test_a_namesake_or_a_shared_office_counts_nothing(
    name: str, honest: Application, barred: Vendor
) -> None:
    _share(name)(honest.vendor, barred)

    check = checks_of_application(honest)[6]

    assert grounds_of(honest) == []
    assert not check.is_good


def test_spaces_and_case_do_not_hide_what_is_shared(
    honest: Application, barred: Vendor
) -> None:
    tell(barred, street="MAIN street  5", postcode="90 00", contact_phone="0032/9.77")
    tell(
        honest.vendor, street="Main Street 5", postcode="9000", contact_phone="+32 977"
    )

    check = checks_of_application(honest)[6]

    assert grounds_of(honest) == ["is_alike"]
    assert [words for words, _href in check.links] == ["Mill (refused): phone, address"]


def test_what_an_open_shop_shares_is_told_but_counts_nothing(
    honest: Application, barred: Vendor
) -> None:
    Application.objects.filter(vendor=barred).update(state="approved")
    tell(barred, state="open", vat_number="")
    _share("contact_phone")(honest.vendor, barred)

    check = checks_of_application(honest)[6]

    assert grounds_of(honest) == []
    assert [words for words, _href in check.links] == ["Mill: phone"]
    assert not check.is_good


def test_a_shared_bank_account_counts_once_one_of_the_shops_is_barred(
    honest: Application, barred: Vendor
) -> None:
    same = [frozenset({honest.vendor_id, barred.pk})]

    check = checks_of_application(honest, paid_alike=same)[6]

    assert [words for words, _href in check.links] == ["Mill (refused): bank account"]


def test_empty_fields_are_shared_with_nobody(
    honest: Application, barred: Vendor
) -> None:
    empty = dict.fromkeys(
        [
            *("vat_number", "registration_number", "legal_name", "street"),
            *("contact_phone", "contact_email", "postcode"),
        ],
        "",
    )
    tell(honest.vendor, **empty)
    tell(barred, **empty)

    assert "is_alike" not in grounds_of(honest)
    assert checks_of_application(honest)[6].is_good


def test_the_riskiest_comes_first_and_is_marked_in_the_list(
    honest: Application, barred: Vendor, as_operator: SignedIn
) -> None:
    risky = applying("Lamps", 3, vat_number="BE0123456700")
    _share("contact_email")(risky.vendor, barred)
    client = as_operator("moderator")
    where = reverse("office-application", args=[honest.vendor.public_id])

    page = client.get(f"{where}?sort=risk")
    oldest_first = client.get(where)
    theirs = client.get(reverse("office-application", args=[risky.vendor.public_id]))

    listed = [
        (each.vendor.name, its.points, its.short)
        for each, its in page.context["listed"]
    ]
    assert listed == [("Lamps", 48, "High risk"), ("Bakery", 0, "Low risk")]
    assert [each.vendor.name for each, _risk in oldest_first.context["listed"]] == [
        "Bakery",
        "Lamps",
    ]
    assert "High risk, 48 of 100" in theirs.text
    assert "the VAT number is wrong (14)" in theirs.text


@pytest.mark.parametrize("written", ["0032 2 555 01 02", "02 555 01 02"])
def test_a_phone_is_the_same_however_it_is_written(
    written: str, honest: Application, barred: Vendor
) -> None:
    tell(barred, contact_phone="+32 2 555 01 02")

    tell(honest.vendor, contact_phone=written)

    assert grounds_of(honest) == ["is_alike"]


def test_papers_of_which_nobody_knows_the_bytes_are_not_alike(
    honest: Application, barred: Vendor
) -> None:
    ApplicationFile.objects.update(digest="")

    check = checks_of_application(honest)[6]

    assert grounds_of(honest) == []
    assert check.is_good


def test_what_waits_and_what_is_decided_are_sorted_by_the_same_points(
    honest: Application, as_operator: SignedIn
) -> None:
    risky = applying("Lamps", 3, vat_number="BE0123456700")
    Application.objects.update(state="approved")
    where = reverse("office-application", args=[honest.vendor.public_id])

    page = as_operator("moderator").get(f"{where}?state=approved&sort=risk")

    listed = [(each.pk, its.points) for each, its in page.context["listed"]]
    assert listed == [(risky.pk, 14), (honest.pk, 0)]


def test_who_is_paid_alike_is_asked_once(
    honest: Application, as_operator: SignedIn
) -> None:
    client = as_operator("moderator")
    where = reverse("office-application", args=[honest.vendor.public_id])

    with CaptureQueriesContext(connection) as asked:
        client.get(f"{where}?sort=risk")

    assert sum("HAVING" in each["sql"] and "iban" in each["sql"] for each in asked) == 1


def test_the_head_of_the_checks_says_how_many_hold(
    honest: Application, as_operator: SignedIn
) -> None:
    page = as_operator("moderator").get(
        reverse("office-application", args=[honest.vendor.public_id])
    )

    # The paper is to be decided, and payments have not begun.
    assert "6 of 8 hold" in page.text
