"""Addresses of the pages of an airdrop programme (S2)."""

from django.urls import path

from jifen.web.views import airdrop, centers

pages = [
    path("weight", airdrop.weight, name="weight"),
    path("token", airdrop.token, name="token"),
    path("activate", airdrop.activate, name="activate"),
    path("partner", airdrop.partner, name="partner"),
    path("challenge", airdrop.challenge, name="challenge"),
    path("center", centers.center, name="center"),
    path("center/sub", centers.subs, name="center_subs"),
    path("centers/apply", centers.apply, name="center_apply"),
    path("centers/applications/<int:application_id>/take-back", centers.withdraw, name="withdraw_center"),
]
