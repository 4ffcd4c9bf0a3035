"""All addresses: pages, REST, webhooks in.

Oscar's dashboard is not among them: it links to pages of Oscar's that the shop does not
have, and it writes past our services. The office has what operators need.
"""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.static import serve

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign] # as allauth documents it

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
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
