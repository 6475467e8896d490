"""Small towns of an airdrop: who joins, buys, walks and opens centres, written down and drawn at random (S2)."""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from jifen import catalogue
from jifen.engine.document import load_programme
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
    Steps,
    Stores,
)
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay

DAY = 86_400_000_000
DAYS = 5  # that a drawn town lives
REGIONS = ("", "110000", "110100", "110105")
SMALL = {  # so that a few people become partners, and a few days use up the cap
    "launch = 2024-01-01": "launch = 1970-01-02",
    "direct = 10, team = 100": "direct = 1, team = 2",
    "below = 3": "below = 1",
    "cap = 390000": "cap = 1300",
    "years = [150000, 90000, 60000, 30000, 20000]": "years = [150000.01, 90000]",
    'rank = "senior"': 'rank = "junior"',
}


def small(name: str, changes: dict[str, str] | None = None) -> Programme:
    """Return a programme of the catalogue with small numbers, and other changes of its text."""
    text = catalogue.read(name)
    for old, new in {**SMALL, **(changes or {})}.items():
        assert old in text or old in SMALL, old
        text = text.replace(old, new)
    return load_programme(text)


@dataclass
class Town:
    """What happens; days count from 1970-01-01, and what is written first happens first on its day."""

    referrer: list[int]
    joined: list[int]
    stores: list[tuple[int, int, str]] = field(default_factory=list)  # owner, referrer, region; all join on day 0
    orders: list[tuple[int, int, int, str, int, int]] = field(
        default_factory=list
    )  # who, day, fen, pack, concession, store
    refunds: list[tuple[int, int, int]] = field(default_factory=list)  # order, day, amount
    actions: list[tuple[str, int, int, str, int]] = field(
        default_factory=list
    )  # what, who, day, kind or region, amount
    steps: list[tuple[int, int, int, int]] = field(default_factory=list)  # member, day, walked, run
    prices: list[tuple[int, Fraction]] = field(default_factory=list)

    def facts(self) -> Facts:
        """Return everything as columns."""
        n, of_stores = len(self.referrer), self.stores
        at = iter(range(1, 10**6))
        when = {day: iter(range(1000, DAY)) for day in range(DAYS + 400)}

        def moments(days: list[int]) -> np.ndarray:
            return np.array([day * DAY + next(when[day]) for day in days], np.int64)

        joined = np.array([day * DAY + next(at) for day in self.joined], np.int64)
        orders = [order[1] for order in self.orders]
        return Facts(
            members=Members([f"M{i}" for i in range(n)], [""] * n, ints(self.referrer), joined, ints(self.joined)),
            orders=Orders(
                [f"O{i}" for i in range(len(orders))],
                ints([order[0] for order in self.orders]),
                moments(orders),
                ints(orders),
                longs([order[2] for order in self.orders]),
                longs([0] * len(orders)),
                product=[order[3] for order in self.orders],
                store=ints([order[5] for order in self.orders]),
                concession=longs([order[4] for order in self.orders]),
            ),
            refunds=Refunds(
                ints([one[0] for one in self.refunds]),
                moments([one[1] for one in self.refunds]),
                ints([one[1] for one in self.refunds]),
                longs([one[2] for one in self.refunds]),
            ),
            actions=self._actions(moments([one[2] for one in self.actions])),
            declared=[
                DeclaredValue("token_price", day * DAY, FOR_EVER, price, day, NO_DAY) for day, price in self.prices
            ],
            stores=Stores(
                [f"S{i}" for i in range(len(of_stores))],
                ints([one[0] for one in of_stores]),
                ints([one[1] for one in of_stores]),
                [one[2] for one in of_stores],
                longs([500 + i for i in range(len(of_stores))]),
                ints([0] * len(of_stores)),
                [None] * len(of_stores),
            ),
            steps=Steps(
                ints([one[0] for one in self.steps]),
                moments([one[1] for one in self.steps]),
                ints([one[1] for one in self.steps]),
                longs([one[2] for one in self.steps]),
                longs([one[3] for one in self.steps]),
            ),
        )

    def _actions(self, at: np.ndarray) -> Actions:
        centers = [what in ("open_center", "close_center") for what, *_ in self.actions]
        return Actions(
            [what for what, *_ in self.actions],
            ints([who for _, who, *_ in self.actions]),
            ints([NOBODY] * len(self.actions)),
            [kind if center else "" for center, (*_, kind, _) in zip(centers, self.actions, strict=True)],
            ["" if center else kind for center, (*_, kind, _) in zip(centers, self.actions, strict=True)],
            at,
            ints([day for _, _, day, *_ in self.actions]),
            longs([amount for *_, amount in self.actions]),
        )

    def replay(self, programme: Programme) -> Replay:
        """Return a replay of it that keeps what refunds need."""
        return Replay(programme, self.facts())


