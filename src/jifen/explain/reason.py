"""Why: the rule, the clause, the formula with its numbers, the people, and what was blocked, for any transfer.

Nothing is looked up in a result: the facts are replayed up to the transfer, and the numbers are those that the engine
used.
"""

import itertools
import re
from collections import defaultdict
from datetime import date

import numpy as np

from jifen.engine.amounts import MONEY_DECIMALS, format_amount
from jifen.engine.close import Slot
from jifen.engine.days import date_of
from jifen.engine.lines import FREE, LOCKED, NO_LOT, Block, DayLines, Journal, account_name
from jifen.engine.message import Message, Titled, say
from jifen.engine.replay import Replay
from jifen.engine.rules.refund import reached
from jifen.engine.settle import slots_of
from jifen.explain.model import PEOPLE_SHOWN, Entry, Explanation, Person, UnknownKeyError, decimal, grouped, percent
from jifen.messages import CLAUSE_OF


def explain(replay: Replay, key: str, until: date) -> Explanation:
    """Return why the transfer `key` was posted; runs a fresh `replay` up to its day. Raises UnknownKeyError."""
    _refuse_impossible(replay, key, until)
    for lines in replay.days(until):
        found = explain_at(replay, lines, key)
        if found is not None:
            return found
    raise UnknownKeyError(key)


def explain_at(replay: Replay, lines: DayLines, key: str) -> Explanation | None:
    """Return why the transfer `key` was posted by `lines`, after which the replay stands; None where it was not."""
    for journal in (lines.journal, lines.late):
        if key in journal.transfer:
            return _Reason(replay, lines, key).of_journal(journal)
    for block in lines.blocks:
        if key.startswith(block.prefix):
            return _Reason(replay, lines, key).of_block(block)
    return None


def _refuse_impossible(replay: Replay, key: str, until: date) -> None:
    """Raise UnknownKeyError at once for a key that no run of this book can have posted."""
    code, what, name, *_ = [*key.split("/"), "", "", ""]
    if what in ("order", "refund"):
        possible = name in replay.facts.orders.codes
    elif what == "action":
        possible = name.isdecimal() and 0 < int(name) <= len(replay.facts.actions.action)
    else:
        possible = bool(re.fullmatch(r"\d{4}-\d\d-\d\d", what)) and what <= until.isoformat()
    if code != replay.programme.code or not possible:
        raise UnknownKeyError(key)


def explain_largest(replay: Replay, lines: DayLines) -> list[Explanation]:
    """Return why the largest transfer of each rule was posted at the last close; `lines` are of that day."""
    largest = []
    for block in lines.blocks:
        if len(block.member):
            member = int(block.member[block.amount.argmax()])
            key = block.prefix + replay.facts.members.codes[member]
            largest.append(_Reason(replay, lines, key).of_block(block))
    return largest


