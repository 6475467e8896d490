"""verify: the chain of days, the balances, and a replay of all facts that must give every line of the ledger again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jifen.engine.days import date_of, day_number
from jifen.engine.facts import Int64s
from jifen.engine.lines import ACCOUNTS, NO_LOT, Block, DayLines, Journal, is_store, store_number
from jifen.engine.message import Message, say
from jifen.engine.replay import Replay
from jifen.facts.models import Closing
from jifen.facts.terms import terms_of
from jifen.leases.checks import problems as lease_problems
from jifen.ledger.chart import MONEY, PROGRAMME, REAL_MONEY, STORES, Chart, chart_of, owner_of_store
from jifen.ledger.close import last_closed, proofs, verify_chain
from jifen.ledger.columns import read_columns
from jifen.ledger.lines import read_lines
from jifen.members.models import Standing
from jifen.sales.due_checks import problems as due_problems
from jifen.settlement.ending import team_volumes
from jifen.settlement.facts import Stored, stored_facts
from jifen.settlement.models import Skipped
from jifen.settlement.money import money_problems
from jifen.settlement.verify_airdrop import AirdropMemory
from jifen.settlement.verify_alliance import AllianceMemory
from jifen.settlement.verify_growth import GrowthMemory
from jifen.settlement.verify_memory import Memory
from jifen.storefront.checks import problems as card_problems

SHOWN = 5  # differences of one day that are told one by one
LINE = np.dtype([("key", "i4"), ("owner", "i8"), ("chart", "i8"), ("lot", "i8"), ("amount", "i8")])
STANDING = (
    *("debt", "written_off", "volume", "volume_amount", "volume_points", "rank", "frozen"),
    *("units", "units_new", "month_units", "agent", "strikes", "carry", "bought", "released_tickets"),
    *("active", "center_packs", "shareholder"),
)
LOT = ("base", "claimed")  # what a lot remembers beside its entries
LOTS = "SELECT id, base, claimed FROM ledger_lot WHERE programme_id = %s ORDER BY id"
LOTS_DTYPE = np.dtype([(name, "i8") for name in ("id", *LOT)])
Lines = NDArray[np.void]
Progress = Callable[[int, int], None]  # days done, days in all


@dataclass(frozen=True)
class Problem:
    """Something that does not agree: which check found it, and what it is."""

    # content, link, balance, lot, zero, transfer, total, money, owed, agreement, card, replay, standing, growth
    check: str
    message: Message


def verify(programme_id: int, progress: Progress | None = None) -> list[Problem]:
    """Return everything that does not agree; an empty list means that the ledger holds what the rules say.

    Facts and settlements should rest meanwhile: lines written during the check may be reported as missing.
    """
    found = [Problem(one.name, one.message) for one in (*verify_chain(programme_id), *proofs(programme_id))]
    found += [Problem("money", message) for message in money_problems(programme_id, terms_of(programme_id))]
    found += [Problem("owed", message) for message in due_problems(programme_id, terms_of(programme_id))]
    found += [Problem("agreement", message) for message in lease_problems(programme_id)]
    found += [Problem("card", message) for message in card_problems(programme_id)]
    return found + list(_Replayed(programme_id, progress).problems())


class _Replayed:
    """A replay of a programme's facts beside its ledger."""

    def __init__(self, programme_id: int, progress: Progress | None) -> None:
        self.programme_id = programme_id
        self.progress = progress
        terms = terms_of(programme_id)
        self.stored: Stored = stored_facts(programme_id, terms)
        self.replay = Replay(terms.versions, self.stored.facts)
        self.memory = Memory(programme_id, self.replay, self.stored)
        beside = (GrowthMemory, AirdropMemory, AllianceMemory)
        self.beside = [one(terms, self.replay, self.stored) for one in beside]
        self.chart: Chart = chart_of(programme_id)
        self.keys: dict[str, int] = {}
        self.names: list[str] = []
        self.teams: dict[str, Int64s] = {}  # as the last close left them, by member number

    def problems(self) -> Iterator[Problem]:
        """Yield what differs, day by day, and then what members stand at."""
        first, closed = self.replay.first_day, last_closed(self.programme_id)
        if first is None:
            return
        last = max(self.stored.last_day, day_number(closed) if closed is not None else 0)
        for day in range(first, last + 1):
            yield from self._day(day, is_closed=closed is not None and day <= day_number(closed))
            if closed is not None and day == day_number(closed):
                self.teams = team_volumes(self.replay.book)
            if self.progress is not None:
                self.progress(day - first + 1, last - first + 1)
        if not Closing.objects.filter(programme_id=self.programme_id).exists():
            yield from self._standings()
            yield from self._lots()
            yield from (Problem("growth", message) for one in self.beside for message in one.at_the_end())

    def _day(self, day: int, *, is_closed: bool) -> Iterator[Problem]:
        if is_closed:
            lines = self.replay.run_day(day)
            yield from (Problem("memory", message) for message in self.memory.problems(day))
        else:
            events = self.replay.apply_facts(day)
            lines = DayLines(day, events.journal, events.refused, [], cuts=events.cuts, exits=events.exits,
                             reported=events.reported, periods=events.periods)  # fmt: skip
        for one in self.beside:
            yield from (Problem("growth", message) for message in one.of_day(lines, is_closed=is_closed))
        for refused in lines.refused:
            text = say("the fact {fact} is refused in the replay: {why}", fact=refused.fact, why=refused.why)
            yield Problem("replay", text)
        expected = _summed(np.concatenate([*self._of_journals(lines), *map(self._of_block, lines.blocks)]))
        found = _summed(self._posted(date_of(day)))
        if not np.array_equal(expected, found):
            yield from self._differences(date_of(day), expected, found)

    def _of_journals(self, lines: DayLines) -> list[Lines]:
        return [self._of_journal(journal) for journal in (lines.journal, lines.late)]

    def _of_journal(self, journal: Journal) -> Lines:
        """Return a journal's rows as lines of the ledger."""
        rows = np.zeros(len(journal), LINE)
        for row in range(len(journal)):
            party, role = journal.party[row], journal.state[row]
            owner, role = self._account(party, role)
            lot = int(self.stored.lots[journal.lot[row]]) if party >= 0 and journal.lot[row] != NO_LOT else 0
            chart = self.chart.id(journal.kind[row], role)
            rows[row] = (self._key(journal.transfer[row]), owner, chart, lot, journal.amount[row])
        return rows

    def _account(self, party: int, state: str) -> tuple[int, str]:
        """Return whose account a party in a state is, and which."""
        if party >= 0:
            return int(self.stored.ids[party]), state
        if is_store(party):
            return owner_of_store(int(self.stored.stores[store_number(party)])), "float"
        return PROGRAMME, ACCOUNTS[-1 - party]

    def _of_block(self, block: Block) -> Lines:
        """Return a block's rows as lines of the ledger, under the part of the key that they share."""
        rows, in_lot = np.zeros(len(block.member), LINE), block.lot != NO_LOT
        rows["key"], rows["owner"] = self._key(block.prefix), self.stored.ids[block.member]
        free, locked = self.chart.id(block.kind, block.state), self.chart.id(block.kind, "locked")
        rows["chart"], rows["amount"] = np.where(in_lot, locked, free), block.amount
        rows["lot"][in_lot] = self.stored.lots[block.lot[in_lot]]
        if not block.contra:
            return rows
        contra = np.zeros(1, LINE)
        contra["key"], contra["owner"] = self._key(block.prefix), PROGRAMME
        contra["chart"] = self.chart.id(block.kind, ACCOUNTS[-1 - block.contra])
        contra["amount"] = -block.amount.sum()
        return np.concatenate([rows, contra])

    def _posted(self, day: date) -> Lines:
        """Return the lines of a day in the ledger that rules posted; real money is looked at elsewhere."""
        places = self.chart.places.items()
        money = {chart for chart, place in places if place.kind == MONEY and place.role in REAL_MONEY}
        keys, posted = read_lines(self.programme_id, day)
        rows = np.zeros(len(posted), LINE)
        for name in ("owner", "chart", "lot", "amount"):
            rows[name] = posted[name]
        numbers = np.array([self._key(key) for key in keys.values()], np.int32)
        if len(rows):
            rows["key"] = numbers[np.searchsorted(np.array(list(keys), np.int64), posted["transfer_id"])]
        return rows[~np.isin(rows["chart"], list(money))]

    def _key(self, text: str) -> int:
        number = self.keys.setdefault(text, len(self.keys))
        if number == len(self.names):
            self.names.append(text)
        return number

    def _differences(self, day: date, expected: Lines, found: Lines) -> Iterator[Problem]:
        """Yield the first lines that differ; those of members whom the run had to skip are told as such."""
        skipped = set(
            Skipped.objects.filter(run__programme_id=self.programme_id, run__day=day).values_list(
                "member_id", flat=True
            )
        )
        missing, surplus = _difference(expected, found), _difference(found, expected)
        for rows, text in (
            (missing, say("missing in the ledger")),
            (surplus, say("not what the rules say")),
        ):
            for row in rows[:SHOWN]:
                yield Problem("replay", self._tell(day, row, text, skipped))
            if len(rows) > SHOWN:
                yield Problem("replay", say("{day}: {count} more lines: {what}", day=day.isoformat(),
                                            count=len(rows) - SHOWN, what=text))  # fmt: skip

    def _tell(self, day: date, row: Any, what: Message, skipped: set[int]) -> Message:
        place, owner = self.chart.at(int(row["chart"])), int(row["owner"])
        values = {
            "day": day.isoformat(),
            "key": self.names[int(row["key"])],
            "owner": self._name(owner),
            "account": f"{place.kind}:{place.role}",
            "amount": int(row["amount"]),
            "what": say("left out by the run") if owner in skipped else what,
        }
        return say("{day} {key} {owner} {account} {amount}: {what}", **values)

    def _name(self, owner: int) -> str:
        """Return what an owner of accounts is called."""
        if owner >= PROGRAMME:
            return "programme"
        if owner < STORES:
            return f"M{owner}"
        codes = dict(zip(self.stored.stores.tolist(), self.stored.facts.stores.codes, strict=True))
        return f"store:{codes.get(owner - STORES, owner - STORES)}"

    def _standings(self) -> Iterator[Problem]:
        """Yield members whose kept totals differ from those of the replay."""
        book, position = self.replay.book, self.replay.book.forest.layout.position
        stored = Standing.objects.filter(programme_id=self.programme_id).order_by("member_id")
        names = (*STANDING, *self.teams)
        kept = np.array(list(stored.values_list("member_id", *names)), np.int64).reshape(-1, 1 + len(names))
        number = {member: index for index, member in enumerate(self.stored.ids.tolist())}
        numbers = [number[member] for member in kept[:, 0].tolist()]
        for column, name in enumerate(names, start=1):
            replayed = self.teams[name] if name in self.teams else getattr(book, name)[position]
            for row, one, other in _unlike(kept[:, column], replayed[numbers]):
                text = say("{member}: {name} is {kept}, the replay says {replayed}", member=f"M{kept[row, 0]}",
                           name=name, kept=one, replayed=other)  # fmt: skip
                yield Problem("standing", text)

    def _lots(self) -> Iterator[Problem]:
        """Yield lots that remember something else than those of the replay."""
        kept = read_columns(LOTS, LOTS_DTYPE, (self.programme_id,))
        kept = kept[np.isin(kept["id"], self.stored.lots)]
        number, book, orders = np.searchsorted(self.stored.lots, kept["id"]), self.replay.book, self.stored.facts.orders
        for name in LOT:
            for row, one, other in _unlike(kept[name], getattr(book.lots, name)[book.place[number]]):
                place = {
                    "member": f"M{self.stored.ids[orders.member[number[row]]]}",
                    "order": orders.codes[number[row]],
                }
                text = say("{member}: {name} of the lot of {order} is {kept}, the replay says {replayed}",
                           **place, name=name, kept=one, replayed=other)  # fmt: skip
                yield Problem("lots", text)


