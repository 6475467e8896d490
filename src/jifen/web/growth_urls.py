"""Addresses of the pages of a pool and of stores (S1)."""

from django.urls import path

from jifen.web.views import at_store, growth, my_stores, own_store

pages = [
    path("growth", growth.growth, name="growth"),
    path("growth/holding", growth.holding, name="holding"),
    path("growth/sell", growth.sell, name="sell"),
    path("growth/sell/quote", growth.sell_quote, name="sell_quote"),
    path("stores", at_store.stores, name="stores"),
    path("s/<slug:code>", at_store.store, name="store_page"),
    path("s/<slug:code>/quote", at_store.quote, name="store_quote"),
    path("s/<slug:code>/cards/<int:plan_id>", at_store.card, name="buy_card"),
    path("receipts/<slug:number>", at_store.receipt, name="receipt"),
    path("orders/<slug:number>/pay", at_store.pay, name="pay_order"),
    path("store", own_store.own_stores, name="own_stores"),
    path("store/<slug:code>", own_store.dashboard, name="own_store"),
    path("store/<slug:code>/orders", own_store.orders, name="own_orders"),
    path("store/<slug:code>/owed", own_store.dues, name="own_dues"),
    path("store/<slug:code>/poster", own_store.poster, name="poster"),
    path("store/<slug:code>/partners", own_store.partners, name="own_partners"),
    path("store/<slug:code>/shareholders", own_store.shareholders, name="own_shareholders"),
    path("store/<slug:code>/cards", own_store.cards, name="own_cards"),
    path("store/<slug:code>/cards/<int:plan_id>/switch", own_store.switch, name="switch_card"),
    path("store/<slug:code>/use", own_store.use, name="own_use"),
    path("shares", my_stores.shares, name="shares"),
    path("partnerships", my_stores.partnerships, name="partnerships"),
    path("cards", my_stores.cards, name="cards"),
    path("cards/<int:card_id>/<int:item_id>", my_stores.ask, name="ask_card"),
    path("cards/codes/<int:use_id>", my_stores.code, name="card_code"),
]