class _Reason:
    """Puts one explanation together, on the day of its transfer."""

    def __init__(self, replay: Replay, lines: DayLines, key: str) -> None:
        self.replay = replay
        self.facts = replay.facts
        self.programme = replay.programme
        self.lines = lines
        self.key = key
        self.decimals = self.programme.lot_decimals

    def of_block(self, block: Block) -> Explanation:
        """Explain a transfer of a close."""
        code = self.key.removeprefix(block.prefix)
        if code not in self.facts.members.codes:
            raise UnknownKeyError(self.key)
        member = self.facts.members.codes.index(code)
        rows = np.flatnonzero(block.member == member)
        if len(rows) == 0 and member not in block.blocked_member:
            raise UnknownKeyError(self.key)
        entries = [
            self._entry(member, block.kind, int(block.amount[row]), int(block.lot[row]), locked=bool(block.locked[row]))
            for row in rows
        ]
        why = self._explanation(block.rule, entries)
        for number, slot in enumerate(slots_of(self.programme)):
            if f"/{slot.path}/" in block.prefix:
                why.generation = slot.generation
                self._reward(why, member, number, slot)
                return why
        self._scheduled(why, block, rows)
        return why

    def of_journal(self, journal: Journal) -> Explanation:
        """Explain a transfer that a fact caused, or a late payment of a close."""
        rows = [row for row, transfer in enumerate(journal.transfer) if transfer == self.key]
        entries = [
            self._entry(
                journal.party[row],
                journal.kind[row],
                journal.amount[row],
                journal.lot[row],
                locked=journal.state[row] == LOCKED,
            )
            for row in rows
        ]
        rule, cause = journal.rule[rows[0]], journal.cause[rows[0]]
        why = self._explanation(rule, entries)
        parts = self.key.split("/")
        if parts[1] == "order":
            self._order(why, parts[2])
        elif parts[1] == "refund":
            self._refund(why, parts, cause)
        elif parts[1] == "action":
            self._action(why, int(parts[2]))
        elif cause:
            why.formula.append(say("paid late: it was blocked in {key} and waited for a lot", key=cause))
        return why

    def _explanation(self, rule: str, entries: list[Entry]) -> Explanation:
        source = next((other.source for other in self.programme.rules if other.use == CLAUSE_OF.get(rule, rule)), "")
        return Explanation(self.key, date_of(self.lines.day), rule, source, entries)

    def _entry(self, party: int, kind: str, amount: int, lot: int, *, locked: bool) -> Entry:
        order = "" if lot == NO_LOT else self.facts.orders.codes[lot]
        shown = format_amount(amount, self.programme.kinds[kind].decimals)
        state = LOCKED if locked else FREE
        if party < 0:
            return Entry(account_name(party), "", kind, state, shown, order)
        return Entry(self.facts.members.codes[party], self.facts.members.names[party], kind, state, shown, order)

    def _points(self, minor: int) -> str:
        return grouped(minor, self.decimals)

    def _money(self, minor: int) -> str:
        return grouped(minor, MONEY_DECIMALS)

    def _reward(self, why: Explanation, member: int, number: int, slot: Slot) -> None:
        """Explain a reward: whose releases it shares, with which weights, and what was cut off."""
        close, upline, position = self.replay.close, self.replay.upline, self.replay.book.at(member)
        assert close is not None
        assert upline is not None
        layout = self.replay.book.forest.layout
        below = layout.member[position + 1 : position + layout.size[position]]
        shares: list[tuple[int, int, int]] = []  # weight, released, releaser
        for releaser in below[close.scheduled.by_position[layout.position[below]] > 0].tolist():
            for reach in slot.rule.reach(upline, releaser):
                if reach.receiver == member and reach.slot == max(slot.generation - 1, 0):
                    released = int(close.scheduled.by_position[layout.position[releaser]])
                    shares.append((reach.weight, released, releaser))
        self._say_sum(why, shares, slot, member)
        paid, blocked = int(close.paid[number][position]), int(close.blocked[number][position])
        why.formula.append(say("rounded down once: {amount}", amount=self._points(paid + blocked)))
        self._say_people(why, shares, slot, member)
        if blocked:
            values = {
                "blocked": self._points(blocked),
                "entitled": self._points(paid + blocked),
                "paid": self._points(paid),
            }
            if slot.rule.overflow == "hold":
                why.blocked = say(
                    "{blocked} of {entitled} waits for a lot: the lots held no more than {paid}", **values
                )
            else:
                why.blocked = say("{blocked} of {entitled} was blocked: the lots held no more than {paid}", **values)

    def _say_sum(self, why: Explanation, shares: list[tuple[int, int, int]], slot: Slot, member: int) -> None:
        """Say what is added up; for rewards by rank also whose rate it is and what is paid below."""
        upline = self.replay.upline
        assert upline is not None
        own = int(upline.rank[member])
        top = upline.rates[own]
        if slot.rule.use != "generation_share":
            why.formula.append(self._rank(own))
        if slot.rule.use == "peer_bonus":
            peers = sorted({self._peer(releaser, member, own) for _, _, releaser in shares})
            codes = ", ".join(self.facts.members.codes[peer] for peer in peers)
            why.formula.append(say("everything below the peers {peers}", peers=codes))
        by_weight: defaultdict[int, list[int]] = defaultdict(list)
        for weight, released, _ in shares:
            by_weight[weight].append(released)
        for weight, amounts in sorted(by_weight.items(), reverse=True):
            values = {"sum": self._points(sum(amounts)), "count": len(amounts)}
            if slot.rule.use == "rank_differential":
                values["own"] = percent(top.num, top.den)
                values["below"] = percent(top.over(slot.den) - weight, slot.den)
                text = say("({own} − {below} paid below) × {sum} released that day by {count} members", **values)
            else:
                rate = percent(weight, slot.den)
                text = say("{rate} × {sum} released that day by {count} members", rate=rate, **values)
            why.formula.append(text)

    def _rank(self, number: int) -> Message:
        table = self.programme.ranks.table if self.programme.ranks is not None else ()
        if number == 0:
            return say("own rank: none")
        rank = table[number - 1]
        return say("own rank: {rank}", rank=Titled(rank.title, rank.title_en))

    def _peer(self, releaser: int, member: int, rank: int) -> int:
        """Return the member of equal rank below `member` on the way up from `releaser`."""
        upline = self.replay.upline
        assert upline is not None
        way = itertools.takewhile(lambda ancestor: ancestor != member, upline.forest.ancestors(releaser))
        return [ancestor for ancestor in way if upline.rank[ancestor] == rank][-1]

    def _say_people(self, why: Explanation, shares: list[tuple[int, int, int]], slot: Slot, member: int) -> None:
        why.people_in_all = len(shares)
        for weight, released, releaser in sorted(shares, key=lambda share: (-share[0] * share[1], share[2]))[
            :PEOPLE_SHOWN
        ]:
            steps = list(self.replay.book.forest.ancestors(releaser)).index(member) + 1
            text = say(
                "generation {steps}, released {released} that day, at {rate}",
                steps=steps,
                released=self._points(released),
                rate=percent(weight, slot.den),
            )
            why.people.append(Person(self.facts.members.codes[releaser], self.facts.members.names[releaser], text))

    def _scheduled(self, why: Explanation, block: Block, rows: np.ndarray) -> None:
        """Explain a scheduled release, lot by lot."""
        lots, rule = self.replay.book.lots, self.programme.scheduled
        assert rule is not None
        for row in rows[block.lot[rows] != NO_LOT]:
            order = int(block.lot[row])
            lot, paid = int(self.replay.book.place[order]), -int(block.amount[row])
            due = rule.rate.floor(int(lots.base[lot]))
            values = {
                "order": self.facts.orders.codes[order],
                "base": self._points(int(lots.base[lot])),
                "rate": percent(rule.rate.num, rule.rate.den),
                "due": self._points(due),
                "paid": self._points(paid),
            }
            if paid < due:
                text = say("order {order}: {base} × {rate} = {due}, but only {paid} was left", **values)
            else:
                text = say("order {order}: {base} × {rate} = {due}", **values)
            why.formula.append(text)

    def _order(self, why: Explanation, code: str) -> None:
        order = self.facts.orders.codes.index(code)
        amount, points = int(self.facts.orders.amount[order]), int(self.facts.orders.points_paid[order])
        if why.rule == "repurchase" and self.programme.repurchase is not None:
            share = self.programme.repurchase.points_share_max
            why.formula.append(
                say(
                    "{points} of order {order} over {amount} is paid in points; at most {share} may be",
                    points=self._points(points),
                    order=code,
                    amount=self._money(amount),
                    share=percent(share.num, share.den),
                )
            )
        elif self.programme.grant is not None:
            multiple = self.programme.grant.multiple(amount)
            granted = self.replay.book.lots.granted[self.replay.book.place[order]]
            why.formula.append(
                say(
                    "order {order}: {amount} × {multiple} = {granted}",
                    order=code,
                    amount=self._money(amount),
                    multiple=multiple,
                    granted=self._points(int(granted)),
                )
            )

    def _refund(self, why: Explanation, parts: list[str], cause: str) -> None:
        """Explain a part of a refund: F, and what it is taken of."""
        order = self.facts.orders.codes.index(parts[2])
        number, amount = int(parts[3]), int(self.facts.orders.amount[order])
        history = self.replay.refunded[order]
        total, before = history[number - 1][1], history[number - 2][1] if number > 1 else 0
        values = {
            "order": parts[2],
            "refunded": self._money(total),
            "amount": self._money(amount),
            "share": percent(total, amount),
            "before": percent(before, amount),
        }
        why.formula.append(
            say("of order {order} {refunded} of {amount} is refunded now, F = {share}, {before} before", **values)
        )
        granted = int(self.replay.book.lots.granted[self.replay.book.place[order]])
        points = int(self.facts.orders.points_paid[order])
        sentences = {
            "points_paid": self._share_of(say("paid in points"), points, (total, before, amount)),
            "lot": self._share_of(say("granted"), granted, (total, before, amount)),
            "claim": say("of that, what was released already is claimed from free points"),
        }
        if parts[4] == "claim":
            why.formula.append(sentences["lot"])
        if parts[4] in sentences:
            why.formula.append(sentences[parts[4]])
        elif why.rule == "refund":
            self._reversal(why, order, cause)

    def _share_of(self, what: Message, whole: int, shares: tuple[int, int, int]) -> Message:
        """Say what F of `whole` is, less the F before; `shares` are refunded, refunded before, and the amount."""
        total, before, amount = shares
        return say(
            "F × {whole} {what} = {due}, less {earlier} before = {now}",
            whole=self._points(whole),
            what=what,
            due=self._points(whole * total // amount),
            earlier=self._points(whole * before // amount),
            now=self._points(whole * total // amount - whole * before // amount),
        )

    def _reversal(self, why: Explanation, order: int, original: str) -> None:
        """Explain how much of a reward is reversed: paid × c ÷ b × F."""
        why.formula.append(say("reverses {key}", key=original))
        owner = int(self.facts.orders.member[order])
        for day in self.replay.past.days:
            for rewards, index, weight in reached(day, owner):
                code = self.facts.members.codes[int(rewards.member[index])]
                if day.prefix(self.programme.code, rewards.slot) + code == original:
                    part, den = weight * day.released(owner, order), rewards.slot.den
                    why.formula.append(
                        say(
                            "{paid} paid × {part} of this lot ÷ {base} in all × F, less what was reversed before",
                            paid=self._points(int(rewards.paid[index])),
                            part=self._points(part // den),
                            base=self._points(rewards.base(index) // den),
                        )
                    )

    def _action(self, why: Explanation, row: int) -> None:
        actions = self.facts.actions
        if actions.rows is None:
            index = row - 1
            why.formula.append(say("row {row} of the table actions: {action}", row=row, action=actions.action[index]))
        else:
            index = actions.rows.tolist().index(row)
        rule = self.programme.actions.get(actions.action[index])
        price = self.replay.declared.at(getattr(rule, "price", ""), int(actions.at[index]))
        if price is not None:
            why.formula.append(
                say(
                    "{name} = {price}; points ÷ price, rounded down",
                    name=price.name,
                    price=decimal(price.value.numerator, price.value.denominator),
                )
            )
