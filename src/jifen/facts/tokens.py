"""The tokens in the book of one fact: what of the cap is gone, what the reserve holds, a day's steps, centres (S2).

Whoever reads or changes the reserve holds the emission's row, so that two facts cannot give out the same tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from jifen.airdrops.models import Emission, WalkDay
from jifen.engine.facts import NOBODY
from jifen.engine.lines import POOL
from jifen.engine.replay import Replay
from jifen.engine.trade import Center as EngineCenter
from jifen.engine.trade import Walk
from jifen.facts.models import Fact
from jifen.facts.posting import Numbers
from jifen.facts.terms import Terms
from jifen.ledger.reading import programme_balance
from jifen.stores.models import Center

ELSEWHERE = -2  # beside NOBODY: the number of members who are not in the book
OF_CENTERS = ("open_center", "close_center")


@dataclass
class TokenBook:
    """What of tokens, steps and centres stands in the book of one fact, and how it was before."""

    programme_id: int
    token: str = ""
    emission: Emission | None = None  # locked, where the fact may move the reserve
    walk: WalkDay | None = None  # of the member who walks, on the open day
    centers: list[Center] = field(default_factory=list)  # open ones, of those whom the fact is about

    def fill(self, replay: Replay, numbers: Numbers) -> None:
        """Put everything into the book."""
        book, number = replay.book, {member: at for at, member in enumerate(numbers.members)}
        if self.emission is not None:
            book.emitted, book.funded = self.emission.emitted, self.emission.funded
            book.accounts[self.token][-1 - POOL] = programme_balance(self.programme_id, self.token, "pool")
        if self.walk is not None:
            book.walks[number[self.walk.member_id]] = engine_walk(self.walk)
        for row in self.centers:
            book.centers[row.region] = engine_center(row, number, ELSEWHERE)

    def save(self, replay: Replay, numbers: Numbers, fact: Fact) -> None:
        """Write what a fact has changed of all this."""
        book, row = replay.book, self.emission
        if row is not None and (row.emitted, row.funded) != (book.emitted, book.funded):
            row.emitted, row.funded = book.emitted, book.funded
            row.save(force_update=True)
        if fact.type == Fact.Type.STEPS:
            self._save_walk(replay, numbers, fact)
        elif fact.action in OF_CENTERS:
            self._save_center(replay, numbers, fact)

    def _save_walk(self, replay: Replay, numbers: Numbers, fact: Fact) -> None:
        assert fact.member_id is not None
        walk = replay.book.walks[numbers.members.index(fact.member_id)]
        WalkDay.objects.update_or_create(
            member_id=fact.member_id,
            day=fact.business_date,
            defaults={"programme_id": fact.programme_id, **walk_columns(walk)},
        )

    def _save_center(self, replay: Replay, numbers: Numbers, fact: Fact) -> None:
        if fact.action == "close_center":
            open_one = Center.objects.filter(programme_id=fact.programme_id, region=fact.to_kind, until_on__isnull=True)
            open_one.update(until_on=fact.business_date)
            return
        center = replay.book.centers[fact.to_kind]
        Center.objects.create(
            programme_id=fact.programme_id,
            region=fact.to_kind,
            member_id=numbers.members[center.member],
            parent_id=numbers.members[center.parent] if center.parent != NOBODY else None,
            since_tick=fact.tick,
            since_on=fact.business_date,
        )


def hold_tokens(terms: Terms) -> TokenBook:
    """Lock what of the cap is gone until the transaction ends."""
    Emission.objects.get_or_create(programme_id=terms.programme_id)
    row = Emission.objects.select_for_update(no_key=True).get(pk=terms.programme_id)
    return TokenBook(terms.programme_id, terms.token, row)


def open_centers(programme_id: int, region: str, members: Sequence[int]) -> list[Center]:
    """Return the open centre of a region, and those of some members."""
    found = Center.objects.filter(programme_id=programme_id, until_on__isnull=True)
    return list(found.filter(Q(region=region) | Q(member_id__in=members)).order_by("since_tick"))


def centers_on(programme_id: int, day: date, regions: Sequence[str] | None = None) -> list[Center]:
    """Return the centres that were open at the close of a day; of all regions where none are named."""
    rows = Center.objects.filter(programme_id=programme_id, since_on__lte=day).exclude(until_on__lte=day)
    if regions is not None:
        rows = rows.filter(region__in=regions)
    return list(rows.order_by("since_tick"))


def engine_center(row: Center, number: dict[int, int], elsewhere: int) -> EngineCenter:
    """Return a centre as the engine has it; `elsewhere` is the number of those who are not in the book."""
    parent = NOBODY if row.parent_id is None else number.get(row.parent_id, elsewhere)
    return EngineCenter(number.get(row.member_id, elsewhere), parent)


def engine_walk(row: WalkDay) -> Walk:
    """Return a day's steps as the engine has them."""
    return Walk(row.walked, row.run, set(row.tasks))


def walk_columns(walk: Walk) -> dict[str, int | list[str]]:
    """Return a day's steps as they are kept."""
    return {"walked": walk.walked, "run": walk.run, "tasks": sorted(walk.tasks)}
