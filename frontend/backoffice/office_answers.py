"""The messages that the office often sends to whoever applies: kept here."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from frontend.backoffice.access import office_page, operators
from frontend.middleware import ViewerRequest
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows.keep_office_answers import (
    remove_office_answer,
    save_office_answer,
)
from vendors.models import OfficeAnswer
from vendors.services.office_answers import OfficeAnswerError

_HERE, _NAV = "office-answers", "office-applications"


class OfficeAnswerForm(forms.Form):
    """A name to choose it by, and the text."""

    title = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=40,
        help_text=gettext_lazy("Sellers do not see it."),
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=1500,
        widget=forms.Textarea({"rows": 8}),
        help_text=gettext_lazy(
            "{name} becomes who applies, {shop} their shop. It is sent as it is, in"
            " your language."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.MODERATE)
def answers(request: ViewerRequest, answer_id: int = 0) -> HttpResponse:
    """List the messages; a POST keeps a new one, or changes the one that is open."""
    known = _answer(answer_id) if answer_id else None
    initial = {"title": known.title, "text": known.text} if known else None
    form = OfficeAnswerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_office_answer(
                answer=known,
                operator_id=request.user.pk,
                now=clock.now(),
                **form.cleaned_data,
            )
        except OfficeAnswerError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, _("Saved."))
            return redirect(_HERE)
    context = {
        "form": form,
        "known": known,
        "answers": list(OfficeAnswer.objects.order_by("title", "pk")),
        "nav": _NAV,
    }
    status = 422 if form.errors else 200
    return office_page(request, "answers", context, status=status)


@require_POST
@operators(OperatorPermission.MODERATE)
def remove(request: ViewerRequest, answer_id: int) -> HttpResponse:
    """Take a message away; a second click finds nothing."""
    for answer in OfficeAnswer.objects.filter(pk=answer_id):
        if remove_office_answer(
            answer=answer, operator_id=request.user.pk, now=clock.now()
        ):
            messages.success(request, _("“%s” is gone.") % answer.title)
    return redirect(_HERE)


def _answer(answer_id: int) -> OfficeAnswer:
    found = OfficeAnswer.objects.filter(pk=answer_id).first()
    if found is None:
        raise Http404
    return found
