"""Evidence: pictures are redrawn, and only who may see the order sees them."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from marketplace.accounts.models import User
from marketplace.flows.report_problem import report_problem
from marketplace.flows.ship_parcel import ship_parcel
from support.models import Problem, ProblemPhoto
from support.services.photos import PhotoRefusedError
from support.services.problems import Report
from tests.integration.sale import Sale, make_user, moment
from vendors.services.fulfilment import Dispatch

NOW = moment("2026-11-25 10:00")
GPS = 0x8825


def photo(
    name: str = "loaf.jpg", size: tuple[int, int] = (3000, 1500), kind: str = "JPEG"
):
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (50.0, 50.0, 0.0)}
    drawn = BytesIO()
    Image.new("RGB", size, "brown").save(drawn, kind, exif=exif)
    return SimpleUploadedFile(name, drawn.getvalue(), f"image/{kind.lower()}")


def bitmap(name: str) -> SimpleUploadedFile:
    drawn = BytesIO()
    Image.new("RGB", (9, 9)).save(drawn, "BMP")
    return SimpleUploadedFile(name, drawn.getvalue(), "image/bmp")


def report(sale: Sale, *photos: SimpleUploadedFile) -> Problem:
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)
    loaf, _ = sale.lines
    about = Report(
        kind=Problem.Kind.DAMAGED,
        text="Flat.",
        quantities={loaf.pk: 1},
        photos=photos,
    )
    return report_problem(part=sale.part, report=about, now=NOW)


def test_a_photo_loses_its_place_and_its_size(sale: Sale):
    report(sale, photo())

    with ProblemPhoto.objects.get().file.open() as file, Image.open(file) as kept:
        assert kept.size == (2000, 1000)
        assert dict(kept.getexif()) == {}


@pytest.mark.parametrize(
    ("photos", "complaint"),
    [
        ([SimpleUploadedFile("a.jpg", b"<script>")], "“a.jpg” is not a picture"),
        ([bitmap("a.bmp")], "“a.bmp” is not a picture"),
        ([photo(size=(2, 2))] * 9, "at most 8"),
        ([photo("huge.jpg", (8000, 6000))], "“huge.jpg” has too many pixels"),
        ([photo("deep.png", (5000, 5000), "PNG")], "“deep.png” has too many pixels"),
    ],
)
def test_what_is_no_photo_opens_no_problem(sale: Sale, photos, complaint: str):
    with pytest.raises(PhotoRefusedError, match=complaint):
        report(sale, *photos)

    assert not Problem.objects.exists()
    assert sale.part.settlement.state == "held"


def test_only_the_buyer_sees_their_photo(sale: Sale, anna: User, client: Client):
    problem = report(sale, photo())
    where = [sale.order.number, 1, problem.public_id]
    path = reverse("case-photo", args=[*where, 1])
    second = reverse("case-photo", args=[*where, 2])

    stranger = client.get(path)
    client.force_login(make_user("ben"))
    other = client.get(path)
    client.force_login(anna)
    mine, missing = client.get(path), client.get(second)

    assert (stranger.status_code, other.status_code) == (302, 404)
    assert (mine.status_code, mine["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(mine).startswith(b"\xff\xd8")
    mine.close()
    assert missing.status_code == 404


def test_a_screen_shot_stays_what_it_is(sale: Sale, anna: User, client: Client):
    drawn = BytesIO()
    Image.new("RGBA", (80, 80), (0, 0, 0, 0)).save(drawn, "PNG")
    shot = SimpleUploadedFile("screen.png", drawn.getvalue(), "image/png")
    problem = report(sale, shot)
    client.force_login(anna)
    where = [sale.order.number, 1, problem.public_id, 1]

    answer = client.get(reverse("case-photo", args=where))

    assert answer["Content-Type"] == "image/png"
    assert b"".join(answer).startswith(b"\x89PNG")
    answer.close()
