"""Small worlds of named people: what they do, written down, and what a programme makes of it."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import numpy as np

from jifen.engine.amounts import format_amount, to_minor
from jifen.engine.days import date_of
from jifen.engine.document import load_programme
from jifen.engine.facts import FOR_EVER, NOBODY, Actions, DeclaredValue, Facts, Members, Orders, Refunds
from jifen.engine.lines import ACCOUNTS, DayLines
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay

HOUR = 3_600_000_000
NOON = 12

TEXT = """
code = "trial"
title = "试"
title_en = "trial"
effective_from = 1970-01-01
time_zone = "UTC"

[points.points]
title = "积分"
title_en = "points"
decimals = 4
withdrawable = true
transferable = true

[points.token]
title = "通证"
title_en = "token"
decimals = 8

[[on_order]]
use = "repurchase"
source = "S4-19"
kind = "points"
points_share_max = 0.30

[[on_order]]
use = "grant_locked"
source = "S4-02"
kind = "points"
tiers = [
    { name = "small", title = "小", title_en = "small", amount = 1, multiple = 1 },
    { name = "large", title = "大", title_en = "large", amount = 100, multiple = 2 },
]

[ranks]
use = "second_leg_rank"
source = "S4-11"
volume = "amount"
table = [{ name = "bronze", title = "铜级", title_en = "bronze", volume = 5000, rate = 0.10 }]

[[daily]]
use = "scheduled_release"
source = "S4-06"
rate = 0.1

[[daily]]
use = "generation_share"
source = "S4-08"
rates = [0.50]
overflow = "lose"

[[daily]]
use = "rank_differential"
source = "S4-11"
overflow = "lose"

[[on_transfer]]
use = "member_transfer"
source = "S4-19"

[[on_convert]]
use = "convert"
source = "S4-28"
kind = "points"
into = "token"
price = "token_price"
price_age_minutes_max = 0

[[on_withdrawal]]
use = "withdrawal"
source = "S4-21"

[[on_adjust]]
use = "adjustment"
source = "S4-27"

[[on_freeze]]
use = "freeze"
source = "S4-21"
stops = ["withdraw", "convert"]

[refund]
use = "refund"
source = "S4-18"
policy = "within_balance"
"""


def trial(**changes: str) -> Programme:
    """Return the programme of these tests with other settings: trial(policy='"debt"').

    An order of 100 or more grants twice its amount and releases a tenth of it a day; the referrer earns half of that.
    """
    text = TEXT
    for key, value in changes.items():
        lines = [line for line in text.splitlines() if line.startswith(f"{key} = ")]
        assert lines, key
        for line in lines:
            text = text.replace(line, f"{key} = {value}")
    return load_programme(text)


@dataclass
class World:
    """People and what they do. Days count from 1970-01-01; everything happens at noon unless an hour is given."""

    tree: str  # "A > B > C, A > D": A referred B and D, B referred C
    orders: list[tuple[str, str, int, str, str]] = field(default_factory=list)
    refunds: list[tuple[str, int, str]] = field(default_factory=list)
    actions: list[tuple[str, str, str, str, int, str]] = field(default_factory=list)
    declared: list[DeclaredValue] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.referrer: dict[str, str] = {}
        for line in self.tree.split(","):
            names = [name.strip() for name in line.split(">")]
            for name in names:
                self.referrer.setdefault(name, "")
            self.referrer.update(zip(names[1:], names, strict=False))
        self.people = list(self.referrer)

    def buys(self, who: str, amount: str, *, day: int, hour: int = NOON, points: str = "0") -> str:
        """Add an order; return its code."""
        self.orders.append((f"O{len(self.orders) + 1}", who, day * 24 + hour, amount, points))
        return self.orders[-1][0]

    def refund(self, order: str, amount: str, *, day: int, hour: int = NOON) -> None:
        """Add a refund."""
        self.refunds.append((order, day * 24 + hour, amount))

    def acts(self, sentence: str, *, day: int, hour: int = NOON) -> None:
        """Add an action: "A withdraw 36", "A member_transfer 5 B", "A convert 5 token", "A move_referrer B"."""
        who, action, *rest = sentence.split()
        amount = rest.pop(0) if rest and rest[0].lstrip("-")[0].isdigit() else "0"
        self.actions.append((who, action, rest[0] if rest else "", "points", day * 24 + hour, amount))

    def declare(self, value: str, *, day: int, hour: int = 0, days: int | None = None) -> None:
        """Declare the token's price from a moment, for some days or for ever."""
        starts_at = (day * 24 + hour) * HOUR
        ends_at = FOR_EVER if days is None else starts_at + days * 24 * HOUR
        self.declared.append(DeclaredValue("token_price", starts_at, ends_at, Fraction(value)))

    def facts(self) -> Facts:
        """Return everything as columns."""
        people = {name: number for number, name in enumerate(self.people)} | {"": NOBODY}
        order_numbers = {order[0]: number for number, order in enumerate(self.orders)}
        n = len(self.people)
        referrer = np.array([people[above] for above in self.referrer.values()], np.int32)
        to_people = [people.get(action[2], NOBODY) for action in self.actions]
        return Facts(
            members=Members(self.people, [""] * n, referrer, np.zeros(n, np.int64), np.zeros(n, np.int32)),
            orders=Orders(
                [order[0] for order in self.orders],
                np.array([people[order[1]] for order in self.orders], np.int32),
                *moments([order[2] for order in self.orders]),
                np.array([to_minor(Decimal(order[3]), 2) for order in self.orders], np.int64),
                np.array([points(order[4]) for order in self.orders], np.int64),
            ),
            refunds=Refunds(
                np.array([order_numbers[refund[0]] for refund in self.refunds], np.int32),
                *moments([refund[1] for refund in self.refunds]),
                np.array([to_minor(Decimal(refund[2]), 2) for refund in self.refunds], np.int64),
            ),
            actions=Actions(
                [action[1] for action in self.actions],
                np.array([people[action[0]] for action in self.actions], np.int32),
                np.array(to_people, np.int32),
                [action[2] if action[2] not in people else "" for action in self.actions],
                [action[3] for action in self.actions],
                *moments([action[4] for action in self.actions]),
                np.array([points(action[5]) for action in self.actions], np.int64),
            ),
            declared=sorted(self.declared, key=lambda value: value.starts_at),
        )

    def run(self, programme: Programme, *, days: int) -> "Outcome":
        """Return what the programme made of it after the close of the last day."""
        replay = Replay(programme, self.facts())
        return Outcome(replay, list(replay.days(date_of(days))))


