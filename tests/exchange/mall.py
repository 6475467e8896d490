"""A mall with an exchange: devices only through the exchange, green and red points, tickets; members by their names."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from jifen.backoffice.roles import ROLES
from jifen.exchange.accounts import open_account
from jifen.exchange.adapter import Bought, Wanted
from jifen.exchange.chosen import exchange
from jifen.exchange.entries import NewEntry, enter_order
from jifen.exchange.models import Account, OrderEntry
from jifen.exchange.terms import ticket_of
from jifen.exchange.tickets import Tickets, tickets_of
from jifen.facts.days import open_day
from jifen.facts.opening import open_programme
from jifen.ledger.reading import balances
from jifen.members.models import Member, Operator, Standing
from jifen.members.registration import register_member
from jifen.payouts.adjustments import Change, approve_adjustment, propose_adjustment
from jifen.payouts.moves import convert_points
from jifen.programmes.declared import declare
from jifen.programmes.models import Programme
from jifen.programmes.terms import in_force, load

LOGIN = "green tea leaves"
POINT = 10_000  # minor units
YUAN = 100
NUMBER = "11010519491231002X"  # the example of GB 11643
OTHER = "110105199003070017"
NOBODY = "110105199001010002"  # of a sequence that nobody has

DOCUMENT = """
code = "leasing"
title = "停车位租赁"
title_en = "Parking"
effective_from = 2024-01-01
time_zone = "Asia/Shanghai"

[points.green_points]
title = "绿积分"
title_en = "green points"
decimals = 4
withdrawable = true
transferable = true

[points.red_points]
title = "红积分"
title_en = "red points"
decimals = 4
transferable = true

[points.ticket]
title = "茶票"
title_en = "tea tickets"
decimals = 4

[[on_order]]
use = "spend"
source = "S0-77"
kind = "green_points"
pays = "goods"

[[on_order]]
use = "spend"
source = "S0-77"
kind = "red_points"
pays = "goods"
share_max = 0.30

[[on_order]]
use = "grant_units"
source = "S0-14, S0-78"
kind = "green_points"
product = "device"
price = 5500
channel = "exchange"
tiers = [
    { name = "one", title = "一台起", title_en = "one and more", quantity = 1, multiple = 3 },
    { name = "ten", title = "十台起", title_en = "ten and more", quantity = 10, multiple = 3.5 },
]

[[monthly]]
use = "monthly_release"
source = "S0-19, S0-77"
first_months = 2
first_rate = 0.03
rate = 0.05
declared = "monthly_rate"
usual_min = 0.05
usual_max = 0.10
second_kind = "red_points"
second_share = 0.30
split_from = "first_release"

[[on_transfer]]
use = "member_transfer"
source = "S0-77"

[[on_convert]]
use = "convert"
source = "S0-73, S0-79"
kind = "green_points"
into = "ticket"
price = "ticket_price"
price_age_minutes_max = 30
held = true

[[on_ticket]]
use = "ticket"
source = "S0-79"
kind = "ticket"
multiple = 2

[[on_withdrawal]]
use = "withdrawal"
source = "S0-52"

[[on_adjust]]
use = "adjustment"
source = "S0-86"

[[on_freeze]]
use = "freeze"
source = "S0-80"
stops = ["withdraw", "convert", "member_transfer", "to_exchange"]

