"""Runs the worked examples of a document through the engine."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
from pydantic import ValidationError

from jifen.engine.amounts import MONEY_DECIMALS, Rate, to_minor
from jifen.engine.close import Scheduled
from jifen.engine.days import date_of
from jifen.engine.examples import Example
from jifen.engine.facts import (
    FOR_EVER,
    NO_DAY,
    NOBODY,
    Actions,
    DeclaredValue,
    Facts,
    Members,
    Orders,
    Refunds,
)
from jifen.engine.lines import ACCOUNTS, DayLines
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay
from jifen.engine.rules import RULES
from jifen.engine.rules.grant_locked import GrantLocked, Tier
from jifen.engine.settle import settle_released

_ORDER = re.compile(
    r"(\w+) +(\d+(?:\.\d+)?)(?: +for +(\d+))?(?: +x(\d+(?:\.\d+)?))?(?: +points +(\d+(?:\.\d+)?)(?: +(\w+))?)?"
    r"(?: +day +(\d+))?"
)
_AMOUNT = re.compile(r"(\w+) +(\d+(?:\.\d+)?)")
_ACTION = re.compile(r"(\w+) +(\w+)(?: +(\w+) +(\d+(?:\.\d+)?))?(?: +into +(\w+))?(?: +day +(\d+))?")
_DECLARED = re.compile(r"(\w+) +(\d+(?:\.\d+)?)(?: +from day +(\d+))?(?: +to day +(\d+))?")
_REFUND = re.compile(r"(O\d+) +(\d+(?:\.\d+)?) +day +(\d+)")
_CHANGE = re.compile(r"(\w+)(?:\[(\d+)\])?\.(\w+)")
_EXPECT = re.compile(r"(\w+) +(\w+) +(-?\d+(?:\.\d+)?)(?: +on day +(\d+)| +(in all))?")
_AMPLE = 10**12  # minor units in a lot that "holds enough"
_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_FEN = Decimal("0.01")
_COUNTS = ("units", "strikes", "carry")  # whole numbers
_ITEMS = {*RULES, *_COUNTS, "free", "locked", "granted", "blocked", "target"}
PROGRAMME = "programme"  # expects of its accounts: "programme fees 60"


class ExampleError(ValueError):
    """An example cannot be read; `message` says which part, and how it would be written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Outcome:
    """One expectation of an example: what it says and what the engine gives, in minor units of so many decimals."""

    text: str
    expected: int
    found: int
    decimals: int

    @property
    def holds(self) -> bool:
        """Whether the engine gives what is expected."""
        return self.expected == self.found


def run_example(programme: Programme, example: Example) -> list[Outcome]:
    """Return what the engine gives for each expectation; raises ExampleError where one cannot be read."""
    return _Run(programme, example).outcomes()


