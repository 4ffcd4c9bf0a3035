"""Addresses of buying: product, basket, checkout."""

from django.urls import URLPattern, path, re_path

from frontend.storefront import (
    basket,
    checkout,
    destination,
    paying,
    product,
    product_questions,
    product_reviews,
    reporting,
)

urlpatterns: list[URLPattern] = [
    re_path(
        r"^p/(?P<slug>[-\w]*)-(?P<public_id>prd_[0-9a-z]+)$",
        product.product,
        name="product",
    ),
    path("report/<plain:public_id>/", reporting.report, name="listing-report"),
    path("deliver-to/", destination.deliver_to, name="deliver-to"),
    path(
        "reviews/<plain:public_id>/helpful/",
        product_reviews.helpful,
        name="review-helpful",
    ),
    path(
        "reviews/<plain:public_id>/report/",
        product_reviews.report,
        name="review-report",
    ),
    path("questions/<plain:public_id>/", product_questions.ask, name="product-ask"),
    path(
        "questions/<plain:public_id>/report/",
        product_questions.report_question,
        name="question-report",
    ),
    path(
        "answers/<plain:public_id>/report/",
        product_questions.report_answer,
        name="answer-report",
    ),
    path("basket/", basket.basket, name="basket"),
    path("basket/add/", basket.add, name="basket-add"),
    path("basket/lines/<int:line_id>/", basket.change_line, name="basket-line"),
    path("basket/later/<int:line_id>/", basket.change_later, name="basket-later"),
    path("basket/vouchers/", basket.change_voucher, name="basket-vouchers"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/return/<plain:public_id>/", paying.returned, name="checkout-return"),
    path(
        "checkout/cancel/<plain:public_id>/", paying.cancelled, name="checkout-cancel"
    ),
]
