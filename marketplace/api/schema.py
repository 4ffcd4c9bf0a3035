"""The schema of an operation says which scope opens it."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

from marketplace.api.permissions import OPEN, scope_of

# Of ours, in the schema; OpenAPI knows scopes only of OAuth.
SCOPE = "x-scope"


class ScopedSchema(AutoSchema):
    """Say the scope in words, and as `x-scope` for programs."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Return the operation with its scope; without one if it names none."""
        operation = super().get_operation(*args, **kwargs)
        scope = scope_of(self.view, self.method)
        if operation and scope:
            words = "Every token may." if scope == OPEN else f"Scope: `{scope}`."
            told = operation.get("description", "")
            operation["description"] = f"{told}\n\n{words}".strip()
            operation[SCOPE] = scope
            if scope != OPEN:
                refused = operation["responses"]["403"]
                refused["description"] = f"The token lacks `{scope}`: `detail` says so."
        return operation
