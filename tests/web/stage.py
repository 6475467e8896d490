"""What the stories of member pages happen in: the release programme, Wang, Li whom Wang referred, and tea."""

import re
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Protocol

from django.conf import settings
from django.test import Client

from jifen.facts.days import open_day
from jifen.ledger.chart import MONEY, open_chart
from jifen.members.models import Member, Operator
from jifen.members.registration import register_member
from jifen.payouts.adjustments import Change, approve_adjustment, propose_adjustment
from jifen.programmes.models import Programme
from jifen.programmes.terms import in_force, load
from jifen.programmes.versions import create_programme
from jifen.sales.models import Order, Product
from jifen.sales.orders import confirm_payment, place_order
from jifen.settlement.run import settle_day
from tests.sales.homes import at_home

DOCUMENT = (files("jifen.catalogue") / "release.toml").read_text("utf-8")
LOGIN = "green tea leaves"
PHONES = {"wang": "13800000001", "li": "13800000002"}
POINT = 10_000  # minor units
KEY = re.compile(r'name="key" value="(\w+)"')


class Answer(Protocol):
    """What the client returns."""

    @property
    def content(self) -> bytes: ...


@dataclass
class Stage:
    """A programme at work."""

    programme: Programme
    members: dict[str, Member]
    operators: tuple[int, int]
    tea: Product
    orders: int = 0

    def browser(self, name: str, *, language: str = "en") -> Client:
        """Return a browser in which a member has logged in."""
        client = guest(language)
        answer = client.post("/release/login", {"phone": PHONES[name], "password": LOGIN})
        assert answer.status_code == 302, text_of(answer)
        return client

    def buy(self, name: str, quantity: int = 1) -> Order:
        """Let a member buy tea at 3000 yuan, payment confirmed."""
        return confirm_payment(order_id=self.place(name, quantity).pk, operator_id=self.operators[0])

    def place(self, name: str, quantity: int = 1) -> Order:
        """Let a member order tea."""
        self.orders += 1
        items = {self.tea.pk: quantity}
        return place_order(member_id=self.members[name].pk, items=items, points=0, key=f"order {self.orders}")

    def give(self, name: str, points: int) -> None:
        """Let a member have free points."""
        self.orders += 1
        change = Change(member_id=self.members[name].pk, kind="points", amount=points * POINT)
        proposal = propose_adjustment(
            change=change, reason="a gift", operator_id=self.operators[0], key=f"gift {self.orders}"
        )
        approve_adjustment(adjustment_id=proposal.pk, operator_id=self.operators[1])

    def settle(self, days: int = 1) -> date:
        """Settle the next days; return the last of them."""
        for _ in range(days):
            day = open_day(self.programme.pk)
            settle_day(programme_id=self.programme.pk, day=day)
        return day


def build_stage() -> Stage:
    """Open the programme, register Wang and then Li by Wang's invite code, and put tea on sale."""
    operators = [Operator.objects.create_user(name).pk for name in ("zhao", "qian")]
    programme = create_programme(text=DOCUMENT, operator_id=operators[0])
    today = open_day(programme.pk)
    terms = load(in_force(programme.pk, today).pk)
    open_chart(
        programme_id=programme.pk, kinds={name: kind.decimals for name, kind in terms.kinds.items()} | {MONEY: 2}
    )
    wang = _register(programme, "wang", "王小明", "", today)
    li = _register(programme, "li", "李雷", wang.invite_code, today)
    tea = Product.objects.create(
        programme=programme, code="tea", title="普洱茶", title_en="Pu'er tea", price=300_000, points_allowed=True
    )
    for member in (wang, li):
        at_home(member.pk)
    return Stage(programme, {"wang": wang, "li": li}, (operators[0], operators[1]), tea)


def guest(language: str = "en") -> Client:
    """Return a browser in which nobody is logged in."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def text_of(answer: Answer) -> str:
    """Return what an answer says."""
    return answer.content.decode("utf-8")


def key_in(answer: Answer) -> str:
    """Return the key hidden in a form."""
    found = KEY.search(text_of(answer))
    assert found is not None
    return found[1]


def _register(programme: Programme, name: str, called: str, invite_code: str, today: date) -> Member:
    return register_member(
        programme_id=programme.pk,
        phone=PHONES[name],
        password=LOGIN,
        name=called,
        invite_code=invite_code,
        joined_on=today,
    )
