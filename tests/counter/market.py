"""A market: Wang's store with cards in stock, Zhao's branch and Sun's store below it, members and their phones."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.test import Client

from jifen.alliance.grants import approve_grant, propose_grant
from jifen.alliance.people import float_of
from jifen.alliance.purchases import buy_online
from jifen.alliance.stored_value import top_up
from jifen.cards.batches import NewBatch, make_batch
from jifen.cards.details import Form
from jifen.cards.issuing import open_card
from jifen.cards.ranges import apply_for_range, approve_range, next_number, pay_range
from jifen.facts.days import open_day
from jifen.facts.joining import register
from jifen.facts.opening import open_programme
from jifen.ledger.reading import balances
from jifen.members.models import Member, Operator
from jifen.programmes.models import Programme
from jifen.sales.models import Order
from jifen.storefront.registering import register_store
from jifen.stores.models import Store
from tests.paying import PROVIDER

DOCUMENT = (files("jifen.catalogue") / "alliance.toml").read_text("utf-8")
LOGIN = "green tea leaves"
CODE = "alliance"
COINS, STORED = "store_points", "stored_value"
COIN = YUAN = 100  # minor units, fen
LUOHU = "440303"
PHONES = {"wang": "13800000001", "zhao": "13800000002", "sun": "13800000003", "li": "13800000004"}
NAMES = {"wang": "王小明", "zhao": "赵云", "sun": "孙尚", "li": "李雷"}


@dataclass
class Market:
    """An alliance at work; people are called by their names."""

    programme: Programme
    operators: tuple[int, int]
    members: dict[str, Member] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)
    keys: int = 0

    @property
    def shop(self) -> Store:
        """Wang's store, which buys from head office and gives 0.4 points for 1 CNY."""
        return self.stores["shop"]

    def browser(self, name: str, *, language: str = "en") -> Client:
        """Return a phone on which a member has logged in."""
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answer = client.post(f"/{CODE}/login", {"phone": PHONES[name], "password": LOGIN})
        assert answer.status_code == 302, answer.content.decode()
        return client

    def card(self, name: str, mobile: str) -> str:
        """Let Wang's store open a card for somebody new; return its number."""
        number = str(next_number(self.shop.pk))
        form = Form(name=name, mobile=mobile)
        self.members[name] = open_card(store_id=self.shop.pk, number=number, form=form, key=self.key())
        return number

    def fill(self, store: str, coins: int) -> None:
        """Let a store buy points at head office."""
        found = self.stores[store]
        assert found.owner_id is not None
        buy_online(store_id=found.pk, member_id=found.owner_id, points=coins * COIN, key=self.key(), provider=PROVIDER)

    def prepay(self, name: str, yuan: int) -> None:
        """Let a member pay in advance."""
        top_up(member_id=self.members[name].pk, amount=yuan * YUAN, key=self.key(), provider=PROVIDER)

    def has(self, name: str, kind: str = COINS) -> int:
        """Return the free points of a member."""
        return balances(self.members[name].pk).get((kind, "free"), 0)

    def holds(self, store: str) -> int:
        """Return what a store holds."""
        return float_of(self.stores[store], COINS)

    def send(self, client: Client, **sale: Any) -> tuple[int, dict[str, str]]:
        """Let Wang's phone send a sale; return the status of the answer, and what it says."""
        said = {"by": "cash", "amount": "500", "key": "first", "card": PHONES["li"]} | sale
        answer = client.post(f"/{CODE}/counter/shop/sale/send", json.dumps(said), content_type="application/json")
        return answer.status_code, json.loads(answer.content)

    def sold(self) -> list[Order]:
        """Return what was rung up, the oldest first."""
        return list(Order.objects.filter(rung_up=True).order_by("pk"))

    def key(self) -> str:
        """Return a key that was never used."""
        self.keys += 1
        return f"key {self.keys}"


def open_market(code: str = CODE) -> Market:
    """Open the alliance with three stores, of which Wang's has twenty cards in stock."""
    operators = [Operator.objects.create_user(name).pk for name in ("qian", "zhou")]
    text = DOCUMENT.replace('code = "alliance"', f'code = "{code}"')
    programme = open_programme(text=text, operator_id=operators[0])
    market = Market(programme, (operators[0], operators[1]))
    for name, phone in PHONES.items():
        market.members[name] = register(
            programme_id=programme.pk,
            phone=phone,
            password=LOGIN,
            name=NAMES[name],
            joined_on=open_day(programme.pk),
        )
    _register(market, "shop", "wang", title="三味茶馆", title_en="Three Flavours")
    _register(market, "branch", "zhao", title="杭州分公司", title_en="Hangzhou", type="branch")
    _register(market, "corner", "sun", title="街角便利店", title_en="Corner shop", branch="branch")
    _stock(market)
    return market


def grant(market: Market, coins: int) -> None:
    """Let head office give the branch points in one go."""
    by = (market.operators[0], market.key())
    asked = propose_grant(
        store_id=market.stores["branch"].pk, points=coins * COIN, role="funded", reason="opening", by=by
    )
    approve_grant(grant_id=asked.pk, operator_id=market.operators[1])


def _register(market: Market, code: str, owner: str, *, title: str, title_en: str, **more: str) -> None:
    market.stores[code] = register_store(
        new={
            "programme_id": market.programme.pk,
            "code": code,
            "owner": market.members[owner].code,
            "referrer": "",
            "region": LUOHU,
            "type": more.get("type", "store"),
            "branch": more.get("branch", ""),
        },
        title=title,
        title_en=title_en,
        address="东门路1号",
        phone="0755-1234567",
        rate=None,
        ratio=Decimal("0.4"),
        operator_id=market.operators[0],
        reason="signed",
    )


def _stock(market: Market) -> None:
    """Have cards made, and let Wang's store have twenty of them."""
    new = NewBatch(prefix="8801", first=0, last=999)
    batch = make_batch(programme_id=market.programme.pk, new=new, operator_id=market.operators[0], key="batch")
    shop = market.shop
    assert shop.owner_id is not None
    applied = apply_for_range(store_id=shop.pk, member_id=shop.owner_id, count=20, key="range")
    pay_range(range_id=applied.pk, member_id=shop.owner_id, provider=PROVIDER)
    approve_range(range_id=applied.pk, operator_id=market.operators[1], batch_id=batch.pk, reason="as ordered")
