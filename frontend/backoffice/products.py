"""Listings that wait: look, approve or send back, one by one or many alike."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.bulk import MOST_AT_ONCE, say_who_was_faster
from frontend.backoffice.checks import checks_of_product
from frontend.backoffice.decided import decided_already, start_of_day
from frontend.backoffice.desk import Desk
from frontend.backoffice.differences import differences_of
from frontend.backoffice.events import told
from frontend.backoffice.health import health_of
from frontend.backoffice.listing_desk import SHOWN, flags_of, listing_desk
from frontend.backoffice.reasons import ABOUT_PRODUCTS, ReasonForm
from frontend.backoffice.shelves import ShelfChoice
from frontend.middleware import ViewerRequest
from marketplace.accounts.languages import tongues
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import audit, clock, decisions
from marketplace.flows.import_offers import approve_import
from marketplace.flows.list_product import (
    PRODUCT,
    decide_product,
    decide_products,
)
from marketplace.shop.catalogue.models import Category, Product, ProductImage
from marketplace.shop.catalogue.texts import fact_words, texts_of
from vendors.selectors.families import (
    attributes_known,
    choice_in_words,
    family_of,
    own_pictures,
)
from vendors.selectors.imports import import_by_id, imports_in_review
from vendors.selectors.offers import (
    as_proposed,
    children_with_offers,
    offers_of,
    proposal_of,
    proposals_among,
    proposals_by_state,
    stated_facts,
)
from vendors.selectors.shops import shop_of_partner

_IMPORTS = 20
_NAMED = 3


class ProductForm(ReasonForm):
    """The decision on a product: what its seller reads, and where it is found."""

    category = ShelfChoice(
        label=gettext_lazy("Category"),
        queryset=Category.objects.order_by("path"),
        required=False,
        empty_label=gettext_lazy("None yet"),
    )


@require_safe
@operators(OperatorPermission.MODERATE)
def products(request: ViewerRequest) -> HttpResponse:
    """Open the first that waits; whole imports are listed when nothing else does."""
    desk = listing_desk(request)
    first = desk.rows.first()
    if first is not None:
        return redirect(desk.address("office-product", first.public_id))
    return office_page(
        request,
        "products_empty",
        {"desk": desk, "imports": imports_in_review()[:_IMPORTS]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.MODERATE)
def product(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Show a listing beside its queue, and take the decision."""
    try:
        proposed = proposal_of(public_id)
    except Product.DoesNotExist as error:
        raise Http404 from error
    desk, family = listing_desk(request), family_of(proposed)
    if family.review_state != Product.Review.APPROVED and family != proposed:
        return redirect(desk.address("office-product", family.public_id))
    form = ProductForm(
        request.POST or None, about=ABOUT_PRODUCTS, label=_("If not: what is wrong?")
    )
    form.initial["category"] = next(iter(proposed.categories.all()), None)
    if request.method == "POST" and form.is_valid():
        following = desk.place_of(proposed, shown=SHOWN).following
        try:
            _decide(request, proposed, form)
        except RefusedError as refusal:
            form.add_error("reason", _refused(proposed, refusal))
        else:
            return _to_the_next(desk, following)
    return _product_page(request, proposed, form, desk)


def _refused(proposed: Product, refusal: RefusedError) -> str:
    """Say why not: somebody else was faster, and who it was."""
    proposed.refresh_from_db(fields=["review_state", "change"])
    known = decided_already(proposed, now=clock.now())
    return refusal.message if proposed.waits_for_a_look else known or refusal.message


def said_elsewhere(product: Product) -> list[tuple[str, str, str, str]]:
    """Return language, its name, title and text of a listing that nobody changed."""
    texts = {} if product.change else texts_of(product)
    return [
        (code, name, texts[code]["title"], texts[code]["description"])
        for code, name in tongues()
        if code in texts
    ]


def choices_of(product: Product) -> list[tuple[Product, str, list[ProductImage]]]:
    """Return the choices of a product, or those beside one, with values and pictures.

    The pictures are those that only this choice shows.
    """
    family = family_of(product)
    children = list(
        children_with_offers(family) if product.parent else product.children.all()
    )
    known = list(attributes_known(family)) if children else []
    words = fact_words(each.code for each in known)
    pictures = own_pictures(family) if children else {}
    return [
        (
            each,
            " · ".join(
                value for _n, value in choice_in_words(each.choice, known, words)
            ),
            pictures.get(each.pk, []),
        )
        for each in children
    ]


def _to_the_next(desk: Desk, following: Product | None) -> HttpResponse:
    if following is None:
        return redirect(desk.address("office-products"))
    return redirect(desk.address("office-product", following.public_id))


