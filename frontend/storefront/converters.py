"""What may stand in the address of an order's pages."""

from django.urls.converters import StringConverter


class PlainConverter(StringConverter):
    """A word of any characters but NUL, which no column of the database holds."""

    regex = r"[^/\0]+"
