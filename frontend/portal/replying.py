"""What the shop does about a buyer's words: answer them, or report them."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.middleware import ViewerRequest
from frontend.portal.frame import back_to, show
from frontend.reporting import ReportForm, take_report
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from reviews.models import SUBJECTS, Words
from reviews.services.answers import LONGEST_ANSWER, Rated, answer_words
from vendors.models import Vendor

Form = TypeVar("Form", bound=forms.Form)
_BACK = {
    "note": "portal-notes",
    "review": "portal-reviews",
    "question": "portal-asked",
}


class AnswerForm(forms.Form):
    """An answer below a buyer's words; everybody reads it."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Everybody reads it below what the buyer wrote."),
    )


def answer_page(request: ViewerRequest, vendor: Vendor, words: Rated) -> HttpResponse:
    """Take the shop's answer to a rating; a new one replaces it."""

    def write(text: str) -> str:
        answer_words(words=words, text=text, now=clock.now())
        return _("Your answer stands below what they wrote.")

    return answer_form_page(request, vendor, words, write, given=words.answer)


def answer_form_page(
    request: ViewerRequest,
    vendor: Vendor,
    words: Words,
    write: Callable[[str], str],
    *,
    given: str,
) -> HttpResponse:
    """Take an answer, `given` before perhaps; `write` publishes it and says so."""
    form = AnswerForm(request.POST or None, initial={"text": given})
    return _page(
        request,
        vendor,
        words,
        form,
        lambda form: write(form.cleaned_data["text"]),
        template="portal/answer_words",
    )


def report_page(request: ViewerRequest, vendor: Vendor, words: Words) -> HttpResponse:
    """Take the shop's report; moderators decide."""

    def write(form: ReportForm) -> str:
        take_report(request, words, form, partner_id=vendor.partner_id)
        return _("Reported. A moderator looks at it.")

    form = ReportForm(request.POST or None)
    return _page(request, vendor, words, form, write, template="portal/report_words")


def _page(
    request: ViewerRequest,
    vendor: Vendor,
    words: Words,
    form: Form,
    write: Callable[[Form], str],
    *,
    template: str,
) -> HttpResponse:
    """Show the form below the words; `write` does what it asks, and says so."""
    name = SUBJECTS[type(words)]
    back = _BACK[name]
    if request.method == "POST" and form.is_valid():
        try:
            done = write(form)
        except RefusedError as error:
            form.add_error("text", error.message)
        else:
            messages.success(request, done)
            return back_to(back, vendor)
    context = {name: words, "form": form, "back": back}
    nav = "portal-messages" if name == "question" else "portal-notes"
    return show(request, f"{template}.html", vendor, context, nav=nav)
