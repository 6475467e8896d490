"""Addresses of the pages about where goods are sent."""

from django.urls import path

from jifen.web.views import addresses

pages = [
    path("addresses", addresses.addresses, name="addresses"),
    path("addresses/new", addresses.add_address, name="add_address"),
    path("addresses/<int:number>", addresses.address, name="address"),
    path("addresses/<int:number>/remove", addresses.remove, name="remove_address"),
]
