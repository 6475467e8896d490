"""The airdrop programmes as the stories need them: a member who owns a store, goods, packs, two operators.

Version 1 is walked through in English, version 2.0 in Chinese.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from jifen import catalogue
from jifen.cli.online.demo import OPERATORS, ROLES
from jifen.cli.online.migrate import migrate
from jifen.cli.online.operators import create_operator
from jifen.facts.declaring import declare_value
from jifen.facts.joining import register
from jifen.facts.opening import open_programme
from jifen.members.models import Member, Operator
from jifen.payouts.token_reserve import approve_funding, propose_funding
from jifen.programmes.models import Programme
from jifen.sales.models import PaymentShare, Product
from jifen.sales.orders import confirm_payment, place_order
from jifen.sales.packs import list_pack
from jifen.sales.receiving import confirm_receipt
from jifen.settlement.run import today
from jifen.settlement.verify import verify
from jifen.storefront.registering import register_store
from tests.browser.platform import served
from tests.databases import clone_database, connected_to, drop_database
from tests.running import OPENS, Server

FIRST_VERSION, SPORT = "airdrop", "airdrop_sport"
PACKS = {FIRST_VERSION: ("pack_99", "pack_399"), SPORT: ("card_a", "card_b")}
PHONE, OWNER = "13700000003", "王芳"
STORE, TITLE, TITLE_EN, REGION = "sanwei", "三味茶馆", "Three Flavours", "330106"
YUAN = 100
TOKEN = 10**8
RESERVE = 1000  # tokens


@contextmanager
def square(folder: Path) -> Iterator[Server]:
    """Run a platform with both programmes, each with its store."""
    name = f"jifen_square_{os.getpid()}"
    drop_database(name)
    clone_database(name)
    with connected_to(name):
        migrate()
        for operator in OPERATORS:
            create_operator(operator, OPENS, roles=ROLES)
        for code in PACKS:
            _Opening(code).open()
    with served(name, folder) as address:
        yield Server(name, PHONE, OPERATORS, OPENS, address)
    drop_database(name)


def found_wrong(server: Server, code: str) -> list[str]:
    """Return what the check of the books finds."""
    with connected_to(server.database):
        return [str(problem) for problem in verify(Programme.objects.get(code=code).pk)]


def first_day(server: Server, code: str) -> date:
    """Return the business day that is open."""
    with connected_to(server.database):
        return today(Programme.objects.get(code=code).pk)


@dataclass
class _Opening:
    """Opens one programme."""

    code: str

    def open(self) -> None:
        one, other = (Operator.objects.get(username=name).pk for name in OPERATORS)
        programme = open_programme(text=_from_today(self.code), operator_id=one)
        owner = register(
            programme_id=programme.pk, phone=PHONE, password=OPENS, name=OWNER, joined_on=today(programme.pk)
        )
        packs = {pack: list_pack(programme.pk, pack) for pack in PACKS[self.code]}
        water = Product.objects.create(
            programme=programme, code="water", title="矿泉水", title_en="Spring water", price=10 * YUAN
        )
        if self.code == SPORT:
            PaymentShare.objects.create(product=water, kind="shopping_credit", share_min=0, share_max=1)
        self._activate(owner, packs[PACKS[self.code][0]], one)
        self._fund(programme, (one, other))
        self._store(programme, owner, one)

    def _activate(self, owner: Member, pack: Product, operator: int) -> None:
        order = place_order(member_id=owner.pk, items={pack.pk: 1}, points=0, key=f"{self.code} pack")
        confirm_payment(order_id=order.pk, operator_id=operator)
        confirm_receipt(member_id=owner.pk, order_id=order.pk)

    def _fund(self, programme: Programme, operators: tuple[int, int]) -> None:
        one, other = operators
        funding = propose_funding(
            programme_id=programme.pk, amount=RESERVE * TOKEN, reason="for rewards", operator_id=one, key="reserve"
        )
        approve_funding(funding_id=funding.pk, operator_id=other)
        declare_value(
            programme_id=programme.pk,
            name="token_price",
            value=Decimal(2),
            starts_at=None,
            ends_at=None,
            operator_id=one,
            note="agreed",
            key="price",
        )

    def _store(self, programme: Programme, owner: Member, operator: int) -> None:
        register_store(
            new={"programme_id": programme.pk, "code": STORE, "owner": owner.code, "referrer": "", "region": REGION},
            title=TITLE,
            title_en=TITLE_EN,
            address="文三路18号",
            phone="0571-8800000",
            rate=None,
            operator_id=operator,
            reason="已签约",
            latitude=Decimal("30.2800"),
            longitude=Decimal("120.1300"),
            services="喝茶、点心",
            concession=Decimal("0.1"),
        )


def _from_today(code: str) -> str:
    """Return a document whose airdrops begin today, so that the first day's quantity is known."""
    text = catalogue.read(code)
    return text.replace("launch = 2024-01-01", f"launch = {date.today().isoformat()}")  # noqa: DTZ011 - of its zone