def _unlike(kept: Int64s, replayed: NDArray[Any]) -> Iterator[tuple[int, int, int]]:
    """Yield the first rows in which two columns differ, with both values."""
    for row in np.flatnonzero(kept != replayed)[:SHOWN].tolist():
        yield row, int(kept[row]), int(replayed[row])


def _summed(lines: Lines) -> Lines:
    """Return lines in order; those of a programme account in one transfer, or the chunks of a run, are added up."""
    ours = lines["owner"] >= PROGRAMME
    keys, place = np.unique(lines[ours][["key", "chart"]], return_inverse=True)
    sums = np.zeros(len(keys), LINE)
    sums["key"], sums["chart"], sums["owner"] = keys["key"], keys["chart"], PROGRAMME
    np.add.at(sums["amount"], place, lines["amount"][ours])
    return np.sort(np.concatenate([lines[~ours], sums[sums["amount"] != 0]]), order=LINE.names)


def _difference(lines: Lines, others: Lines) -> Lines:
    """Return the lines that stand more often among `lines` than among `others`."""
    both = np.concatenate([lines, others])
    sign = np.concatenate([np.ones(len(lines), np.int64), -np.ones(len(others), np.int64)])
    unique, inverse = np.unique(both, return_inverse=True)
    count = np.zeros(len(unique), np.int64)
    np.add.at(count, inverse, sign)
    return unique[count > 0]