[refund]
use = "refund"
source = "S0-75"
policy = "within_balance"
"""


@dataclass
class Mall:
    """What the stories of the exchange happen in; operators are called by their roles, "chief" may do everything."""

    programme: Programme
    operators: dict[str, Operator]
    members: dict[str, Member] = field(default_factory=dict)
    keys: int = 0

    def member(self, name: str) -> Member:
        """Return a member, who joins when first named."""
        if name not in self.members:
            self.members[name] = register_member(
                programme_id=self.programme.pk,
                phone=self.phone(len(self.members)),
                password=LOGIN,
                name=name,
                joined_on=open_day(self.programme.pk),
            )
        return self.members[name]

    def phone(self, number: int) -> str:
        """Return the phone of the member who joined as the so-manieth."""
        return f"1380000{number:04}"

    def trader(self, name: str) -> Account:
        """Return the account at the exchange of a member whose real name was checked."""
        return open_account(member_id=self.member(name).pk, name="王小明", number=NUMBER)

    def buy(self, name: str, item: str, quantity: int, *, paid: int = 100, key: str = "") -> Bought:
        """Let a member buy at the exchange; nothing is captured yet."""
        wanted = Wanted(item, quantity, paid * YUAN, key or self.key())
        return exchange().place_order(account=self.trader(name).code, wanted=wanted)

    def enter(self, name: str, item: str, quantity: int, *, reference: str = "", by: str = "") -> OrderEntry:
        """Type an entry in, by the member or by an operator."""
        operator_id = self.operators[by].pk if by else None
        reference = reference or f"R{self.key().removeprefix('key ')}"
        new = NewEntry(self.member(name).pk, item, quantity, 100 * YUAN, reference, operator_id)
        return enter_order(new, key=self.key())

    def give(self, name: str, amount: int, kind: str = "green_points") -> None:
        """Let a member have free points of a kind, in whole points."""
        change = Change(member_id=self.member(name).pk, kind=kind, amount=amount * POINT)
        one, other = self.operators["operator"].pk, self.operators["approver"].pk
        proposal = propose_adjustment(change=change, reason="a gift", operator_id=one, key=self.key())
        approve_adjustment(adjustment_id=proposal.pk, operator_id=other)

    def price(self, value: str) -> None:
        """Declare the price of a ticket."""
        declare(
            programme_id=self.programme.pk,
            name="ticket_price",
            value=Decimal(value),
            starts_at=None,
            operator_id=self.operators["approver"].pk,
        )

    def convert(self, name: str, points: int) -> int:
        """Let a member turn green points into tickets; return how many, in minor units."""
        member_id = self.member(name).pk
        if not balances(member_id).get(("green_points", "free"), 0):
            self.give(name, points)
        return convert_points(
            member_id=member_id, kind="green_points", into="ticket", amount=points * POINT, key=self.key()
        ).received

    def tickets(self, name: str) -> Tickets:
        """Return a member's tickets."""
        rule = ticket_of(load(in_force(self.programme.pk, date(2026, 1, 1)).pk))
        assert rule is not None
        return tickets_of(self.member(name).pk, rule)

    def standing(self, name: str) -> Standing:
        """Return what facts keep of a member."""
        return Standing.objects.get(pk=self.member(name).pk)

    def key(self) -> str:
        """Return a key that was never used."""
        self.keys += 1
        return f"key {self.keys}"

    def browser(self, name: str, *, language: str = "en") -> Client:
        """Return a browser in which a member has logged in."""
        self.member(name)
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        phone = self.phone(list(self.members).index(name))
        assert client.post("/leasing/login", {"phone": phone, "password": LOGIN}).status_code == 302
        return client

    def desk(self, role: str, *, language: str = "en") -> Client:
        """Return a browser in which an operator has logged in."""
        client = Client(headers={"accept-language": language})
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        client.force_login(self.operators[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def address(self, rest: str = "") -> str:
        """Return the address of a page of the console."""
        return f"/console/p/{self.programme.code}/{rest}"


def open_mall(document: str = DOCUMENT) -> Mall:
    """Open the mall, with an operator of each role."""
    operators = {"chief": Operator.objects.create_superuser("chief", password=LOGIN)}
    for role in ROLES:
        operators[role] = Operator.objects.create_user(role, password=LOGIN, is_staff=True)
        operators[role].groups.set(Group.objects.filter(name=role))
    return Mall(open_programme(text=document, operator_id=operators["chief"].pk), operators)
