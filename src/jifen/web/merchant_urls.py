"""Addresses of merchants, stores nearby and reviews (S2-19, S2-51, S2-59, S2-60)."""

from django.urls import path

from jifen.web.views import merchants, places, reviews

pages = [
    path("nearby", places.nearby, name="nearby"),
    path("regions", places.regions, name="regions"),
    path("merchant", merchants.merchant, name="merchant"),
    path("merchant/apply", merchants.apply, name="merchant_apply"),
    path("merchant/applications/<int:application_id>/withdraw", merchants.withdraw, name="merchant_withdraw"),
    path("merchant/applications/<int:application_id>/licence", merchants.licence, name="merchant_licence"),
    path("center/merchants", merchants.reviews, name="merchant_reviews"),
    path("center/merchants/<int:application_id>", merchants.review, name="merchant_review"),
    path("center/merchants/<int:application_id>/licence", merchants.reviewed_licence, name="reviewed_licence"),
    path("orders/<slug:number>/review/<int:line>", reviews.review, name="review"),
]