def _product_page(
    request: ViewerRequest, product: Product, form: ProductForm, desk: Desk
) -> HttpResponse:
    now, place = clock.now(), desk.place_of(product, shown=SHOWN)
    proposed = as_proposed(product)
    marked = next((each for each in place.shown if each == product), None)
    return office_page(
        request,
        "product",
        {
            "product": product,
            "facts": stated_facts(proposed),
            "checks": checks_of_product(proposed),
            "differences": differences_of(product),
            "choices": choices_of(product),
            "kind": family_of(product).product_class,
            "texts": said_elsewhere(product),
            "desk": desk,
            "place": place,
            "listed": [(each, flags_of(each)) for each in place.shown],
            "marked": marked,
            "flags": flags_of(marked),
            "decided_today": decisions.count_since(
                request.user.pk, kind=PRODUCT, since=start_of_day(now)
            ),
            "undo_seconds": settings.UNDO_SECONDS,
            "imports": imports_in_review()[:_IMPORTS],
            "events": told(audit.events_of(product), request.viewer, now=now),
            "form": form,
            "decided_meanwhile": ""
            if product.waits_for_a_look
            else next(iter(form.errors.get("reason", [])), ""),
            **_proposer(product),
            "nav": "office-products",
        },
        status=422 if form.errors else 200,
    )


@require_POST
@operators(OperatorPermission.MODERATE)
def products_bulk(request: ViewerRequest) -> HttpResponse:
    """Decide several listings alike; to send them back, ask for the reason first."""
    desk, asked = listing_desk(request), request.POST.get("decision", "")
    seen = _seen(request)
    chosen = list(proposals_among(seen))
    if not chosen:
        messages.error(request, _("Choose at least one listing."))
        return redirect(desk.address("office-products"))
    given = None if asked == "why" else request.POST
    form = ReasonForm(given, about=ABOUT_PRODUCTS, label=_("What is wrong?"))
    if given is not None and form.is_valid():
        try:
            decided = decide_products(
                products=chosen,
                seen=seen,
                is_approved=asked == "approve",
                reason=form.message(with_sentences=asked != "approve"),
                operator_id=request.user.pk,
                now=clock.now(),
            )
        except RefusedError as refusal:
            form.add_error("reason", refusal.message)
        else:
            _say_what_was_left(request, decided.left)
            return redirect(desk.address("office-products"))
    return office_page(
        request,
        "products_bulk",
        {
            "chosen": [(each, seen[each.public_id]) for each in chosen],
            "form": form,
            "desk": desk,
            "nav": "office-products",
        },
        status=422 if form.errors else 200,
    )


def _seen(request: ViewerRequest) -> dict[str, str]:
    """Return which version was seen of each listing whose box is ticked."""
    ticked = request.POST.getlist("product")[:MOST_AT_ONCE]
    parted = (each.partition("@") for each in ticked)
    return {public_id: version for public_id, _at, version in parted}


def _say_what_was_left(request: ViewerRequest, left: list[Product]) -> None:
    now_is = list(proposals_among(each.public_id for each in left))
    why = _("Its seller has sent other words meanwhile. Please look at them first.")
    for product in [each for each in now_is if each.waits_for_a_look][:_NAMED]:
        known = {"name": product.title, "who": why}
        messages.warning(request, _("“%(name)s” was left: %(who)s") % known)
    decided = [(each.title, each) for each in now_is if not each.waits_for_a_look]
    say_who_was_faster(request, decided)


@require_POST
@operators(OperatorPermission.MODERATE)
def approve_whole_import(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Publish all products of an import that wait."""
    job = import_by_id(public_id)
    if job is None:
        raise Http404
    count = approve_import(job=job, operator_id=request.user.pk, now=clock.now())
    if count:
        words = ngettext(
            "%(n)d product is public now.", "%(n)d products are public now.", count
        )
        messages.success(request, words % {"n": count})
    elif known := decided_already(job, now=clock.now()):
        messages.warning(request, known)
    return redirect("office-products")


def _proposer(proposed: Product) -> dict[str, object]:
    """Return who proposed it, how that went before, and how the shop stands."""
    partner = proposed.submitted_by
    if partner is None:
        return {}
    states = proposals_by_state(partner.pk)
    shop = shop_of_partner(partner.pk)
    return {
        "proposer": partner,
        "shop": shop,
        "health": health_of(shop) if shop else [],
        "offer_count": offers_of(shop).filter(is_active=True).count() if shop else 0,
        "proposed_count": sum(states.values()),
        "refused_count": states.get(Product.Review.REFUSED, 0),
    }


def _decide(request: ViewerRequest, proposed: Product, form: ProductForm) -> None:
    is_approved = request.POST.get("decision") == "approve"
    decide_product(
        product=proposed,
        seen=request.POST.get("seen", ""),
        is_approved=is_approved,
        reason=form.message(with_sentences=not is_approved),
        category=form.cleaned_data["category"],
        operator_id=request.user.pk,
        now=clock.now(),
    )
