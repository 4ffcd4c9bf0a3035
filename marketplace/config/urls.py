"""All addresses: pages, REST, webhooks in.

Oscar's dashboard is not among them: it links to pages of Oscar's that the shop does not
have, and it writes past our services. The office has what operators need.
"""

from allauth.urls import build_provider_urlpatterns
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from django.views.static import serve

from frontend.second_factor import admin_door, may_use_admin
from marketplace.demo.receiver import receive

# The other way to change them is a site of our own, on which every package would have
# to register itself anew.
admin.site.login = admin_door  # type: ignore[method-assign]
admin.site.has_permission = may_use_admin  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("api/", include("marketplace.api.urls")),
    path("", include("frontend.fixed_urls")),
    # A provider knows one address to come back to.
    path("accounts/", include(build_provider_urlpatterns())),
]
if settings.MEDIA_URL and settings.ALLOW_SANDBOX:
    # The demo has no front server; a deployment serves public media itself. And it has
    # a seller's systems.
    urlpatterns += [
        path("demo/webhooks/<slug:system>/", receive, name="demo-webhook"),
        re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}),
    ]
# What people read has its language at the head of its address, the first has none.
urlpatterns += i18n_patterns(
    # One page for what allauth shows on three.
    *(
        path(f"accounts/{old}/", RedirectView.as_view(pattern_name="account-security"))
        for old in ("2fa", "2fa/webauthn", "sessions")
    ),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
    path("", include("frontend.urls")),
    prefix_default_language=False,
)
handler400 = "frontend.views.errors.bad_request"
handler403 = "frontend.views.errors.forbidden"
handler404 = "frontend.views.errors.not_found"
handler429 = "frontend.views.errors.too_many"  # allauth's
handler500 = "frontend.views.errors.fault"
