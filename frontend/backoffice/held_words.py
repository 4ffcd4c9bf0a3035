"""Why money is held, in words, the most urgent reason first."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

WHY_HELD: dict[str, Promise] = {
    "frozen": gettext_lazy("Frozen"),
    "not_payable": gettext_lazy("Seller cannot be paid"),
    "refund": gettext_lazy("Refund on its way"),
    "not_delivered": gettext_lazy("Not shipped yet"),
    "timer": gettext_lazy("Until a date"),
    "due": gettext_lazy("With the next run"),
}
