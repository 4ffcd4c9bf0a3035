"""The word of a thing in its address; decoration, for its id follows."""

from django.utils.text import slugify

_LONGEST = 200


def slug_of(title: str, *, allow_unicode: bool = False) -> str:
    """Return a title as an address may say it, cut, never empty.

    The signature is what OSCAR_SLUG_FUNCTION is called with. Letters that ASCII lacks
    are left out: written as codes they would be longer than a slug may be.
    """
    cut = slugify(title, allow_unicode=allow_unicode)[:_LONGEST].strip("-")
    return cut or "product"
