"""Addresses of the door for sellers and of their portal."""

from django.urls import include, path

from frontend.portal import (
    delivery,
    desk,
    imports,
    money,
    notes,
    offers,
    onboarding,
    order,
    people,
    products,
    sell,
    settings,
    talk,
    today,
)

shop = [
    path("", today.today, name="portal-today"),
    path("orders/", desk.orders, name="portal-orders"),
    path("orders/ship/", desk.ship, name="portal-ship"),
    path("orders/slips/", desk.slips, name="portal-slips"),
    path("orders/<slug:number>/", order.order, name="portal-order"),
    path("orders/<slug:number>/refuse/", order.refuse, name="portal-refuse"),
    path("orders/<slug:number>/give-back/", order.give_back, name="portal-give-back"),
    path("orders/<slug:number>/accept/", order.accept, name="portal-accept"),
    path(
        "orders/<slug:number>/photos/<slug:public_id>/<int:place>/",
        order.photo,
        name="portal-photo",
    ),
    path("offers/", offers.table, name="portal-offers"),
    path("offers/new/", offers.new, name="portal-offer-new"),
    path("offers/<slug:public_id>/", offers.offer, name="portal-offer"),
    path("products/new/", products.new, name="portal-product-new"),
    path("products/<slug:public_id>/", products.product, name="portal-product"),
    path("import/", imports.start, name="portal-import"),
    path("import/template.csv", imports.template, name="portal-import-template"),
    path("import/<slug:public_id>/", imports.job, name="portal-import-job"),
    path(
        "import/<slug:public_id>/errors.csv",
        imports.errors,
        name="portal-import-errors",
    ),
    path("messages/", talk.inbox, name="portal-messages"),
    path("messages/<slug:number>/", talk.thread, name="portal-thread"),
    path("notes/", notes.notes, name="portal-notes"),
    path("notes/<slug:public_id>/", notes.answer, name="portal-note"),
    path("payouts/", money.payouts, name="portal-payouts"),
    path("payouts/statement/", money.statement, name="portal-statement"),
    path("payouts/statement.csv", money.statement_csv, name="portal-statement-csv"),
    path("team/", people.team, name="portal-team"),
    path("team/<int:member_id>/leave/", people.leave, name="portal-team-leave"),
    path("api/", people.tokens, name="portal-tokens"),
    path("api/<slug:public_id>/revoke/", people.revoke, name="portal-token-revoke"),
    path("set-up/", onboarding.checklist, name="portal-onboarding"),
    path("payments/", onboarding.payments, name="portal-payments"),
    path("payments/again/", onboarding.payments_again, name="portal-payments-again"),
    path("payments/back/", onboarding.payments_back, name="portal-payments-back"),
    path("settings/", settings.identity, name="portal-settings"),
    path("settings/goods/", settings.goods, name="portal-settings-goods"),
    path("settings/texts/", settings.texts, name="portal-settings-texts"),
    path("settings/time-off/", settings.away, name="portal-settings-away"),
    path("settings/delivery/", delivery.zones, name="portal-settings-delivery"),
    path("settings/delivery/new/", delivery.zone, name="portal-settings-zone-new"),
    path(
        "settings/delivery/<int:zone_id>/", delivery.zone, name="portal-settings-zone"
    ),
    path(
        "settings/delivery/<int:zone_id>/new/",
        delivery.rate,
        name="portal-settings-rate-new",
    ),
    path(
        "settings/delivery/<int:zone_id>/<int:rate_id>/",
        delivery.rate,
        name="portal-settings-rate",
    ),
    path(
        "settings/delivery/<int:zone_id>/<int:rate_id>/remove/",
        delivery.remove_rate,
        name="portal-settings-rate-remove",
    ),
]
urlpatterns = [
    path("sell/", sell.landing, name="sell"),
    path("sell/apply/", sell.apply, name="sell-apply"),
    path("seller/", sell.shops, name="portal"),
    path("seller/<slug:handle>/", include(shop)),
]
