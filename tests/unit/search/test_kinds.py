"""What a product is, read out of its title, for data without categories."""

from tests.benchmarks.kinds import kinds

CARTRIDGES = [
    (f"Brume X{each} toner cartridge Original Black", f"X{each}") for each in range(5)
]


def test_the_words_after_the_name_are_what_it_is():
    assert kinds(CARTRIDGES) == ["toner cartridge"] * 5


def test_what_few_are_called_is_no_kind():
    assert kinds(CARTRIDGES[:4]) == [""] * 4


def test_a_title_without_such_words_is_searched_for_known_ones():
    other = [("Toner Cartridge for Brume X1", "Spare part"), ("Brume X9", "X9")]

    assert kinds([*CARTRIDGES, *other])[5:] == ["toner cartridge", ""]
