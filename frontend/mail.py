"""Mails as programs show them: a plain text and, beside it, the same in HTML."""

from css_inline import CSSInliner

# Without the media rules a mail loses its dark half and its phone half.
_INLINER = CSSInliner(
    keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False
)


def inlined(html: str) -> str:
    """Copy the styles of a mail into its tags; many programs drop the head."""
    return str(_INLINER.inline(html))
