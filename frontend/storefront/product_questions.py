"""The questions of a product's page: asked in public, answered by who sells it."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from frontend.forms import filled
from frontend.middleware import ViewerRequest
from frontend.storefront.access import signed_in
from frontend.storefront.drafts import draft_of, drop_draft, sign_in_first
from frontend.storefront.questions import ASKED, name_of, picture_of
from frontend.storefront.words_reported import report_page
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.db.limits import take
from marketplace.flows.ask_in_public import ask_about
from marketplace.shop.catalogue.models import Product
from reviews.selectors.questions import (
    Question,
    public_answer,
    public_question,
    questions_of,
    questions_waiting_of,
)
from reviews.services.questions import LONGEST_QUESTION

FEW_QUESTIONS = 3
_A_PAGE, _LAST_PAGE = 20, 500
Questions = tuple[tuple[Question, ...], int]


class QuestionForm(forms.Form):
    """A question that everybody may read."""

    text = forms.CharField(
        label=gettext_lazy("Your question"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea({"rows": 3}),
        help_text=filled(
            gettext_lazy(
                "At most %(most)d characters. Everybody reads it with the answer, and "
                "your first name and an initial."
            ),
            most=LONGEST_QUESTION,
        ),
        error_messages={"required": gettext_lazy("Write your question first.")},
    )


def questions_context(
    request: ViewerRequest, product_id: int, remembered: Questions
) -> dict[str, Any]:
    """Return the block of questions as the address asks for it.

    Who is signed in sees at once what is answered, and their own that wait.
    """
    page = _page(request)
    (shown, count), mine = remembered, questions_waiting_of(request.viewer, product_id)
    if page or request.viewer.user_id is not None:
        skip, most = ((page - 1) * _A_PAGE, _A_PAGE) if page else (0, FEW_QUESTIONS)
        shown, count = questions_of(product_id, most=most, skip=skip)
    end = page * _A_PAGE if page else FEW_QUESTIONS
    return {
        "questions": shown,
        "my_questions": mine,
        "question_count": count,
        "question_form": QuestionForm(auto_id="ask_%s"),
        "newer_questions": _href(page - 1) if page > 1 else "",
        "older_questions": _href(page + 1) if count > end else "",
        "is_first_questions": not page,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Ask who sells a product; who is not signed in does so when they send."""
    product = Product.objects.filter(public_id=public_id, is_public=True).first()
    if product is None:
        raise Http404
    where = request.get_full_path()
    draft = draft_of(request, where)
    form = QuestionForm(
        request.POST if request.method == "POST" else None, initial={"text": draft}
    )
    if request.method == "POST" and request.viewer.user_id is None:
        typed = request.POST.get("text", "").replace("\0", "")
        return sign_in_first(request, where, typed[:LONGEST_QUESTION])
    if form.is_bound and form.is_valid() and _asked(request, product, form):
        drop_draft(request)
        return redirect(_place_of(product))
    context = {
        "product": product,
        "picture": picture_of(product),
        "form": form,
        "draft": draft,
    }
    status = 422 if form.errors else 200
    return render(request, "product/ask.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def report_question(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Take a reader's report of a question; moderators decide."""
    question = public_question(public_id)
    if question is None:
        raise Http404
    product = question.product
    context = {"question": question, "title": _("Report a question")}
    return report_page(
        request, question, _place_of(product), {"product": product, **context}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def report_answer(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Take a reader's report of a seller's answer; moderators decide."""
    answer = public_answer(public_id)
    if answer is None:
        raise Http404
    product = answer.question.product
    context = {"answer": answer, "title": _("Report an answer")}
    return report_page(
        request, answer, _place_of(product), {"product": product, **context}
    )


def _asked(request: ViewerRequest, product: Product, form: QuestionForm) -> bool:
    now = clock.now()
    if not _may_ask(request, form, now):
        return False
    try:
        question = ask_about(
            product=product,
            user_id=request.user.pk,
            author_name=name_of(request),
            text=form.cleaned_data["text"],
            now=now,
        )
    except RefusedError as error:
        form.add_error("text", error.message)
        return False
    if question.is_hidden:
        words = _(
            "Thank you. There is a link or a number in it, so a moderator looks at it "
            "first."
        )
    else:
        words = _("Sent to who sells it. We write to you when somebody answers.")
    messages.success(request, words)
    return True


def _may_ask(request: ViewerRequest, form: QuestionForm, now: datetime) -> bool:
    # Counted with what is asked of single shops: it fills the same mailboxes.
    may = take(name="question", who=str(request.user.pk), limit=ASKED, now=now)
    if not may.is_allowed:
        form.add_error(
            None, _("Those were many. Please go on in an hour; your words stay here.")
        )
    return may.is_allowed


def _place_of(product: Product) -> str:
    return f"{product.get_absolute_url()}#questions"


def _page(request: HttpRequest) -> int:
    """Return which page of all questions is asked for; 0 for the first few."""
    asked = request.GET.get("questions", "")
    if asked.isascii() and asked.isdigit() and len(asked) < len(str(_LAST_PAGE)) + 1:
        return min(int(asked), _LAST_PAGE)
    return 0


def _href(page: int) -> str:
    return f"?{urlencode({'questions': page})}#questions"
