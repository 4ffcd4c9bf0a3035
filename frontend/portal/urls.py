"""Addresses of the door for sellers and of their portal."""

from django.urls import include, path

from frontend.portal import (
    commission,
    delivery,
    desk,
    disputes,
    imports,
    money,
    notes,
    offers,
    onboarding,
    order,
    papers,
    people,
    products,
    promotions,
    refunds,
    reviews,
    sell,
    settings,
    statements,
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
    path("orders/<slug:number>/refund/", refunds.refund, name="portal-refund"),
    path("disputes/", disputes.disputes, name="portal-disputes"),
    path("disputes/<slug:public_id>/", disputes.dispute, name="portal-dispute"),
    path(
        "disputes/<slug:public_id>/pictures/<int:picture_id>/",
        disputes.picture,
        name="portal-dispute-picture",
    ),
    path("orders/<slug:number>/accept/", order.accept, name="portal-accept"),
    path(
        "orders/<slug:number>/photos/<slug:public_id>/<int:place>/",
        order.photo,
        name="portal-photo",
    ),
    path("offers/", offers.table, name="portal-offers"),
    path("offers/new/", offers.new, name="portal-offer-new"),
    path("offers/commission/", commission.commission, name="portal-commission"),
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
    path("vouchers/", promotions.promotions, name="portal-promotions"),
    path("vouchers/new/", promotions.promotion_new, name="portal-promotion-new"),
    path("vouchers/<slug:public_id>/", promotions.promotion, name="portal-promotion"),
    path(
        "vouchers/<slug:public_id>/change/",
        promotions.promotion_change,
        name="portal-promotion-change",
    ),
    path(
        "vouchers/<slug:public_id>/stop/",
        promotions.promotion_stop,
        name="portal-promotion-stop",
    ),
    path(
        "vouchers/<slug:public_id>/answer/",
        promotions.promotion_answer,
        name="portal-promotion-answer",
    ),
    path("messages/", talk.inbox, name="portal-messages"),
    path("messages/<slug:number>/", talk.thread, name="portal-thread"),
    path("notes/", notes.notes, name="portal-notes"),
    path("notes/<slug:public_id>/", notes.answer, name="portal-note"),
    path("notes/<slug:public_id>/report/", notes.report, name="portal-note-report"),
    path("reviews/", reviews.reviews, name="portal-reviews"),
    path("reviews/<slug:public_id>/", reviews.answer, name="portal-review"),
    path(
        "reviews/<slug:public_id>/report/", reviews.report, name="portal-review-report"
    ),
    path("payouts/", money.payouts, name="portal-payouts"),
    path("payouts/statements/", statements.statements, name="portal-statements"),
    path("payouts/statement/", statements.statement, name="portal-statement"),
    path(
        "payouts/statement.csv", statements.statement_csv, name="portal-statement-csv"
    ),
    path(
        "payouts/statement.pdf", statements.statement_paper, name="portal-statement-pdf"
    ),
    path("team/", people.team, name="portal-team"),
    path("team/<int:member_id>/leave/", people.leave, name="portal-team-leave"),
    path("api/", people.tokens, name="portal-tokens"),
    path("api/<slug:public_id>/revoke/", people.revoke, name="portal-token-revoke"),
    path("documents/", papers.documents, name="portal-documents"),
    path("documents/month.zip", papers.month_zip, name="portal-documents-zip"),
    path("documents/<slug:number>/", papers.document, name="portal-document"),
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
