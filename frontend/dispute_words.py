"""How the pages colour disputes."""

_TONES = {
    "inquiry": "info",
    "open": "warn",
    "submitted": "info",
    "won": "good",
    "lost": "bad",
    "closed": "good",
}


def tone_of_dispute(state: str) -> str:
    """Return the colour of a dispute's state."""
    return _TONES.get(state, "")
