"""What anybody needs to check a statement without us: keys, program, and how."""

from pathlib import Path

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from payouts import verify
from payouts.selectors.statement import published_keys


@require_safe
def page(request: ViewerRequest) -> HttpResponse:
    """Say in plain words how a statement is checked, and with which keys."""
    context = {"keys": published_keys(), "public_url": settings.PUBLIC_URL}
    return render(request, "pages/verify.html", context)


@require_safe
@cache_control(public=True, max_age=300)
def keys(_request: ViewerRequest) -> HttpResponse:
    """Publish every key that signs, and has signed; the program reads this file."""
    found = [
        {
            "id": key.key_id,
            "algorithm": key.algorithm,
            "public_key": key.public_key,
            "valid_from": key.valid_from.isoformat(),
            "valid_until": key.valid_until.isoformat() if key.valid_until else None,
        }
        for key in published_keys()
    ]
    answer = JsonResponse({"keys": found}, json_dumps_params={"indent": 2})
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
@cache_control(public=True, max_age=300)
def program(_request: ViewerRequest) -> HttpResponse:
    """Hand out the program itself: one file."""
    answer = HttpResponse(
        Path(verify.__file__).read_bytes(), content_type="text/x-python; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="verify.py"'
    return answer
