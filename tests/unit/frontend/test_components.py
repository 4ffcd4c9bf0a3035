import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import html5lib
import pytest
from django.core.paginator import Paginator

from frontend.views.styleguide import ExampleForm
from marketplace.core.money import Money
from tests.unit.frontend.drawing import draw

FOLDER = Path("frontend/templates/components")
COMPONENTS = sorted(
    file.relative_to(FOLDER).with_suffix("").as_posix()
    for file in FOLDER.rglob("*.html")
    if not file.name.startswith("_")
)
# What a part cannot do without; all others draw with nothing at all.
REQUIRED = {
    "button": 'href="#"',
    "clock": ':due="moment"',
    "delivery": ':first="day"',
    "derive_step": 'title="Commission" :amount="amount"',
    "drop": ':field="form.name"',
    "errors": ':form="form"',
    "facet": 'title="Colour" name="colour" :options="options"',
    "field": ':field="form.name"',
    "icon_button": 'icon="x" label="Close"',
    "mark": 'name="Atelier Brume"',
    "message": 'by="Ewa" :when="moment"',
    "offer": ':seller="seller" :total="amount"',
    "pager": ':page="page"',
    "pcard": 'title="Teapot" href="#" :price="amount" :seller="seller"',
    "price": ':amount="amount"',
    "steps": ':steps="words"',
    "suggestions": ':groups="groups"',
}
CONTEXT = {
    "moment": datetime(2026, 11, 25, 10, 48, tzinfo=UTC),
    "now": datetime(2026, 11, 25, 9, 48, tzinfo=UTC),
    "day": date(2026, 11, 26),
    "amount": Money(6800, "EUR"),
    "form": ExampleForm({}),
    "seller": SimpleNamespace(name="Atelier Brume"),
    "options": [{"value": "red", "label": "Red", "count": 4}],
    "groups": [{"title": "Products", "options": [{"href": "#", "label": "Teapot"}]}],
    "page": Paginator(range(200), 10).page(5),
    "words": ["Items", "Reason"],
}


def tag(component: str) -> str:
    return "c-" + component.replace("_", "-").replace("/", ".")


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_draws_with_what_it_requires(component):
    name = tag(component)

    shown = draw(f"<{name} {REQUIRED.get(component, '')}>words</{name}>", **CONTEXT)

    assert shown.strip()
    assert "None" not in shown
    assert "<c-" not in shown


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_names_its_attributes_in_its_head(component):
    source = (FOLDER / f"{component}.html").read_text()
    head = re.match(r"{% comment %}\n(.+?){% endcomment %}", source, re.DOTALL)
    declared = re.search(r"<c-vars (.+?) />", source)

    assert head is not None
    names = re.findall(r':?([a-z_]+)="', declared.group(1)) if declared else []
    words = set(re.findall(r"[a-z_]+", head.group(1)))
    assert [each for each in names if each not in words] == []


def test_a_part_unknown_to_required_is_not_left_behind():
    assert set(REQUIRED) - set(COMPONENTS) == set()


def test_a_field_ties_its_help_and_its_error_to_its_control():
    form = ExampleForm({"name": ""}, prefix="shop")

    shown = html5lib.parseFragment(
        draw('<c-field :field="field" />', field=form["name"]),
        namespaceHTMLElements=False,
    )
    control = shown.find(".//input")
    ids = {each.get("id") for each in shown.iter() if each.get("id")}

    assert control.get("aria-invalid") == "true"
    assert set(control.get("aria-describedby").split()) <= ids
    assert shown.find(".//label").get("for") == control.get("id")


def test_the_summary_of_errors_leads_to_each_field():
    form = ExampleForm({"postcode": "10500"})

    shown = draw('<c-errors :form="form" />', form=form)

    assert (
        '<a href="#id_postcode">Postcode: Enter a postcode with four digits.' in shown
    )
    assert 'role="alert" tabindex="-1" data-focus' in shown


def test_a_right_form_has_no_summary_of_errors():
    assert draw('<c-errors :form="form" />', form=ExampleForm()).strip() == ""