def ints(values: list[int]) -> np.ndarray:
    return np.array(values, np.int32)


def longs(values: list[int]) -> np.ndarray:
    return np.array(values, np.int64)


PACKS = {"airdrop": [("pack_99", 9900), ("pack_999", 99900), ("pack_center", 5_000_000)],
         "airdrop_sport": [("card_a", 9900), ("card_b", 39900), ("card_center", 5_000_000)]}  # fmt: skip


@st.composite
def towns(draw: st.DrawFn, name: str) -> Town:
    """Return a town in which everything happens that a programme of the catalogue answers."""
    size = draw(st.integers(2, 7))
    members, days = st.integers(0, size - 1), st.integers(0, DAYS - 1)
    joined = sorted(draw(st.lists(st.integers(0, 1), min_size=size, max_size=size)))
    town = Town([draw(st.integers(NOBODY, member - 1)) for member in range(size)], joined)
    early = st.integers(0, max(joined.count(0) - 1, 0)) if joined[0] == 0 else st.just(NOBODY)
    town.stores = draw(
        st.lists(st.tuples(early, st.one_of(st.just(NOBODY), early), st.sampled_from(REGIONS)), max_size=2)
    )
    packs = [(product, price) for product, price in PACKS[name]]
    for member in draw(st.lists(members, max_size=5)):
        product, price = draw(st.sampled_from(packs))
        town.orders.append((member, max(draw(days), joined[member]), price, product, 0, NOBODY))
    for _ in range(draw(st.integers(0, 6))):
        member, amount = draw(members), draw(st.integers(1, 10**6))
        concession = draw(st.one_of(st.just(0), st.integers(0, amount)))
        store = draw(st.integers(NOBODY, len(town.stores) - 1))
        town.orders.append((member, max(draw(days), joined[member]), amount, "", concession, store))
    _happen(draw, town, members)
    return town


def _happen(draw: st.DrawFn, town: Town, members: st.SearchStrategy[int]) -> None:
    """Draw refunds, actions, steps and prices."""
    days, joined = st.integers(0, DAYS - 1), town.joined
    left = [order[2] for order in town.orders]
    for _ in range(draw(st.integers(0, 4)) if left else 0):
        order = draw(st.integers(0, len(left) - 1))
        amount = draw(st.one_of(st.just(left[order]), st.integers(0, left[order])))
        if amount:
            earlier = [one[1] for one in town.refunds if one[0] == order]
            town.refunds.append((order, max([draw(days), town.orders[order][1], *earlier]), amount))
            left[order] -= amount
    town.refunds.sort(key=lambda one: one[1])
    for what in draw(st.lists(st.sampled_from(["fund_reserve", "open_center", "close_center", "review"]), max_size=6)):
        who = draw(members)
        region, amount = draw(st.sampled_from(REGIONS[1:])), draw(st.integers(1, 9 * 10**10))
        row = ("token", amount) if what == "fund_reserve" else (region, 0) if what.endswith("center") else ("", 0)
        day = draw(days) if what == "fund_reserve" else max(draw(days), joined[who])
        town.actions.append((what, NOBODY if what == "fund_reserve" else who, day, *row))
    for member in draw(st.lists(members, max_size=5)):
        walked, run = draw(st.integers(0, 60_000)), draw(st.integers(0, 60_000))
        town.steps.append((member, max(draw(days), joined[member]), walked, run))
    town.prices = draw(
        st.lists(st.tuples(days, st.integers(1, 99_999).map(lambda units: Fraction(units, 1000))), max_size=2)
    )
