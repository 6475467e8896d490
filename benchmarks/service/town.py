"""A town: a programme with a million members, their lots and a ledger that agrees with them, written by COPY.

The forest is the power-law one of the other benchmarks. Everybody's lots were granted before the first night, by one
transfer of the ledger; what they had released by then is another. Every further day some members buy again.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from benchmarks.days import LOTS_PER_MEMBER, PERCENT_USED_UP, PERMILLE_RANKED, PRICES
from benchmarks.trees import SEED, tree
from jifen import catalogue
from jifen.engine.days import date_of, day_number
from jifen.engine.facts import Int64s
from jifen.ledger.chart import PROGRAMME, chart_of, open_chart
from jifen.ledger.close import close_day
from jifen.ledger.columns import write_columns
from jifen.ledger.connection import cursor
from jifen.ledger.writer import ENTRY
from jifen.members.bulk import Newcomer, register_many
from jifen.members.models import Operator
from jifen.programmes.versions import create_programme
from jifen.settlement.standings import write_standings

GRANTED_ON = date(2026, 1, 31)
MULTIPLES = np.array([25, 30, 35, 40], np.int64)  # tenths, by price
PERMILLE_BUYING = 15  # of the members on a day
FIRST_PHONE = 13_000_000_000
POINTS_IN_FEN = 100  # minor units of the lot kind in a fen: 4 decimals and 2
ALL_OWNERS = 2**53
BALANCE = np.dtype([("owner", "i8"), ("chart", "i2"), ("amount", "i8")])
LOT = np.dtype(
    [
        *(("owner", "i8"), ("id", "i8"), ("programme_id", "i4"), ("chart", "i2")),
        *(("opened_on", "M8[D]"), ("closed_on", "M8[D]")),
        *((name, "i8") for name in ("base", "granted", "scheduled", "remaining")),
        ("closed", "?"),
    ]
)
NEVER_CLOSED = np.datetime64("9999-12-31")
NEW_TRANSFER = """
    INSERT INTO ledger_transfer (id, business_date, programme_id, rule, key, first_owner, end_owner)
    VALUES (nextval('ledger_transfer_id'), %s, %s, %s, %s, 1, %s) RETURNING id
"""
VOLUMES = """
    UPDATE members_standing s SET volume = s.volume + n.base, volume_amount = s.volume_amount + n.base / %s
    FROM (
        SELECT owner, sum(base)::bigint AS base FROM ledger_lot WHERE programme_id = %s AND opened_on = %s GROUP BY 1
    ) n
    WHERE s.member_id = n.owner
