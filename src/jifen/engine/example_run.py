"""Runs the worked examples of a document through the engine."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal

import numpy as np
from pydantic import ValidationError

from jifen.engine.amounts import MONEY_DECIMALS, Rate, format_amount, to_minor
from jifen.engine.book import Book
from jifen.engine.close import Scheduled
from jifen.engine.days import date_of
from jifen.engine.example_facts import PROGRAMME, ExampleError, ExampleFacts
from jifen.engine.examples import Example
from jifen.engine.lines import ACCOUNTS, POOL, DayLines, Journal
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay
from jifen.engine.rules import RULES
from jifen.engine.rules.airdrop import Airdrop
from jifen.engine.rules.grant_locked import GrantLocked, Tier
from jifen.engine.settle import settle_released

_CHANGE = re.compile(r"(\w+)(?:\[(\d+)\])?\.(\w+)")
_EXPECT = re.compile(r"(\w+) +(\w+) +(-?\d+(?:\.\d+)?)(?: +(reported))?(?: +on day +(\d+)| +(in all))?")
_AMPLE = 10**12  # minor units in a lot that "holds enough"
_FEN = Decimal("0.01")
_COUNTS = ("units", "strikes", "carry", "rank", "active")  # whole numbers
_NAMED = ("sell", "forced_exit", "store_management", "store_dividend", "share_referral")  # rules of lines alone
_SUMS = ("free", "locked", "granted", "blocked", "target", "minted", "missing", "consumption")
_ITEMS = {*RULES, *_COUNTS, *_NAMED, *_SUMS}
_OF_AIRDROP = ("emitted", "funded", "reserve", Airdrop.use)  # of the tokens
_OF_PERIODS = ("sales", "refunds", "adjusted", "stored", "due", "orders")  # of a store: "S due 3000 on day 31"
_OF_POOL = ("supply", "price")  # "programme price 1.428571428571"
_PRICE_DECIMALS = 12


@dataclass(frozen=True)
class Outcome:
    """One expectation of an example: what it says and what the engine gives, in minor units of so many decimals."""

    text: str
    expected: int
    found: int
    decimals: int

    @property
    def holds(self) -> bool:
        """Whether the engine gives what is expected."""
        return self.expected == self.found


def run_example(programme: Programme, example: Example) -> list[Outcome]:
    """Return what the engine gives for each expectation; raises ExampleError where one cannot be read."""
    return _Run(programme, example).outcomes()


def failures_of(programme: Programme, example: Example) -> list[Message]:
    """Return what of an example does not come out, with what the engine gives; nothing where all of it does."""
    try:
        outcomes = run_example(programme, example)
    except ExampleError as error:
        return [error.message]
    return [
        say(
            "expected: {expected}; the engine gives {found}",
            expected=outcome.text,
            found=format_amount(outcome.found, outcome.decimals),
        )
        for outcome in outcomes
        if not outcome.holds
    ]


class _Run:
    """One example: members are its letters, day 0 is the day of the orders, day 1 the first close that releases."""

    def __init__(self, programme: Programme, example: Example) -> None:
        self.example = example
        self.given = ExampleFacts(programme, example)
        self.decimals, self.kinds = programme.lot_decimals, programme.kinds
        self.codes, self.referrer = self.given.codes, self.given.referrer
        self.programme = self._with_multiples(_with_changes(programme, example.change))
        self.amounts: defaultdict[tuple[str, str], dict[int, int]] = defaultdict(dict)

    def outcomes(self) -> list[Outcome]:
        if self.example.released or self.example.units:
            self._settle_given()
        else:
            self._replay()
        return [self._outcome(text) for text in self.example.expect]

    def _with_multiples(self, programme: Programme) -> Programme:
        """Return the programme with the example's own multiples (x3) in place of the tiers' ones."""
        given = {Decimal(order["amount"]): order["multiple"] for order in self.given.orders if "multiple" in order}
        grant = programme.grant_locked
        if not given or grant is None:
            return programme
        for amount, multiple in given.items():
            tiers = [tier for tier in grant.tiers if tier.amount != amount]
            before = grant.multiple(to_minor(amount, MONEY_DECIMALS)) or Rate(0, 1)
            tiers.append(_tier(amount, Rate.parse(multiple)))
            if all(tier.amount != amount + _FEN for tier in tiers):
                tiers.append(_tier(amount + _FEN, before))
            grant = replace(grant, tiers=tuple(sorted(tiers, key=lambda tier: tier.amount)))
        rules = tuple(grant if isinstance(rule, GrantLocked) else rule for rule in programme.rules)
        return replace(programme, rules=rules)

    def _replay(self) -> None:
        replay = Replay(self.programme, self.given.facts(self.programme))
        for lines in replay.days(date_of(self.example.days)):
            self._note_lines(lines)
        self._note_state(replay, self.example.days)

    def _settle_given(self) -> None:
        """Settle one day of which ranks, and scheduled releases or units, are given; everybody's lot holds enough."""
        given = dict(self.given.amount_of(text) for text in self.example.released)
        units = dict(self.given.amount_of(text) for text in self.example.units)
        everybody = replace(self.example, orders=tuple(f"{code} 1" for code in self.codes), released=(), units=())
        run = _Run(self.programme, everybody)
        book = Replay(self.programme, run.given.facts(self.programme)).book
        book.lots.remaining[:] = _AMPLE
        book.lots.opened_on[:] = 0
        ranks = self.programme.ranks.table if self.programme.ranks is not None else ()
        names = ["", *(rank.name for rank in ranks)]
        for member, rank in self.example.ranks.items():
            if member not in self.referrer or rank not in names:
                raise ExampleError(
                    say("{member} = {rank} names no member of the tree or no rank", member=member, rank=rank)
                )
        released = np.zeros(len(book), np.int64)
        for code in self.codes:
            position = book.at(self.codes.index(code))
            book.rank[position] = names.index(self.example.ranks.get(code, ""))
            released[position] = self.given.minor(given.get(code, Decimal(0)), self.decimals)
            book.units[position] = int(units.get(code, 0))
        scheduled = Scheduled(np.zeros_like(book.lots.remaining), released)
        close = settle_released(self.programme, book, 1, scheduled)
        for slot, paid in zip(close.slots, close.paid, strict=True):
            for number, code in enumerate(self.codes):
                days = self.amounts[code, slot.rule.use]
                days[1] = days.get(1, 0) + int(paid[book.at(number)])

    def _note_lines(self, lines: DayLines) -> None:
        for block in lines.blocks:
            if block.rule == Airdrop.use and block.kind != self.programme.token:
                continue  # the weight that it used up
            free = ~block.locked
            for member, amount in zip(block.member[free].tolist(), block.amount[free].tolist(), strict=True):
                self._add(self.codes[member], block.rule, lines.day, amount)
            for member, amount in zip(block.blocked_member.tolist(), block.blocked_amount.tolist(), strict=True):
                self._add(self.codes[member], "blocked", lines.day, amount)
        for cut in lines.cuts:
            item = "missing" if cut.kind == self._pool_kind != self.programme.lot_kind else "blocked"
            self._add(self.codes[cut.party], item, lines.day, cut.amount)
        for one in lines.reported:
            self._add(self.codes[one.party], f"{one.rule} reported", lines.day, one.amount)
        self._note_periods(lines)
        for review in lines.reviews:
            self.amounts[self.codes[review.member], "target"][lines.day] = review.target
        for journal in (lines.journal, lines.late):
            self._note_journal(journal, lines.day)

    def _note_periods(self, lines: DayLines) -> None:
        for period in lines.periods:
            for item in _OF_PERIODS:
                self._add(self.given.stores[period.store]["code"], item, lines.day, getattr(period, item))

    def _note_journal(self, journal: Journal, day: int) -> None:
        pool = self.programme.pool
        for party, rule, amount, state, kind in zip(
            journal.party, journal.rule, journal.amount, journal.state, journal.kind, strict=True
        ):
            if party < 0 or state != "free":
                continue
            if pool is None or kind != pool.kind:
                self._add(self.codes[party], rule, day, amount)
            elif rule == pool.use:
                self._add(self.codes[party], "minted", day, amount)

    def _add(self, code: str, item: str, day: int, amount: int) -> None:
        days = self.amounts[code, item]
        days[day] = days.get(day, 0) + amount

    def _note_state(self, replay: Replay, day: int) -> None:
        book, lot_kind = replay.book, replay.programme.lot_kind
        locked = book.locked()
        for number, code in enumerate(self.codes):
            position = book.at(number)
            lots = slice(book.lots.start[position], book.lots.start[position + 1])
            state = {kind: int(free[position]) for kind, free in book.free.items()}
            state |= {f"{kind}_frozen": int(held[position]) for kind, held in book.held.items()}
            state |= {name: int(getattr(book, name)[position]) for name in _COUNTS}
            state |= {"free": int(book.free[lot_kind][position]), "locked": int(locked[position])}
            state |= {"granted": int(book.lots.granted[lots].sum()), "consumption": int(book.consumption[position])}
            for item, amount in state.items():
                self.amounts[code, item][day] = amount
        for number, account in enumerate(ACCOUNTS):
            sums = (book.accounts[kind][number] for kind in book.accounts)
            self.amounts[PROGRAMME, account][day] = sum(sums)
        self._note_tokens(book, day)
        self._note_stores(book, day)
        if book.pool is not None:
            money, supply = book.pool.price
            unit = 10 ** (self.kinds[self._pool_kind].decimals - MONEY_DECIMALS)
            self.amounts[PROGRAMME, "supply"][day] = book.pool.supply
            self.amounts[PROGRAMME, "price"][day] = money * unit * 10**_PRICE_DECIMALS // supply

    def _note_stores(self, book: Book, day: int) -> None:
        """Note what stores hold, and what they owe."""
        kind = self.programme.float_kind
        for number, store in enumerate(self.given.stores if kind else ()):
            owed = sum(one.amount for one in book.stores.owed.get(number, {}).values())
            self.amounts[store["code"], "float"][day] = int(book.stores.float_in(kind)[number])
            self.amounts[store["code"], "owed"][day] = owed

    def _note_tokens(self, book: Book, day: int) -> None:
        """Note what of the cap is gone, and what the reserve holds."""
        token = self.programme.token
        if token:
            reserve = book.accounts[token][-1 - POOL]
            for item, amount in zip(_OF_AIRDROP, (book.emitted, book.funded, reserve), strict=False):
                self.amounts[PROGRAMME, item][day] = amount

    @property
    def _pool_kind(self) -> str:
        return self.programme.pool.kind if self.programme.pool is not None else self.programme.lot_kind

    def _decimals_of(self, item: str) -> int:
        """Return with how many decimals an item of an expectation is told."""
        if item in (*_COUNTS, "target", "orders"):
            return 0
        if item in _OF_PERIODS:
            return MONEY_DECIMALS
        kind = item.removesuffix("_frozen") if item not in _OF_AIRDROP else self.programme.token
        if kind in self.kinds:
            return self.kinds[kind].decimals
        if item == "price":
            return _PRICE_DECIMALS
        return self.kinds[self._pool_kind].decimals if item in ("supply", "minted", "missing") else self.decimals

    def _outcome(self, text: str) -> Outcome:
        match = _EXPECT.fullmatch(" ".join(text.split()))
        items: dict[str, Collection[str]] = {
            member: {*_ITEMS, *self.kinds, *(f"{kind}_frozen" for kind in self.kinds)} for member in self.referrer
        }
        items[PROGRAMME] = (*ACCOUNTS, *_OF_POOL, *_OF_AIRDROP)
        items |= {store["code"]: ("float", "owed", *_OF_PERIODS) for store in self.given.stores}
        if match is None or match[2] not in items.get(match[1], ()):
            raise ExampleError(say("{text} is not an expectation such as A scheduled_release 36 on day 1", text=text))
        item = f"{match[2]} reported" if match[4] else match[2]
        days = self.amounts.get((match[1], item), {})
        day = int(match[5]) if match[5] else self.example.days
        found = sum(days.values()) if match[6] else days.get(day, 0)
        decimals = self._decimals_of(match[2])
        return Outcome(text, self.given.minor(match[3], decimals), found, decimals)


def _with_changes(programme: Programme, change: Mapping[str, Decimal | int | bool | str]) -> Programme:
    """Return the programme with other numbers in some rules: {"referral_bonus.second_share" = 0}."""
    rules = list(programme.rules)
    for name, value in change.items():
        match = _CHANGE.fullmatch(name)
        use, number, field = match.groups() if match is not None else ("", None, "")
        places = [index for index, rule in enumerate(rules) if rule.use == use]
        at = dict(enumerate(places, start=1)).get(int(number or 1))
        if at is None or field not in {one.name for one in fields(rules[at])}:
            raise ExampleError(say("{name} names no number of a rule, such as referral_bonus.rate", name=name))
        given = {one.name: getattr(rules[at], one.name) for one in fields(rules[at])} | {field: value}
        try:
            rules[at] = type(rules[at])(**given)
        except ValidationError:
            raise ExampleError(say("{value} is no value for {name}", value=value, name=name)) from None
    return replace(programme, rules=tuple(rules))


def _tier(amount: Decimal, multiple: Rate) -> Tier:
    return Tier(name=f"from {amount}", title="x", title_en="x", amount=amount, multiple=multiple)
