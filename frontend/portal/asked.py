"""What people ask in public about the shop's products, and what it answers."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.portal.access import DESK, form_page, shop_page
from frontend.portal.frame import show
from frontend.portal.replying import answer_form_page, report_page
from frontend.portal.talk import tabs_of
from marketplace.db import clock
from marketplace.flows.ask_in_public import answer_question
from reviews.models import ProductQuestion
from reviews.selectors.moderation import reported_among
from reviews.selectors.questions import answers_of_shop, questions_for_shop
from vendors.models import Vendor

_A_PAGE = 20
_NAV = "portal-messages"


@require_safe
@shop_page(*DESK)
def questions(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """List the questions about what the shop sells, those without an answer first."""
    found = questions_for_shop(request.viewer, vendor.partner_id).alias(
        is_done=Q(is_answered=True) | Q(is_mine=True)
    )
    page = Paginator(found.order_by("is_done", "-created_at", "-pk"), _A_PAGE).get_page(
        request.GET.get("page")
    )
    own = answers_of_shop(vendor.partner_id, [question.pk for question in page])
    context = {
        **tabs_of(request, vendor),
        "tab": "asked",
        "page": page,
        "rows": [(question, own.get(question.pk)) for question in page],
        "reported": reported_among(page),
    }
    return show(request, "portal/asked.html", vendor, context, nav=_NAV)


@form_page
@shop_page(*DESK)
def answer(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Take the shop's answer to a question; a new one replaces it."""
    question = _question(request, vendor, public_id)
    own = answers_of_shop(vendor.partner_id, [question.pk]).get(question.pk)

    def write(text: str) -> str:
        given = answer_question(
            question_id=question.pk,
            partner_id=vendor.partner_id,
            text=text,
            now=clock.now(),
        )
        if given.is_hidden:
            return _("A moderator looks at your answer before it is read.")
        return _("Your answer stands on the product’s page.")

    return answer_form_page(
        request, vendor, question, write, given=own.text if own else ""
    )


@form_page
@shop_page(*DESK)
def report(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Take the shop's report of a question."""
    return report_page(request, vendor, _question(request, vendor, public_id))


def _question(
    request: ViewerRequest, vendor: Vendor, public_id: str
) -> ProductQuestion:
    found = questions_for_shop(request.viewer, vendor.partner_id)
    question = found.filter(public_id=public_id).first()
    if question is None:
        raise Http404
    return question
