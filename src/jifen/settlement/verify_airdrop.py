"""What is kept of airdrops, steps and centres, compared with the replay: day by day, and as it stands now (S2)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

import numpy as np

from jifen.airdrops.models import AirdropDay, Emission, WalkDay
from jifen.engine.amounts import to_minor
from jifen.engine.days import date_of, day_number
from jifen.engine.facts import NOBODY
from jifen.engine.lines import POOL, DayLines
from jifen.engine.message import Message, say
from jifen.engine.replay import Replay
from jifen.engine.settle import price_of
from jifen.engine.trade import Walk
from jifen.facts.days import day_reached
from jifen.facts.models import Cut
from jifen.facts.terms import Terms
from jifen.facts.tokens import centers_on, walk_columns
from jifen.ledger.reading import programme_balance
from jifen.settlement.airdrops import price_text
from jifen.settlement.facts import Stored
from jifen.settlement.models import Skipped
from jifen.settlement.verify_growth import Rows, unlike

DAY = ("emission", "given", "dust", "weight", "price")
WALK = ("walked", "run", "tasks")
CENTER = ("holder", "promoted by")


class AirdropMemory:
    """Compares emissions, airdrops, steps, centres and blocked amounts with those of the replay."""

    def __init__(self, terms: Terms, replay: Replay, stored: Stored) -> None:
        self.terms = terms
        self.programme_id = terms.programme_id
        self.replay = replay
        self.ids = stored.ids.tolist()
        self.concerned = terms.airdrop is not None

    def of_day(self, lines: DayLines, *, is_closed: bool) -> Iterator[Message]:
        """Yield what of a day's steps, centres, blocked amounts and airdrop was kept otherwise."""
        if not self.concerned:
            return
        on = date_of(lines.day)
        yield from self._walks(on, lines.day)
        yield from self._centers(on)
        yield from unlike_cuts(self.programme_id, self.ids, on, lines)
        if is_closed:
            yield from self._airdrop(on, lines)

    def at_the_end(self) -> Iterator[Message]:
        """Yield what of the cap and the reserve is not now as the replay has it."""
        if not self.concerned:
            return
        book, code = self.replay.book, self.terms.newest.code
        row = Emission.objects.filter(pk=self.programme_id).first() or Emission(emitted=0, funded=0)
        kept, expected = (row.emitted, row.funded), (book.emitted, book.funded)
        yield from unlike({code: kept}, {code: expected}, ("emitted", "funded"), "emission of {}")
        kind, cap = self.terms.token, self._cap()
        if sum(kept) > cap:
            yield say(
                "{emitted} tokens are given out or set aside, more than the cap of {cap}", emitted=sum(kept), cap=cap
            )
        held, reckoned = programme_balance(self.programme_id, kind, "pool"), book.accounts[kind][-1 - POOL]
        if held != reckoned:
            values = {"role": "pool", "held": held, "amount": reckoned}
            yield say("the account {role} holds {held}, and what is kept of it says {amount}", **values)

    def _cap(self) -> int:
        """Return the highest cap that was in force so far: a lower one stops airdrops, and takes nothing back."""
        versions, today = self.terms.versions, day_number(day_reached(self.programme_id))
        begun = (rule.airdrop for day, rule in zip(versions.days, versions.programmes, strict=True) if day <= today)
        caps = [rule.cap for rule in (*begun, versions.on(today).airdrop) if rule is not None]
        decimals = versions.kinds[self.terms.token].decimals
        return max((to_minor(Decimal(cap), decimals) for cap in caps), default=0)

    def _airdrop(self, on: date, lines: DayLines) -> Iterator[Message]:
        rows = AirdropDay.objects.filter(programme_id=self.programme_id, day=on)
        kept: Rows = {row.day: (row.emission, row.given, row.dust, int(row.weight), row.price) for row in rows}
        given, expected = lines.airdrop, {}
        if given is not None:
            price = price_of(self.terms.versions.on(lines.day), self.replay.declared, lines.day)
            dust = given.emission + given.dust_before - given.given
            expected = {on: (given.emission, given.given, dust, given.weight, price_text(price))}
        yield from unlike(kept, expected, DAY, "airdrop of {}")

    def _walks(self, on: date, day: int) -> Iterator[Message]:
        """Compare a day's steps with the sum of its reports, and with the tasks that this fulfils."""
        steps, programme = self.replay.facts.steps, self.terms.versions.on(day)
        walks: defaultdict[int, Walk] = defaultdict(Walk)
        for row in np.flatnonzero(steps.day == day).tolist():
            walk = walks[self.ids[int(steps.member[row])]]
            walk.walked = min(walk.walked + int(steps.walked[row]), programme.steps_max)
            walk.run = min(walk.run + int(steps.run[row]), programme.steps_max)
        for walk in walks.values():
            sums = {"walk": walk.walked, "run": walk.run}
            walk.tasks.update(task.name for task in programme.tasks if sums[task.sport] >= task.steps)
        rows = WalkDay.objects.filter(programme_id=self.programme_id, day=on)
        kept = {row.member_id: (row.walked, row.run, row.tasks) for row in rows}
        expected = {member: tuple(walk_columns(walk).values()) for member, walk in walks.items()}
        yield from unlike(kept, expected, WALK, f"M{{}} {on}")

    def _centers(self, on: date) -> Iterator[Message]:
        kept = {row.region: (row.member_id, row.parent_id) for row in centers_on(self.programme_id, on)}
        expected = {
            region: (self.ids[one.member], self.ids[one.parent] if one.parent != NOBODY else None)
            for region, one in self.replay.book.centers.items()
        }
        yield from unlike(kept, expected, CENTER, f"centre {{}} {on}")


def unlike_cuts(programme_id: int, ids: Sequence[int], on: date, lines: DayLines) -> Iterator[Message]:
    """Compare what was not paid by facts, and late by the close, of those who were not left out."""
    left_out = set(
        Skipped.objects.filter(run__programme_id=programme_id, run__day=on).values_list("member_id", flat=True)
    )
    kept: Counter[tuple[int, str, str]] = Counter()
    rows = Cut.objects.filter(programme_id=programme_id, day=on)
    for member, rule, kind, amount in rows.values_list("member_id", "rule", "kind", "amount"):
        kept[member, rule, kind] += amount
    expected: Counter[tuple[int, str, str]] = Counter()
    for cut in lines.cuts:
        expected[ids[cut.party], cut.rule, cut.kind] += cut.amount
    one, other = (
        {key: (amount,) for key, amount in found.items() if key[0] not in left_out} for found in (kept, expected)
    )
    titles = {key: f"M{key[0]} {on} {key[1]}" for key in (*one, *other)}
    yield from unlike(one, other, ("blocked",), "{}", titles)
