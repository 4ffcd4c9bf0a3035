"""The texts that a shop sends often: kept here, put into an answer by a click."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from frontend.middleware import ViewerRequest
from frontend.portal.access import DESK, form_page, shop_page
from frontend.portal.frame import back_to, show
from marketplace.db import clock
from vendors.models import AnswerTemplate, Vendor
from vendors.selectors.team import answers_of
from vendors.services.answers import AnswerRefusedError, remove_answer, save_answer

_HERE, _NAV = "portal-answers", "portal-messages"


class AnswerForm(forms.Form):
    """A name for the button, and the text."""

    title = forms.CharField(
        label=gettext_lazy("Name of the button"),
        max_length=40,
        help_text=gettext_lazy("For example “When it ships”. Buyers do not see it."),
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=2000,
        widget=forms.Textarea({"rows": 6}),
        help_text=gettext_lazy(
            "{name} becomes the buyer’s name, {order} the number of their order."
        ),
    )


@form_page
@shop_page(*DESK)
def answers(request: ViewerRequest, vendor: Vendor, answer_id: int = 0) -> HttpResponse:
    """List the texts; a POST keeps a new one, or changes the one that is open."""
    known = _answer(vendor, answer_id) if answer_id else None
    initial = {"title": known.title, "text": known.text} if known else None
    form = AnswerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_answer(
                vendor=vendor, template=known, now=clock.now(), **form.cleaned_data
            )
        except AnswerRefusedError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, _("Saved."))
            return back_to(_HERE, vendor)
    context = {"form": form, "known": known, "answers": list(answers_of(vendor))}
    return show(request, "portal/answers.html", vendor, context, nav=_NAV)


@require_POST
@shop_page(*DESK)
def remove(request: ViewerRequest, vendor: Vendor, answer_id: int) -> HttpResponse:
    """Take a text away; a second click finds nothing."""
    for answer in answers_of(vendor).filter(pk=answer_id):
        remove_answer(template=answer)
        messages.success(request, _("“%s” is gone.") % answer.title)
    return back_to(_HERE, vendor)


def filled(answer: AnswerTemplate, *, name: str, order: str) -> str:
    """Return a text for one buyer."""
    return answer.text.replace("{name}", name).replace("{order}", order)


def _answer(vendor: Vendor, answer_id: int) -> AnswerTemplate:
    found = answers_of(vendor).filter(pk=answer_id).first()
    if found is None:
        raise Http404
    return found
