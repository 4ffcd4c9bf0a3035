"""Mails of what is asked about a product in public, and answered."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.jobs.mails.letter import Letter
from marketplace.jobs.mails.sellers import to_seller
from reviews.models import ProductAnswer, ProductQuestion
from reviews.selectors.questions import offers_of_family
from vendors.models import Vendor


def product_asked(*, question: int) -> list[Letter]:
    """Ask everybody who sells the product now; nobody once it is hidden or gone."""
    asked = (
        ProductQuestion.objects.select_related("product")
        .filter(pk=question, is_hidden=False)
        .first()
    )
    if asked is None:
        return []
    sellers = offers_of_family(asked.product_id).values("partner")
    subject = _("Somebody asks about %s") % asked.product.title
    return [
        to_seller(shop, subject, "product_asked", _to_answer(asked, shop))
        for shop in Vendor.objects.filter(partner__in=sellers).order_by("pk")
    ]


def product_answered(*, answer: int) -> list[Letter]:
    """Bring a shop's answer to who asked; nothing to who has no account any more."""
    given = (
        ProductAnswer.objects.select_related("question__product", "question__user")
        .filter(pk=answer, is_hidden=False, question__is_hidden=False)
        .first()
    )
    asker = given.question.user if given else None
    if given is None or asker is None:
        return []
    title = given.question.product.title
    names = {"shop": given.partner.name, "thing": title}
    subject = _("%(shop)s has answered: %(thing)s") % names
    context = {
        "answer": given,
        "question": given.question,
        "page_url": f"{given.question.product.get_absolute_url()}#questions",
    }
    return [
        Letter(
            to=asker.email,
            subject=subject,
            template="product_answered",
            context=context,
        )
    ]


def _to_answer(asked: ProductQuestion, shop: Vendor) -> dict[str, Any]:
    where = {"handle": shop.handle, "public_id": asked.public_id}
    return {
        "seller": shop,
        "question": asked,
        "desk_url": reverse("portal-asked-answer", kwargs=where),
    }
