"""The words of operators: what else a thing is called, and what a query means."""

import re
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from frontend.backoffice.access import office_page, operators
from frontend.forms import words_of
from frontend.middleware import ViewerRequest
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from search import wording

_PER_PAGE = 40
_LONGEST_OTHERS = 800
_BETWEEN = re.compile(r"[\n,;]+")


class SynonymForm(forms.Form):
    """What else a phrase is called; `was` is the phrase that is being changed."""

    was = forms.CharField(required=False, widget=forms.HiddenInput)
    phrase = forms.CharField(label=gettext_lazy("Buyers type"), max_length=80)
    others = forms.CharField(
        label=gettext_lazy("It is also called"),
        max_length=_LONGEST_OTHERS,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("One on each line, or with commas between; at most 8."),
    )
    is_mutual = forms.BooleanField(
        label=gettext_lazy("And the other way round"),
        required=False,
        help_text=gettext_lazy("Who types one of these also finds the first."),
    )

    def clean_others(self) -> list[str]:
        """Return what was written between lines, commas and semicolons."""
        return [
            each for each in _BETWEEN.split(self.cleaned_data["others"]) if each.strip()
        ]


class CorrectionForm(forms.Form):
    """What a query means; `was` is the query that is being changed."""

    was = forms.CharField(required=False, widget=forms.HiddenInput)
    typed = forms.CharField(
        label=gettext_lazy("Buyers type"), max_length=wording.LONGEST_QUERY
    )
    meant = forms.CharField(
        label=gettext_lazy("Search for"), max_length=wording.LONGEST_QUERY
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.MODERATE)
def synonyms(request: ViewerRequest) -> HttpResponse:
    """List what things are also called; add to it, or change one."""
    form = SynonymForm(request.POST or None, initial=_synonym_asked(request))
    if _is_kept(request, form, wording.keep_synonym):
        return redirect("office-search-synonyms")
    return _words_page(request, "search_synonyms", form, wording.synonyms())


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.MODERATE)
def corrections(request: ViewerRequest) -> HttpResponse:
    """List the queries that are searched as others; add to it, or change one."""
    form = CorrectionForm(request.POST or None, initial=_correction_asked(request))
    if _is_kept(request, form, wording.keep_correction):
        return redirect("office-search-corrections")
    return _words_page(request, "search_corrections", form, wording.corrections())


@require_POST
@operators(OperatorPermission.MODERATE)
def synonym_drop(request: ViewerRequest) -> HttpResponse:
    """Forget what else a phrase is called."""
    phrase = words_of(request, "phrase")
    wording.drop_synonym(phrase=phrase, actor_id=request.user.pk, now=clock.now())
    messages.success(request, _("Dropped."))
    return redirect("office-search-synonyms")


@require_POST
@operators(OperatorPermission.MODERATE)
def correction_drop(request: ViewerRequest) -> HttpResponse:
    """Let a query be searched as it is typed."""
    typed = words_of(request, "typed")
    wording.drop_correction(typed=typed, actor_id=request.user.pk, now=clock.now())
    messages.success(request, _("Dropped."))
    return redirect("office-search-corrections")


def _is_kept(
    request: ViewerRequest, form: forms.Form, keep: Callable[..., object]
) -> bool:
    """Keep what a sent form says, or say beside its field why not."""
    if request.method != "POST" or not form.is_valid():
        return False
    given = dict(form.cleaned_data)
    was = given.pop("was")
    try:
        keep(**given, instead_of=was, actor_id=request.user.pk, now=clock.now())
    except wording.WordingRefusedError as refusal:
        form.add_error(refusal.field or None, refusal.message)
        return False
    messages.success(request, _("Saved. Searches know it within seconds."))
    return True


def _words_page(
    request: ViewerRequest,
    template: str,
    form: forms.Form,
    rows: wording.SynonymRows | wording.CorrectionRows,
) -> HttpResponse:
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    was = form["was"].value() or ""
    return office_page(
        request,
        template,
        {"page": page, "form": form, "was": was, "nav": "office-search"},
        status=422 if form.errors else 200,
    )


def _synonym_asked(request: ViewerRequest) -> dict[str, object]:
    """Return the row that is to be changed, or the words that the address has."""
    row = wording.synonyms().filter(phrase=_asked(request, "change")).first()
    if row is None:
        return {"phrase": _asked(request, "phrase"), "is_mutual": True}
    return {
        "was": row.phrase,
        "phrase": row.phrase,
        "others": "\n".join(row.others),
        "is_mutual": row.is_mutual,
    }


def _correction_asked(request: ViewerRequest) -> dict[str, object]:
    row = wording.corrections().filter(typed=_asked(request, "change")).first()
    if row is None:
        return {"typed": _asked(request, "typed")}
    return {"was": row.typed, "typed": row.typed, "meant": row.meant}


def _asked(request: ViewerRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "")[: wording.LONGEST_QUERY]
