"""The form that reports what somebody wrote, in the shop and in the portal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms import ChoiceCards
from frontend.middleware import ViewerRequest
from marketplace.db import clock
from marketplace.flows.moderate_reviews import report_words
from reviews.models import ModerationReport, ProductReview, SellerNote
from reviews.services.moderation import LONGEST_REASON, Complaint


class ReportForm(forms.Form):
    """What is wrong with somebody's words."""

    kind = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=ModerationReport.Kind.choices,
        widget=ChoiceCards,
        error_messages={"required": _("Choose what is wrong with it.")},
    )
    text = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Only our moderators read it."),
    )


def take_report(
    request: ViewerRequest,
    subject: SellerNote | ProductReview,
    form: ReportForm,
    *,
    partner_id: int | None = None,
) -> None:
    """Hand a valid form on, for a shop if one is named. Raises ReportRefusedError."""
    report_words(
        subject=subject,
        complaint=Complaint(
            kind=form.cleaned_data["kind"],
            text=form.cleaned_data["text"],
            user_id=request.viewer.user_id,
            partner_id=partner_id,
        ),
        now=clock.now(),
    )
