"""Runs the worked examples of a document through the engine."""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from jifen.engine.amounts import MONEY_DECIMALS, Rate, to_minor
from jifen.engine.close import Scheduled
from jifen.engine.days import date_of
from jifen.engine.examples import Example
from jifen.engine.facts import NOBODY, Actions, Facts, Members, Orders, Refunds
from jifen.engine.lines import DayLines
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay
from jifen.engine.rules import RULES
from jifen.engine.rules.grant_locked import GrantLocked, Tier
from jifen.engine.settle import settle_released

_ORDER = re.compile(r"(\w+) +(\d+(?:\.\d+)?)(?: +x(\d+(?:\.\d+)?))?(?: +points +(\d+(?:\.\d+)?))?(?: +day +(\d+))?")
_RELEASED = re.compile(r"(\w+) +(\d+(?:\.\d+)?)")
_EXPECT = re.compile(r"(\w+) +(\w+) +(-?\d+(?:\.\d+)?)(?: +on day +(\d+)| +(in all))?")
_AMPLE = 10**12  # minor units in a lot that "holds enough"
_HOUR = 3_600_000_000
_FEN = Decimal("0.01")
_ITEMS = {*RULES, "free", "locked", "granted", "blocked"}


class ExampleError(ValueError):
    """An example cannot be read; `message` says which part, and how it would be written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Outcome:
    """One expectation of an example: what it says and what the engine gives, in minor units."""

    text: str
    expected: int
    found: int

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
        self.orders = [self._order(text) for text in example.orders]
        self.programme = self._with_multiples(programme)
        self.amounts: defaultdict[tuple[str, str], dict[int, int]] = defaultdict(dict)

    def outcomes(self) -> list[Outcome]:
        if self.example.released:
            self._settle_given()
        else:
            self._replay()
        return [self._outcome(text) for text in self.example.expect]

    def _order(self, text: str) -> dict[str, str]:
        match = _ORDER.fullmatch(text.strip())
        if match is None or match[1] not in self.referrer:
            raise ExampleError(say("{text} is not an order such as A 3000 x3", text=text))
        names = ("member", "amount", "multiple", "points", "day")
        return {name: value for name, value in zip(names, match.groups(), strict=True) if value}

    def _minor(self, value: Decimal | str, decimals: int) -> int:
        try:
            return to_minor(Decimal(value), decimals)
        except ValueError:
            raise ExampleError(
                say("{value} has more than {decimals} decimals", value=value, decimals=decimals)
            ) from None

    def _released(self, text: str) -> tuple[str, Decimal]:
        match = _RELEASED.fullmatch(text.strip())
        if match is None or match[1] not in self.referrer:
            raise ExampleError(say("{text} is not a release such as D 10000", text=text))
        return match[1], Decimal(match[2])

    def _with_multiples(self, programme: Programme) -> Programme:
        """Return the programme with the example's own multiples (x3) in place of the tiers' ones."""
        given = {Decimal(order["amount"]): order["multiple"] for order in self.orders if "multiple" in order}
        grant = programme.grant
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
        none32, none64 = np.zeros(0, np.int32), np.zeros(0, np.int64)
        zeros = np.zeros(len(self.codes), np.int32)
        referrer = [self.codes.index(up) if up else NOBODY for up in self.referrer.values()]
        return Facts(
            members=Members(
                self.codes, [""] * len(self.codes), np.array(referrer, np.int32), zeros.astype(np.int64), zeros
            ),
            orders=Orders(
                [f"O{i + 1}" for i in range(len(orders))],
                np.array([self.codes.index(order["member"]) for order in orders], np.int32),
                np.array(days, np.int64) * 24 * _HOUR,
                np.array(days, np.int32),
                np.array([self._minor(order["amount"], MONEY_DECIMALS) for order in orders], np.int64),
                np.array([self._minor(order.get("points", "0"), self.decimals) for order in orders], np.int64),
            ),
            refunds=Refunds(none32, none64, none32, none64),
            actions=Actions([], none32, none32, [], [], none64, none32, none64),
            declared=[],
        )

    def _replay(self) -> None:
        replay = Replay(self.programme, self._facts())
        for lines in replay.days(date_of(self.example.days)):
            self._note_lines(lines)
        self._note_state(replay, self.example.days)

    def _settle_given(self) -> None:
        """Settle one day of which the ranks and the scheduled releases are given; everybody's lot holds enough."""
        given = dict(self._released(text) for text in self.example.released)
        everybody = replace(self.example, orders=tuple(f"{code} 1" for code in self.codes), released=())
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
                days = self.amounts[self.codes[member], block.rule]
                days[lines.day] = days.get(lines.day, 0) + amount
            for member, amount in zip(block.blocked_member.tolist(), block.blocked_amount.tolist(), strict=True):
                days = self.amounts[self.codes[member], "blocked"]
                days[lines.day] = days.get(lines.day, 0) + amount
        journal = lines.journal
        for party, rule, amount, state in zip(journal.party, journal.rule, journal.amount, journal.state, strict=True):
            if party >= 0 and state == "free":
                days = self.amounts[self.codes[party], rule]
                days[lines.day] = days.get(lines.day, 0) + amount

    def _note_state(self, replay: Replay, day: int) -> None:
        book, kind = replay.book, replay.programme.lot_kind
        locked = book.locked()
        for number, code in enumerate(self.codes):
            position = book.at(number)
            lots = slice(book.lots.start[position], book.lots.start[position + 1])
            self.amounts[code, "free"][day] = int(book.free[kind][position])
            self.amounts[code, "locked"][day] = int(locked[position])
            self.amounts[code, "granted"][day] = int(book.lots.granted[lots].sum())

    def _outcome(self, text: str) -> Outcome:
        match = _EXPECT.fullmatch(" ".join(text.split()))
        if match is None or match[1] not in self.referrer or match[2] not in _ITEMS:
            raise ExampleError(say("{text} is not an expectation such as A scheduled_release 36 on day 1", text=text))
        days = self.amounts.get((match[1], match[2]), {})
        day = int(match[4]) if match[4] else self.example.days
        found = sum(days.values()) if match[5] else days.get(day, 0)
        return Outcome(text, self._minor(match[3], self.decimals), found)


def _tier(amount: Decimal, multiple: Rate) -> Tier:
    return Tier(name=f"from {amount}", title="x", title_en="x", amount=amount, multiple=multiple)
