"""Addresses of member pages. They stand last: the first part of each is the code of any programme."""

from django.urls import include, path

from jifen.web.views import entry, home, mall, me, orders, points, team, withdraw

app_name = "web"

pages = [
    path("", home.home, name="home"),
    path("login", entry.login, name="login"),
    path("logout", entry.logout, name="logout"),
    path("join", entry.join, name="join"),
    path("join/<slug:code>", entry.join, name="join"),
    path("statement", points.statement, name="statement"),
    path("why/<int:transfer_id>", points.why_page, name="why"),
    path("lots", points.lots, name="lots"),
    path("team", team.team, name="team"),
    path("team/<int:number>", team.generation, name="generation"),
    path("invite", team.invite, name="invite"),
    path("mall", mall.mall, name="mall"),
    path("mall/<slug:code>", mall.product, name="product"),
    path("mall/<slug:code>/quote", mall.quote, name="quote"),
    path("orders", orders.orders, name="orders"),
    path("orders/<slug:number>", orders.order, name="order"),
    path("orders/<slug:number>/paid", orders.report, name="report_payment"),
    path("orders/<slug:number>/cancel", orders.cancel, name="cancel_order"),
    path("withdraw", withdraw.withdraw, name="withdraw"),
    path("withdraw/quote", withdraw.quote, name="withdraw_quote"),
    path("withdraw/<int:withdrawal_id>/cancel", withdraw.cancel, name="cancel_withdrawal"),
    path("me", me.me, name="me"),
    path("settings", me.settings, name="settings"),
]

urlpatterns = [
    path("", entry.programmes, name="programmes"),
    path("language", entry.language, name="language"),
    path("<slug:programme>/", include(pages)),
]
