"""To the payment page and back: the page that waits, the page that thanks.

None of these pages decides that an order is paid: payouts does, when Stripe says so.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlowError
from contextlib import suppress
from datetime import datetime
from time import sleep
from typing import Any

from django.contrib import messages
from django.db import close_old_connections, connection
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from frontend.storefront import visit
from frontend.storefront.order_points import points_of_order
from frontend.storefront.requests import ShopRequest
from marketplace.db import clock
from marketplace.flows.agreed_order import agreed_order
from marketplace.flows.expire_order import cancel_payment, restore_basket
from marketplace.flows.pay_order import learn_of_payment
from marketplace.shop.basket.services import BasketClosedError
from marketplace.shop.order.access import key_of
from marketplace.shop.order.models import Order
from marketplace.shop.order.selectors import order_for
from marketplace.shop.partner.selectors import seller_of
from marketplace.shop.promotions.selectors.given import agreed_prices
from payouts.gateway import UnavailableError
from payouts.services import closing, payment
from vendors.selectors.orders import buyer_email, parts_of_order

# A buyer sees a page that waits rather than nothing.
_PATIENCE_SECONDS = 5
_LOOKS = 20
_BETWEEN_LOOKS_SECONDS = 0.1
_openers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="payment-page")


def to_payment(order: Order, *, attempt_id: int | None, now: datetime) -> HttpResponse:
    """Send the buyer to pay, or to the page that waits until they can."""
    url = ""
    if attempt_id is not None and order.status == Order.PENDING:
        url = _opened_page(attempt_id, now)
    return redirect(url or _returning(order, "?to=pay"))


@never_cache
@require_safe
def returned(request: ShopRequest, public_id: str) -> HttpResponse:
    """Show how an order stands after the payment page; ask Stripe, poll, thank."""
    order = _own_order(request, public_id)
    now = clock.now()
    if order.status == Order.PENDING:
        # If Stripe is away, the webhook or the next question brings the news.
        with suppress(UnavailableError):
            order.status = learn_of_payment(order_id=order.pk, now=now)
    if order.status == Order.PENDING:
        return _waiting(request, order)
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": _returning(order)})
    if order.status == Order.PAID:
        return _thanks(request, order)
    return render(request, "checkout/expired.html", {"order": order})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancelled(request: ShopRequest, public_id: str) -> HttpResponse:
    """Offer the way back to the payment page; a POST gives the order up."""
    order = _own_order(request, public_id)
    if request.method == "POST":
        return _give_up(request, order)
    if order.status != Order.PENDING:
        return redirect(_returning(order))
    attempt = payment.latest_attempt(order_id=order.pk)
    context = {"order": order, "url": closing.page_of(attempt) if attempt else ""}
    return render(request, "checkout/cancelled.html", context)


def _give_up(request: ShopRequest, order: Order) -> HttpResponse:
    now = clock.now()
    order.status = cancel_payment(order=order, now=now)
    if order.status in {Order.PENDING, Order.PAID}:
        if order.status == Order.PAID:
            messages.info(request, _("This order has just been paid."))
        return redirect(_returning(order))
    try:
        restore_basket(order=order, into=lambda: request.basket, now=now)
    except BasketClosedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Nothing was charged. Your things are in the basket again.")
        )
    return redirect("basket")


def _own_order(request: ShopRequest, public_id: str) -> Order:
    placed_here = visit.orders_placed_here(request)
    try:
        return order_for(request.viewer, public_id, placed_here=placed_here)
    except Order.DoesNotExist as error:
        raise Http404 from error


def _waiting(request: ShopRequest, order: Order) -> HttpResponse:
    attempt = payment.latest_attempt(order_id=order.pk)
    url = closing.page_of(attempt) if attempt else ""
    wants_to_pay = request.GET.get("to") == "pay"
    if url and wants_to_pay:
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": url})
        return redirect(url)
    context = {
        "order": order,
        "url": url,
        "poll_url": _returning(order, "?to=pay" if wants_to_pay else ""),
    }
    name = "checkout/waiting.html"
    response = render(request, f"{name}#waiting" if request.htmx else name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _thanks(request: ShopRequest, order: Order) -> HttpResponse:
    parts = parts_of_order(order)
    lines = [line.order_line for part in parts for line in part.lines.all()]
    context: dict[str, Any] = {
        "order": order,
        "parts": [(part, seller_of(part.vendor.partner)) for part in parts],
        "sums": agreed_order(order, parts),
        "prices": agreed_prices(lines, order.currency),
        "points": points_of_order(parts, now=clock.now()),
        "email": buyer_email(order),
        "key": key_of(order),
    }
    return render(request, "checkout/thanks.html", context)


def _returning(order: Order, query: str = "") -> str:
    return reverse("checkout-return", args=[order.public_id]) + query


def _opened_page(attempt_id: int, now: datetime) -> str:
    """Open the payment page and return its address; nothing if Stripe is slow.

    It goes on in its thread then, and a worker would do it too.
    """
    if connection.in_atomic_block:
        # Another connection would not see the attempt.
        return closing.page_of(payment.start_session(attempt_id=attempt_id, now=now))
    opening: Future[str] = _openers.submit(_open, attempt_id, now)
    try:
        return opening.result(timeout=_PATIENCE_SECONDS)
    except TooSlowError:
        return ""


def _open(attempt_id: int, now: datetime) -> str:
    """Open the page; where a worker was quicker, wait a moment for its answer."""
    try:
        for _look in range(_LOOKS):
            attempt = payment.start_session(attempt_id=attempt_id, now=now)
            if url := closing.page_of(attempt):
                return url
            sleep(_BETWEEN_LOOKS_SECONDS)
        return ""
    finally:
        close_old_connections()
