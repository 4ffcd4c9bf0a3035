"""What a buyer can say about a sale."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.aspects import QUESTIONS
from frontend.forms import StarInput, filled
from marketplace.core.errors import RefusedError
from marketplace.flows.send_message import send_with_files
from reviews.services import LONGEST_TEXT
from support.models import Message
from support.services.attachments import MOST_FILES
from support.services.conversation import LONGEST

_FEW_ROWS = {"rows": 3}


class StarField(forms.TypedChoiceField):
    """One to five stars; None where none is chosen."""

    widget = StarInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=[(n, str(n)) for n in range(5, 0, -1)],
            coerce=int,
            empty_value=None,
            error_messages={"required": _("Choose one to five stars.")},
            **kwargs,
        )


class ReceiptForm(forms.Form):
    """Stars and words for a seller, and stars for single aspects."""

    note = StarField(label=_("Your rating"))
    text = forms.CharField(
        label=_("Tell others"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(_FEW_ROWS),
        help_text=_("What went well, what did not?"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, question in QUESTIONS.items():
            self.fields[name] = StarField(label=question, required=False)

    @property
    def aspects(self) -> list[forms.BoundField]:
        """The fields of the aspects, for the page."""
        return [self[name] for name in QUESTIONS]

    @property
    def given(self) -> dict[str, int | None]:
        """The stars for aspects, once the form is valid."""
        return {name: self.cleaned_data[name] for name in QUESTIONS}


class CancelForm(forms.Form):
    """Why something is not wanted any more."""

    text = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The seller reads it."),
    )


class PhotosInput(forms.ClearableFileInput):
    """Several pictures at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class PhotosField(forms.FileField):
    """A list of uploaded files; what they hold is checked by the service."""

    widget = PhotosInput({"multiple": True, "accept": "image/*"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files that were chosen."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(PhotosField, self).clean(each, initial) for each in files if each]


class MessageForm(forms.Form):
    """A message to the other side, with pictures or papers if need be."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea(_FEW_ROWS),
        error_messages={"required": _("Write something first.")},
    )
    attachments = PhotosField(
        label=_("Pictures or PDF"),
        required=False,
        widget=PhotosInput({"multiple": True, "accept": "image/*,application/pdf"}),
        help_text=filled(
            _("Up to %(most)d: JPG, PNG, WebP to 8 MB, PDF to 4 MB."), most=MOST_FILES
        ),
    )

    def send(self, send: Callable[..., Message], **more: Any) -> Message | None:
        """Send what was typed and chosen; else say here why it was refused."""
        text = self.cleaned_data["text"]
        try:
            return send_with_files(
                self.cleaned_data["attachments"], partial(send, text=text, **more)
            )
        except RefusedError as error:
            self.add_error(getattr(error, "field", "text"), error.message)
            return None
