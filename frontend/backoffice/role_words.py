"""The roles of operators in words, and what each lets them do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

WHAT_ROLES_DO: dict[str, tuple[Promise, Promise]] = {
    "moderator": (
        gettext_lazy("Moderator"),
        gettext_lazy("applications, listings, shops, categories, the search"),
    ),
    "finance": (
        gettext_lazy("Finance"),
        gettext_lazy("payouts, refunds, commission, tax, the books"),
    ),
    "support": (
        gettext_lazy("Support"),
        gettext_lazy("problems, disputes, orders, carriers"),
    ),
    "administrator": (
        gettext_lazy("Administrator"),
        gettext_lazy("everything, and who works here"),
    ),
}
