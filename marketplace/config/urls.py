"""All addresses: pages, REST, webhooks in, Oscar's dashboard for staff."""

from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.static import serve

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

dashboard = cast("Any", apps.get_app_config("dashboard"))

urlpatterns = [
    path("admin/", admin.site.urls),
    path("dashboard/", dashboard.urls),
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
handler500 = "frontend.views.errors.fault"
