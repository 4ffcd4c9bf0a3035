from xml.etree import ElementTree as ET

import pytest

from marketplace.demo import pictures


@pytest.mark.parametrize("family", sorted(pictures.FAMILIES))
def test_every_family_draws_a_well_formed_picture(family: str):
    for view in (1, 2, 3, 4):
        root = ET.fromstring(pictures.product_picture(family, f"one:sage/{view}"))

        assert root.get("viewBox") == "0 0 800 800"


def test_the_same_words_give_the_same_bytes():
    one = pictures.product_picture("teapot", "nuage:sage/1")

    assert pictures.product_picture("teapot", "nuage:sage/1") == one
    assert pictures.product_picture("teapot", "marée:sage/1") != one


def test_a_hinted_colour_is_the_colour_drawn():
    blue = pictures.product_picture("mug", "nuage:ink plain/1")
    red = pictures.product_picture("mug", "nuage:tomato plain/1")

    assert "#2e4775" in blue
    assert "#2e4775" not in red


def test_two_views_show_the_same_thing():
    def outlines(view: int) -> list[str | None]:
        root = ET.fromstring(pictures.product_picture("vase", f"houle:sage/{view}"))
        group = root.find("{http://www.w3.org/2000/svg}g")
        assert group is not None
        return [path.get("d") for path in group.iter()]

    assert outlines(1) == outlines(3)


def test_an_unknown_family_is_refused():
    with pytest.raises(KeyError):
        pictures.product_picture("spoon", "one/1")


@pytest.mark.parametrize("group", sorted(pictures.GROUPS))
def test_tiles_and_banners_are_well_formed(group: str):
    families = [draw.__name__ for draw in pictures.GROUPS[group]]
    tile = ET.fromstring(pictures.tile(families, "one"))
    banner = ET.fromstring(pictures.banner(group, "one"))

    assert tile.get("viewBox") == "0 0 800 600"
    assert banner.get("viewBox") == "0 0 1600 400"


def test_marks_differ_from_seller_to_seller():
    marks = {pictures.mark(handle) for handle in ("brume", "hult", "sol", "melas")}

    assert len(marks) == 4


def test_a_scene_leaves_room_for_words_on_the_left():
    scene = pictures.scene("hero", ["teapot", "plant", "mug"])

    assert ET.fromstring(scene).get("viewBox") == "0 0 1600 760"


def test_a_cup_without_handle_has_none():
    with_one = pictures.product_picture("mug", "nuage:plum plain/1")
    without = pictures.product_picture("mug", "nuage:plum plain no-handle/1")

    assert with_one.count("stroke-width") == without.count("stroke-width") + 1


def test_a_dipped_basket_shows_its_colour():
    for seed in ("one", "two", "three", "four"):
        drawn = pictures.product_picture("basket", f"{seed}:sky dipped/1")

        assert "#6dadd2" in drawn


@pytest.mark.parametrize("family", sorted(pictures.FAMILIES))
def test_photos_of_a_report_are_well_formed(family: str):
    photos = [
        pictures.carton_photo(family),
        pictures.other_photo(family, "one:sage"),
        *(
            [pictures.crack_photo(family, "one:sage")]
            if pictures.can_crack(family)
            else []
        ),
    ]

    assert {ET.fromstring(photo).get("viewBox") for photo in photos} == {"0 0 800 800"}
