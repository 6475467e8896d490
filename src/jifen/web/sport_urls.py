"""Addresses of the pages of walks and runs (S2-44 … S2-49)."""

from django.urls import path

from jifen.web.views import sport

pages = [
    path("sport", sport.sport, name="sport"),
    path("sport/report", sport.report, name="sport_report"),
    path("sport/records", sport.records, name="sport_records"),
    path("sport/devices", sport.devices, name="sport_devices"),
    path("sport/devices/pair", sport.pair, name="pair_device"),
    path("sport/devices/<int:device_id>/revoke", sport.revoke, name="revoke_device"),
]
