"""Mails of what is asked before an order, and answered."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.jobs.mails.letter import Letter
from marketplace.jobs.mails.sellers import to_seller
from support.models import Message, Side


def letters_of_question(message: Message) -> list[Letter]:
    """Bring what was written in the thread of a question to the other side."""
    thread = message.conversation
    (buyer, vendor), product = thread.asked, thread.product
    names = {
        Side.BUYER: message.author_name or _("A visitor"),
        Side.SELLER: vendor.name,
    }
    sender = names.get(Side(message.side)) or settings.MARKET_NAME
    about = product.title if product else vendor.name
    where = {"handle": vendor.handle, "public_id": thread.public_id}
    context = {
        "message": message,
        "sender": sender,
        "about": about,
        "seller": vendor,
        "message_url": reverse("question", args=[thread.public_id]),
        "desk_url": reverse("portal-question", kwargs=where),
    }
    words = {"sender": sender, "about": about}
    letters = []
    if message.side != Side.BUYER:
        subject = _("%(sender)s has answered: %(about)s") % words
        letters.append(
            Letter(
                to=buyer.email, subject=subject, template="question", context=context
            )
        )
    if message.side != Side.SELLER:
        subject = _("%(sender)s asks about %(about)s") % words
        letters.append(to_seller(vendor, subject, "question_to_seller", context))
    return letters
