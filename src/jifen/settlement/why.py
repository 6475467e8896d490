"""Why a line of the ledger is there (G11): the engine's own explanation, over the few members and orders it needs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from jifen.engine.amounts import format_amount
from jifen.engine.close import Scheduled, Slot
from jifen.engine.days import day_number
from jifen.engine.facts import Facts
from jifen.engine.lines import ACCOUNTS, FREE, NO_LOT, Block, DayLines, Journal
from jifen.engine.message import Message, say
from jifen.engine.replay import Replay
from jifen.engine.settle import all_slots_of, settle_released, slots_of, upline_of
from jifen.explain import Explanation, explain_at
from jifen.facts.models import Fact, Reward
from jifen.facts.refunds import look_at_refund
from jifen.facts.small import NO_ACTIONS, NO_REFUNDS
from jifen.facts.terms import Terms, terms_of
from jifen.ledger.chart import MONEY, REAL_MONEY, STORES
from jifen.ledger.draws import lots_of, released_on
from jifen.ledger.models import Entry, Transfer
from jifen.members.downlines import team_of
from jifen.members.models import Member
from jifen.members.uplines import Referrers
from jifen.programmes.declared import declared_facts
from jifen.settlement.past_state import agents_on, bases_at, ranks_before, released_before, shareout_at, units_at
from jifen.settlement.small_facts import members_of, one_action, orders_of
from jifen.settlement.why_growth import why_replayed
from jifen.settlement.why_stored import why_stored

TEAM_MAX = 20_000  # of a larger team the sum is told, and not who it comes from

ACTIONS = {
    "hold_withdrawal": say("kept aside while the withdrawal is reviewed"),
    "pay_withdrawal": say("the withdrawal was paid"),
    "return_withdrawal": say("the withdrawal was not paid; the points are free again"),
    "member_transfer": say("from {member} to {to}"),
    "adjust": say("an operator changed the points; reason: {reason}"),
}


def why(*, member_id: int, transfer_id: int, business_date: date) -> Explanation | None:
    """Return why a transfer moved a member's points; None where no rule of the programme did."""
    transfer = Transfer.objects.get(id=transfer_id, business_date=business_date)
    entries = list(
        Entry.objects.filter(transfer_id=transfer_id, business_date=business_date, owner=member_id)
        .select_related("account").exclude(account__kind=MONEY, account__role__in=REAL_MONEY)
        .order_by("lot", "account_id")
    )  # fmt: skip
    if not entries:
        return None
    asked = _Asked(member_id, transfer, entries)
    if asked.terms.divides_orders or asked.terms.token or asked.terms.has_alliance:
        return asked.replayed()
    if transfer.end_owner:
        return asked.of_close()
    return asked.of_fact()


def _name_act(explanation: Explanation, action: Fact) -> None:
    """Say first what was done, and between whom."""
    if action.action in ACTIONS:
        to = action.to_member.code if action.to_member is not None else ""
        member = action.member.code if action.member is not None else ""
        values = {"member": member, "to": to, "reason": action.reason or "–"}
        explanation.formula.insert(0, Message(ACTIONS[action.action].template, values))


