"""The one root of every refusal that a user may meet, and one that many share."""


class RefusedError(Exception):
    """Say no to a request, in words that fit the person who made it.

    `code` is a stable machine name (`offer.sold_out`); the message says what to do.
    Interfaces turn it into a form error or a 4xx; anything else is a fault of ours.
    """

    code = "refused"

    def __init__(self, message: object, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code

    @property
    def message(self) -> str:
        """Return the text for the user, translated if it was lazy."""
        return str(self.args[0])


class ReasonMissingError(RefusedError):
    """Whom it concerns reads why somebody decided so: there must be a reason."""

    code = "reason.missing"
