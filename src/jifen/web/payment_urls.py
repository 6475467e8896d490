"""Addresses of payments, and of the simulated cashiers (S2-22)."""

from django.urls import path

from jifen.web.views import payments

pages = [
    path("payments", payments.payments, name="payments"),
    path("payments/<slug:number>", payments.payment, name="payment"),
    path("payments/<slug:number>/begin", payments.start, name="begin_payment"),
    path("payments/<slug:number>/again", payments.again, name="repeat_payment"),
    path("cashier/<slug:provider>", payments.cashier, name="cashier"),
]
