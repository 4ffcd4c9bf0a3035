"""The shop's messages: an inbox by clock, conversations on orders and before them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.portal.access import DESK, form_page, shop_page
from frontend.portal.answers import filled
from frontend.portal.frame import asked_words, back_to, show
from frontend.portal.health import ANSWER_WITHIN, answered_of
from frontend.portal.order import part_or_404, say
from frontend.portal.order_rows import OrderRow
from frontend.storefront.questions import picture_of
from frontend.storefront.reporting import thread_report
from frontend.storefront.sale_forms import LONGEST, MessageForm
from marketplace.core.errors import RefusedError
from marketplace.core.words import short_name
from marketplace.db import clock
from marketplace.flows.send_message import go_on
from reviews.selectors.questions import unanswered_by
from support.models import Conversation, Message, Side
from support.selectors.conversation import (
    last_words,
    messages_of,
    messages_of_question,
    question_of_shop,
    threads_of_shop,
    waiting_of_shop,
)
from support.services import conversation
from vendors.models import AnswerTemplate, Vendor
from vendors.selectors.orders import buyer_name
from vendors.selectors.team import answers_of

_A_PAGE = 20
_NAV = "portal-messages"
_TABS = ("open", "answered", "all")


@require_safe
@shop_page(*DESK)
def inbox(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """List the conversations: those that wait for an answer, oldest first, or all."""
    return show(request, "portal/messages.html", vendor, _inbox(request, vendor))


@form_page
@shop_page(*DESK)
def thread(request: ViewerRequest, vendor: Vendor, number: str) -> HttpResponse:
    """Show a conversation, note that it was read, and take an answer."""
    part = part_or_404(request, vendor, number)
    texts = list(answers_of(vendor))
    said = list(messages_of(part.pk))
    if "aside" in request.POST:
        _set_aside(request, said)
        return back_to("portal-messages", vendor)
    is_picked = "answer" in request.POST
    form = MessageForm(request.POST or None, request.FILES or None)
    if is_picked:
        name = buyer_name(part.order) or _("Guest")
        typed = _with_text(request, name, part.number, texts)
        form = MessageForm(initial={"text": typed})
    elif (
        request.method == "POST"
        and form.is_valid()
        and say(request, vendor, part, form)
    ):
        messages.success(request, _("Sent to %s.") % buyer_name(part.order))
        return back_to("portal-thread", vendor, number=number)
    conversation.mark_read(vendor_order_id=part.pk, side=Side.SELLER, now=clock.now())
    context = {
        **_inbox(request, vendor),
        "row": OrderRow(part, clock.now()),
        "part": part,
        "form": form,
        "answers": texts,
        "is_picked": is_picked,
        "thread": said,
        "last": last_words(said),
        "open_number": number,
    }
    return show(request, "portal/thread.html", vendor, context, nav=_NAV)


@form_page
@shop_page(*DESK)
def question(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Show what somebody asks who has not ordered, take an answer, or a report."""
    found = question_of_shop(request.viewer, vendor.partner_id, public_id)
    if found is None:
        raise Http404
    report = thread_report(request, found)
    if report.is_bound and not report.errors:
        messages.success(request, _("Thank you. We look at it within two days."))
        return back_to("portal-question", vendor, public_id=public_id)
    said = list(messages_of_question(found))
    if "aside" in request.POST:
        _set_aside(request, said)
        return back_to("portal-messages", vendor)
    name, texts = _asker(found), list(answers_of(vendor))
    is_picked = "answer" in request.POST
    is_sent = request.method == "POST" and not report.is_bound and not is_picked
    form = MessageForm(request.POST if is_sent else None, request.FILES or None)
    if is_picked:
        text = _with_text(request, name, _about(found), texts)
        form = MessageForm(initial={"text": text})
    elif is_sent and form.is_valid() and _answer(request, vendor, found, form):
        messages.success(request, _("Sent to %s.") % name)
        return back_to("portal-question", vendor, public_id=public_id)
    conversation.mark_question_read(found, side=Side.SELLER, now=clock.now())
    context = {
        **_inbox(request, vendor),
        **_thing(found),
        "row": {"to": name},
        "form": form,
        "report": report,
        "answers": texts,
        "is_picked": is_picked,
        "thread": said,
        "last": last_words(said),
        "open_number": public_id,
    }
    status = 422 if form.errors or report.errors else 200
    return show(
        request, "portal/question.html", vendor, context, nav=_NAV, status=status
    )


