"""Addresses of a buyer's pages after the sale, and of the demo's mails.

`key` is an order number, or what a guest's link has in its place; `n` the number of the
part behind the dash.
"""

from django.conf import settings
from django.urls import URLPattern, path

from frontend.storefront import (
    account,
    again,
    attachments,
    case,
    data,
    messages,
    order,
    papers,
    points,
    questions,
    reviewing,
    saved,
    security,
)
from frontend.views import outbox

_PART = "order/<plain:key>/<int:n>"
_CASE = f"{_PART}/problem/<plain:public_id>"

urlpatterns: list[URLPattern] = [
    path("account/", account.home, name="account"),
    path("account/orders/", account.orders, name="account-orders"),
    path("account/language/", account.language, name="account-language"),
    path("account/reviews/", reviewing.reviews, name="account-reviews"),
    path("account/searches/", saved.searches, name="account-searches"),
    path("account/security/", security.security, name="account-security"),
    path(
        "account/security/second-factor/",
        security.second_factor,
        name="account-second-factor",
    ),
    path("account/devices/", security.devices, name="account-devices"),
    path("account/devices/end/", security.end_all_others, name="account-devices-end"),
    path("account/devices/<int:pk>/end/", security.end_one, name="account-device-end"),
    path("account/data/", data.page, name="account-data"),
    path("account/data/export/", data.export, name="account-export"),
    path(
        "account/data/export/<plain:public_id>/",
        data.export_file,
        name="account-export-file",
    ),
    path("account/data/erase/", data.erase, name="account-erase"),
    path("account/data/keep/", data.keep, name="account-erase-cancel"),
    path("account/keep/<path:key>/", data.keep_by_link, name="account-keep"),
    path("account/kept-form/", security.kept_form, name="kept-form"),
    path("account/points/", points.points, name="points"),
    path("account/messages/", messages.threads, name="messages"),
    path("account/messages/<plain:public_id>/", questions.question, name="question"),
    path("messages/files/<plain:public_id>/", attachments.seen, name="message-file"),
    path("order/g/<plain:key>/", order.page, name="order-guest"),
    path("order/<plain:key>/", order.page, name="order"),
    path("order/<plain:key>/again/", again.again, name="order-again"),
    path(f"{_PART}/received/", order.received, name="order-received"),
    path(f"{_PART}/review/<int:line_id>/", reviewing.review, name="order-review"),
    path(f"{_PART}/cancel/", order.cancel, name="order-cancel"),
    path(f"{_PART}/invoice/", papers.invoice, name="order-invoice"),
    path(f"{_PART}/documents/<plain:number>/", papers.document, name="order-document"),
    path(f"{_PART}/messages/", messages.thread, name="order-messages"),
    path(f"{_PART}/files/<plain:public_id>/", attachments.of_order, name="order-file"),
    path(f"{_PART}/problem/", case.new, name="case-new"),
    path(f"{_CASE}/", case.page, name="case"),
    path(f"{_CASE}/offer/<slug:offer_id>/take/", case.take, name="case-take"),
    path(f"{_CASE}/offer/<slug:offer_id>/decline/", case.decline, name="case-decline"),
    path(f"{_CASE}/disagree/", case.disagree, name="case-disagree"),
    path(f"{_CASE}/withdraw/", case.withdraw, name="case-withdraw"),
    path(f"{_CASE}/photo/<int:number>/", case.photo, name="case-photo"),
]
if settings.SHOW_OUTBOX:
    urlpatterns += [
        path("outbox/", outbox.letters, name="outbox"),
        path("outbox/<plain:name>/", outbox.letter, name="outbox-letter"),
        path("outbox/<plain:name>/mail.html", outbox.drawn, name="outbox-drawn"),
    ]
