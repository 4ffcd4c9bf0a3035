"""The form that reports what somebody wrote, in the shop and in the portal."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.forms import ChoiceCards
from frontend.middleware import ViewerRequest
from marketplace.db import clock
from marketplace.db.limits import Limit, take
from marketplace.flows.moderate_reviews import report_words
from reviews.models import ModerationReport, Words
from reviews.services.moderation import (
    LONGEST_REASON,
    Complaint,
    ReportRefusedError,
)

# More than anybody reads in an hour; enough for who finds a nest of them.
REPORTS = Limit(most=20, seconds=3600)


class ReportForm(forms.Form):
    """What is wrong with somebody's words."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=ModerationReport.Kind.choices,
        widget=ChoiceCards,
        error_messages={"required": gettext_lazy("Choose what is wrong with it.")},
    )
    text = forms.CharField(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Only our moderators read it."),
    )


def take_report(
    request: ViewerRequest,
    subject: Words,
    form: ReportForm,
    *,
    partner_id: int | None = None,
) -> None:
    """Hand a valid form on, for a shop if one is named.

    Raises ReportRefusedError, for one's own words and for too many reports an hour.
    """
    now = clock.now()
    allowed = take(
        name="reports", who=str(request.viewer.user_id), limit=REPORTS, now=now
    )
    if not allowed.is_allowed:
        raise ReportRefusedError(_("You have reported a lot. Please go on in an hour."))
    report_words(
        subject=subject,
        complaint=Complaint(
            kind=form.cleaned_data["kind"],
            text=form.cleaned_data["text"],
            user_id=request.viewer.user_id,
            partner_id=partner_id,
        ),
        now=now,
    )
