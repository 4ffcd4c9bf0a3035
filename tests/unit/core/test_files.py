"""Two files are the same by what they say."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.core.files import hold_the_same

LONG = b"a,b\n" * 50_000


@pytest.mark.parametrize(
    ("content", "is_same"),
    [(LONG, True), (LONG[:-2] + b"c\n", False), (LONG + b"\n", False), (b"", False)],
)
def test_files_are_the_same_by_what_they_say(content: bytes, is_same: bool):
    kept, sent = ContentFile(LONG), SimpleUploadedFile("other.csv", content)
    sent.read(3)

    assert hold_the_same(kept, sent) is is_same
    assert (kept.tell(), sent.tell()) == (0, 0)
