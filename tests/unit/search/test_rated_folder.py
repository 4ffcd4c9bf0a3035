"""Any folder of products and rated queries can be measured."""

import csv
import json
from pathlib import Path

import pytest

from tests.benchmarks import icecat

TEAPOT = {
    "id": "B07-X",
    "title": "Brume teapot",
    "brand": "Brume",
    "category": ["Teapots"],
    "attr_t_colour": "Green",
    "attr_b_lid": True,
    "attr_b_whistle": False,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = [TEAPOT, {"id": 7, "name": "Kettle"}]
    text = "".join(f"{json.dumps(each)}\n" for each in lines)
    (tmp_path / "products.jsonl").write_text(text, encoding="utf-8")
    with (tmp_path / "some_rated.csv").open("w", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["query", "docid", "rating"])
        rows.writerow(["teapot", "B07-X", "3.0"])
        rows.writerow(["teapot", "7", "0"])
        rows.writerow(["blanket", "7", "0"])
    return tmp_path


def test_products_become_documents_with_what_they_say(folder):
    teapot, kettle = icecat.documents(folder)

    assert (teapot.title, teapot.brand, teapot.kinds) == (
        "Brume teapot",
        "Brume",
        ("Teapots",),
    )
    assert (teapot.attributes, teapot.values) == ("colour Green lid", "Green")
    assert (kettle.product_id, kettle.title, kettle.kinds) == (7, "Kettle", ())


def test_ratings_name_the_same_products_and_leave_out_what_nothing_answers(folder):
    teapot, _kettle = icecat.documents(folder)

    assert icecat.ratings(folder) == {"teapot": {teapot.product_id: 3, 7: 0}}


def test_a_folder_without_ratings_is_not_complete(folder):
    assert icecat.is_complete(folder)

    (folder / "some_rated.csv").unlink()

    assert not icecat.is_complete(folder)
