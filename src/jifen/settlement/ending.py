"""What a day ends with after its releases: late payments, new ranks, and the volumes of teams."""

from collections.abc import Set
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jifen.agents.reviews import ReviewRow, save_reviews
from jifen.engine.book import Book
from jifen.engine.days import date_of
from jifen.engine.facts import Int64s
from jifen.engine.kernels.ranks import measure_legs
from jifen.engine.lines import DayLines, Journal
from jifen.engine.rule import running_sums
from jifen.engine.rules.airdrop import Airdrop
from jifen.facts.days import next_tick
from jifen.facts.models import AgentChange, Dust, RankChange, Reward
from jifen.facts.posting import Numbers, transfers_of
from jifen.ledger.columns import write_columns
from jifen.ledger.connection import cursor
from jifen.ledger.posting import post_all
from jifen.settlement.load import Loaded
from jifen.settlement.standings import write_standings

COLUMNS = ("rank", "debt", "team_amount", "team_points", "second_leg", "team_units")
OF_UNITS = ("units_new", "month_units", "strikes", "carry")
STANDING_DTYPE = np.dtype(
    [("member_id", np.int64), *((name, np.int64) for name in (*COLUMNS, *OF_UNITS)), ("agent", np.bool_)]
)
OF_EVERYBODY = {  # what moves the pool or empties a store is not left out: everything after builds on it
    *("profit_pool", "forced_exit", "leftover"),
    *("store_takings", "store_shares", "store_management", "store_partners", "store_dividend"),
}
ONE_DAY = timedelta(days=1)
KIND_DTYPE = np.dtype([("member_id", np.int64), ("team", np.int64)])
KEEP_TEAM = """
INSERT INTO members_kindvolume (member_id, kind, own, team)
SELECT q.member_id, %s, 0, q.team FROM settlement_kind q WHERE q.team > 0
    OR EXISTS (SELECT FROM members_kindvolume k WHERE k.member_id = q.member_id AND k.kind = %s)
ON CONFLICT (member_id, kind) DO UPDATE SET team = excluded.team WHERE members_kindvolume.team <> excluded.team
"""


def end_day(
    loaded: Loaded, late: Journal, *, programme_id: int, day: date, left_out: Set[int] = frozenset()
) -> NDArray[np.void]:
    """Post what is paid late, and write what has changed of ranks, debts and volumes; part of one transaction.

    Members `left_out` had no release, so nothing of theirs is paid late. Returns the standings after it, by member
    number.
    """
    if len(late):
        numbers = Numbers(loaded.ids.tolist(), loaded.lots.tolist())
        transfers = [
            one
            for one in transfers_of(late, numbers)
            if one.rule in OF_EVERYBODY or left_out.isdisjoint(line.owner for line in one.lines)
        ]
        post_all(programme_id=programme_id, day=day, transfers=transfers)
    _save_waiting(loaded, left_out)
    after = _standing_after(loaded)
    not_released = np.isin(loaded.ids, list(left_out))
    after["debt"][not_released] = loaded.members["debt"][not_released]
    names = (*COLUMNS, *OF_UNITS, "agent")
    changed = np.flatnonzero(np.any([after[name] != loaded.members[name] for name in names], axis=0))
    write_standings(after[changed], ranked_on=day)
    ranked = changed[after["rank"][changed] != loaded.members["rank"][changed]]
    RankChange.objects.bulk_create(
        (RankChange(member_id=row["member_id"].item(), day=day, rank=row["rank"].item()) for row in after[ranked]),
        batch_size=5_000,
    )
    return after


def _standing_after(loaded: Loaded) -> NDArray[np.void]:
    """Return what the close leaves of ranks, debts and volumes, by member number."""
    book = loaded.replay.book
    position = book.forest.layout.position
    after = np.empty(len(loaded.ids), STANDING_DTYPE)
    after["member_id"], after["rank"], after["debt"] = loaded.ids, book.rank[position], book.debt[position]
    for name in (*OF_UNITS, "agent"):
        after[name] = getattr(book, name)[position]
    for name, volumes in team_volumes(book).items():
        after[name] = volumes
    return after


def team_volumes(book: Book) -> dict[str, Int64s]:
    """Return what the teams of members have bought, by member number, as standings keep it from close to close."""
    position = book.forest.layout.position
    return {
        "team_amount": _legs(book, book.volume_amount)[0][position],
        "team_points": _legs(book, book.volume_points)[0][position],
        "second_leg": _legs(book, book.volume)[2][position],
        "team_units": _legs(book, book.units)[0][position],
    }


def keep_kind_volumes(loaded: Loaded) -> None:
    """Write what the teams of members have paid in each kind of points (S0-83)."""
    book = loaded.replay.book
    here: Any = cursor()
    for kind, own in sorted(book.volume_kinds.items()):
        rows = np.empty(len(loaded.ids), KIND_DTYPE)
        rows["member_id"], rows["team"] = loaded.ids, _legs(book, own)[0][book.forest.layout.position]
        here.execute("CREATE TEMPORARY TABLE settlement_kind (member_id bigint, team bigint)")
        write_columns(here, "settlement_kind", [rows])
        here.execute(KEEP_TEAM, (kind, kind))
        here.execute("DROP TABLE settlement_kind")


def keep_month(loaded: Loaded, lines: DayLines, *, programme_id: int, day: date) -> None:
    """Write what a month's end leaves beside the ledger: reviews, who is no agent any more, dust."""
    reviews = [
        ReviewRow(int(loaded.ids[one.member]), one.sold, one.target, one.short, one.strikes, one.dismissed)
        for one in lines.reviews
    ]
    save_reviews(programme_id, day, reviews)
    AgentChange.objects.bulk_create(
        AgentChange(tick=next_tick(), member_id=row.member_id, day=day + ONE_DAY, agent=False)
        for row in reviews
        if row.dismissed
    )
    Dust.objects.bulk_create(
        Dust(programme_id=programme_id, rule=rule, day=day, amount=amount)
        for rule, amount in loaded.replay.book.dust.items()
        if rule != Airdrop.use  # AirdropDay has that of each day
    )


def _legs(book: Book, volume: Int64s) -> NDArray[np.int64]:
    legs = np.zeros((3, len(volume)), np.int64)
    measure_legs(book.forest.layout.size, running_sums(volume), legs)
    return legs


def _save_waiting(loaded: Loaded, left_out: Set[int]) -> None:
    """Write what still waits of earlier closes (overflow = "hold")."""
    for past in loaded.replay.past.days[:-1] if loaded.replay.versions.waits else ():
        for slot, rewards in enumerate(past.rewards):
            for member, waiting in zip(rewards.member.tolist(), rewards.waiting.tolist(), strict=True):
                key = (date_of(past.day), slot, loaded.ids[member].item())
                if key[2] not in left_out:
                    Reward.objects.filter(pk=key).exclude(waiting=waiting).update(waiting=waiting)
