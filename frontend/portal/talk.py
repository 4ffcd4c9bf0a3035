"""The shop's messages: an inbox by clock, and a conversation about each order."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.portal.access import DESK, form_page, shop_page
from frontend.portal.answers import filled
from frontend.portal.frame import asked_words, back_to, show
from frontend.portal.health import ANSWER_WITHIN, answered_of
from frontend.portal.order import part_or_404, say
from frontend.portal.order_rows import OrderRow
from frontend.storefront.sale_forms import LONGEST, MessageForm
from marketplace.db import clock
from support.models import Conversation, Message, Side
from support.selectors.conversation import messages_of, threads_of_shop
from support.services import conversation
from vendors.models import AnswerTemplate, Vendor, VendorOrder
from vendors.selectors.orders import buyer_name
from vendors.selectors.team import answers_of

_A_PAGE = 20
_NAV = "portal-messages"
_TABS = ("open", "answered", "all")
_OTHERS = (Side.BUYER, Side.OPERATOR)


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
    is_picked = "answer" in request.POST
    form = MessageForm(request.POST or None)
    if is_picked:
        form = MessageForm(initial={"text": _with_text(request, part, texts)})
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
        "thread": list(messages_of(part.pk)),
        "open_number": number,
    }
    return show(request, "portal/thread.html", vendor, context, nav=_NAV)


def _with_text(
    request: ViewerRequest, part: VendorOrder, texts: list[AnswerTemplate]
) -> str:
    """Return what was typed, and below it the text whose button was pressed."""
    typed = request.POST.get("text", "").strip()[:LONGEST]
    asked = request.POST.get("answer", "")
    found = [each for each in texts if str(each.pk) == asked]
    name = buyer_name(part.order) or _("Guest")
    added = [filled(each, name=name, order=part.number) for each in found]
    return "\n\n".join(filter(None, [typed, *added]))


def _inbox(request: ViewerRequest, vendor: Vendor) -> dict[str, Any]:
    tab = request.GET.get("tab", "open")
    tab = tab if tab in _TABS else "open"
    words = asked_words(request)
    threads = threads_of_shop(request.viewer, vendor.partner_id)
    waiting = threads.filter(last_side__in=_OTHERS)
    answered = threads.filter(last_side=Side.SELLER)
    shown = {
        "open": waiting.order_by("last_message_at"),
        "answered": answered,
        "all": threads,
    }[tab]
    for word in words.split():
        said = Message.objects.filter(conversation=OuterRef("pk"), text__icontains=word)
        shown = shown.filter(Exists(said) | Q(vendor_order__number__icontains=word))
    page = Paginator(shown, _A_PAGE).get_page(request.GET.get("page"))
    return {
        "tab": tab,
        "words": words,
        "waiting": waiting.count(),
        "answered": answered.count(),
        "measure": answered_of(request.viewer, vendor, clock.now()),
        "page": page,
        "threads": [_row(each) for each in page],
    }


def _row(thread: Conversation) -> dict[str, Any]:
    waits = thread.last_side in _OTHERS
    return {
        "thread": thread,
        "name": buyer_name(thread.vendor_order.order) or _("Guest"),
        "number": thread.vendor_order.number,
        "answer_by": thread.last_message_at + ANSWER_WITHIN if waits else None,
    }
