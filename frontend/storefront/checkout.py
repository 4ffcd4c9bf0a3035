"""The checkout: one page, one form, for guests and accounts.

Without script, "Update the total" reckons anew; with it, htmx asks for the same. What
was typed is kept in the session, right or wrong, until it is ordered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from frontend import formats
from frontend.countries import country_name
from frontend.storefront import given, visit
from frontend.storefront.address_choice import FIELD, NEW, AddressChoice
from frontend.storefront.checkout_form import CheckoutForm
from frontend.storefront.destination import (
    chosen_country,
    country_of,
    destinations,
)
from frontend.storefront.paying import to_payment
from frontend.storefront.requests import ShopRequest
from frontend.templatetags.comptoir import percent
from loyalty.selectors import balance_of, rule_for
from loyalty.worth import Rule, Spending, earned_of_parts, most_spendable, spend
from marketplace.accounts.languages import current_language
from marketplace.core.errors import RefusedError
from marketplace.core.money import BASIS_POINTS, Money, split
from marketplace.db import clock
from marketplace.db.limits import Limit, take
from marketplace.flows.place_order import (
    BasketEmptyError,
    Purchase,
    VoucherGoneError,
    place_order,
)
from marketplace.shop.addresses.selectors import addresses_of
from marketplace.shop.basket.contents import Contents
from marketplace.shop.basket.selectors import contents_of
from marketplace.shop.catalogue.selectors import main_pictures
from marketplace.shop.order.selectors import last_address_of
from marketplace.shop.order.services import Buyer
from vendors.selectors.card import returns_days_by_partner

METHOD, RETURNS = "method-", "returns-"
CHECK = "check"
REFUSAL = "refusal"
CODE, CODE_REFUSAL = "code", "code_refusal"
_KEPT = (
    *("email", "name", "street", "postcode", "city", "country", "phone", "points"),
    FIELD,
)
NOTHING: Mapping[str, Any] = MappingProxyType({})
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Points:
    """What the buyer may spend, spends, and earns; `items` is due to each seller."""

    rule: Rule
    available: int
    most: Spending
    spent: Spending
    items: tuple[Money, ...]
    delivery: Money

    @property
    def why_no_more(self) -> str:
        """Say what stands in the way of spending more points on this order."""
        rule, most = self.rule, self.most
        if most.worth_minor >= rule.worth_of(self.available):
            return _("Those are all your points.")
        if most.rest_minor == 0:
            return _("That pays the whole order.")
        if rule.spend_share_bps < BASIS_POINTS:
            return _("At most %(share)s of an order can be paid with points.") % {
                "share": percent(rule.spend_share_bps / 100)
            }
        return _("%(rest)s stay to be paid: a card takes no less.") % {
            "rest": formats.amount(Money(most.rest_minor, self.delivery.currency))
        }

    @property
    def earned(self) -> int:
        """Return the points for the things, less the share that points pay of them."""
        *paid, _delivery = split(
            self.spent.rest_minor,
            [*(items.minor for items in self.items), self.delivery.minor],
        )
        return earned_of_parts(self.rule, cash_minor=paid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: ShopRequest) -> HttpResponse:
    """Show the form, reckon anew, or place the order."""
    if request.method == "POST" and _is_about_voucher(request):
        return _change_voucher(request)
    if request.method == "POST" and request.POST.get("action") != "update":
        return _place(request)
    typed = _typed(request)
    choice = AddressChoice(request, typed)
    if request.method == "POST":
        visit.keep_draft(request, typed)
    elif CODE_REFUSAL in typed:
        told = (CODE, CODE_REFUSAL)
        visit.keep_draft(request, {n: v for n, v in typed.items() if n not in told})
    form = CheckoutForm(
        initial=typed, is_guest=_is_guest(request), country=typed["country"]
    )
    if CHECK in request.GET:
        form = _checked(request, typed, choice)
    return _shown(request, form, typed, choice)


def _is_about_voucher(request: ShopRequest) -> bool:
    action = request.POST.get("action")
    # Enter is for the code, as long as one stands in its field; else it orders.
    is_typed = action == "enter" and given.typed_code(request).strip()
    return action == "voucher" or "leave_out" in request.POST or bool(is_typed)


def _change_voucher(request: ShopRequest) -> HttpResponse:
    """Enter a voucher or leave one out; what was typed so far stays."""
    typed = _typed(request)
    if "leave_out" in request.POST:
        given.leave_out(request, request.POST["leave_out"].replace("\0", ""))
    else:
        code = given.typed_code(request)
        country = AddressChoice(request, typed).country
        refused = given.enter(request, code, country=country)
        if refused:
            typed |= {CODE: code, CODE_REFUSAL: refused}
    visit.keep_draft(request, typed)
    return redirect("checkout")


def _place(request: ShopRequest) -> HttpResponse:
    """Place the order of the basket that the form was made for."""
    basket_id = visit.basket_of_token(request.POST.get("basket", ""))
    choice = AddressChoice(request, _typed(request))
    form = CheckoutForm(
        request.POST if choice.is_new else choice.fields,
        is_guest=_is_guest(request),
        country=choice.country,
    )
    if basket_id is None:
        return redirect("checkout")
    if choice.why_not or not form.is_valid():
        # What a saved address lacks is typed where a new one is.
        instead = NOTHING if choice.why_not else {**choice.fields, FIELD: NEW}
        return _refuse(request, choice.why_not, instead=instead)
    now = clock.now()
    if not _may_order(request, now):
        return _refuse(request, _("That is enough for now. Please go on in a while."))
    try:
        placed = place_order(purchase=_purchase(request, form, basket_id), now=now)
    except BasketEmptyError as refusal:
        messages.warning(request, refusal.message)
        return redirect("basket")
    except RefusedError as refusal:
        return _refuse(request, _words_of(request, refusal))
    visit.remember_order(request, placed.order.public_id)
    return to_payment(placed.order, attempt_id=placed.attempt_id, now=now)


def _words_of(request: ShopRequest, refusal: RefusedError) -> str:
    """Return why an order was refused, with the vouchers that are why taken out."""
    if not isinstance(refusal, VoucherGoneError):
        return refusal.message
    given.leave_out(request, *refusal.public_ids)
    return _("%(why)s It is taken out; please look at the total again.") % {
        "why": refusal.message
    }


def _may_order(request: ShopRequest, now: datetime) -> bool:
    limit = Limit(most=settings.CHECKOUTS_IN_TEN_MINUTES, seconds=600)
    who = request.META.get("REMOTE_ADDR", "")
    return take(name="checkout", who=who, limit=limit, now=now).is_allowed


def _refuse(
    request: ShopRequest, why: str = "", *, instead: Mapping[str, Any] = NOTHING
) -> HttpResponse:
    """Keep what was typed and lead to the page that says what is wrong with it.

    By a redirect, so that going back and loading again ask nobody to send a form twice.
    """
    visit.keep_draft(request, {**_typed(request), **instead, REFUSAL: why})
    return redirect(f"{reverse('checkout')}?{CHECK}")


def _checked(
    request: ShopRequest, typed: Mapping[str, Any], choice: AddressChoice
) -> CheckoutForm:
    """Return the form with its errors, and why the order was refused."""
    form = CheckoutForm(
        choice.fields, is_guest=_is_guest(request), country=choice.country
    )
    form.is_valid()
    if typed.get(REFUSAL):
        form.add_error(None, typed[REFUSAL])
    return form


def _purchase(request: ShopRequest, form: CheckoutForm, basket_id: int) -> Purchase:
    returning, leaving = (
        settings.PUBLIC_URL + reverse(name, args=["ORDER"]).replace("ORDER", "{order}")
        for name in ("checkout-return", "checkout-cancel")
    )
    return Purchase(
        basket_id=basket_id,
        buyer=_buyer(request, form),
        address=form.address(),
        choices=_by_partner(request.POST, METHOD),
        returns_days={
            partner_id: _number(days)
            for partner_id, days in _by_partner(request.POST, RETURNS).items()
        },
        points=_number(_typed(request).get("points")),
        seen_minor=_number(request.POST.get("seen")),
        terms_version=settings.TERMS_VERSION,
        success_url=returning,
        cancel_url=leaving,
    )


def _buyer(request: ShopRequest, form: CheckoutForm) -> Buyer:
    viewer, language = request.viewer, current_language()
    if viewer.user_id is not None:
        return Buyer(user_id=viewer.user_id, email=viewer.email, language=language)
    return Buyer(user_id=None, email=form.cleaned_data["email"], language=language)


def _shown(
    request: ShopRequest,
    form: CheckoutForm,
    typed: Mapping[str, Any],
    choice: AddressChoice,
) -> HttpResponse:
    now = clock.now()
    basket = request.basket
    contents = contents_of(
        basket.pk,
        country=choice.country,
        now=now,
        choices=_by_partner(typed, METHOD),
        claimant=given.claimant_of(request),
    )
    if not contents.groups:
        return redirect("basket")
    points = _points(request, contents, wanted=_number(typed.get("points")), now=now)
    context = {
        "form": form,
        "contents": contents,
        "pictures": main_pictures(line.product_id for line in contents.lines),
        "returns": returns_days_by_partner(one.seller.id for one in contents.groups),
        "points": points,
        "due": _due(contents, points),
        "given": given.given_to(contents),
        "voucher_refused": typed.get(CODE_REFUSAL, ""),
        "voucher_typed": typed.get(CODE, ""),
        "basket_token": visit.token_of_basket(basket.pk),
        "is_guest": _is_guest(request),
        "addresses": choice,
        "country": choice.country,
        "country_name": country_name(choice.country),
        "payment_names": settings.PAYMENT_NAMES,
        "has_other_methods": request.POST.get("methods_for") != choice.country,
    }
    name = "checkout/live.html" if request.htmx else "checkout/page.html"
    response = render(request, name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _points(
    request: ShopRequest, contents: Contents, *, wanted: int, now: datetime
) -> Points | None:
    """Return the buyer's points; none for a guest and where there are no points."""
    user_id = request.viewer.user_id
    rule = rule_for(contents.currency, user_id=user_id, now=now)
    if rule is None:
        return None
    total, available = contents.total.minor, balance_of(user_id).available
    return Points(
        rule=rule,
        available=max(0, available),
        most=most_spendable(rule, total_minor=total, available=available),
        spent=spend(rule, total_minor=total, available=available, wanted=wanted),
        items=tuple(group.items_due for group in contents.groups),
        delivery=contents.shipping_due,
    )


