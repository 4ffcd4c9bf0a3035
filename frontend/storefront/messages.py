"""Conversations of a buyer with sellers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from frontend.middleware import ViewerRequest
from frontend.storefront.access import part_number, signed_in, with_part
from frontend.storefront.parts import Seller, part_views
from frontend.storefront.sale_forms import MessageForm
from marketplace.db import clock
from marketplace.flows.send_message import send_message
from support.models import Conversation, Side
from support.selectors.conversation import messages_of, threads_of_buyer
from support.services import conversation
from vendors.models import VendorOrder
from vendors.selectors.orders import buyer_name

_A_PAGE = 20


@require_safe
@signed_in
def threads(request: ViewerRequest) -> HttpResponse:
    """List the buyer's conversations, newest first."""
    page = Paginator(threads_of_buyer(request.viewer), _A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "rows": [_row(thread) for thread in page]}
    return render(request, "messages/threads.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_part
def thread(request: ViewerRequest, part: VendorOrder) -> HttpResponse:
    """Show a conversation, note that the buyer has read it, and take a message."""
    view = part_views([part], clock.now())[0]
    form = MessageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and say(request, part, form):
        messages.success(request, _("Sent to %s.") % view.seller.name)
        return redirect(view.messages_url)
    conversation.mark_read(vendor_order_id=part.pk, side=Side.BUYER, now=clock.now())
    context = {"view": view, "form": form, "thread": list(messages_of(part.pk))}
    return render(request, "messages/thread.html", context)


def _row(thread: Conversation) -> dict[str, Any]:
    part = thread.vendor_order
    if part is None:
        return {
            "thread": thread,
            "seller": Seller.of_shop(thread.asked[1]),
            "about": thread.product.title if thread.product else _("A question"),
            "href": reverse("question", args=[thread.public_id]),
        }
    where = [part.order.number, part_number(part)]
    return {
        "thread": thread,
        "seller": Seller.of(part),
        "number": part.number,
        "href": reverse("order-messages", args=where),
    }


def say(request: ViewerRequest, part: VendorOrder, form: MessageForm) -> bool:
    """Send what the buyer wrote, if it can be sent; else the form says why."""
    message = form.send(
        send_message,
        part=part,
        side=Side.BUYER,
        author_id=request.viewer.user_id,
        author_name=buyer_name(part.order),
        now=clock.now(),
    )
    return message is not None
