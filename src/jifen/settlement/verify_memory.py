"""What the closes remember for refunds, beside the ledger: rewards and ranks, compared with the replay day by day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jifen.engine.days import date_of
from jifen.engine.message import Message, say
from jifen.engine.replay import Replay
from jifen.facts.models import RankChange
from jifen.ledger.columns import read_columns
from jifen.settlement.facts import Stored
from jifen.settlement.models import Skipped

REWARD = np.dtype([(name, "i8") for name in ("slot", "member", "entitled", "rest", "paid", "base")])
REWARDS = """
SELECT r.slot::bigint, r.member_id, r.entitled, r.rest::bigint, r.paid, r.base
FROM facts_reward r JOIN members_member m ON m.id = r.member_id
WHERE r.day = %s AND m.programme_id = %s
"""
SHOWN = 5


class Memory:
    """Compares what was kept of each close with what the replay keeps."""

    def __init__(self, programme_id: int, replay: Replay, stored: Stored) -> None:
        self.programme_id = programme_id
        self.replay = replay
        self.stored = stored
        self.ranks = self._ranks()
        self.needs_past = replay.versions.waits or len(stored.facts.refunds.order) > 0
        replay.keeps_past = True

    def problems(self, day: int) -> Iterator[Message]:
        """Yield what differs after the replay has closed a day."""
        on = date_of(day)
        runs = Skipped.objects.filter(run__programme_id=self.programme_id, run__day=on)
        left_out = np.array(list(runs.values_list("member_id", flat=True)), np.int64)
        yield from self._rewards(on, left_out)
        yield from self._changes(on)
        if not self.needs_past:
            self.replay.past.days.clear()

    def _rewards(self, on: date, left_out: NDArray[np.int64]) -> Iterator[Message]:
        kept: NDArray[Any] = np.unique(read_columns(REWARDS, REWARD, (on, self.programme_id)))
        expected = self._expected()
        different = np.setxor1d(kept, expected)
        different = different[~np.isin(different["member"], left_out)]
        for slot, member in np.unique(different[["slot", "member"]])[:SHOWN].tolist():
            yield say(
                "{day}: the reward kept of {member} is not that of the replay", day=on, member=f"M{member}/{slot}"
            )

    def _expected(self) -> NDArray[Any]:
        parts = []
        for slot, rewards in enumerate(self.replay.past.days[-1].rewards):
            rows = np.empty(len(rewards.member), REWARD)
            rows["slot"], rows["member"] = slot, self.stored.ids[rewards.member]
            rows["entitled"], rows["rest"], rows["paid"] = rewards.entitled, rewards.rest, rewards.paid
            rows["base"] = rewards.bases if rewards.bases is not None else 0
            parts.append(rows)
        return np.unique(np.concatenate(parts)) if parts else np.zeros(0, REWARD)

    def _changes(self, on: date) -> Iterator[Message]:
        """Yield the members whose change of rank is not the one that was kept."""
        ranks = self._ranks()
        changed = np.flatnonzero(ranks != self.ranks)
        expected = {(int(self.stored.ids[number]), int(ranks[number])) for number in changed}
        self.ranks = ranks
        rows = RankChange.objects.filter(member__programme_id=self.programme_id, day=on)
        for member, _ in sorted(expected ^ set(rows.values_list("member_id", "rank")))[:SHOWN]:
            yield say("{day}: the rank kept of {member} is not that of the replay", day=on, member=f"M{member}")

    def _ranks(self) -> NDArray[np.int8]:
        book = self.replay.book
        ranks: NDArray[np.int8] = book.rank[book.forest.layout.position].copy()
        return ranks
