"""A buyer asks a shop before they order: about a product, or about the shop."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from frontend.answer_time import usual_words
from frontend.middleware import ViewerRequest
from frontend.storefront.access import signed_in
from frontend.storefront.drafts import draft_of, drop_draft, sign_in_first
from frontend.storefront.parts import Seller
from frontend.storefront.reporting import thread_report
from frontend.storefront.sale_forms import LONGEST, MessageForm
from marketplace.core.words import short_name
from marketplace.db import clock
from marketplace.db.limits import Limit, take
from marketplace.flows.send_message import ask_seller, go_on
from marketplace.shop.catalogue.models import Product
from marketplace.shop.catalogue.selectors import main_pictures
from marketplace.shop.partner.selectors import offered_product
from support.models import Conversation, Side
from support.selectors.answering import usual_answer_of
from support.selectors.conversation import (
    messages_of_question,
    question_about,
    question_of_buyer,
)
from support.services import conversation
from vendors.models import Vendor
from vendors.selectors.shops import open_shop

# Guards the mailboxes of strangers: it must hold at all times.
ASKED = Limit(most=10, seconds=3600, is_strict=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ViewerRequest, handle: str) -> HttpResponse:
    """Ask a shop; who is not signed in does so when they send, with their words kept.

    Who has asked about this before goes on in that thread.
    """
    vendor, product = _asked_about(request, handle)
    where, user_id = request.get_full_path(), request.viewer.user_id
    draft = draft_of(request, where)
    form = MessageForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        initial={"text": draft},
    )
    if request.method == "POST" and user_id is None:
        return sign_in_first(request, where, request.POST.get("text", "")[:LONGEST])
    if request.method == "POST" and form.is_valid():
        thread = _ask(request, vendor, product, form)
        if thread is not None:
            return redirect("question", thread.public_id)
    elif known := _known(request, vendor, product):
        return redirect("question", known.public_id)
    context = {
        "form": form,
        "where": where,
        "vendor": vendor,
        "usual": usual_words(usual_answer_of(vendor.partner_id, now=clock.now())),
        "draft": draft,
        **_subject(vendor, product),
    }
    status = 422 if form.errors else 200
    return render(request, "messages/ask.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def question(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Show the thread of a question, note that it was read, take more, or a report."""
    thread = question_of_buyer(request.viewer, public_id)
    if thread is None:
        raise Http404
    report = thread_report(request, thread)
    if report.is_bound and not report.errors:
        messages.success(request, _("Thank you. We look at it within two days."))
        return redirect("question", public_id)
    is_answer = request.method == "POST" and not report.is_bound
    form = MessageForm(request.POST if is_answer else None, request.FILES or None)
    if is_answer and form.is_valid() and _go_on(request, thread, form):
        return redirect("question", public_id)
    now, (_buyer, vendor) = clock.now(), thread.asked
    conversation.mark_question_read(thread, side=Side.BUYER, now=now)
    context = {
        "form": form,
        "report": report,
        "thread": list(messages_of_question(thread)),
        "public_id": public_id,
        "vendor": vendor,
        "usual": usual_words(usual_answer_of(vendor.partner_id, now=now)),
        **_subject(vendor, thread.product),
    }
    status = 422 if form.errors or report.errors else 200
    return render(request, "messages/question.html", context, status=status)


def _asked_about(request: ViewerRequest, handle: str) -> tuple[Vendor, Product | None]:
    """Return the open shop and what it offers that is asked about. Raises Http404."""
    try:
        vendor = open_shop(handle)
    except Vendor.DoesNotExist as error:
        raise Http404 from error
    asked = request.GET.get("product", "")
    if not asked:
        return vendor, None
    product = offered_product(asked.replace("\0", ""), vendor.partner_id)
    if product is None:
        raise Http404
    return vendor, product


def _known(
    request: ViewerRequest, vendor: Vendor, product: Product | None
) -> Conversation | None:
    if request.method == "POST" or draft_of(request, request.get_full_path()):
        return None
    product_id = product.pk if product else None
    return question_about(request.viewer, vendor_id=vendor.pk, product_id=product_id)


def _ask(
    request: ViewerRequest, vendor: Vendor, product: Product | None, form: MessageForm
) -> Conversation | None:
    now = clock.now()
    if not _may_write(request, form, now):
        return None
    message = form.send(
        ask_seller,
        buyer_id=request.user.pk,
        buyer_name=name_of(request),
        vendor=vendor,
        product=product,
        now=now,
    )
    if message is None:
        return None
    drop_draft(request)
    messages.success(
        request, _("Sent to %s. We write to you when they answer.") % vendor.name
    )
    return message.conversation


def _go_on(request: ViewerRequest, thread: Conversation, form: MessageForm) -> bool:
    now = clock.now()
    if not _may_write(request, form, now):
        return False
    message = form.send(
        go_on,
        thread=thread,
        side=Side.BUYER,
        author_id=request.user.pk,
        author_name=name_of(request),
        now=now,
    )
    if message is None:
        return False
    messages.success(request, _("Sent."))
    return True


def _may_write(request: ViewerRequest, form: MessageForm, now: datetime) -> bool:
    may = take(name="question", who=str(request.user.pk), limit=ASKED, now=now)
    if not may.is_allowed:
        form.add_error(
            None, _("Those were many. Please go on in an hour; your words stay here.")
        )
    return may.is_allowed


def name_of(request: ViewerRequest) -> str:
    """Return how somebody signs to a shop that does not know them: `Anna P.`."""
    return short_name(request.user.get_full_name())


def _subject(vendor: Vendor, product: Product | None) -> dict[str, Any]:
    return {
        "seller": Seller.of_shop(vendor),
        "product": product,
        "picture": picture_of(product) if product else None,
    }


def picture_of(product: Product) -> Any:
    """Return the first picture of a thing, or that of all its variants."""
    found = main_pictures(filter(None, (product.pk, product.parent_id)))
    return found.get(product.pk) or found.get(product.parent_id or 0)
