"""Addresses of the pages of territories (S1-22)."""

from django.urls import path

from jifen.web.views import territories

pages = [
    path("territory", territories.own, name="territory"),
    path("territories", territories.territories, name="territories"),
    path("territories/<slug:code>", territories.region, name="region"),
]
