"""Bringing in the book of another system: its facts are replayed, and every day is posted as if lived here."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from jifen.engine.book import NEVER
from jifen.engine.days import date_of, day_number, is_last_of_month
from jifen.engine.events import Events
from jifen.engine.facts import FOR_EVER, NOBODY, Facts, Int32s, Int64s
from jifen.engine.lines import NO_LOT, DayLines
from jifen.engine.replay import Replay
from jifen.facts.models import AgentChange, Cut, Fact, Reduction
from jifen.facts.past import BONUS
from jifen.facts.posting import Numbers, transfers_of
from jifen.facts.small import COLUMNS
from jifen.facts.terms import Terms
from jifen.leases.leases import open_channel_leases
from jifen.leases.models import Lease
from jifen.ledger.bulk import post_day
from jifen.ledger.close import close_day
from jifen.ledger.lots import note_lot
from jifen.ledger.posting import post_all
from jifen.members.models import KindVolume, Member, Move, Standing
from jifen.programmes.draws import seed_names
from jifen.programmes.models import DeclaredValue
from jifen.settlement.airdrops import Airdrops
from jifen.settlement.batches import RewardWriter, batches_of
from jifen.settlement.conservation import keep_conservation
from jifen.settlement.ending import end_day, keep_kind_volumes, keep_month
from jifen.settlement.growth import Growth
from jifen.settlement.growth_end import keep_cuts
from jifen.settlement.importing_airdrop import AirdropImport
from jifen.settlement.importing_alliance import AllianceImport, share_of, until_on
from jifen.settlement.importing_growth import GrowthImport, agreed_rates, ratios_of, regions_of
from jifen.settlement.load import MEMBERS_DTYPE, MEMBERS_NAMES, Loaded
from jifen.settlement.models import Run
from jifen.settlement.report import report_of
from jifen.settlement.standings import write_standings

Progress = Callable[[int, int], None]  # days done, days in all
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SAMPLE_PROVIDER = "sandbox"  # who saw the money of sample data come


@dataclass
class Importer:
    """One import: facts that were all accepted, members by id, and the operator who answers for it.

    An order that paid a bonus is refunded on a later day at the earliest: its transfer has to stand in the ledger.
    """

    programme_id: int
    terms: Terms
    facts: Facts
    ids: Sequence[int]
    operator_id: int
    on_day: Callable[[int], None] = lambda _day: None  # what else is posted on a day, before its close

    def __post_init__(self) -> None:
        codes = [f"M{member}" for member in self.ids]
        facts = self.facts = replace(self.facts, members=replace(self.facts.members, codes=codes))
        self.replay = Replay(self.terms.versions, facts)
        self.replay.keeps_past = True
        ids, lots = np.array(self.ids, np.int64), facts.orders.at
        members = np.zeros(len(ids), MEMBERS_DTYPE)
        members["id"] = ids
        growth, airdrops = Growth(self.terms, date.min), Airdrops(self.terms, date.min)
        self.growth = GrowthImport(self.terms, self.replay, self.ids, lots.tolist())
        self.airdrops = AirdropImport(self.terms, self.replay, self.ids)
        self.alliance = AllianceImport(self.terms, self.replay, self.growth, self.ids)
        self.loaded = Loaded(self.replay, ids, lots, members, self.programme_id, growth, airdrops)
        self.numbers = Numbers(self.ids, lots.tolist(), self.growth.stores)

    def log(self) -> None:
        """Write the stores, the facts, the moves and the declared values."""
        self.growth.open_stores()
        facts = [*self._orders(), *self._refunds(), *self._actions(), *self.airdrops.steps()]
        Fact.objects.bulk_create(facts, batch_size=5_000)
        Move.objects.bulk_create(self._moves())
        AgentChange.objects.bulk_create(self._agents())
        DeclaredValue.objects.bulk_create(self._declared(), batch_size=5_000)

    def post(self, until: date, progress: Progress | None = None) -> None:
        """Post every day from that of the first fact to `until`, and leave the members as they are then."""
        first = self.replay.first_day
        assert first is not None
        for day in range(first, day_number(until) + 1):
            self._post_day(day)
            if progress is not None:
                progress(day - first + 1, day_number(until) - first + 1)
        self._save_state()

    def _post_day(self, day: int) -> None:
        replay, on = self.replay, date_of(day)
        started, before, bonuses = datetime.now(UTC), self._standing_draws(), self._standing_bonuses()
        events = replay.apply_facts(day)
        assert not events.refused, events.refused
        code = self.terms.newest.code
        self.alliance.allow_credit(day)
        transfers = transfers_of(events.journal, self.numbers, programme_id=self.programme_id, code=code)
        post_all(programme_id=self.programme_id, day=on, transfers=transfers)
        self._save_reductions(day, before)
        self._save_bonus_reductions(day, bonuses)
        self._note_beside(on, events)
        self.growth.keep_facts(on, events)
        self.airdrops.keep_facts(on)
        self.alliance.keep_facts(on, events)
        self.on_day(day)
        lines = replay.close_day(day)
        self._close(replace(lines, journal=events.journal), started)

    def _close(self, lines: DayLines, started: datetime) -> None:
        programme_id, on = self.programme_id, date_of(lines.day)
        batches = batches_of(lines.blocks, self.loaded, programme_id=programme_id)
        writer = RewardWriter(self.loaded, on)
        posted = post_day(programme_id=programme_id, day=on, batches=batches, beside=writer)
        assert not posted.skipped, posted.skipped
        writer.write_unpaid()
        after = end_day(self.loaded, lines.late, programme_id=programme_id, day=on)
        keep_kind_volumes(self.loaded)
        keep_cuts(self.loaded, lines, on)
        self.growth.keep_close(on, lines)
        self.airdrops.keep_close(lines)
        if is_last_of_month(lines.day):
            keep_month(self.loaded, lines, programme_id=programme_id, day=on)
        open_channel_leases(programme_id, on)
        for name in after.dtype.names or ():
            if name in MEMBERS_NAMES:
                self.loaded.members[name] = after[name]
        closed = close_day(programme_id=programme_id, day=on)
        keep_conservation(self.terms, on)
        Run.objects.create(
            programme_id=programme_id,
            day=on,
            version_id=self.terms.version_on(lines.day),
            state=Run.State.DONE,
            starts=1,
            progress=100,
            started_at=started,
            finished_at=datetime.now(UTC),
            report=report_of(lines, closed, posted),
        )

    def _standing_draws(self) -> list[list[Int64s]]:
        """Return copies of what stands of every draw, where refunds may change it."""
        if not len(self.facts.refunds.order):
            return []
        return [[rewards.draws.amount.copy() for rewards in past.rewards] for past in self.replay.past.days]

    def _save_reductions(self, day: int, before: list[list[Int64s]]) -> None:
        """Note what the refunds of a day let stand no more, under the last of them."""
        ticks = self.facts.refunds.at[self.facts.refunds.day == day]
        if not len(ticks):
            return
        reductions = []
        for past, amounts in zip(self.replay.past.days, before, strict=True):
            for slot, (rewards, was) in enumerate(zip(past.rewards, amounts, strict=True)):
                less = was - rewards.draws.amount
                owner = np.repeat(rewards.draws.member, np.diff(rewards.draws.start))
                reductions += [
                    Reduction(
                        refund_id=ticks.max().item(),
                        day=date_of(past.day),
                        slot=slot,
                        member_id=self.ids[owner[row]],
                        order_tick=self._lot(int(rewards.draws.order[row])),
                        amount=less[row].item(),
                    )
                    for row in np.flatnonzero(less)
                ]
        Reduction.objects.bulk_create(reductions)

    def _standing_bonuses(self) -> dict[int, list[int]]:
        """Return what stands of the draws of every bonus, by order."""
        return {order: [one.amount for one in bonus.draws] for order, bonus in self.replay.past.bonuses.items()}

    def _save_bonus_reductions(self, day: int, before: dict[int, list[int]]) -> None:
        """Note what the refunds of a day let stand no more of bonuses, under the last refund of their order."""
        refunds = self.facts.refunds
        last = {int(refunds.order[row]): int(refunds.at[row]) for row in np.flatnonzero(refunds.day == day).tolist()}
        Reduction.objects.bulk_create(
            Reduction(
                refund_id=tick,
                day=date_of(bonus.day),
                slot=BONUS,
                member_id=self.ids[bonus.receiver],
                order_tick=self._lot(draw.order),
                amount=was - draw.amount,
            )
            for order, tick in last.items()
            if (bonus := self.replay.past.bonuses.get(order)) is not None and order in before
            for draw, was in zip(bonus.draws, before[order], strict=True)
            if was > draw.amount
        )

    def _note_beside(self, on: date, events: Events) -> None:
        """Note what orders would have paid had lots held it, and since when members are agents (S0-Q8, S0-32)."""
        tick, sums = named_facts(self.facts, on), defaultdict[tuple[int, int, str, str], int](int)
        for cut in events.cuts:
            sums[tick.get(cut.fact, 0), self.ids[cut.party], cut.rule, cut.kind] += cut.amount
        Cut.objects.bulk_create(
            Cut(programme_id=self.programme_id, day=on, order_tick=at, member_id=member, rule=rule, kind=kind,
                amount=amount)
            for (at, member, rule, kind), amount in sums.items()
        )  # fmt: skip
        new = [change.member_id for change in self._agents(day_number(on)) if change.agent]
        if new:
            Standing.objects.filter(member_id__in=new).update(agent_since=on)

    def _lot(self, order: int) -> int:
        """Return what a draw is kept under: the lot that gave, 0 where none did."""
        return self.numbers.lots[order] if order != NO_LOT else 0

    def _agents(self, day: int | None = None) -> list[AgentChange]:
        """Return who becomes an agent, or is none any more, by what operators do; on a day, or ever."""
        actions = self.facts.actions
        return [
            AgentChange(
                tick=int(actions.at[row]),
                member_id=self.ids[actions.member[row]],
                day=date_of(int(actions.day[row])),
                agent=name == "appoint",
            )
            for row, name in enumerate(actions.action)
            if name in ("appoint", "dismiss") and day in (None, int(actions.day[row]))
        ]

    def _save_state(self) -> None:
        """Write standings, what was paid in each kind of points, what lots remember, and whose title has passed."""
        book = self.replay.book
        position = book.forest.layout.position
        columns = {name: getattr(book, name)[position] for name in COLUMNS}
        rows = np.empty(len(self.ids), [("member_id", "i8"), *((name, c.dtype) for name, c in columns.items())])
        rows["member_id"] = self.ids
        for name, column in columns.items():
            rows[name] = column
        write_standings(rows)
        self._save_volumes(position)
        self.growth.keep_state()
        self.airdrops.keep_state()
        self.alliance.keep_state()
        for number, tick in enumerate(self.numbers.lots):
            place = int(book.place[number])
            if book.lots.granted[place]:
                owner = self.ids[self.facts.orders.member[number]]
                base, claimed = book.lots.base[place].item(), book.lots.claimed[place].item()
                note_lot(owner=owner, lot=tick, base=base, claimed=claimed)
                if book.lots.paid_back_on[place] != NEVER:
                    back = date_of(int(book.lots.paid_back_on[place]))
                    Lease.objects.filter(fact_tick=tick).update(title_passed_on=back)

    def _save_volumes(self, position: Int32s) -> None:
        """Write what members paid in each kind of points (S0-83); what their teams paid was written at the closes."""
        for kind, column in self.replay.book.volume_kinds.items():
            own = column[position]
            KindVolume.objects.bulk_create(
                [
                    KindVolume(member_id=self.ids[row], kind=kind, own=int(own[row]))
                    for row in np.flatnonzero(own).tolist()
                ],
                update_conflicts=True,
                unique_fields=["member", "kind"],
                update_fields=["own"],
            )

    def _orders(self) -> list[Fact]:
        orders, version = self.facts.orders, self.terms.version_ids[0]
        regions, rates, ratios = regions_of(self.facts), agreed_rates(self.facts), ratios_of(self.facts)
        stores = [NOBODY] * len(regions) if orders.store is None else orders.store.tolist()
        return [
            self._fact(
                "order", orders, row, order_tick=tick, order_code=orders.codes[row], terms_id=version,
                member=orders.member[row], amount=orders.amount[row], points_paid=orders.points_paid[row],
                quantity=1 if orders.quantity is None else orders.quantity[row],
                product=orders.product[row] if orders.product else "",
                points_kind=orders.points_kind[row] if orders.points_kind else "",
                channel=orders.channel[row] if orders.channel else "",
                store_id=self.growth.store_id(stores[row]), region=regions[row], rate=rates[row], ratio=ratios[row],
                concession=0 if orders.concession is None else orders.concession[row],
            )
            for row, tick in enumerate(orders.at.tolist())
        ]  # fmt: skip

    def _refunds(self) -> list[Fact]:
        orders, refunds = self.facts.orders, self.facts.refunds
        return [
            self._fact(
                "refund", refunds, row, order_tick=orders.at[order], order_code=orders.codes[order],
                member=orders.member[order], amount=refunds.amount[row],
                store_id=None if orders.store is None else self.growth.store_id(int(orders.store[order])),
            )
            for row, order in enumerate(refunds.order.tolist())
        ]  # fmt: skip

    def _actions(self) -> list[Fact]:
        actions = self.facts.actions
        stores = [NOBODY] * len(actions.action) if actions.store is None else actions.store.tolist()
        return [
            self._fact(
                "action", actions, row, action=name, member=actions.member[row], kind=actions.kind[row],
                to_member_id=self._id(actions.to_member[row]), to_kind=actions.to_kind[row], amount=actions.amount[row],
                store_id=self.growth.store_id(stores[row]), role=actions.role[row] if actions.role else "",
                share=share_of(self.facts, row), until_on=until_on(actions, row),
            )
            for row, name in enumerate(actions.action) if name != "move_referrer"
        ]  # fmt: skip

    def _fact(self, fact_type: str, table: Any, row: int, **values: Any) -> Fact:
        tick, day = int(table.at[row]), date_of(int(table.day[row]))
        member = self._id(values.pop("member"))
        plain = {name: value.item() if isinstance(value, np.integer) else value for name, value in values.items()}
        fact = Fact(tick=tick, type=fact_type, business_date=day, entered_on=day, member_id=member, **plain)
        fact.programme_id, fact.actor = self.programme_id, "import"
        return fact

    def _id(self, number: Any) -> int | None:
        return None if number == NOBODY else self.ids[int(number)]

    def _moves(self) -> list[Move]:
        """Return the moves in their order; each takes a member from where the one before has put it."""
        actions, moves = self.facts.actions, []
        now: dict[int, int | None] = dict(Member.objects.filter(pk__in=self.ids).values_list("pk", "referrer_id"))
        rows = [row for row, name in enumerate(actions.action) if name == "move_referrer"]
        for row in sorted(rows, key=lambda row: int(actions.at[row])):
            member, to = self._id(actions.member[row]), self._id(actions.to_member[row])
            assert member is not None
            day = date_of(int(actions.day[row]))
            move = Move(member_id=member, old_referrer_id=now[member], new_referrer_id=to, effective_on=day)
            move.tick, move.operator_id, move.reason = int(actions.at[row]), self.operator_id, "import"
            moves.append(move)
            now[member] = to
            Member.objects.filter(pk=member).update(referrer_id=to)
        return moves

    def _declared(self) -> list[DeclaredValue]:
        drawn = seed_names(self.terms.newest)  # nobody declared those: they come out of the programme's chain
        values = [value for value in self.facts.declared if value.name not in drawn]
        return [
            DeclaredValue(
                programme_id=self.programme_id,
                name=value.name,
                starts_tick=value.starts_at,
                ends_tick=None if value.ends_at == FOR_EVER else value.ends_at,
                numerator=value.value.numerator,
                denominator=value.value.denominator,
                operator_id=self.operator_id,
                declared_tick=tick,
            )
            for value, tick in zip(values, _one_by_one([value.starts_at for value in values]), strict=True)
        ]


def named_facts(facts: Facts, on: date) -> dict[str, int]:
    """Return the ticks of a day's joinings, orders and refunds by what the engine calls them."""
    day, ticks = day_number(on), {}
    for what, table in (("member", facts.members), ("store", facts.stores), ("order", facts.orders)):
        for row in np.flatnonzero(table.day == day).tolist():
            ticks[f"{what} {table.codes[row]}"] = int(table.at[row])
    number: defaultdict[int, int] = defaultdict(int)
    for row in np.argsort(facts.refunds.at, kind="stable").tolist():
        order = int(facts.refunds.order[row])
        number[order] += 1
        ticks[f"refund {facts.orders.codes[order]}/{number[order]}"] = int(facts.refunds.at[row])
    return ticks


def _one_by_one(ticks: Sequence[int]) -> list[int]:
    """Return ticks of which no two are the same, none of them later than it was."""
    found, last = [0] * len(ticks), FOR_EVER
    for at in sorted(range(len(ticks)), key=ticks.__getitem__, reverse=True):
        last = found[at] = min(ticks[at], last - 1)
    return found


@transaction.atomic
def import_facts(importer: Importer, until: date, progress: Progress | None = None) -> None:
    """Write an import whole, or not at all."""
    importer.log()
    importer.post(until, progress)


def moment_of(tick: int) -> datetime:
    """Return a tick as a time of the clock."""
    return EPOCH + timedelta(microseconds=tick)
