"""The growth programme as the stories need it: a member who owns a store, the store, goods in the mall, two operators.

There are two of the same, one for each story, because whoever buys moves the price for everybody.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from jifen import catalogue
from jifen.cli.online.demo import OPERATORS, ROLES
from jifen.cli.online.migrate import migrate
from jifen.cli.online.operators import create_operator
from jifen.engine.days import day_number, is_last_of_month
from jifen.facts.opening import open_programme
from jifen.members.models import Member, Operator
from jifen.members.registration import register_member
from jifen.programmes.models import Programme
from jifen.sales.models import Product
from jifen.settlement.run import settle_day, today
from jifen.settlement.verify import verify
from jifen.storefront.registering import register_store
from tests.browser.platform import served
from tests.databases import clone_database, connected_to, drop_database
from tests.running import OPENS, Server

CODES = ("growth", "abroad")
PHONE, OWNER = "13700000002", "王芳"  # of the first member, who owns the store
STORE, TITLE, REGION = "sanwei", "三味茶馆", "330106"  # a district of Hangzhou
YUAN = 100
POINT = 10**8  # minor units of a point


@dataclass
class Pool:
    """What a pool has to hold, computed beside the platform from the numbers of S1-03 … S1-09."""

    money: int = 0  # fen
    supply: int = 0  # minor units

    @property
    def price(self) -> Fraction:
        """Yuan for a point; 1 before anything circulates."""
        return Fraction(self.money, YUAN) / Fraction(self.supply, POINT) if self.supply else Fraction(1)

    def buy(self, yuan: int) -> int:
        """Let 16 % of an order enter the pool; return the points for 70 % of that, at the price before it."""
        share = yuan * YUAN * 16 // 100
        minted = int(Fraction(share, YUAN) * Fraction(7, 10) / self.price * POINT)
        self.money += share
        self.supply += minted
        return minted

    def proceeds(self, points: int) -> int:
        """Return what 80 % of points are worth, in fen."""
        return int(Fraction(points, POINT) * self.price * Fraction(8, 10) * YUAN)

    def sell(self, points: int) -> int:
        """Take points out of circulation; return what is paid."""
        paid = self.proceeds(points)
        self.money -= paid
        self.supply -= points
        return paid

    def worth(self, points: int) -> int:
        """Return what points are worth, in fen, rounded down."""
        return int(Fraction(points, POINT) * self.price * YUAN)


@contextmanager
def high_street(folder: Path) -> Iterator[Server]:
    """Run a platform with the two programmes, each with its store."""
    name = f"jifen_street_{os.getpid()}"
    drop_database(name)
    clone_database(name)
    with connected_to(name):
        migrate()
        for operator in OPERATORS:
            create_operator(operator, OPENS, roles=ROLES)
        for code in CODES:
            _open(code)
    with served(name, folder) as address:
        yield Server(name, PHONE, OPERATORS, OPENS, address)
    drop_database(name)


def bound_to(server: Server, code: str, name: str) -> tuple[str, str]:
    """Return the home store of a member, "" for none, and the name of who referred them."""
    with connected_to(server.database):
        found = Member.objects.select_related("home_store", "referrer").get(programme__code=code, name=name)
        store, referrer = found.home_store, found.referrer
        return store.code if store is not None else "", referrer.name if referrer is not None else ""


def found_wrong(server: Server, code: str) -> list[str]:
    """Return what the check of the books finds."""
    with connected_to(server.database):
        return [str(problem) for problem in verify(Programme.objects.get(code=code).pk)]


def _open(code: str) -> None:
    """Open a programme; its first day is never the last of a month, so that one close stays in the month."""
    operator = Operator.objects.get(username=OPERATORS[0])
    text = catalogue.read("growth").replace('code = "growth"', f'code = "{code}"')
    programme = open_programme(text=text, operator_id=operator.pk)
    day = today(programme.pk)
    owner = register_member(programme_id=programme.pk, phone=PHONE, password=OPENS, name=OWNER, joined_on=day)
    if is_last_of_month(day_number(day)):
        settle_day(programme_id=programme.pk, day=day)
    for product, title, title_en, yuan in (("tea", "龙井茶", "Longjing tea", 88), ("cup", "青瓷杯", "Celadon cup", 45)):
        Product.objects.create(programme=programme, code=product, title=title, title_en=title_en, price=yuan * YUAN)
    register_store(
        new={"programme_id": programme.pk, "code": STORE, "owner": owner.code, "referrer": "", "region": REGION},
        title=TITLE,
        title_en="Three Flavours",
        address="文三路18号",
        phone="0571-8800000",
        rate=None,
        operator_id=operator.pk,
        reason="已签约",
    )
