"""Addresses of member cards and of the official account at WeChat (S3-07, S3-19)."""

from django.urls import path

from jifen.web.views import member_card, wechat

pages = [
    path("member-card", member_card.member_card, name="member_card"),
    path("member-card/lost", member_card.lost, name="card_lost"),
    path("member-card/found", member_card.found, name="card_found"),
    path("member-card/own", member_card.own, name="card_own"),
    path("member-card/details", member_card.details, name="card_details"),
    path("member-card/bind", member_card.bind, name="card_bind"),
    path("member-card/bind/code", member_card.bind_code, name="card_bind_code"),
    path("wechat", wechat.enter_from_wechat, name="wechat"),
    path("wechat/bind", wechat.bind, name="wechat_bind"),
    path("wechat/bind/code", wechat.bind_code, name="wechat_bind_code"),
    path("wechat/mine", wechat.mine, name="wechat_mine"),
    path("wechat/mine/messages", wechat.mute, name="wechat_mute"),
    path("wechat/mine/unbind", wechat.unbind, name="wechat_unbind"),
    path("wechat/account", wechat.account, name="wechat_account"),
    path("wechat/account/follow", wechat.follow, name="wechat_follow"),
    path("wechat/account/leave", wechat.stop_following, name="wechat_leave"),
]
