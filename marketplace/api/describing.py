"""What the schema says of every operation."""

from drf_spectacular.utils import OpenApiParameter

from marketplace.api.idempotency import HEADER
from marketplace.api.problems import CONTENT_TYPE
from marketplace.api.serializers import ProblemSerializer

_ALWAYS = (400, 401, 403, 429)

IDEMPOTENCY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="Sent twice with the same key, a request happens once.",
)


def problems(*statuses: int) -> dict[tuple[int, str], type[ProblemSerializer]]:
    """Return the errors of an operation: those of all, and `statuses`."""
    return {
        (status, CONTENT_TYPE): ProblemSerializer
        for status in sorted({*_ALWAYS, *statuses})
    }