class _Run:
    """One example: members are its letters, day 0 is the day of the orders, day 1 the first close that releases."""

    def __init__(self, programme: Programme, example: Example) -> None:
        self.example = example
        self.decimals = programme.lot_decimals
        self.referrer: dict[str, str] = {}
        for line in example.tree.split(","):
            names = [name.strip() for name in line.split(">")]
            for name in names:
                self.referrer.setdefault(name, "")
            self.referrer.update(zip(names[1:], names, strict=False))
        self.codes = list(self.referrer)
        self.kinds = programme.kinds
        self.orders = [self._order(text) for text in example.orders]
        self.programme = self._with_multiples(_with_changes(programme, example.change))
        self.amounts: defaultdict[tuple[str, str], dict[int, int]] = defaultdict(dict)

    def outcomes(self) -> list[Outcome]:
        if self.example.released or self.example.units:
            self._settle_given()
        else:
            self._replay()
        return [self._outcome(text) for text in self.example.expect]

    def _order(self, text: str) -> dict[str, str]:
        match = _ORDER.fullmatch(text.strip())
        if match is None or match[1] not in self.referrer:
            raise ExampleError(say("{text} is not an order such as A 3000 x3, or A 70000 for 10", text=text))
        names = ("member", "amount", "quantity", "multiple", "points", "kind", "day")
        return {name: value for name, value in zip(names, match.groups(), strict=True) if value}

    def _minor(self, value: Decimal | str, decimals: int) -> int:
        try:
            return to_minor(Decimal(value), decimals)
        except ValueError:
            raise ExampleError(
                say("{value} has more than {decimals} decimals", value=value, decimals=decimals)
            ) from None

    def _amount_of(self, text: str) -> tuple[str, Decimal]:
        match = _AMOUNT.fullmatch(text.strip())
        if match is None or match[1] not in self.referrer:
            raise ExampleError(say("{text} is not a member and an amount such as D 10000", text=text))
        return match[1], Decimal(match[2])

    def _with_multiples(self, programme: Programme) -> Programme:
        """Return the programme with the example's own multiples (x3) in place of the tiers' ones."""
        given = {Decimal(order["amount"]): order["multiple"] for order in self.orders if "multiple" in order}
        grant = programme.grant_locked
        if not given or grant is None:
            return programme
        for amount, multiple in given.items():
            tiers = [tier for tier in grant.tiers if tier.amount != amount]
            before = grant.multiple(to_minor(amount, MONEY_DECIMALS)) or Rate(0, 1)
            tiers.append(_tier(amount, Rate.parse(multiple)))
            if all(tier.amount != amount + _FEN for tier in tiers):
                tiers.append(_tier(amount + _FEN, before))
            grant = replace(grant, tiers=tuple(sorted(tiers, key=lambda tier: tier.amount)))
        rules = tuple(grant if isinstance(rule, GrantLocked) else rule for rule in programme.rules)
        return replace(programme, rules=rules)

    def _facts(self) -> Facts:
        orders, days = self.orders, [int(order.get("day", 0)) for order in self.orders]
        zeros = np.zeros(len(self.codes), np.int32)
        referrer = [self.codes.index(up) if up else NOBODY for up in self.referrer.values()]
        points = [self._points_of(order) for order in orders]
        units = self.programme.units
        return Facts(
            members=Members(
                self.codes, [""] * len(self.codes), np.array(referrer, np.int32), zeros.astype(np.int64), zeros
            ),
            orders=Orders(
                [f"O{i + 1}" for i in range(len(orders))],
                np.array([self.codes.index(order["member"]) for order in orders], np.int32),
                np.array(days, np.int64) * _DAY + _HOUR,
                np.array(days, np.int32),
                np.array([self._minor(order["amount"], MONEY_DECIMALS) for order in orders], np.int64),
                np.array([amount for amount, _ in points], np.int64),
                quantity=np.array([int(order.get("quantity", 1)) for order in orders], np.int64),
                product=[units.product if units is not None and "quantity" in order else "" for order in orders],
                points_kind=[kind for _, kind in points],
                channel=[units.channel if units is not None else "" for _ in orders],
            ),
            refunds=self._refunds(),
            actions=self._actions(points, days),
            declared=[self._declared(text) for text in self.example.declared],
        )

    def _points_of(self, order: dict[str, str]) -> tuple[int, str]:
        """Return what an order is paid in points; one that must be paid wholly in points is."""
        if "points" in order:
            return self._minor(order["points"], self.decimals), order.get("kind", "")
        pays = "units" if "quantity" in order else "goods"
        whole = [spend for spend in self.programme.spends if spend.pays == pays and spend.share_min == Rate(1, 1)]
        return (self._minor(order["amount"], self.decimals), whole[0].kind) if whole else (0, "")

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
            np.array([self._minor(amount, MONEY_DECIMALS) for *_, amount in rows], np.int64),
        )

    def _actions(self, points: list[tuple[int, str]], days: list[int]) -> Actions:
        """Return the example's actions, and before them a top-up for each order that is paid in what is topped up."""
        top_up = self.programme.top_up
        rows: list[tuple[int, str, str, str, str, int]] = []
        for order, (amount, kind), day in zip(self.orders, points, days, strict=True):
            if top_up is not None and kind == top_up.kind:
                rows.append((day * _DAY, "top_up", order["member"], kind, "", amount))
        for text in self.example.actions:
            match = _ACTION.fullmatch(text.strip())
            if match is None or match[1] not in self.referrer or (match[3] and match[3] not in self.kinds):
                raise ExampleError(say("{text} is not an action such as A withdraw points 100 day 3", text=text))
            amount = self._minor(match[4], self.kinds[match[3]].decimals) if match[3] else 0
            moment = int(match[6] or 0) * _DAY + (3 * _HOUR if match[3] else 0)
            rows.append((moment, match[2], match[1], match[3] or "", match[5] or "", amount))
        at = np.array([row[0] for row in rows], np.int64)
        nobody = np.full(len(rows), NOBODY, np.int32)
        member = np.array([self.codes.index(row[2]) for row in rows], np.int32)
        return Actions(
            [row[1] for row in rows],
            member,
            nobody,
            [row[4] for row in rows],
            [row[3] for row in rows],
            at,
            (at // _DAY).astype(np.int32),
            np.array([row[5] for row in rows], np.int64),
        )

    def _declared(self, text: str) -> DeclaredValue:
        match = _DECLARED.fullmatch(text.strip())
        if match is None:
            raise ExampleError(say("{text} is not a declared value such as token_price 0.8 from day 3", text=text))
        first, end = int(match[3] or 0), int(match[4]) + 1 if match[4] else NO_DAY
        ends_at = end * _DAY if match[4] else int(FOR_EVER)
        return DeclaredValue(match[1], first * _DAY, ends_at, Fraction(Decimal(match[2])), first, end)

    def _replay(self) -> None:
        replay = Replay(self.programme, self._facts())
        for lines in replay.days(date_of(self.example.days)):
            self._note_lines(lines)
        self._note_state(replay, self.example.days)

    def _settle_given(self) -> None:
        """Settle one day of which ranks, and scheduled releases or units, are given; everybody's lot holds enough."""
        given = dict(self._amount_of(text) for text in self.example.released)
        units = dict(self._amount_of(text) for text in self.example.units)
        everybody = replace(self.example, orders=tuple(f"{code} 1" for code in self.codes), released=(), units=())
        run = _Run(self.programme, everybody)
        book = Replay(self.programme, run._facts()).book
        book.lots.remaining[:] = _AMPLE
        book.lots.opened_on[:] = 0
        ranks = self.programme.ranks.table if self.programme.ranks is not None else ()
        names = ["", *(rank.name for rank in ranks)]
        for member, rank in self.example.ranks.items():
            if member not in self.referrer or rank not in names:
                raise ExampleError(
                    say("{member} = {rank} names no member of the tree or no rank", member=member, rank=rank)
                )
        released = np.zeros(len(book), np.int64)
        for code in self.codes:
            position = book.at(self.codes.index(code))
            book.rank[position] = names.index(self.example.ranks.get(code, ""))
            released[position] = self._minor(given.get(code, Decimal(0)), self.decimals)
            book.units[position] = int(units.get(code, 0))
        scheduled = Scheduled(np.zeros_like(book.lots.remaining), released)
        close = settle_released(self.programme, book, 1, scheduled)
        for slot, paid in zip(close.slots, close.paid, strict=True):
            for number, code in enumerate(self.codes):
                days = self.amounts[code, slot.rule.use]
                days[1] = days.get(1, 0) + int(paid[book.at(number)])

    def _note_lines(self, lines: DayLines) -> None:
        for block in lines.blocks:
            free = ~block.locked
            for member, amount in zip(block.member[free].tolist(), block.amount[free].tolist(), strict=True):
                self._add(self.codes[member], block.rule, lines.day, amount)
            for member, amount in zip(block.blocked_member.tolist(), block.blocked_amount.tolist(), strict=True):
                self._add(self.codes[member], "blocked", lines.day, amount)
        for cut in lines.cuts:
            self._add(self.codes[cut.party], "blocked", lines.day, cut.amount)
        for review in lines.reviews:
            self.amounts[self.codes[review.member], "target"][lines.day] = review.target
        for journal in (lines.journal, lines.late):
            rows = zip(journal.party, journal.rule, journal.amount, journal.state, strict=True)
            for party, rule, amount, state in rows:
                if party >= 0 and state == "free":
                    self._add(self.codes[party], rule, lines.day, amount)

    def _add(self, code: str, item: str, day: int, amount: int) -> None:
        days = self.amounts[code, item]
        days[day] = days.get(day, 0) + amount

    def _note_state(self, replay: Replay, day: int) -> None:
        book, lot_kind = replay.book, replay.programme.lot_kind
        locked = book.locked()
        for number, code in enumerate(self.codes):
            position = book.at(number)
            lots = slice(book.lots.start[position], book.lots.start[position + 1])
            state = {kind: int(free[position]) for kind, free in book.free.items()}
            state |= {name: int(getattr(book, name)[position]) for name in _COUNTS}
            state |= {"free": int(book.free[lot_kind][position]), "locked": int(locked[position])}
            state["granted"] = int(book.lots.granted[lots].sum())
            for item, amount in state.items():
                self.amounts[code, item][day] = amount
        for number, account in enumerate(ACCOUNTS):
            sums = (book.accounts[kind][number] for kind in book.accounts)
            self.amounts[PROGRAMME, account][day] = sum(sums)

    def _outcome(self, text: str) -> Outcome:
        match = _EXPECT.fullmatch(" ".join(text.split()))
        items: dict[str, Collection[str]] = {member: {*_ITEMS, *self.kinds} for member in self.referrer}
        items[PROGRAMME] = ACCOUNTS
        if match is None or match[2] not in items.get(match[1], ()):
            raise ExampleError(say("{text} is not an expectation such as A scheduled_release 36 on day 1", text=text))
        days = self.amounts.get((match[1], match[2]), {})
        day = int(match[4]) if match[4] else self.example.days
        found = sum(days.values()) if match[5] else days.get(day, 0)
        decimals = 0 if match[2] in (*_COUNTS, "target") else self.decimals
        return Outcome(text, self._minor(match[3], decimals), found, decimals)


def _with_changes(programme: Programme, change: Mapping[str, Decimal | int | bool | str]) -> Programme:
    """Return the programme with other numbers in some rules: {"referral_bonus.second_share" = 0}."""
    rules = list(programme.rules)
    for name, value in change.items():
        match = _CHANGE.fullmatch(name)
        use, number, field = match.groups() if match is not None else ("", None, "")
        places = [index for index, rule in enumerate(rules) if rule.use == use]
        at = dict(enumerate(places, start=1)).get(int(number or 1))
        if at is None or field not in {one.name for one in fields(rules[at])}:
            raise ExampleError(say("{name} names no number of a rule, such as referral_bonus.rate", name=name))
        given = {one.name: getattr(rules[at], one.name) for one in fields(rules[at])} | {field: value}
        try:
            rules[at] = type(rules[at])(**given)
        except ValidationError:
            raise ExampleError(say("{value} is no value for {name}", value=value, name=name)) from None
    return replace(programme, rules=tuple(rules))


def _tier(amount: Decimal, multiple: Rate) -> Tier:
    return Tier(name=f"from {amount}", title="x", title_en="x", amount=amount, multiple=multiple)
