"""Translations are collected, checked, parted and put together again."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from marketplace.config.catalogues import collect, files, parts
from marketplace.config.catalogues.check import faults, gaps, out_of_date
from marketplace.config.catalogues.collect import ClashingWordsError, collected
from marketplace.config.catalogues.french import misprints


def catalog_of(*words: tuple[str | tuple[str, str], object], language="fr") -> Catalog:
    catalog = files.empty(language)
    for said, translated in words:
        catalog.add(said, translated)
    return catalog


@pytest.mark.parametrize(
    ("said", "translated", "wrong"),
    [
        ("Order %(number)s", "Commande %(number)s", ""),
        ("Order %(number)s", "Commande %(numero)s", "placeholders"),
        ("%s of %d", "%d sur %s", "placeholders"),
        ("Sent {}", "Envoyé", "placeholders"),
        ("100 % of it", "100\N{NO-BREAK SPACE}% du tout", ""),
        ("<b>Now</b>", "Maintenant", "tags"),
        ('<a href="%(to)s">Go</a>', '<a href="/fr">Aller</a>', "placeholders"),
        (" and ", "et", "space"),
        (("%(n)d day", "%(n)d days"), ("%(n)d jour", "%(n)d jours"), ""),
        (("One day", "%(n)d days"), ("Un jour", "%(n)d jours"), ""),
        (("%(n)d day", "%(n)d days"), ("Un jour", "%(n)d jours"), "placeholders"),
    ],
)
def test_a_translation_keeps_what_its_words_hold(said, translated, wrong):
    found = list(faults(catalog_of((said, translated)), "fr"))

    assert (wrong in found[0]) if wrong else (found == [])


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("Prêt\N{NO-BREAK SPACE}?", True),
        ("Prêt\N{NARROW NO-BREAK SPACE}?", True),
        ("Prêt ?", False),
        ("Prêt?", False),
        ("Total :", False),
        ("à 10:30, https://example.org", True),
        ("«\N{NO-BREAK SPACE}Lampe\N{NO-BREAK SPACE}»", True),
        ("«%(title)s»", False),
        ("« Lampe »", False),
        ("“Lampe”", False),
        ("l'offre", False),
        ("l’offre", True),
        ("l’offre &amp; le colis", True),
    ],
)
def test_french_is_set_as_the_french_set_it(text, is_right):
    assert (list(misprints(text)) == []) is is_right


def test_a_gap_is_what_is_empty_or_guessed():
    catalog = catalog_of(
        ("Offer", "Offre"),
        ("Order", ""),
        (("%(n)d day", "%(n)d days"), ("%(n)d jour", "")),
    )
    catalog.add("Parcel", "Colis", flags=["fuzzy"])

    assert list(gaps(catalog)) == [
        "“Order” is not translated",
        "“%(n)d day” is not translated",
        "“Parcel” is marked fuzzy",
    ]


def test_a_catalogue_is_late_by_what_one_side_alone_says():
    kept, wanted = catalog_of(("Old", "")), catalog_of(("New", ""))

    assert list(out_of_date(kept, wanted)) == [
        "“New” is missing",
        "“Old” is nowhere said",
    ]


def test_words_are_found_in_python_and_in_templates(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(collect, "ROOT", tmp_path)
    (tmp_path / "frontend").mkdir()
    (tmp_path / "frontend" / "page.html").write_text(
        "<p>\n    {% translate 'One' %}\n</p>\n"
        "{% blocktranslate count n=n context 'sum' %}{{ n }} day{% plural %}"
        "{{ n }} days{% endblocktranslate %}\n"
    )
    (tmp_path / "frontend" / "page.py").write_text(
        'title = _("Two")\nsaid = _(title)\nwords = pgettext_lazy("role", "Three")\n'
    )

    found = {(each.id, each.context) for each in collected() if each.id}

    assert found == {
        ("One", None),
        ("Two", None),
        ("Three", "role"),
        (("%(n)s day", "%(n)s days"), "sum"),
    }


def test_words_with_two_plurals_are_refused(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(collect, "ROOT", tmp_path)
    (tmp_path / "frontend").mkdir()
    (tmp_path / "frontend" / "page.py").write_text(
        'ngettext("Day", "Days", 2)\nngettext("Day", "All days", 2)\n'
    )

    with pytest.raises(ClashingWordsError, match="give both the same"):
        collected()


def test_translators_parts_are_put_together_again(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(files, "LOCALE", tmp_path)
    files.write(catalog_of(("Basket", ""), ("Plan", "")), files.path_of("fr"))
    sources = Catalog()
    sources.add("Basket", locations=[("frontend/storefront/basket.py", 0)])
    sources.add("Plan", locations=[("frontend/backoffice/plans.py", 0)])
    counts = parts.split("fr", tmp_path, sources)
    office = tmp_path / "fr-3-office.po"
    office.write_text(office.read_text().replace('msgstr ""\n\nmsgid', "msgid"))
    written = office.read_text().rpartition('msgstr ""')
    office.write_text(f'{written[0]}msgstr "Formule"{written[2]}')

    taken = parts.merge("fr", tmp_path)

    catalog = files.read(files.path_of("fr"), "fr")
    assert (counts["1-shop"], counts["3-office"], taken) == (1, 1, 1)
    assert {each.id: each.string for each in catalog if each.id} == {
        "Basket": "",
        "Plan": "Formule",
    }


def test_the_same_words_are_the_same_bytes(tmp_path: Path):
    path = tmp_path / "fr" / "django.po"
    files.write(catalog_of(("B", "b"), ("A", "a")), path)
    first = path.read_bytes()

    files.write(files.read(path, "fr"), path)

    assert path.read_bytes() == first
    assert b"Date" not in first