def points(text: str) -> int:
    """Return points in minor units."""
    return to_minor(Decimal(text), 4)


def moments(hours: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns `at` and `day` of hours since 1970."""
    return np.array(hours, np.int64) * HOUR, np.array([hour // 24 for hour in hours], np.int32)


@dataclass
class Outcome:
    """A replay that was run, and its lines; amounts are read as people write them."""

    replay: Replay
    lines: list[DayLines]

    def at(self, who: str) -> int:
        """Return a member's position."""
        return self.replay.book.at(self.replay.facts.members.codes.index(who))

    def free(self, who: str, kind: str = "points") -> str:
        """Return a member's free points."""
        return plain(int(self.replay.book.free[kind][self.at(who)]), self.replay.programme.kinds[kind].decimals)

    def locked(self, who: str) -> str:
        """Return a member's locked points."""
        return plain(int(self.replay.book.locked()[self.at(who)]), 4)

    def owes(self, who: str) -> str:
        """Return a member's debt."""
        return plain(int(self.replay.book.debt[self.at(who)]), 4)

    def written_off(self, who: str) -> str:
        """Return what was written off for a member."""
        return plain(int(self.replay.book.written_off[self.at(who)]), 4)

    def account(self, name: str) -> str:
        """Return the balance in points of an account of the programme."""
        return plain(self.replay.book.accounts["points"][ACCOUNTS.index(name)], 4)

    def rank(self, who: str) -> int:
        """Return a member's rank after the last close."""
        return int(self.replay.book.rank[self.at(who)])

    def refused(self) -> list[str]:
        """Return the refused facts and why."""
        return [f"{refused.fact}: {refused.why}" for day in self.lines for refused in day.refused]

    def keys(self, day: int) -> list[str]:
        """Return the keys of the transfers that facts of a day and its late payments posted."""
        return list(dict.fromkeys([*self.lines[day].journal.transfer, *self.lines[day].late.transfer]))

    def state(self) -> dict[str, list[int]]:
        """Return everything that the book holds, to compare two of them."""
        book = self.replay.book
        columns = {name: column for name, column in (vars(book) | vars(book.lots)).items() if hasattr(column, "tolist")}
        return {name: column.tolist() for name, column in {**columns, **book.free}.items()} | dict(book.accounts)


def plain(amount: int, decimals: int) -> str:
    """Return minor units without idle zeros: "36", "0.5"."""
    text = format_amount(amount, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text
