"""Every part in every state, for who builds pages and for the tests of the parts."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone

from frontend.forms import ChoiceCards, DecimalField, StarInput, SwitchInput, UnitInput
from marketplace.core.money import Money


class ExampleForm(forms.Form):
    """A form of every kind of field."""

    name = forms.CharField(
        label="Shop name", help_text="Buyers see this. You can change it once a year."
    )
    postcode = forms.RegexField(
        r"^\d{4}$",
        label="Postcode",
        error_messages={"invalid": "Enter a postcode with four digits."},
    )
    weight = DecimalField(label="Weight", widget=UnitInput("g"))
    ready = forms.ChoiceField(
        label="Ready to ship in",
        choices=[("1", "1 working day"), ("2", "2 working days")],
    )
    about = forms.CharField(label="About", widget=forms.Textarea, required=False)
    method = forms.ChoiceField(
        label="Delivery",
        widget=ChoiceCards,
        choices=[("home", "Bpost home, €4.90"), ("point", "Pick-up point, €3.20")],
    )
    note = forms.ChoiceField(
        label="How was it?", widget=StarInput, choices=[(n, n) for n in "54321"]
    )
    mails = forms.BooleanField(label="Send me a mail for each new order")
    closed = forms.BooleanField(
        label="Holiday closure", widget=SwitchInput, required=False
    )


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every part; for development and the demo only."""
    if not (settings.DEBUG or settings.ALLOW_SANDBOX):
        raise Http404
    return render(request, "styleguide.html", examples())


def examples() -> dict[str, Any]:
    """Return what the parts are shown with."""
    now = datetime(2026, 11, 25, 11, 48, tzinfo=timezone.get_default_timezone())
    return {
        **_pictured(),
        "now": now,
        "in_a_day": now + timedelta(days=1, hours=6),
        "in_six_hours": now + timedelta(hours=6, minutes=12),
        "yesterday": now - timedelta(hours=18),
        "arrives": date(2026, 11, 26),
        "arrives_last": date(2026, 11, 28),
        **{
            f"e{minor}": Money(minor, "EUR")
            for minor in (490, 6800, 7290, 5900, 7200, 2400, 4800, 25030, 4600)
        },
        "commission": Money(-506, "EUR"),
        "left": Money(4094, "EUR"),
        "steps": ["Items", "Reason", "Photos", "Refund"],
        "page": Paginator(range(200), 10).page(5),
        "materials": [
            {"value": "stoneware", "label": "Stoneware", "count": 61, "checked": True},
            {"value": "porcelain", "label": "Porcelain", "count": 29},
        ],
        "groups": [
            {
                "title": "Products",
                "options": [
                    _suggested("Stoneware teapot", "€68.00", "teapot"),
                    _suggested("Teapot with side handle", "€58.00", "teapot2"),
                ],
            },
            {
                "title": "Sellers",
                "options": [
                    {
                        "href": "#",
                        "label": "Atelier Brume",
                        "seller": _seller("Atelier Brume", "brume"),
                    }
                ],
            },
        ],
        "right_form": ExampleForm(initial={"name": "Atelier Brume", "weight": 980}),
        "wrong_form": ExampleForm({"name": "", "postcode": "10500"}, prefix="wrong"),
    }


def _pictured() -> dict[str, Any]:
    """Return what has a picture: things, and sellers with a mark of their own."""
    things = {name: _drawing(name) for name in ("teapot", "teapot2", "mug", "kettle")}
    return {
        **things,
        "brume": _seller("Atelier Brume", "brume"),
        "orsini": _seller("Fratelli Orsini", "orsini"),
        "pictures": [
            SimpleNamespace(image=SimpleNamespace(url=things[name]), caption=caption)
            for name, caption in (
                ("teapot", "Teapot, from the side"),
                ("teapot2", "The one with a side handle"),
                ("mug", "A mug that goes with it"),
            )
        ],
    }


def _suggested(label: str, price: str, picture: str) -> dict[str, str]:
    return {"href": "#", "label": label, "sub": price, "image": _drawing(picture)}


def _seller(name: str, logo: str) -> SimpleNamespace:
    handle = name.lower().replace(" ", "-")
    return SimpleNamespace(name=name, handle=handle, logo=_drawing(logo))


def _drawing(name: str) -> str:
    return static(f"img/parts/{name}.svg")