class _Asked:
    """One question, and the small replay that answers it."""

    def __init__(self, member_id: int, transfer: Transfer, entries: Sequence[Entry]) -> None:
        self.member_id = member_id
        self.transfer = transfer
        self.entries = entries
        self.day = day_number(transfer.business_date)
        self.terms: Terms = terms_of(transfer.programme_id)
        self.programme = self.terms.versions.on(self.day)
        self.key = f"{transfer.key}M{member_id}" if transfer.end_owner else transfer.key
        self.ids: list[int] = []  # what the replay's numbers stand for
        self.ticks: list[int] = []

    def replayed(self) -> Explanation:
        """Explain a line whose price or share came out of everything before: by what was kept, else by a replay.

        Of weights, steps and airdrops too little is kept, so those are replayed.
        """
        asked = (self.member_id, self.transfer, self.terms, self.key)
        kept = why_stored(*asked) if not self.terms.token else None
        explanation = kept or why_replayed(*asked) or self.plain()
        what, name = self.key.split("/")[1:3]
        if what == "action":
            _name_act(explanation, Fact.objects.select_related("member", "to_member").get(tick=int(name)))
        return explanation

    def of_close(self) -> Explanation | None:
        """Explain a line of a nightly run."""
        path = "/".join(self.transfer.key.split("/")[2:-1])
        slots = slots_of(self.programme)
        paths = [(slot.path, f"{slot.path}/{slot.kind}") for slot in slots]
        number = next((index for index, known in enumerate(paths) if path in known), None)
        if number is None:
            return self._of_release()
        reward = Reward.objects.filter(pk=(self.transfer.business_date, number, self.member_id)).first()
        team = team_of(self.member_id, generations=slots[number].generation or None, most=TEAM_MAX)
        if reward is None or team is None:
            return self.plain(reward)
        replay = self._replay(team, self._lots())
        self._settle(replay, team)
        close, at = replay.close, replay.book.at(team.index(self.member_id))
        assert close is not None
        if int(close.paid[number][at] + close.blocked[number][at]) != reward.entitled:
            return self.plain(reward)  # somebody has moved since
        close.paid[number][at], close.blocked[number][at] = reward.paid, reward.entitled - reward.paid
        return self._explain(replay, DayLines(self.day, Journal(), [], [self._block(self.transfer, self.entries)]))

    def _of_release(self) -> Explanation | None:
        """Explain what time released, or what of it was paid in a second kind, by the lots that gave it."""
        day = self.transfer.business_date
        rows = Entry.objects.filter(owner=self.member_id, business_date=day, transfer__rule=self.transfer.rule)
        entries = list(rows.select_related("account", "transfer").order_by("lot", "account_id"))
        posted = {entry.transfer_id: entry.transfer for entry in entries if entry.transfer.end_owner}
        drawn = {entry.lot: -entry.amount for entry in entries if entry.lot}
        replay = self._replay([self.member_id], sorted(drawn), declared=True)
        first = next((posted[entry.transfer_id] for entry in entries if entry.lot), self.transfer)
        before, lots = released_before(self.member_id, first), replay.book.lots
        for number, tick in enumerate(self.ticks):
            lots.released_scheduled[replay.book.place[number]] = before.get(tick, 0) + drawn[tick]
        blocks = [
            self._block(transfer, [entry for entry in entries if entry.transfer_id == transfer.id])
            for transfer in posted.values()
        ]
        return self._explain(replay, DayLines(self.day, Journal(), [], blocks))

    def of_month(self, number: int, slot: Slot) -> Explanation | None:
        """Explain a share of what a month's end shared out."""
        shareout = shareout_at(self.transfer, self.member_id, slot, number)
        if shareout is None:
            return self.plain()
        replay = self._replay([self.member_id], self._lots(), declared=True)
        lines = DayLines(self.day, Journal(), [], [], late=self._journal({self.member_id: 0}))
        return explain_at(replay, lines, self.key, {slot.rule.use: shareout})

    def of_fact(self) -> Explanation | None:
        """Explain what an order, a refund or an action posted."""
        what, name = self.key.split("/")[1:3]
        facts = Fact.objects.filter(programme_id=self.transfer.programme_id)
        if what == "refund":
            small = look_at_refund(self.terms, facts.get(order_code=name, type="order"))
            self.ids, self.ticks = list(small.numbers.members), list(small.numbers.lots)
            small.replay.programme = self.programme
            return self._explain(small.replay)
        for number, slot in enumerate(all_slots_of(self.programme)):
            if slot.of_month and slot.rule.use == self.transfer.rule:
                return self.of_month(number, slot)
        parties = Entry.objects.filter(transfer_id=self.transfer.id, business_date=self.transfer.business_date)
        ids = sorted({owner for owner in parties.values_list("owner", flat=True) if owner < STORES})
        if what == "order":
            order = facts.get(order_code=name, type="order")
            assert order.terms_id is not None
            assert order.member_id is not None
            ticks = sorted({order.tick, *self._lots()})
            replay = self._replay(sorted({*ids, order.member_id}), ticks, before_refunds=True)
            replay.programme = self.terms.versions.programmes[self.terms.index(order.terms_id)]
            self._rank(replay)
            return self._explain(replay)
        replay = self._replay(ids, [])
        if what != "action":
            return self._explain(replay)
        action = facts.select_related("member", "to_member").get(tick=int(name))
        prices = declared_facts(self.transfer.programme_id)
        given = replace(replay.facts, actions=one_action(action, ids), declared=prices)
        replay = Replay(self.terms.versions, given)
        replay.programme = self.programme
        explanation = self._explain(replay)
        if explanation is not None:
            _name_act(explanation, action)
        return explanation

    def _lots(self) -> list[int]:
        return sorted({entry.lot for entry in self.entries if entry.lot})

    def _replay(
        self, ids: list[int], ticks: list[int], *, before_refunds: bool = False, declared: bool = False
    ) -> Replay:
        """Return a replay over some members and lots of the asked one, as they were at the day's close."""
        self.ids, self.ticks = ids, ticks
        day = self.transfer.business_date
        above = Referrers(ids, day).on(day)
        facts = Facts(
            members=members_of(Member.objects.in_bulk(ids), ids, above),
            orders=orders_of(ticks, ids, date.min if before_refunds else day),
            refunds=NO_REFUNDS,
            actions=NO_ACTIONS,
            declared=declared_facts(self.transfer.programme_id, until=day) if declared else [],
        )
        replay = Replay(self.terms.versions, facts)
        replay.programme = self.programme
        book, lots = replay.book, {lot.id: lot for lot in lots_of([self.member_id])}
        bases = bases_at(self.terms, ticks, day)
        for number, tick in enumerate(ticks):
            place = int(book.place[number])
            book.lots.base[place] = bases[tick]
            if tick in lots:
                book.lots.granted[place] = lots[tick].granted
                book.lots.opened_on[place] = day_number(lots[tick].opened_on)
        return replay

    def _settle(self, replay: Replay, team: list[int]) -> None:
        """Let the replay stand at the close: the releases and ranks that it used."""
        book = replay.book
        released = released_on(team, self.transfer.business_date)
        units = units_at(self.terms, team, self.transfer.business_date) if self.terms.counts_units else {}
        by_position = np.zeros(len(team), np.int64)
        self._rank(replay)
        for number, member in enumerate(team):
            by_position[book.at(number)] = released.get(member, 0)
            book.units[book.at(number)] = units.get(member, 0)
        scheduled = Scheduled(np.zeros_like(book.lots.remaining), by_position)
        replay.close = settle_released(self.programme, book, self.day, scheduled)

    def _rank(self, replay: Replay) -> None:
        """Give the replay's members the ranks, and agents the standing, that the day used."""
        book, ranks = replay.book, ranks_before(self.ids, self.transfer.business_date)
        agents = agents_on(self.ids, self.transfer.business_date)
        for number, member in enumerate(self.ids):
            book.rank[book.at(number)] = ranks.get(member, 0)
            book.agent[book.at(number)] = member in agents
        replay.upline = upline_of(self.programme, book)

    def _explain(self, replay: Replay, lines: DayLines | None = None) -> Explanation | None:
        """Explain the member's lines of the transfer, as the engine would have written them."""
        number = {member: index for index, member in enumerate(self.ids)}
        return explain_at(replay, lines or DayLines(self.day, self._journal(number), [], []), self.key)

    def _block(self, transfer: Transfer, entries: Sequence[Entry]) -> Block:
        """Return the member's lines of a transfer of a nightly run."""
        lot = [self.ticks.index(entry.lot) if entry.lot else NO_LOT for entry in entries]
        none32, none64 = np.zeros(0, np.int32), np.zeros(0, np.int64)
        return Block(
            rule=transfer.rule,
            prefix=transfer.key,
            kind=entries[0].account.kind,
            member=np.full(len(lot), self.ids.index(self.member_id), np.int32),
            lot=np.array(lot, np.int32),
            amount=np.array([entry.amount for entry in entries], np.int64),
            blocked_member=none32,
            blocked_amount=none64,
        )

    def _journal(self, number: dict[int, int]) -> Journal:
        journal = Journal()
        for entry in self.entries:
            place = entry.account
            party = number.get(self.member_id, 0) if place.of_member else -1 - ACCOUNTS.index(place.role)
            journal.transfer.append(self.key)
            journal.party.append(party)
            journal.kind.append(place.kind)
            journal.state.append(place.role if place.of_member else FREE)
            journal.amount.append(entry.amount)
            journal.rule.append(self.transfer.rule)
            journal.lot.append(self.ticks.index(entry.lot) if entry.lot in self.ticks else NO_LOT)
            journal.cause.append(self.transfer.cause)
        return journal

    def plain(self, reward: Reward | None = None) -> Explanation:
        """Explain a reward without the people it comes from."""
        named = next((rule.source for rule in self.programme.rules if rule.use == self.transfer.rule), "")
        explanation = Explanation(self.key, self.transfer.business_date, self.transfer.rule, named, [])
        if reward is not None and reward.entitled > reward.paid:
            decimals = self.programme.lot_decimals
            explanation.blocked = say(
                "{blocked} of {entitled} was blocked: the lots held no more than {paid}",
                blocked=format_amount(reward.entitled - reward.paid, decimals),
                entitled=format_amount(reward.entitled, decimals),
                paid=format_amount(reward.paid, decimals),
            )
        return explanation
