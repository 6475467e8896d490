"""Addresses of branches, shareholders and members of an alliance (S3-02, S3-13, S3-20 … S3-27)."""

from django.urls import path

from jifen.web.views import branch, shareholder, stored_value

pages = [
    path("branch", branch.branches, name="branches"),
    path("branch/<slug:store>", branch.branch, name="branch"),
    path("branch/<slug:store>/purchases", branch.purchases, name="branch_purchases"),
    path("branch/<slug:store>/purchases/<slug:number>", branch.decide, name="branch_decide"),
    path("branch/<slug:store>/stores/<slug:code>", branch.one_store, name="branch_store"),
    path("shareholder", shareholder.shareholder, name="shareholder"),
    path("open-store", shareholder.wish, name="store_wish"),
    path("open-store/by/<slug:by>", shareholder.wish, name="store_wish_by"),
    path("open-store/<int:application_id>/withdraw", shareholder.withdraw_wish, name="withdraw_wish"),
    path("stored-value", stored_value.stored_value, name="stored_value"),
    path("stored-value/code", stored_value.pay_code, name="pay_code"),
    path("stored-value/<int:top_up_id>/back", stored_value.back, name="stored_value_back"),
    path("visits", stored_value.visits, name="visits"),
]