def _due(contents: Contents, points: Points | None) -> Money:
    if points is None:
        return contents.total
    return Money(points.spent.rest_minor, contents.currency)


def _typed(request: ShopRequest) -> dict[str, Any]:
    """Return what stands in the form: typed now, typed before, or known.

    The country is always one that can be ordered to.
    """
    if request.method == "POST":
        names = [*_KEPT, *(one for one in request.POST if one.startswith(METHOD))]
        typed = {name: request.POST[name] for name in names if name in request.POST}
    else:
        typed = {**_known_address(request), **visit.draft_of(request)}
    typed = _with_slider(typed, request.POST)
    if typed.get("country") not in destinations():
        typed["country"] = country_of(request)
    return typed


def _with_slider(typed: dict[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Let the slider count where it was moved and the number was not."""
    before, slider = sent.get("points_before"), sent.get("points_slider")
    if slider is None or slider == before or sent.get("points") != before:
        return typed
    return {**typed, "points": slider}


def _known_address(request: ShopRequest) -> dict[str, Any]:
    """Return the last order's address; none beside a book, or if it is elsewhere."""
    user_id = request.viewer.user_id
    if user_id is not None and addresses_of(user_id):
        return {}
    known, chosen = last_address_of(user_id), chosen_country(request)
    return known if not chosen or known.get("country") == chosen else {}


def _by_partner(typed: Mapping[str, Any], prefix: str) -> dict[int, str]:
    """Return what was sent for each partner: `method-12=home` for the partner 12."""
    found = {}
    for name, value in typed.items():
        partner = name.removeprefix(prefix)
        if partner != name and partner.isdecimal() and len(partner) <= _MOST_DIGITS:
            found[int(partner)] = str(value)
    return found


def _number(written: Any) -> int:
    text = str(written or "").strip()
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else 0


def _is_guest(request: ShopRequest) -> bool:
    return request.viewer.user_id is None
