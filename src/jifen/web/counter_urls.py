"""Addresses of stores at work: sales, cards, points, what is owed, in and out, periods (S3-12 … S3-29)."""

from django.urls import path

from jifen.web.views import counter, counter_cards, counter_periods, counter_points

pages = [
    path("counter", counter.stores, name="counter_stores"),
    path("counter/", counter.stores, name="counters"),
    path("counter/worker.js", counter.worker, name="counter_worker"),
    path("counter/<slug:store>", counter.counter, name="counter"),
    path("counter/<slug:store>/sale", counter.sale, name="counter_ring"),
    path("counter/<slug:store>/sale/send", counter.ring, name="counter_send"),
    path("counter/<slug:store>/sales", counter.sales, name="counter_sales"),
    path("counter/<slug:store>/sales/<slug:number>", counter.one_sale, name="counter_sale"),
    path("counter/<slug:store>/points", counter_points.ledger, name="counter_ledger"),
    path("counter/<slug:store>/points/buy", counter_points.buy, name="counter_buy"),
    path("counter/<slug:store>/points/quote", counter_points.buy_quote, name="counter_buy_quote"),
    path("counter/<slug:store>/points/give", counter_points.give, name="counter_give"),
    path("counter/<slug:store>/points/owed", counter_points.owed, name="counter_owed"),
    path("counter/<slug:store>/points/purchases", counter_points.purchases, name="counter_purchases"),
    path(
        "counter/<slug:store>/points/purchases/<slug:number>/cancel",
        counter_points.cancel_purchase,
        name="counter_cancel_purchase",
    ),
    path("counter/<slug:store>/cards", counter_cards.cards, name="counter_cards"),
    path("counter/<slug:store>/cards/open", counter_cards.open_new, name="counter_open_card"),
    path("counter/<slug:store>/cards/hand", counter_cards.hand, name="counter_hand_card"),
    path("counter/<slug:store>/cards/<int:card_id>/lost", counter_cards.lost, name="counter_lost_card"),
    path("counter/<slug:store>/ranges/<int:range_id>/pay", counter_cards.pay, name="counter_pay_range"),
    path("counter/<slug:store>/ranges/<int:range_id>/withdraw", counter_cards.withdraw, name="counter_withdraw_range"),
    path("counter/<slug:store>/periods", counter_periods.periods, name="counter_periods"),
    path("counter/<slug:store>/periods/<int:period_id>", counter_periods.period, name="counter_period"),
    path("counter/<slug:store>/periods/<int:period_id>/pay", counter_periods.pay, name="counter_pay_period"),
    path(
        "counter/<slug:store>/periods/<int:period_id>/statement.xlsx",
        counter_periods.sheet,
        name="counter_period_sheet",
    ),
]
