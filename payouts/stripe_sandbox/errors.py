"""Refusals in Stripe's shape."""

from typing import Any

DOCS = "https://docs.stripe.com/error-codes"


class ApiError(Exception):
    """An answer that is not a success.

    `is_stored` tells whether an idempotency key replays it, `keeps_work` whether
    what was written before it stands (a declined card leaves a failed charge).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        more: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.more = more or {}
        self.is_stored = True
        self.keeps_work = False

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind}
        if self.code:
            error |= {
                "code": self.code,
                "doc_url": f"{DOCS}/{self.code.replace('_', '-')}",
            }
        if self.param:
            error["param"] = self.param
        return {"error": error | self.more}


def invalid(
    message: str, *, code: str | None = None, param: str | None = None
) -> ApiError:
    """Return a refusal of a parameter: no key ever stores it."""
    error = ApiError(message, code=code, param=param)
    error.is_stored = False
    return error


def missing(kind: str, identifier: str, *, param: str = "id") -> ApiError:
    """Return the refusal of an id that names nothing here."""
    noun = kind.rpartition(".")[2].replace("transfer_reversal", "reversal")
    return ApiError(
        f"No such {noun}: '{identifier}'",
        status=404,
        code="resource_missing",
        param=param,
    )


def refused(
    message: str, *, code: str | None = None, param: str | None = None
) -> ApiError:
    """Return the refusal of an operation that its object's state does not allow."""
    return ApiError(message, code=code, param=param)


def declined(message: str, *, code: str, more: dict[str, Any]) -> ApiError:
    """Return a card error; the failed charge stays on record."""
    error = ApiError(message, status=402, kind="card_error", code=code, more=more)
    error.keeps_work = True
    return error
