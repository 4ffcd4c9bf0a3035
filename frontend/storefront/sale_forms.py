"""What a buyer can say about a sale."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.aspects import QUESTIONS
from frontend.forms import ChoiceCards, StarInput, filled
from marketplace.core.errors import RefusedError
from marketplace.flows.report_problem import reportable_pieces
from marketplace.flows.send_message import send_with_files
from reviews.services import LONGEST_TEXT
from support.models import Message, Problem
from support.services.attachments import MOST_FILES
from support.services.conversation import LONGEST
from support.services.photos import MOST_PHOTOS
from support.services.problems import kinds_for
from vendors.models import VendorOrder

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


class ProblemForm(forms.Form):
    """A report: which things, what is wrong, what would put it right."""

    WANTED = (
        ("refund", _("My money back")),
        ("replacement", _("A new one")),
        ("less", _("Keep it for less: the seller offers a part of the price")),
        ("answer", _("An answer from the seller")),
    )

    kind = forms.ChoiceField(
        label=_("Choose what fits best"),
        choices=Problem.Kind.choices,
        widget=ChoiceCards,
        error_messages={"required": _("Choose what is the matter.")},
    )
    text = forms.CharField(
        label=_("In your words"),
        max_length=LONGEST,
        widget=forms.Textarea(_FEW_ROWS),
        error_messages={"required": _("Say in a few words what is wrong.")},
    )
    photos = PhotosField(
        label=_("Photos"),
        required=False,
        help_text=filled(
            _("JPG, PNG or WebP, up to %(most)d. Their place and time are removed."),
            most=MOST_PHOTOS,
        ),
    )
    wanted = forms.ChoiceField(
        label=_("Choose one"),
        choices=WANTED,
        initial="refund",
        widget=ChoiceCards,
    )

    def __init__(self, *args: Any, part: VendorOrder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, kind.label) for kind in kinds_for(part)]
        cast("forms.ChoiceField", self.fields["kind"]).choices = kinds
        self.line_names: list[str] = []
        left = reportable_pieces(part)
        self.is_one_piece = sum(left.values()) == 1
        for line in part.lines.all():
            had = left[line.pk]
            if not had:
                continue
            name = f"line_{line.pk}"
            self.line_names.append(name)
            self.fields[name] = forms.TypedChoiceField(
                label=line.order_line.title,
                choices=_quantities(had),
                coerce=int,
                required=False,
                empty_value=None,
                initial=had if sum(map(bool, left.values())) == 1 else 0,
            )

    @property
    def asks_for_return(self) -> bool:
        """Say whether a return is asked for, where there can be one."""
        field = cast("forms.ChoiceField", self.fields["kind"])
        return_ = Problem.Kind.RETURN
        return self["kind"].value() == return_ and field.valid_value(return_)

    @property
    def line_fields(self) -> Sequence[forms.BoundField]:
        """Return the fields that ask how many of each thing."""
        return [self[name] for name in self.line_names]

    @property
    def chosen(self) -> dict[int, int]:
        """Return how many of each line are chosen so far, whatever else is missing."""
        found = {}
        for name in self.line_names:
            written = str(self[name].value() or "")
            field = cast("forms.TypedChoiceField", self.fields[name])
            if field.valid_value(written) and written.isdecimal():
                found[int(name.removeprefix("line_"))] = int(written)
        return found

    @property
    def quantities(self) -> dict[int, int]:
        """Return how many of each line are meant, once the form is valid."""
        return {
            int(name.removeprefix("line_")): self.cleaned_data[name]
            for name in self.line_names
            if self.cleaned_data.get(name)
        }


def words_of_wish(problem: Problem) -> str:
    """Return what would put a problem right, in its buyer's words."""
    return str(dict(ProblemForm.WANTED).get(problem.wanted, ""))


def _quantities(had: int) -> list[tuple[int, Any]]:
    return [(0, _("none")), *((n, str(n)) for n in range(1, had + 1))]
