"""Pages that only explain, and robots.txt."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frontend import formats
from support.rules import CHAPTERS

# Addresses of nobody's search: the private, and what is a question, not a page.
NOT_FOR_ROBOTS = (
    "/accounts/",
    "/admin/",
    "/basket/",
    "/checkout/",
    "/office/",
    "/order/",
    "/search",
    "/seller/",
)


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """Show the terms in force."""
    terms = {
        "version": settings.TERMS_VERSION,
        "returns_days": settings.RETURN_WINDOW_DAYS,
    }
    return render(request, "pages/terms.html", terms)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show what is kept about people, why and how long."""
    return render(request, "pages/privacy.html", {"version": settings.TERMS_VERSION})


@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    """Show who runs the market."""
    return render(request, "pages/imprint.html")


@require_safe
def protection(request: HttpRequest) -> HttpResponse:
    """Explain how a buyer's money is held."""
    days = {
        "release": settings.RELEASE_DAYS_AFTER_DELIVERY,
        "returns": settings.RETURN_WINDOW_DAYS,
    }
    answer = formats.duration(timedelta(hours=settings.PROBLEM_ANSWER_HOURS))
    return render(request, "pages/protection.html", {"days": days, "answer": answer})


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules by which reports are decided."""
    return render(request, "pages/rules.html", {"chapters": CHAPTERS})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say what was checked, and where to write when something does not work."""
    return render(request, "pages/accessibility.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what to leave, and where the map of the site is."""
    lines = ["User-agent: *", *(f"Disallow: {each}" for each in NOT_FOR_ROBOTS)]
    lines.append(f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
