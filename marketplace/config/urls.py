"""All addresses: pages, REST, webhooks in, Oscar's dashboard for administrators."""

from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.static import serve

from frontend.backoffice.access import for_administrators

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign] # as allauth documents it

dashboard = cast("Any", apps.get_app_config("dashboard"))
dashboard_pages, *dashboard_names = dashboard.urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    # Its own sign-in knows no second factor, and it writes past our services.
    path("dashboard/", (for_administrators(dashboard_pages), *dashboard_names)),
    path("accounts/", include("allauth.urls")),
    path("api/", include("marketplace.api.urls")),
    path("", include("frontend.urls")),
]
if settings.MEDIA_URL and settings.ALLOW_SANDBOX:
    # The demo has no front server; a deployment serves public media itself.
    urlpatterns += [
        re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT})
    ]
handler400 = "frontend.views.errors.bad_request"
handler403 = "frontend.views.errors.forbidden"
handler404 = "frontend.views.errors.not_found"
handler429 = "frontend.views.errors.too_many"  # allauth's
handler500 = "frontend.views.errors.fault"
