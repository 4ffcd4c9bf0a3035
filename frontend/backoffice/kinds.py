"""Kinds of product: what sellers are asked about each, and how it is said."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from frontend.backoffice.access import office_page, operators
from frontend.forms import words_of
from frontend.middleware import ViewerRequest
from frontend.tongues import other_tongues
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows import keep_kinds
from marketplace.shop.catalogue import kinds as keeping
from marketplace.shop.catalogue.kinds import CHOSEN, AttributeTerms
from marketplace.shop.catalogue.models import ProductAttribute, ProductClass

_TYPES = {
    "option": gettext_lazy("One of several"),
    "multi_option": gettext_lazy("Some of several"),
    "boolean": gettext_lazy("Yes or no"),
    "float": gettext_lazy("A number"),
    "integer": gettext_lazy("A whole number"),
    "text": gettext_lazy("Words"),
    "date": gettext_lazy("A day"),
}
_MOST_OPTIONS, _LONGEST_OPTION = 200, 80
_SAID = "said"


class KindForm(forms.Form):
    """A new kind of product."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)


class AttributeForm(forms.Form):
    """What is asked of a kind; one that stands keeps its type and its unit."""

    name = forms.CharField(label=gettext_lazy("What is asked"), max_length=100)
    type = forms.ChoiceField(
        label=gettext_lazy("The answer is"), choices=list(_TYPES.items())
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit of a number"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("cm, g, l, W"),
    )
    options = forms.CharField(
        label=gettext_lazy("Choices, one on each line"),
        widget=forms.Textarea({"rows": 6}),
        required=False,
        max_length=_MOST_OPTIONS * _LONGEST_OPTION,
        help_text=gettext_lazy(
            "Shared by every kind that is asked this. Products keep a choice that you"
            " take out."
        ),
    )
    is_facet = forms.BooleanField(
        label=gettext_lazy("Buyers may filter by it"), required=False
    )
    is_required = forms.BooleanField(
        label=gettext_lazy("Sellers must answer"), required=False
    )

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["type"], self.fields["unit"]

    def clean_options(self) -> list[str]:
        """Read one choice a line, none twice."""
        lines = (line.strip() for line in self.cleaned_data["options"].splitlines())
        options = list(dict.fromkeys(filter(None, lines)))
        if len(options) > _MOST_OPTIONS:
            raise forms.ValidationError(
                _("At most %(n)d choices.") % {"n": _MOST_OPTIONS}
            )
        if any(len(option) > _LONGEST_OPTION for option in options):
            raise forms.ValidationError(
                _("A choice has at most %(n)d signs.") % {"n": _LONGEST_OPTION}
            )
        return options

    def clean_unit(self) -> str:
        """Drop the unit of what is no number."""
        is_number = self.cleaned_data.get("type") in {"float", "integer"}
        return str(self.cleaned_data["unit"]) if is_number else ""

    @property
    def terms(self) -> AttributeTerms:
        """Return what is asked, once the form is valid."""
        given = self.cleaned_data
        return AttributeTerms(
            name=given["name"],
            type=given.get("type", ""),
            unit=given.get("unit", ""),
            options=given["options"],
            is_facet=given["is_facet"],
            is_required=given["is_required"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.MODERATE)
def kinds(request: ViewerRequest) -> HttpResponse:
    """Show the kinds of product and add one."""
    form = KindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kind = keep_kinds.add_kind(
                name=form.cleaned_data["name"],
                operator_id=request.user.pk,
                now=clock.now(),
            )
        except RefusedError as refusal:
            form.add_error("name", refusal.message)
        else:
            messages.success(request, _("It is there. Say what sellers are asked."))
            return redirect("office-kind", kind.slug)
    context = {"kinds": keeping.kinds(), "form": form, "nav": "office-categories"}
    return office_page(request, "kinds", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.MODERATE)
def kind(request: ViewerRequest, slug: str) -> HttpResponse:
    """Show what is asked of a kind; ask more, change or remove it, say it elsewhere."""
    found = ProductClass.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    asked = keeping.asked_of(found)
    wanted = request.GET.get("change", "").replace("\0", "")
    changed = next((each for each in asked if each.code == wanted), None)
    if wanted and changed is None:
        raise Http404
    if changed and "do" in request.POST:
        return _do(request, found, changed)
    form = AttributeForm(
        request.POST or None,
        is_new=changed is None,
        initial=_as_it_is(changed) if changed else {"type": "option"},
    )
    if request.method == "POST" and form.is_valid() and _save(request, found, form):
        messages.success(request, _("Saved."))
        return redirect("office-kind", slug)
    context = {
        "kind": found,
        "rows": [(each, _TYPES.get(each.type, each.type)) for each in asked],
        "changed": changed,
        "answer": _TYPES.get(changed.type, changed.type) if changed else "",
        "takes_options": changed is None or changed.type in CHOSEN,
        "form": form,
        "words": _words(changed) if changed else [],
        "tongues": other_tongues(),
        "nav": "office-categories",
    }
    return office_page(request, "kind", context, status=422 if form.errors else 200)


def _do(
    request: ViewerRequest, found: ProductClass, attribute: ProductAttribute
) -> HttpResponse:
    """Say an attribute in other languages, or ask for it no more."""
    who: dict[str, Any] = {"operator_id": request.user.pk, "now": clock.now()}
    here = reverse("office-kind", args=[found.slug])
    if request.POST["do"] == "remove":
        keep_kinds.remove_attribute(attribute=attribute, **who)
        messages.success(
            request, _("It is asked no more. Products keep their answers.")
        )
        return redirect(here)
    said = {
        tongue.code: {
            word: words_of(request, f"{_SAID}-{tongue.code}-{word}", most=255)
            for word in keeping.words_of(attribute)
        }
        for tongue in other_tongues()
    }
    keep_kinds.say_attribute(attribute=attribute, said=said, **who)
    messages.success(request, _("Saved. Pages say it so from now on."))
    return redirect(f"{here}?change={attribute.code}")


def _save(request: ViewerRequest, found: ProductClass, form: AttributeForm) -> bool:
    code = request.GET.get("change", "")
    who: dict[str, Any] = {"operator_id": request.user.pk, "now": clock.now()}
    try:
        if code:
            attribute = found.attributes.get(code=code)
            keep_kinds.change_attribute(attribute=attribute, terms=form.terms, **who)
        else:
            keep_kinds.add_attribute(kind=found, terms=form.terms, **who)
    except RefusedError as refusal:
        form.add_error(getattr(refusal, "field", None), refusal.message)
        return False
    return True


def _as_it_is(attribute: ProductAttribute) -> dict[str, Any]:
    return {
        "name": attribute.name,
        "options": "\n".join(keeping.options_of(attribute)),
        "is_facet": attribute.is_facet,
        "is_required": attribute.required,
    }


def _words(attribute: ProductAttribute) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return each word with language, name of its field and what is said there."""
    said = keeping.said_of(attribute)
    return [
        (
            word,
            [
                (
                    tongue.name,
                    f"{_SAID}-{tongue.code}-{word}",
                    said.get((tongue.code, word), ""),
                )
                for tongue in other_tongues()
            ],
        )
        for word in keeping.words_of(attribute)
    ]
