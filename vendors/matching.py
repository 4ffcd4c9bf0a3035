"""Which column of a seller's file is which of ours: by its name, then by its cells."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.core.amounts import read_amount
from marketplace.core.money import InexactAmountError
from vendors.gtin import is_gtin
from vendors.sheet import COLUMNS, FACT, LANGUAGES, REQUIRED

# What shops and their systems call these columns, in the languages of our sellers.
# Words are compared without case, accents and signs.
NAMES: dict[str, tuple[str, ...]] = {
    "sku": (
        *("sku", "seller sku", "merchant sku", "your number", "item number"),
        *("item no", "article number", "article no", "reference", "ref", "code"),
        *("artikelnr", "artikelnummer", "art nr", "bestellnummer", "referenz"),
        *("numero", "numero d article", "numero article", "reference article"),
        *("reference vendeur", "votre numero", "code article", "codigo"),
        *("referencia", "codice", "codice articolo", "artikelcode", "ihre nummer"),
    ),
    "ean": (
        *("ean", "ean13", "ean 13", "ean code", "code ean", "gtin", "gtin13", "upc"),
        *("barcode", "bar code", "code barres", "code a barres", "strichcode"),
        *("streepjescode", "codigo de barras", "codice a barre", "isbn", "isbn13"),
    ),
    "title": (
        *("title", "name", "product name", "product", "item name", "designation"),
        *("titre", "nom", "nom du produit", "produit", "libelle", "intitule"),
        *("titel", "bezeichnung", "artikelbezeichnung", "artikelname", "produktname"),
        *("produkt", "benaming", "naam", "productnaam", "titulo", "nombre"),
        *("titolo", "nome", "nome prodotto"),
    ),
    "price": (
        *("price", "sale price", "selling price", "unit price", "price eur"),
        *("price with vat", "gross price", "prix", "prix ttc", "prix de vente"),
        *("prix unitaire", "prix vente", "tarif", "preis", "preis eur", "vk"),
        *("vk brutto", "vk preis", "verkaufspreis", "bruttopreis", "prijs"),
        *("verkoopprijs", "precio", "precio de venta", "pvp", "prezzo"),
    ),
    "stock": (
        *("stock", "quantity", "qty", "inventory", "in stock", "on hand"),
        *("available", "quantite", "qte", "stock disponible", "en stock"),
        *("disponible", "lager", "lagerbestand", "bestand", "menge", "anzahl"),
        *("verfugbar", "voorraad", "aantal", "cantidad", "existencias"),
        *("quantita", "giacenza", "disponibilita"),
    ),
    "brand": (
        *("brand", "manufacturer", "make", "marque", "fabricant", "marke"),
        *("hersteller", "merk", "fabrikant", "marca", "fabricante", "produttore"),
    ),
    "category": (
        *("category", "categorie", "rayon", "kategorie", "warengruppe"),
        *("categoria", "product type"),
    ),
    "kind": (
        *("kind", "kind of product", "product kind", "product class"),
        *("type de produit", "nature du produit", "produktart", "artikelart"),
        *("soort product", "tipo de producto", "tipo di prodotto"),
    ),
    "description": (
        *("description", "long description", "product description", "text"),
        *("description longue", "descriptif", "beschreibung", "langtext"),
        *("omschrijving", "beschrijving", "descripcion", "descrizione"),
    ),
    "attributes": (
        *("attributes", "facts", "specifications", "attributs", "caracteristiques"),
        *("attribute", "merkmale", "eigenschaften", "kenmerken", "atributos"),
        *("caracteristicas", "attributi", "caratteristiche"),
    ),
    "variant_group": (
        *("variant group", "variant group code", "parent sku", "item group id"),
        *("parent", "parent id", "groupe de variantes", "sku parent", "code groupe"),
        *("variantengruppe", "variantengruppen code", "eltern sku", "artikelgruppe"),
    ),
    "variant_axes": (
        *("variant axes", "variant axis", "variation theme", "variation axes"),
        *("axes de variante", "axes", "variantenachsen", "variationsthema"),
    ),
    "currency": (*("currency", "devise", "monnaie", "wahrung", "valuta", "moneda"),),
    "condition": (
        *("condition", "item condition", "etat", "zustand", "staat", "conditie"),
        *("estado", "condizione", "condizioni"),
    ),
    "handling_days": (
        *("handling days", "handling time", "lead time", "dispatch days"),
        *("dispatch time", "delai", "delai d expedition", "delai de preparation"),
        *("lieferzeit", "bearbeitungszeit", "versandtage", "levertijd"),
        *("plazo", "plazo de envio", "tempi di spedizione"),
    ),
}
# Our names in a language: “Titre FR”, “name_de”, “Description (fr)”.
for _code in LANGUAGES:
    for _column in ("title", "description"):
        NAMES[f"{_column}_{_code}"] = tuple(
            f"{word} {_code}" for word in NAMES[_column]
        )
# What our files of refused rows say behind the columns of the seller's own.
ADDED = ("column", "problem")
BEFORE, BY_NAME, BY_CELLS = "before", "name", "cells"
# So much of the name of a column is kept: an attribute is called no longer than that.
LONGEST_NAME = 128
_ENOUGH = 0.8
_MOST_PIECES = 5
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_KNOWN = {word: column for column, words in NAMES.items() for word in words}


@dataclass(frozen=True, slots=True)
class Match:
    """Where each of our columns stands in a file, and how each was found."""

    places: dict[str, int]
    how: dict[str, str]

    @property
    def missing(self) -> list[str]:
        """Return the columns that must be there and are not."""
        return [column for column in REQUIRED if column not in self.places]


def shape_of(names: Sequence[str]) -> str:
    """Return what files with the same columns in the same order have in common."""
    written = "\n".join(_plain(name) for name in _own(names))
    return hashlib.sha256(written.encode()).hexdigest()


def is_ours(names: Sequence[str], attributes: Collection[str] = ()) -> bool:
    """Say whether a file has the columns that it needs, and calls all as we do.

    Columns of its own have `attributes`, here in small letters.
    """
    given = [name.strip().casefold() for name in _own(names) if name.strip()]
    return (
        set(given) <= {*COLUMNS, *attributes}
        and set(REQUIRED) <= set(given)
        and len(set(given)) == len(given)
    )


def guess(
    names: Sequence[str],
    lines: Sequence[Sequence[str]],
    attributes: Collection[str] = (),
) -> Match:
    """Match the columns of a file by their names, and what is missing by its cells.

    One that is called like one of the `attributes`, in small letters, is that, unless
    it may be a column of ours that no other is called like.
    """
    match = Match({}, {})
    ours = {column for column in map(_as_ours, names) if column in COLUMNS}
    for place, name in enumerate(names):
        column = _named(name)
        is_free = column is None or column in ours - {_as_ours(name)}
        if is_free and name.strip().casefold() in attributes:
            column = FACT + name.strip()[:LONGEST_NAME]
        if column is not None and column not in match.places:
            match.places[column] = place
            match.how[column] = BY_NAME
    for column, fits in _FITS.items():
        if column not in match.places:
            _look(match, column, fits, _cells(names, lines))
    return match


def remembered(places: Mapping[str, int]) -> Match:
    """Return a match that somebody made before."""
    return Match(dict(places), dict.fromkeys(places, BEFORE))


def _own(names: Sequence[str]) -> Sequence[str]:
    return names[: -len(ADDED)] if tuple(names[-len(ADDED) :]) == ADDED else names


def _named(name: str) -> str | None:
    found = _as_ours(name)
    return found if found in COLUMNS else _KNOWN.get(_plain(name))


def _as_ours(name: str) -> str:
    return _plain(name).replace(" ", "_")


def _plain(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name.replace("ß", "ss").lower())
    letters = "".join(each for each in parts if not unicodedata.combining(each))
    return _NOT_A_WORD.sub(" ", letters).strip()


def _cells(
    names: Sequence[str], lines: Sequence[Sequence[str]]
) -> dict[int, list[str]]:
    """Return what each column's cells say, empty ones left out."""
    return {
        place: [
            line[place].strip()
            for line in lines
            if place < len(line) and line[place].strip()
        ]
        for place in range(len(names))
    }


def _look(
    match: Match,
    column: str,
    fits: Callable[[str], bool],
    cells: Mapping[int, Sequence[str]],
) -> None:
    taken = set(match.places.values())
    for place, written in cells.items():
        if place not in taken and _mostly(fits, written):
            match.places[column], match.how[column] = place, BY_CELLS
            return


def _mostly(fits: Callable[[str], bool], written: Iterable[str]) -> bool:
    told = [fits(each) for each in written]
    return bool(told) and sum(told) >= _ENOUGH * len(told)


def _is_price(text: str) -> bool:
    """Say whether a cell has decimals, as prices have and pieces have not."""
    try:
        read_amount(text, "EUR")
    except InexactAmountError:
        return False
    return any(sign in text for sign in ".,€")


def _is_stock(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_PIECES


# What tells itself by its cells, the surest first.
_FITS: dict[str, Callable[[str], bool]] = {
    "ean": is_gtin,
    "price": _is_price,
    "stock": _is_stock,
}
