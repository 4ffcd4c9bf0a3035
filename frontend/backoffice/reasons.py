"""What a moderator writes to a seller: ready sentences to tick, and own words."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Short for the moderator, whole for the seller.
Sentences = dict[str, tuple[Promise, Promise | str]]

ABOUT_STANDING: Sentences = {
    "late": (
        gettext_lazy("Parcels leave late"),
        gettext_lazy("Too many of your parcels leave late. Please send what waits."),
    ),
    "cancelled": (
        gettext_lazy("Orders are cancelled"),
        gettext_lazy("You cancel too many orders. Please offer only what you have."),
    ),
    "forbidden": (
        gettext_lazy("Forbidden goods"),
        gettext_lazy("You offer goods that may not be sold here."),
    ),
    "identity": (
        gettext_lazy("Identity not proven"),
        gettext_lazy("We could not make sure who you are. Please send us a proof."),
    ),
    "silent": (
        gettext_lazy("Buyers get no answer"),
        gettext_lazy("Buyers wait for your answers. Please write to all of them."),
    ),
}
ABOUT_PRODUCTS: Sentences = {
    "brand": (
        gettext_lazy("Brand named without right"),
        gettext_lazy("Please leave the name of the other brand out of the title."),
    ),
    "picture": (
        gettext_lazy("Picture is not of the product"),
        gettext_lazy("Please send a picture that shows the product itself."),
    ),
    "claim": (
        gettext_lazy("Claim needs proof"),
        gettext_lazy("Please leave out what you cannot prove, or send us the proof."),
    ),
    "text": (
        gettext_lazy("Too little is said"),
        gettext_lazy("Please say more: size, material and what comes with it."),
    ),
    "twice": (
        gettext_lazy("It is there already"),
        gettext_lazy("This product is there already. Please put your offer on it."),
    ),
    "forbidden": (
        gettext_lazy("Forbidden or recalled"),
        gettext_lazy("This product may not be sold here."),
    ),
}


ABOUT_REVIEWS: Sentences = {
    "abuse": (
        gettext_lazy("Insults somebody"),
        gettext_lazy("It insults or threatens a person."),
    ),
    "private": (
        gettext_lazy("Private details"),
        gettext_lazy("It names private details of a person."),
    ),
    "advert": (
        gettext_lazy("Advertising"),
        gettext_lazy("It leads to another shop or advertises something."),
    ),
    "false": (
        gettext_lazy("Not about the purchase"),
        gettext_lazy("It is not about what was bought."),
    ),
    "fine": (
        gettext_lazy("Breaks no rule"),
        gettext_lazy("It is about the purchase and breaks no rule."),
    ),
}


ABOUT_REPORTS: Sentences = {
    "changed": (
        gettext_lazy("The seller has changed it"),
        gettext_lazy("The seller was asked and has changed it."),
    ),
    "down": (
        gettext_lazy("Taken down"),
        gettext_lazy("The listing was taken down."),
    ),
    "as_told": (
        gettext_lazy("The listing says it"),
        gettext_lazy("The listing says so already, for everybody to read."),
    ),
    "unclear": (
        gettext_lazy("Not to be found"),
        gettext_lazy("We looked and did not find what was meant."),
    ),
}


# So long may a message be, with its sentences, where the queue says nothing else.
_LONGEST = 2000


class ReasonForm(forms.Form):
    """Sentences to tick and a message; together they are what the seller reads."""

    # Whether own words are not enough for a no.
    needs_a_tick = False
    sentences = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=gettext_lazy("Message to the seller"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(
        self, *args: Any, about: Sentences, label: str, most: int = _LONGEST
    ) -> None:
        super().__init__(*args)
        self._most = most
        own = self.fields["reason"]
        own.widget.attrs["maxlength"] = most
        if most < _LONGEST:
            words = _("At most %(most)d characters, with what is ticked.")
            own.help_text = words % {"most": most}
        self._about = about
        field = self.fields["sentences"]
        field.label = label
        # Of a ChoiceField; the base class of all fields has no choices.
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(key, short) for key, (short, _whole) in about.items()]

    def clean(self) -> dict[str, Any]:
        """Refuse what is too long with the sentences that are ticked."""
        if "reason" in self.cleaned_data and "sentences" in self.cleaned_data:
            whole = self.message(with_sentences=True)
            if len(whole) > self._most:
                words = _("It is %(n)d characters long: shorten it to %(most)d.")
                known = {"n": len(whole), "most": self._most}
                self.add_error("reason", words % known)
        return self.cleaned_data

    def need_one(self) -> None:
        """Say beforehand that neither decision goes without a reason."""
        own: Any = self.fields["reason"]
        own.label = _("In your words")
        own.when_optional = _("needed if nothing above is ticked")

    def message(self, *, with_sentences: bool) -> str:
        """Return what the seller reads; ticked sentences are for a no alone."""
        own = self.cleaned_data["reason"].strip()
        ticked = self.cleaned_data["sentences"] if with_sentences else []
        whole = [str(self._about[key][1]) for key in ticked]
        return "\n".join(filter(None, [" ".join(filter(None, whole)), own]))
