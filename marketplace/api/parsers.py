"""What a seller's system sends, read before anybody trusts it."""

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, parsers


class PlainJSONParser(parsers.JSONParser):
    """JSON as the database can keep it."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        r"""Read a body.

        Raises ParseError for what is nested too deeply to read, for half of a character
        (`\ud800`), which is no text in any encoding, and for a NUL.
        """
        try:
            read = super().parse(*args, **kwargs)
            written = json.dumps(read, ensure_ascii=False)
            written.encode()
        except RecursionError as error:
            raise exceptions.ParseError(_("This is nested too deeply.")) from error
        except UnicodeEncodeError as error:
            raise exceptions.ParseError(
                _("This has half of a character: send UTF-8.")
            ) from error
        # Written as a backslash and what follows it; two of them are a backslash.
        if "\\u0000" in written.replace("\\\\", ""):
            raise exceptions.ParseError(_("This has a NUL character: leave it out."))
        return read
