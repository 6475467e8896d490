"""Tokens, steps and centres in an import: kept day by day as facts and closes leave them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from jifen.airdrops.models import Emission, WalkDay
from jifen.engine.days import date_of, day_number
from jifen.engine.facts import NOBODY
from jifen.engine.lines import DayLines
from jifen.engine.replay import Replay
from jifen.facts.models import Fact
from jifen.facts.terms import Terms
from jifen.facts.tokens import walk_columns
from jifen.settlement.airdrops import keep_airdrop
from jifen.stores.models import Center


@dataclass
class AirdropImport:
    """What an import keeps of a programme with airdrops; members by their ids."""

    terms: Terms
    replay: Replay
    ids: Sequence[int]
    _open: dict[str, Center] = field(default_factory=dict)

    def steps(self) -> list[Fact]:
        """Return the steps as facts."""
        rows = self.replay.facts.steps
        return [
            Fact(
                tick=tick,
                programme_id=self.terms.programme_id,
                type=Fact.Type.STEPS,
                business_date=date_of(int(rows.day[row])),
                entered_on=date_of(int(rows.day[row])),
                member_id=self.ids[int(rows.member[row])],
                amount=int(rows.walked[row]),
                run=int(rows.run[row]),
                actor="import",
            )
            for row, tick in enumerate(rows.at.tolist())
        ]

    def keep_facts(self, on: date) -> None:
        """Note what a day's facts have left: who walked, and who runs which centre."""
        if self.terms.airdrop is None:
            return
        WalkDay.objects.bulk_create(
            WalkDay(programme_id=self.terms.programme_id, member_id=self.ids[member], day=on, **walk_columns(walk))
            for member, walk in self.replay.book.walks.items()
        )
        self._keep_centers(on)

    def keep_close(self, lines: DayLines) -> None:
        """Note what a close has given out."""
        keep_airdrop(self.terms, self.replay, lines)

    def keep_state(self) -> None:
        """Write what of the cap is gone at the end."""
        if self.terms.airdrop is not None:
            gone = {"emitted": self.replay.book.emitted, "funded": self.replay.book.funded}
            Emission.objects.update_or_create(programme_id=self.terms.programme_id, defaults=gone)

    def _keep_centers(self, on: date) -> None:
        now, number = self.replay.book.centers, {member: at for at, member in enumerate(self.ids)}
        for region, row in list(self._open.items()):
            center = now.get(region)
            since = self._opened(on, region, number[row.member_id]) if center is not None else row.since_tick
            if center is None or self.ids[center.member] != row.member_id or since > row.since_tick:
                Center.objects.filter(pk=row.pk).update(until_on=on)
                del self._open[region]
        for region, center in now.items():
            if region not in self._open:
                self._open[region] = Center.objects.create(
                    programme_id=self.terms.programme_id,
                    region=region,
                    member_id=self.ids[center.member],
                    parent_id=self.ids[center.parent] if center.parent != NOBODY else None,
                    since_tick=self._opened(on, region, center.member),
                    since_on=on,
                )

    def _opened(self, on: date, region: str, member: int) -> int:
        """Return when a member last opened the centre of a region on a day, 0 where that was earlier."""
        actions = self.replay.facts.actions
        rows = np.flatnonzero(actions.day == day_number(on)).tolist()
        return max(
            (
                int(actions.at[row])
                for row in rows
                if actions.action[row] == "open_center"
                and actions.to_kind[row] == region
                and actions.member[row] == member
            ),
            default=0,
        )
