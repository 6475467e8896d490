"""What a day ends with after its releases: late payments, new ranks, and the volumes of teams."""

from collections.abc import Set
from datetime import date

import numpy as np
from numpy.typing import NDArray

from jifen.engine.book import Book
from jifen.engine.days import date_of
from jifen.engine.facts import Int64s
from jifen.engine.kernels.ranks import measure_legs
from jifen.engine.lines import Journal
from jifen.engine.rule import running_sums
from jifen.facts.models import RankChange, Reward
from jifen.facts.posting import Numbers, transfers_of
from jifen.ledger.posting import post_all
from jifen.settlement.load import Loaded
from jifen.settlement.standings import write_standings

COLUMNS = ("rank", "debt", "team_amount", "team_points", "second_leg")
STANDING_DTYPE = np.dtype([("member_id", np.int64), *((name, np.int64) for name in COLUMNS)])


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
            one for one in transfers_of(late, numbers) if left_out.isdisjoint(line.owner for line in one.lines)
        ]
        post_all(programme_id=programme_id, day=day, transfers=transfers)
    _save_waiting(loaded, left_out)
    after = _standing_after(loaded)
    not_released = np.isin(loaded.ids, list(left_out))
    after["debt"][not_released] = loaded.members["debt"][not_released]
    changed = np.flatnonzero(np.any([after[name] != loaded.members[name] for name in COLUMNS], axis=0))
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
    }


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