"""
GRANTED, SCHEDULED = 4, 1  # parts of a lot


@dataclass(frozen=True)
class Purchases:
    """Orders of a day, each with its lot, by owner and then by id."""

    owner: Int64s
    id: Int64s
    base: Int64s
    granted: Int64s
    scheduled: Int64s


@dataclass
class Town:
    """A programme and its members."""

    programme_id: int
    ids: Int64s
    lots: int = 0
    day: date = GRANTED_ON

    def next_day(self) -> date:
        """Let a day begin, on which some buy; return it. It waits for its settlement."""
        self.day = date_of(day_number(self.day) + 1)
        random = np.random.default_rng(day_number(self.day))
        buying = random.choice(len(self.ids), len(self.ids) * PERMILLE_BUYING // 1000, replace=False)
        bought = _purchases(np.sort(self.ids[buying]), self.lots, random)
        self._write(bought, self.day)
        return self.day

    def _write(self, bought: Purchases, day: date) -> None:
        with transaction.atomic():
            write_purchases(self.programme_id, bought, day)
            cursor().execute(VOLUMES, (POINTS_IN_FEN, self.programme_id, day))
        self.lots += len(bought.id)


def build_town(members: int) -> Town:
    """Make the programme and all that had happened before the first night."""
    operator = Operator.objects.create_user("zhao")
    programme = create_programme(text=catalogue.read("release"), operator_id=operator.pk)
    open_chart(programme_id=programme.pk, kinds={"points": 4, "token": 8})
    town = Town(programme.pk, register(programme.pk, members))
    random = np.random.default_rng(SEED)
    owner = np.repeat(town.ids, random.poisson(LOTS_PER_MEMBER, members))
    old = _purchases(owner, 0, random)
    part = random.integers(0, 80, len(owner))
    part[random.integers(0, 100, len(owner)) < PERCENT_USED_UP] = 100
    old = Purchases(old.owner, old.id, old.base, old.granted, old.granted * part // 100)
    town._write(old, GRANTED_ON)
    _set_ranks(town.ids, random)
    close_day(programme_id=programme.pk, day=GRANTED_ON)
    _analyse()
    return town


def register(programme_id: int, members: int) -> Int64s:
    """Register the members of the forest, a chunk at a time; return their ids."""
    joined = datetime(2026, 1, 1, tzinfo=UTC)
    tick = int(joined.timestamp()) * 1_000_000
    referrers = tree("power-law", members).tolist()
    people = [
        Newcomer(str(FIRST_PHONE + number), f"会员{number}", referrer, tick + number, joined.date(), joined)
        for number, referrer in enumerate(referrers)
    ]
    return np.array(register_many(programme_id=programme_id, people=people, password="!"), np.int64)  # noqa: S106 nobody's hash


def write_purchases(programme_id: int, bought: Purchases, day: date) -> None:
    """Write lots, balances, and the transfers that grant and release; in the caller's transaction."""
    here, chart = cursor(), chart_of(programme_id)
    free, locked, issued = (chart.id("points", role) for role in ("free", "locked", "issued"))
    here.execute("SELECT ledger_begin(%s, %s)", (programme_id, day))
    write_columns(here, "ledger_lot", [_lots(bought, programme_id, locked, day)])
    released = bought.scheduled > 0
    free_points = _sums(bought.owner[released], bought.scheduled[released], free)
    if len(free_points):
        write_columns(here, "ledger_balance", [free_points])

    def transfer(rule: str) -> int:
        key = f"release/{day}/{rule}/"
        row = here.execute(NEW_TRANSFER, (day, programme_id, rule, key, ALL_OWNERS)).fetchone()
        assert row is not None
        return int(row[0])

    def entries(number: int, owner: Any, chart_id: int, amount: Any, **named: Any) -> NDArray[np.void]:
        rows = np.zeros(np.size(amount), ENTRY)
        rows["transfer_id"], rows["business_date"] = number, np.datetime64(day)
        rows["owner"], rows["chart"], rows["amount"] = owner, chart_id, amount
        for name, values in named.items():
            rows[name] = values
        return rows

    grant, total = transfer("grant_locked"), int(bought.granted.sum())
    lines = [
        entries(grant, bought.owner, locked, bought.granted, lot=bought.id, part=GRANTED),
        entries(grant, PROGRAMME, issued, -total),
    ]
    if len(free_points):
        release, owner = transfer("scheduled_release"), bought.owner[released]
        moved, lot = bought.scheduled[released], bought.id[released]
        lines.append(entries(release, owner, locked, -moved, lot=lot, part=SCHEDULED))
        lines.append(entries(release, free_points["owner"], free, free_points["amount"]))
    write_columns(here, "ledger_entry", lines)


def _purchases(owner: Int64s, known: int, random: np.random.Generator) -> Purchases:
    price = random.integers(0, len(PRICES), len(owner))
    base = PRICES[price]
    ids = known + 1 + np.arange(len(owner), dtype=np.int64)
    return Purchases(owner, ids, base, base * MULTIPLES[price] // 10, np.zeros(len(owner), np.int64))


def _lots(bought: Purchases, programme_id: int, locked: int, day: date) -> NDArray[np.void]:
    rows = np.empty(len(bought.id), LOT)
    rows["owner"], rows["id"], rows["base"], rows["granted"] = bought.owner, bought.id, bought.base, bought.granted
    rows["programme_id"], rows["chart"], rows["opened_on"] = programme_id, locked, np.datetime64(day)
    rows["scheduled"], rows["remaining"] = bought.scheduled, bought.granted - bought.scheduled
    rows["closed"] = rows["remaining"] == 0
    rows["closed_on"] = np.where(rows["closed"], np.datetime64(day), NEVER_CLOSED)
    return rows


def _sums(owner: Int64s, amount: Int64s, chart_id: int) -> NDArray[np.void]:
    """Return the sum of each owner."""
    owners, begins = np.unique(owner, return_index=True)
    rows = np.empty(len(owners), BALANCE)
    rows["owner"], rows["chart"] = owners, chart_id
    rows["amount"] = np.add.reduceat(amount, begins) if len(owners) else 0
    return rows


def _set_ranks(ids: Int64s, random: np.random.Generator) -> None:
    """Give some members a rank, as in the other benchmarks; the first night finds the ranks that are due."""
    ranked = ids[random.integers(0, 1000, len(ids)) < PERMILLE_RANKED]
    rows = np.empty(len(ranked), [("member_id", "i8"), ("rank", "i8")])
    rows["member_id"], rows["rank"] = ranked, random.integers(1, 8, len(ranked))
    with transaction.atomic():
        write_standings(rows, ranked_on=GRANTED_ON)


def _analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
