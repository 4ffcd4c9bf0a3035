"""Addresses below /office/."""

from django.urls import path

from frontend.backoffice import (
    applications,
    audit,
    find,
    home,
    match,
    money,
    orders,
    papers,
    plans,
    problems,
    products,
    promotions,
    sellers,
    shelves,
)

urlpatterns = [
    path("", home.home, name="office-home"),
    path("find/", find.find, name="office-find"),
    path("applications/", applications.applications, name="office-applications"),
    path(
        "applications/<slug:public_id>/",
        applications.application,
        name="office-application",
    ),
    path("products/", products.products, name="office-products"),
    path("products/<slug:public_id>/", products.product, name="office-product"),
    path(
        "imports/<slug:public_id>/approve/",
        products.approve_whole_import,
        name="office-import-approve",
    ),
    path("problems/", problems.problems, name="office-problems"),
    path("problems/<slug:public_id>/", problems.problem, name="office-problem"),
    path(
        "problems/<slug:public_id>/photos/<int:number>/",
        problems.problem_photo,
        name="office-problem-photo",
    ),
    path("orders/", orders.orders, name="office-orders"),
    path("orders/<slug:number>/", orders.order, name="office-order"),
    path(
        "orders/<slug:number>/goodwill/", orders.goodwill, name="office-order-goodwill"
    ),
    path("orders/<slug:number>/release/", orders.release, name="office-order-release"),
    path("orders/<slug:number>/revoke/", orders.revoke, name="office-order-revoke"),
    path("payouts/", money.payouts, name="office-payouts"),
    path("payouts/check/", money.check, name="office-check"),
    path("match/", match.match, name="office-match"),
    path("match/statement/", match.statement, name="office-match-statement"),
    path("match/lines/<int:line_id>/", match.line_match, name="office-match-line"),
    path(
        "match/lines/<int:line_id>/aside/",
        match.line_aside,
        name="office-match-aside",
    ),
    path(
        "match/lines/<int:line_id>/reopen/",
        match.line_reopen,
        name="office-match-reopen",
    ),
    path("match/orders/<slug:number>/", match.order, name="office-match-order"),
    path("commands/", money.commands, name="office-commands"),
    path(
        "commands/<int:command_id>/retry/",
        money.command_retry,
        name="office-command-retry",
    ),
    path("plans/", plans.plans, name="office-plans"),
    path("plans/new/", plans.plan_new, name="office-plan-new"),
    path("plans/<int:plan_id>/", plans.plan, name="office-plan"),
    path("plans/<int:plan_id>/move/", plans.plan_move, name="office-plan-move"),
    path("vouchers/", promotions.promotions, name="office-promotions"),
    path("vouchers/new/", promotions.promotion_new, name="office-promotion-new"),
    path("vouchers/<slug:public_id>/", promotions.promotion, name="office-promotion"),
    path(
        "vouchers/<slug:public_id>/change/",
        promotions.promotion_change,
        name="office-promotion-change",
    ),
    path(
        "vouchers/<slug:public_id>/stop/",
        promotions.promotion_stop,
        name="office-promotion-stop",
    ),
    path("categories/", shelves.categories, name="office-categories"),
    path(
        "categories/<slug:public_id>/",
        shelves.category_change,
        name="office-category",
    ),
    path("tax/", shelves.tax, name="office-tax"),
    path("carriers/", shelves.carriers, name="office-carriers"),
    path("carriers/<slug:code>/", shelves.carriers, name="office-carrier"),
    path("sellers/", sellers.sellers, name="office-sellers"),
    path("sellers/<slug:handle>/", sellers.seller, name="office-seller"),
    path(
        "sellers/<slug:handle>/documents/",
        papers.documents,
        name="office-seller-documents",
    ),
    path("documents/<slug:number>/", papers.document, name="office-document"),
    path("audit/", audit.audit, name="office-audit"),
]
