"""The facts of a worked example, from its small notations."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from jifen.engine.amounts import MONEY_DECIMALS, Rate, to_minor
from jifen.engine.examples import Example
from jifen.engine.facts import (
    FOR_EVER,
    NO_DAY,
    NOBODY,
    Actions,
    DeclaredValue,
    Facts,
    Int32s,
    Members,
    Orders,
    Refunds,
    Steps,
    Stores,
)
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme

_ORDER = re.compile(
    r"(\w+) +(\d+(?:\.\d+)?)(?: +for +(\d+))?(?: +x(\d+(?:\.\d+)?))?(?: +points +(\d+(?:\.\d+)?)(?: +(\w+))?)?"
    r"(?: +concession +(\d+(?:\.\d+)?))?(?: +as +(\w+))?(?: +at +(\w+))?(?: +in +(\d{6}))?(?: +day +(\d+))?"
)
_STORE = re.compile(
    r"(\w+)(?: +owner +(\w+))?(?: +referrer +(\w+))?(?: +region +(\d{6}))?(?: +rate +(\d+(?:\.\d+)?))?"
    r"(?: +branch +(\w+))?(?: +ratio +(\d+(?:\.\d+)?))?(?: +as +(branch))?"
)
_AMOUNT = re.compile(r"(\w+) +(\d+(?:\.\d+)?)")
_ACTION = re.compile(
    r"(?P<party>\w+) +(?P<action>\w+)(?: +(?P<share>\d+(?:\.\d+)?) +of +(?P<store>\w+)(?: +as +(?P<buyer>\w+))?)?"
    r"(?: +(?!in |to |as |day |share |until )(?P<kind>[a-z_]+) +(?P<amount>\d+(?:\.\d+)?))?(?: +as +(?P<role>\w+))?"
    r"(?: +(?:into|in) +(?P<into>\w+))?(?: +to +(?P<to>\w+))?(?: +share +(?P<percent>\d+(?:\.\d+)?))?"
    r"(?: +until +day +(?P<until>\d+))?(?: +day +(?P<day>\d+))?"
)
_DECLARED = re.compile(r"(\w+) +(\d+(?:\.\d+)?)(?: +from day +(\d+))?(?: +to day +(\d+))?")
_REFUND = re.compile(r"(O\d+) +(\d+(?:\.\d+)?) +day +(\d+)")
_STEPS = re.compile(r"(\w+) +(walks|runs) +(\d+)(?: +day +(\d+))?")
_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
PROGRAMME = "programme"  # the party of what the programme itself does


class ExampleError(ValueError):
    """An example cannot be read; `message` says which part, and how it would be written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class _Act(NamedTuple):
    """A row of the actions."""

    at: int
    action: str
    member: int
    kind: str
    to_kind: str = ""
    amount: int = 0
    store: int = NOBODY
    share: int = 0
    role: str = ""
    until: int = NO_DAY
    to_member: int = NOBODY


