"""What every page shows the same way: money, dates, ratings, icons, pictures."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend import formats, pictures
from frontend.legal_forms import form_name
from marketplace.core.money import Money
from marketplace.db.amounts import amount_parts
from marketplace.db.dates import written_day

register = template.Library()

register.filter("legal_form", form_name)
LOW_STOCK = 3
NOTHING = "–"


@register.filter
def money(value: Money | int | Decimal | None, currency: str = "") -> str:
    """Show an amount with its cents raised, as prices are shown."""
    return _price(value, currency, css="price")


@register.filter
def money_plain(value: Money | int | Decimal | None, currency: str = "") -> str:
    """Write an amount as text, for tables and sentences."""
    if value is None or value == "":
        return NOTHING
    return formats.amount(formats.as_money(value, currency))


@register.simple_tag
def price(
    value: Money | int | Decimal | None,
    currency: str = "",
    size: str = "",
    was: Money | int | Decimal | None = None,
) -> str:
    """Show a price; `size` lg or xl; `was` is the 30-day lowest price, struck."""
    css = f"price price--{size}" if size else "price"
    if was is None or was == "":
        return _price(value, currency, css=css)
    return format_html(
        '{} <s class="was"><span class="sr">{} </span>{}</s>',
        _price(value, currency, css=f"{css} price--deal"),
        _("30-day lowest price"),
        money_plain(was, currency),
    )


@register.filter
def number(value: Decimal | float | int | None, places: int = 0) -> str:
    """Write a number with its thousands apart; what a page does not have is a dash."""
    if value is None or value == "":
        return NOTHING
    return formats.number(value, places)


@register.filter
def percent(value: Decimal | float | int | None, places: int = 0) -> str:
    """Write a number of hundredths with its sign kept on the line: `98 %`."""
    return NOTHING if value is None else formats.percent(value, places)


@register.simple_tag
def date_range(first: date, last: date | None = None) -> str:
    """Write one day or a range of days: `Thu 26 – Sat 28 Nov`."""
    return formats.date_range(first, last)


@register.filter
def day(value: date | None, pattern: str = "d MMM y") -> str:
    """Write a day by a pattern of CLDR, what comes first in English: `26 Nov 2026`."""
    return "" if value is None or value == "" else written_day(value, pattern)


@register.filter
def moment(value: datetime | None) -> str:
    """Show a moment as a `<time>`: `Mon 23 Nov, 10:32`."""
    if value is None:
        return NOTHING
    return format_html(
        '<time datetime="{}">{}</time>', value.isoformat(), formats.moment(value)
    )


@register.filter
def span(value: timedelta | None) -> str:
    """Show a length of time: `3 d 4 h`."""
    return formats.duration(value) if value is not None else "–"


@register.simple_tag(takes_context=True)
def clock(context: Context, due: datetime, now: datetime | None = None) -> SafeString:
    """Show the time left until `due`, or how late it is."""
    present = now or context["now"]
    left = formats.time_left(due, present() if callable(present) else present)
    return clock_words(left.words, left.tone)


@register.simple_tag
def clock_words(words: str, tone: str = "") -> SafeString:
    """Show a clock with words of your own; `tone` soon or late."""
    css = f"clock clock--{tone}" if tone else "clock"
    sign = icon("alert" if tone == "late" else "clock", "sm")
    return format_html('<span class="{}">{}{}</span>', css, sign, words)


@register.simple_tag
def rating(
    score: Decimal | float | None, count: int | None = None, href: str = ""
) -> SafeString:
    """Show one star, the score and how many gave it; never a star alone."""
    if score is None or score == "":
        return format_html('<span class="rating">{}</span>', _("No ratings yet"))
    inner = format_html(
        '{}<span class="sr">{}</span> <b>{}</b>{}',
        icon("star"),
        _("Rated"),
        formats.number(score, 1),
        "" if count is None else format_html(" <span>({})</span>", number(count)),
    )
    if href:
        return format_html('<a class="rating" href="{}">{}</a>', href, inner)
    return format_html('<span class="rating">{}</span>', inner)


@register.simple_tag
def stars(score: Decimal | float) -> SafeString:
    """Draw five stars; only where rating is the subject of the page."""
    width = round(float(score) * 20)
    sprite = _sprite()
    return format_html(
        '<svg class="stars" viewBox="0 0 100 20" role="img" aria-label="{0}">'
        '<use href="{1}#i-star5" class="off" fill="currentColor" width="100"'
        ' height="20"/><svg x="0" y="0" width="{2}" height="20"'
        ' viewBox="0 0 {2} 20"><use href="{1}#i-star5" fill="currentColor"'
        ' width="100" height="20"/></svg></svg>',
        _("%(score)s out of 5 stars") % {"score": formats.number(score, 1)},
        sprite,
        width,
    )


@register.simple_tag
def points(count: int, worth: Money | None = None) -> SafeString:
    """Show points with their coin, and what they are worth."""
    words = ngettext("%(count)s point", "%(count)s points", count) % {
        "count": formats.number(count)
    }
    value = "" if worth is None else f" ({formats.amount(worth)})"
    return format_html('{}<span class="num">{}{}</span>', icon("coin"), words, value)


@register.simple_tag
def delivery(first: date, last: date | None = None) -> SafeString:
    """Show the van and the days of arrival."""
    return format_html(
        '<span class="promise">{}<span>{} <b>{}</b></span></span>',
        icon("truck"),
        _("Arrives"),
        formats.date_range(first, last),
    )


@register.simple_tag
def stock(left: int | None) -> SafeString:
    """Say what is in stock; few pieces and none stand out by words and colour."""
    if left is None:
        tone, words = "", _("In stock")
    elif left <= 0:
        tone, words = " stock--out", _("Sold out")
    elif left <= LOW_STOCK:
        tone, words = " stock--low", _("Only %(left)d left") % {"left": left}
    else:
        tone, words = "", _("In stock, %(left)d left") % {"left": left}
    return format_html('<span class="stock{} dot">{}</span>', tone, words)


@register.simple_tag
def labelled(label: str, error: str) -> str:
    """Return an error behind the label of its field, with one sign between them."""
    if label.endswith(("?", ":")):
        return f"{label} {error}"
    return _("%(label)s: %(error)s") % {"label": label, "error": error}


@register.simple_tag
def icon(name: str, size: str = "", label: str = "", css: str = "") -> SafeString:
    """Draw an icon of the sprite; with a `label` it is read aloud."""
    classes = " ".join(filter(None, ("i", f"i--{size}" if size else "", css)))
    role: str | SafeString = SafeString('aria-hidden="true"')
    if label:
        role = format_html('role="img" aria-label="{}"', label)
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" {}><use href="{}#i-{}"/></svg>',
        classes,
        role,
        _sprite(),
        name,
    )


@register.simple_tag
def mark(seller: Any, size: str = "") -> SafeString:
    """Draw the mark of a seller (with `name`, perhaps `logo`) or of a name."""
    name = str(getattr(seller, "name", seller))
    css = f"mark--{size}" if size else ""
    # A partner row calls its logo a mark.
    logo = getattr(seller, "logo", None) or getattr(seller, "mark", None)
    return pictures.mark(name, logo=logo, css=css)


@register.simple_tag
def picture(
    image: Any, size: int = 400, alt: str = "", css: str = "", *, lazy: bool = True
) -> SafeString:
    """Draw a square picture; `image` is an image field, an address, or nothing."""
    return pictures.picture(image, size=int(size), alt=alt, css=css, lazy=lazy)


@register.simple_tag(takes_context=True)
def querystring_drop(context: Context, name: str, value: str) -> str:
    """Return the present query with one value of one name taken out."""
    query = context["request"].GET.copy()
    rest = [each for each in query.getlist(name) if each != str(value)]
    query.setlist(name, rest)
    query.pop("page", None)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def at_page(context: Context, number: int, here: str = "") -> str:
    """Return the present query, or another address, at another page of the list."""
    if here:
        return f"{here}{'&' if '?' in here else '?'}page={number}"
    query = context["request"].GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag
def maybe_url(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a page, or nothing where that page is not routed."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.filter
def initials(name: str) -> str:
    """Return up to two initials of a name, or of what stands before the @."""
    words = name.partition("@")[0].replace(".", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def at_key(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Return what a mapping holds under a key, or nothing."""
    return mapping.get(key)


@register.filter
def widget_kind(field: BoundField) -> str:
    """Return the kind of a field's widget, which decides how it is laid out."""
    widget = field.field.widget
    return str(getattr(widget, "layout", None) or type(widget).__name__.lower())


@register.filter
def page_numbers(page: Page[Any]) -> list[int | None]:
    """Return the page numbers to show; None stands for a gap."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1)
    return [each if isinstance(each, int) else None for each in numbers]


@register.filter
def times(count: int | str) -> range:
    """Return something to loop over so many times."""
    return range(int(count))


@lru_cache(maxsize=1)
def _sprite() -> str:
    """Return the address of the icons; a page draws fifty of them."""
    return static("brand/icons.svg")


def _price(value: Money | int | Decimal | None, currency: str, *, css: str) -> str:
    if value is None or value == "":
        return NOTHING
    parts = amount_parts(formats.as_money(value, currency))
    cents: str | SafeString = ""
    if parts.minor:
        cents = format_html('<span class="price__minor">{}</span>', parts.minor)
    return format_html(
        '<span class="{}">{}{}{}{}</span>',
        css,
        parts.prefix,
        parts.whole,
        cents,
        parts.suffix,
    )
