from marketplace.shop.catalogue.families import (
    Member,
    Trait,
    axes_of,
    differing,
)

COLOUR, SIZE, WOOL = Trait("colour", "Colour"), Trait("size", "Size"), Trait("of", "Of")


def member(number: int, colour: str, size: str) -> Member:
    facts = {"colour": colour, "size": size, "of": "wool"}
    return Member(number, f"prd_{number}", "jumper", "Jumper", facts, None)


INK_S, INK_M, MOSS_M = (
    member(1, "ink", "S"),
    member(2, "ink", "M"),
    member(3, "moss", "M"),
)
ALL = (INK_S, INK_M, MOSS_M)


def told(*, current: Member, buyable: set[int]) -> dict[str, list[tuple[object, ...]]]:
    axes = axes_of(
        ALL, (SIZE, WOOL, COLOUR), current=current, buyable=frozenset(buyable)
    )
    return {
        axis.trait.code: [
            (each.value, each.member.id, each.is_current, each.is_exact)
            for each in axis.choices
        ]
        for axis in axes
    }


def test_what_variants_differ_in_can_be_chosen_and_nothing_else():
    assert list(told(current=INK_S, buyable={1, 2, 3})) == ["size", "colour"]


def test_a_choice_leads_to_the_variant_that_is_alike_in_all_else():
    assert told(current=INK_M, buyable={1, 2, 3}) == {
        "size": [("S", 1, False, True), ("M", 2, True, True)],
        "colour": [("ink", 2, True, True), ("moss", 3, False, True)],
    }


def test_what_is_not_made_leads_to_another_that_can_be_bought():
    # Moss in S does not exist.
    assert told(current=INK_S, buyable={3})["colour"] == [
        ("ink", 1, True, True),
        ("moss", 3, False, False),
    ]


def test_what_follows_from_another_choice_is_no_choice_of_its_own():
    facts = [
        {"shade": shade, "colour": colour, "litres": litres, "width": width}
        for shade, colour in (("ink", "blue"), ("sky", "blue"), ("moss", "green"))
        for litres, width in ((1, 20), (2, 24))
    ]

    assert differing(("shade", "colour", "litres", "width"), facts) == {
        "shade": 3,
        "litres": 2,
    }


def test_a_colour_stays_a_choice_where_few_sizes_are_made_of_each():
    facts = [
        {"colour": colour, "size": size}
        for colour, size in (("ink", "S"), ("moss", "M"), ("moss", "L"))
    ]

    assert differing(("size", "colour"), facts) == {"size": 3, "colour": 2}


def test_a_fact_that_one_variant_lacks_is_no_choice():
    odd = Member(4, "prd_4", "jumper", "Jumper", {"size": "M", "of": "wool"}, None)

    axes = axes_of((*ALL, odd), (SIZE, COLOUR), current=INK_S, buyable=frozenset({1}))

    assert [axis.trait for axis in axes] == [SIZE]