class ExampleFacts:
    """What an example writes: members are its letters, day 0 is the day of the orders."""

    def __init__(self, programme: Programme, example: Example) -> None:
        self.example = example
        self.programme = programme
        self.decimals = programme.lot_decimals
        self.referrer: dict[str, str] = {}
        for line in example.tree.split(","):
            names = [name.strip() for name in line.split(">")]
            for name in names:
                self.referrer.setdefault(name, "")
            self.referrer.update(zip(names[1:], names, strict=False))
        self.codes = list(self.referrer)
        self.kinds = programme.kinds
        self.stores = [self._store(text) for text in example.stores]
        self.orders = [self._order(text) for text in example.orders]

    def _order(self, text: str) -> dict[str, str]:
        match = _ORDER.fullmatch(text.strip())
        if match is None or match[1] not in self.referrer:
            raise ExampleError(say("{text} is not an order such as A 3000 x3, or A 70000 for 10", text=text))
        names = (
            *("member", "amount", "quantity", "multiple", "points", "kind"),
            *("concession", "product", "store", "region", "day"),
        )
        order = {name: value for name, value in zip(names, match.groups(), strict=True) if value}
        if order.get("store", "") not in ("", *(store["code"] for store in self.stores)):
            raise ExampleError(say("{text} names no store of the example", text=text))
        return order

    def _store(self, text: str) -> dict[str, str]:
        match = _STORE.fullmatch(text.strip())
        if match is None or match[1] in self.referrer or not {match[2] or "", match[3] or ""} <= {"", *self.referrer}:
            raise ExampleError(say("{text} is not a store such as S owner B region 110105", text=text))
        names = ("code", "owner", "referrer", "region", "rate", "branch", "ratio", "type")
        return {name: value for name, value in zip(names, match.groups(), strict=True) if value}

    def minor(self, value: Decimal | str, decimals: int) -> int:
        """Return a written amount as minor units."""
        try:
            return to_minor(Decimal(value), decimals)
        except ValueError:
            raise ExampleError(
                say("{value} has more than {decimals} decimals", value=value, decimals=decimals)
            ) from None

    def amount_of(self, text: str) -> tuple[str, Decimal]:
        """Return a member and an amount that are written as "D 10000"."""
        match = _AMOUNT.fullmatch(text.strip())
        if match is None or match[1] not in self.referrer:
            raise ExampleError(say("{text} is not a member and an amount such as D 10000", text=text))
        return match[1], Decimal(match[2])

    def facts(self, programme: Programme) -> Facts:
        """Return what happened, as `programme` (the document with the example's changes) names it."""
        self.programme = programme
        days = [int(order.get("day", 0)) for order in self.orders]
        zeros = np.zeros(len(self.codes), np.int32)
        referrer = [self.codes.index(up) if up else NOBODY for up in self.referrer.values()]
        points = [self._points_of(order) for order in self.orders]
        return Facts(
            members=Members(
                self.codes,
                [""] * len(self.codes),
                np.array(referrer, np.int32),
                zeros.astype(np.int64),
                zeros,
                self._homes(),
            ),
            orders=self._order_columns(points, days),
            stores=self._stores(),
            refunds=self._refunds(),
            actions=self._actions(points, days),
            declared=[self._declared(text) for text in self.example.declared],
            steps=self._steps(),
        )

    def _order_columns(self, points: list[tuple[int, str]], days: list[int]) -> Orders:
        orders, units = self.orders, self.programme.units
        return Orders(
            [f"O{i + 1}" for i in range(len(orders))],
            np.array([self.codes.index(order["member"]) for order in orders], np.int32),
            np.array(days, np.int64) * _DAY + _HOUR,
            np.array(days, np.int32),
            np.array([self.minor(order["amount"], MONEY_DECIMALS) for order in orders], np.int64),
            np.array([amount for amount, _ in points], np.int64),
            quantity=np.array([int(order.get("quantity", 1)) for order in orders], np.int64),
            product=[
                units.product if units is not None and "quantity" in order else order.get("product", "")
                for order in orders
            ],
            points_kind=[kind for _, kind in points],
            channel=[units.channel if units is not None else "" for _ in orders],
            store=np.array([self._store_number(order.get("store", "")) for order in orders], np.int32),
            region=[order.get("region", "") for order in orders],
            concession=np.array(
                [self.minor(order.get("concession", "0"), MONEY_DECIMALS) for order in orders], np.int64
            ),
        )

    def _steps(self) -> Steps:
        rows = []
        for text in self.example.steps:
            match = _STEPS.fullmatch(text.strip())
            if match is None or match[1] not in self.referrer:
                raise ExampleError(say("{text} does not say who walks or runs, such as A walks 6000 day 1", text=text))
            rows.append((self.codes.index(match[1]), match[2], int(match[3]), int(match[4] or 0)))
        days = np.array([day for *_, day in rows], np.int32)
        counted = [[number if how == what else 0 for _, how, number, _ in rows] for what in ("walks", "runs")]
        return Steps(
            np.array([member for member, *_ in rows], np.int32),
            (days.astype(np.int64) + 1) * _DAY - 1,
            days,
            *(np.array(column, np.int64) for column in counted),
        )

    def _stores(self) -> Stores:
        zeros = np.zeros(len(self.stores), np.int64)
        people = [[store.get(who, "") for store in self.stores] for who in ("owner", "referrer")]
        owner, referrer = (
            np.array([self.codes.index(one) if one else NOBODY for one in column], np.int32) for column in people
        )
        rates = [Rate.parse(store["rate"]) if "rate" in store else None for store in self.stores]
        codes, regions = [store["code"] for store in self.stores], [store.get("region", "") for store in self.stores]
        ratios = [Rate.parse(store["ratio"]) if "ratio" in store else None for store in self.stores]
        branch = np.array([self._store_number(store.get("branch", "")) for store in self.stores], np.int32)
        is_branch = np.array(["type" in store for store in self.stores], bool)
        days = zeros.astype(np.int32)
        return Stores(codes, owner, referrer, regions, zeros, days, rates, branch, is_branch, ratios)

    def _homes(self) -> Int32s:
        unknown = set(self.example.homes) - set(self.codes)
        if unknown:
            raise ExampleError(say("{text} is no member of the tree", text=min(unknown)))
        return np.array([self._store_number(self.example.homes.get(code, "")) for code in self.codes], np.int32)

    def _store_number(self, code: str) -> int:
        codes = [store["code"] for store in self.stores]
        if code not in ("", *codes):
            raise ExampleError(say("{text} names no store of the example", text=code))
        return codes.index(code) if code else NOBODY

    def _points_of(self, order: dict[str, str]) -> tuple[int, str]:
        """Return what an order is paid in points; one that must be paid wholly in points is."""
        if "points" in order:
            return self.minor(order["points"], self.decimals), order.get("kind", "")
        goods = ("goods", "at_store" if "store" in order else "redemption")
        pays = ("units",) if "quantity" in order else goods
        whole = [spend for spend in self.programme.spends if spend.pays in pays and spend.least == Rate(1, 1)]
        return (self.minor(order["amount"], self.decimals), whole[0].kind) if whole else (0, "")

    def _refunds(self) -> Refunds:
        found = [_REFUND.fullmatch(text.strip()) for text in self.example.refunds]
        for text, match in zip(self.example.refunds, found, strict=True):
            if match is None or not 0 < int(match[1][1:]) <= len(self.orders):
                raise ExampleError(say("{text} is not a refund such as O1 3000 day 5", text=text))
        rows = [(int(match[1][1:]) - 1, int(match[3]), match[2]) for match in found if match is not None]
        days = np.array([day for _, day, _ in rows], np.int32)
        return Refunds(
            np.array([order for order, _, _ in rows], np.int32),
            days.astype(np.int64) * _DAY + 2 * _HOUR,
            days,
            np.array([self.minor(amount, MONEY_DECIMALS) for *_, amount in rows], np.int64),
        )

    def _actions(self, points: list[tuple[int, str]], days: list[int]) -> Actions:
        """Return the example's actions, and before them a top-up for each order that is paid in what is topped up."""
        top_up = self.programme.top_up
        rows = []
        for order, (amount, kind), day in zip(self.orders, points, days, strict=True):
            if top_up is not None and kind == top_up.kind:
                rows.append(_Act(day * _DAY, "top_up", self.codes.index(order["member"]), kind, amount=amount))
        rows += [self._action(text) for text in self.example.actions]
        at = np.array([row.at for row in rows], np.int64)
        return Actions(
            [row.action for row in rows],
            np.array([row.member for row in rows], np.int32),
            np.array([row.to_member for row in rows], np.int32),
            [row.to_kind for row in rows],
            [row.kind for row in rows],
            at,
            (at // _DAY).astype(np.int32),
            np.array([row.amount for row in rows], np.int64),
            store=np.array([row.store for row in rows], np.int32),
            share=np.array([row.share for row in rows], np.int64),
            role=[row.role for row in rows],
            until=np.array([row.until for row in rows], np.int32),
        )

    def _action(self, text: str) -> "_Act":
        """Read an action; of a store's the party is the store, and who gets something stands behind "to"."""
        match = _ACTION.fullmatch(text.strip())
        stores = [store["code"] for store in self.stores]
        wrong = match is None or match["party"] not in (*self.referrer, PROGRAMME, *stores)
        if match is None or wrong or (match["kind"] and match["kind"] not in self.kinds):
            raise ExampleError(say("{text} is not an action such as A withdraw points 100 day 3", text=text))
        kind, of_store = match["kind"] or "", match["party"] in stores
        person = (match["to"] or "") if of_store else match["party"].removeprefix(PROGRAMME)
        other = "" if of_store else match["to"] or ""
        for one in (person, other):
            if one not in ("", *self.codes):
                raise ExampleError(say("{text} is no member of the tree", text=one))
        return _Act(
            at=int(match["day"] or 0) * _DAY + (3 * _HOUR if (kind or of_store) and not match["share"] else 0),
            action=match["action"],
            member=self.codes.index(person) if person else NOBODY,
            kind=kind,
            to_kind=match["into"] or "",
            amount=self.minor(match["amount"], self.kinds[kind].decimals) if kind else 0,
            store=self._store_number(match["party"] if of_store else match["store"] or ""),
            share=self.minor(match["share"] or match["percent"] or "0", MONEY_DECIMALS),
            role=match["role"] or match["buyer"] or "",
            until=int(match["until"]) if match["until"] else NO_DAY,
            to_member=self.codes.index(other) if other else NOBODY,
        )

    def _declared(self, text: str) -> DeclaredValue:
        match = _DECLARED.fullmatch(text.strip())
        if match is None:
            raise ExampleError(say("{text} is not a declared value such as token_price 0.8 from day 3", text=text))
        first, end = int(match[3] or 0), int(match[4]) + 1 if match[4] else NO_DAY
        ends_at = end * _DAY if match[4] else int(FOR_EVER)
        return DeclaredValue(match[1], first * _DAY, ends_at, Fraction(Decimal(match[2])), first, end)
