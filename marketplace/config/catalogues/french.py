"""How French is set: spaces that do not break, guillemets, and its apostrophe.

After the Imprimerie nationale's rules: a no-break space before what is made of two
parts (: ; ? ! % €) and within guillemets. A narrow one, U+202F, is as good.
"""

import re
from collections.abc import Iterator

_TAG = re.compile(r"<[^>]*>|&\w+;|%(?:\(\w+\))?[sd]|{\w*}|https?:\S+")
_RULES = (
    (re.compile(r" [:;?!»%€]"), "a plain space stands before “{}”: U+00A0 or U+202F"),
    (re.compile(r"« "), "a plain space stands after “{}”: U+00A0 or U+202F"),
    (re.compile(r"\w[;?!](?=\s|$)"), "no space stands before the sign in “{}”"),
    (re.compile(r"[«]\w|\w»"), "no space stands within the guillemets: “{}”"),
    (re.compile(r"[“”„]"), "“{}” is no French quotation mark: « and »"),
    (re.compile(r"\w'\w"), "“{}” has the typewriter's apostrophe: ’"),
    (re.compile(r"\.\.\."), "“{}” is three points: …"),
)


def misprints(text: str) -> Iterator[str]:
    """Yield what is set wrongly in a French text."""
    # What stands in for a value is a letter to the signs around it.
    bare = _TAG.sub(lambda match: "x" if match[0][0] in "%{" else "", text)
    for rule, sentence in _RULES:
        if found := rule.search(bare):
            yield sentence.format(found[0].strip())
