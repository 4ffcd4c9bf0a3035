"""How Elasticsearch keeps documents: its fields, and how it cuts texts into words."""

import json
from hashlib import sha256
from typing import Any

from search.ranking import FACTORS

ANALYSIS: dict[str, Any] = {
    "filter": {
        "possessive": {"type": "stemmer", "language": "possessive_english"},
        "plurals": {"type": "stemmer", "language": "minimal_english"},
        # The same stems as PostgreSQL's: both engines find the same.
        "endings": {"type": "stemmer", "language": "porter2"},
        "pairs": {
            "type": "shingle",
            "min_shingle_size": 2,
            "max_shingle_size": 2,
            "output_unigrams": True,
            "token_separator": "",
        },
    },
    "analyzer": {
        name: {
            "tokenizer": "standard",
            "filter": ["lowercase", "asciifolding", "possessive", *filters],
        }
        for name, filters in (
            ("plural", ["plurals"]),
            ("stemmed", ["endings"]),
            ("paired", ["endings", "pairs"]),
            # All stems as one word, in any order: alike is who has the same ones.
            ("whole", ["endings", "fingerprint"]),
        )
    },
}
# Places of words are only asked of the field "all", by phrases.
_STEMMED = {"type": "text", "analyzer": "stemmed", "index_options": "freqs"}
# Whether a word is there, and how rare it is among all: neither how often nor how long.
_SAID = {
    "type": "text",
    "analyzer": "stemmed",
    "index_options": "docs",
    "norms": False,
    "similarity": "rarity",
}
SIMILARITY: dict[str, Any] = {"rarity": {"type": "BM25", "k1": 0, "b": 0}}
_KEYWORD = {"type": "keyword", "ignore_above": 1024}
MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "properties": {
        "product_id": {"type": "long"},
        "all": {"type": "text", "analyzer": "plural"},
        "wide": {"type": "text", "analyzer": "paired", "index_options": "freqs"},
        # Every word, for what matches alone: one list to read for each.
        "any": {**_STEMMED, "norms": False, "index_options": "docs"},
        "title": {
            **_STEMMED,
            "copy_to": ["any", "all", "wide", "spelling"],
            "fields": {"said": _SAID},
        },
        "brand": {**_STEMMED, "copy_to": ["any", "all", "wide", "spelling"]},
        "summary": {**_STEMMED, "copy_to": ["any", "all", "wide", "spelling"]},
        "attributes": {**_STEMMED, "copy_to": ["any", "wide", "spelling"]},
        "description": {"type": "text", "index": False, "copy_to": ["any", "wide"]},
        "values": _STEMMED,
        "kind": {
            **_STEMMED,
            "copy_to": ["any", "spelling"],
            "fields": {"whole": {"type": "text", "analyzer": "whole", "norms": False}},
        },
        "spelling": {
            "type": "text",
            "analyzer": "standard",
            "norms": False,
            "index_options": "docs",
        },
        "identifiers": _KEYWORD,
        "skus": _KEYWORD,
        "tags": {**_KEYWORD, "eager_global_ordinals": True},
        "currency": _KEYWORD,
        "price_minor": {"type": "long"},
        "landed_minor": {"type": "long"},
        "is_available": {"type": "boolean"},
        "note": {"type": "float"},
        "delivery_days": {"type": "short"},
        "factors": {
            "properties": {factor.key: {"type": "float"} for factor in FACTORS}
        },
        "created_at": {"type": "date"},
        "card": {"type": "object", "enabled": False},
    },
}
# Changes with whatever an index is made of: one of another shape is made anew.
SHAPE = sha256(
    json.dumps([ANALYSIS, SIMILARITY, MAPPING], sort_keys=True).encode()
).hexdigest()
