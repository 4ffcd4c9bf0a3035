"""The yardstick: 24 cards by a bare Django, as `startproject` leaves it.

One query, one template, the middleware of every project; served by the program that
serves the site, from the same database. Its numbers are this machine's floor.
"""

import os

import django
import environ
from django.conf import settings

if not settings.configured:
    settings.configure(
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["127.0.0.1"],
        SECRET_KEY="nothing is signed here",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        DATABASES={
            "default": {
                **environ.Env.db_url_config(os.environ["DATABASE_URL"]),
                "CONN_MAX_AGE": 600,
            }
        },
    )
    django.setup()

from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

CARDS = 24
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Things</title></head><body><h1>Things</h1><ul>
{% for one in cards %}<li class="card"><a href="/p/{{ one.slug }}-{{ one.pk }}">
<img src="/media/{{ one.pk }}.svg" alt="" width="240" height="240">
<h2>{{ one.title }}</h2><p>{{ one.brand }}</p><p>{{ one.date_created|date }}</p>
</a></li>{% endfor %}</ul></body></html>"""


class Thing(models.Model):
    """A product of the catalogue, read as any model would be."""

    title = models.CharField(max_length=255)
    slug = models.SlugField(max_length=255)
    brand = models.CharField(max_length=120)
    date_created = models.DateTimeField()

    class Meta:
        app_label = "bare"
        managed = False
        db_table = "catalogue_product"

    def __str__(self) -> str:
        return self.title


def page(_request: HttpRequest) -> HttpResponse:
    """Show the newest cards."""
    cards = Thing.objects.order_by("-pk")[:CARDS]
    return HttpResponse(_template.render({"cards": cards}))


_template = engines["django"].from_string(_PAGE)
urlpatterns = [path("", page), path("health/", page)]
application = get_wsgi_application()
