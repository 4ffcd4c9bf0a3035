"""The page on which a reader reports what others wrote about a product."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from frontend.middleware import ViewerRequest
from frontend.reporting import ReportForm, take_report
from marketplace.core.errors import RefusedError
from reviews.models import Words


def report_page(
    request: ViewerRequest, words: Words, back: str, context: dict[str, Any]
) -> HttpResponse:
    """Take a report of public words, and go back to them.

    `context` has the words by their kind, the product and the title of the page.
    """
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_report(request, words, form)
        except RefusedError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Reported. A moderator looks at it."))
            return redirect(back)
    context = {**context, "form": form, "back": back}
    status = 422 if form.errors else 200
    return render(request, "product/report_words.html", context, status=status)