def _thing(thread: Conversation) -> dict[str, Any]:
    """Return the product that is asked about, if there is one, with its picture."""
    product = thread.product
    return {"product": product, "picture": picture_of(product) if product else None}


def _set_aside(request: ViewerRequest, said: list[Message]) -> None:
    """Note that the last words need no answer, or do after all; say what came of it."""
    is_so, last = request.POST["aside"] != "back", last_words(said)
    if last is None or str(last.pk) != request.POST.get("last"):
        messages.error(request, _("Something was written meanwhile: read it first."))
        return
    try:
        conversation.need_no_answer(message_id=last.pk, is_so=is_so)
    except RefusedError as error:
        messages.error(request, error.message)
    else:
        aside = _("Put aside: it needs no answer.")
        messages.success(
            request, aside if is_so else _("It waits for an answer again.")
        )


def _answer(
    request: ViewerRequest, vendor: Vendor, thread: Conversation, form: MessageForm
) -> bool:
    message = form.send(
        go_on,
        thread=thread,
        side=Side.SELLER,
        author_id=request.viewer.user_id,
        author_name=vendor.name,
        now=clock.now(),
    )
    return message is not None


def _with_text(
    request: ViewerRequest, name: str, number: str, texts: list[AnswerTemplate]
) -> str:
    """Return what was typed, and below it the text whose button was pressed."""
    typed = request.POST.get("text", "").strip()[:LONGEST]
    asked = request.POST.get("answer", "")
    found = [each for each in texts if str(each.pk) == asked]
    added = [filled(each, name=name, order=number) for each in found]
    return "\n\n".join(filter(None, [typed, *added]))


def _inbox(request: ViewerRequest, vendor: Vendor) -> dict[str, Any]:
    tab = request.GET.get("tab", "open")
    tab = tab if tab in _TABS else "open"
    words = asked_words(request)
    threads = threads_of_shop(request.viewer, vendor.partner_id)
    waiting = waiting_of_shop(request.viewer, vendor.partner_id)
    answered = threads.filter(last_side=Side.SELLER)
    shown = {
        "open": waiting,
        "answered": answered,
        "all": threads,
    }[tab]
    for word in words.split():
        said = Message.objects.filter(conversation=OuterRef("pk"), text__icontains=word)
        shown = shown.filter(
            Exists(said)
            | Q(vendor_order__number__icontains=word)
            | Q(product__title__icontains=word)
        )
    page = Paginator(shown, _A_PAGE).get_page(request.GET.get("page"))
    shown_ids = [each.pk for each in page]
    open_ids = set(waiting.filter(pk__in=shown_ids).values_list("pk", flat=True))
    return {
        **tabs_of(request, vendor),
        "tab": tab,
        "words": words,
        "page": page,
        "threads": [_row(each, vendor, waits=each.pk in open_ids) for each in page],
    }


def tabs_of(request: ViewerRequest, vendor: Vendor) -> dict[str, Any]:
    """Return what the head of all messages and questions says."""
    viewer, partner_id = request.viewer, vendor.partner_id
    answered = threads_of_shop(viewer, partner_id).filter(last_side=Side.SELLER)
    return {
        "waiting": waiting_of_shop(viewer, partner_id).count(),
        "answered": answered.count(),
        "asked": unanswered_by(viewer, partner_id).count(),
        "measure": answered_of(viewer, vendor, clock.now()),
    }


def _row(thread: Conversation, vendor: Vendor, *, waits: bool) -> dict[str, Any]:
    part = thread.vendor_order
    row = {
        "thread": thread,
        "answer_by": thread.last_message_at + ANSWER_WITHIN if waits else None,
    }
    if part is None:
        where = {"handle": vendor.handle, "public_id": thread.public_id}
        return row | {
            "name": _asker(thread),
            "number": thread.public_id,
            "about": _about(thread) or _("A question to the shop"),
            "href": reverse("portal-question", kwargs=where),
        }
    where = {"handle": vendor.handle, "number": part.number}
    return row | {
        "name": buyer_name(part.order) or _("Guest"),
        "number": part.number,
        "href": reverse("portal-thread", kwargs=where),
    }


def _asker(thread: Conversation) -> str:
    """Return how somebody signs to a shop that does not know them."""
    named = short_name(thread.buyer.get_full_name()) if thread.buyer else ""
    return named or _("A visitor")


def _about(thread: Conversation) -> str:
    return thread.product.title if thread.product else ""
