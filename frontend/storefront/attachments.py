"""Files that came with messages, to who may read the conversation."""

from io import BytesIO
from pathlib import Path
from typing import cast

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.storefront.access import signed_in, with_part
from support.models import MessageFile
from support.selectors.conversation import file_of_order, file_seen_by
from vendors.models import ApplicationFile, VendorOrder


@require_safe
@with_part
def of_order(
    _request: ViewerRequest, part: VendorOrder, public_id: str
) -> HttpResponse:
    """Hand a file of the order's conversation to its buyer, also by a guest's link."""
    return handed(file_of_order(part.pk, public_id))


@require_safe
@signed_in
def seen(request: ViewerRequest, public_id: str) -> HttpResponseBase:
    """Hand a file to both sides of its conversation, and to who was asked to read."""
    return handed(file_seen_by(request.viewer, public_id))


def handed(found: MessageFile | ApplicationFile | None) -> HttpResponse:
    """Hand a file that the caller may see; None is a 404."""
    if found is None:
        raise Http404
    with found.file.open("rb") as file:
        kept = BytesIO(file.read())
    # A picture we drew ourselves; a PDF is somebody's, and never opens on our pages.
    is_paper = not found.is_picture
    name = found.name if is_paper else Path(str(found.file)).name
    answer: HttpResponseBase = FileResponse(kept, as_attachment=is_paper, filename=name)
    return cast("HttpResponse", answer)
