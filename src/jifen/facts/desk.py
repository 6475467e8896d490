"""What a fact is decided on: locks in one order, then the clock, then the rules on a small book, then the ledger."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np

from jifen.engine.days import day_number
from jifen.engine.events import Events
from jifen.engine.facts import NOBODY, Int32s
from jifen.engine.message import Message, say
from jifen.facts.days import Moment, now, share_day
from jifen.facts.floats import (
    FILLING,
    WITH_BRANCH,
    FloatBook,
    bringers,
    hold_floats,
    load_owed,
    owed_members,
    until_all_are_held,
)
from jifen.facts.models import PAY_OWED, AgentChange, Cut, Fact, Reported
from jifen.facts.pooled import FEW, FURTHER, Held, candidates, hold_pool
from jifen.facts.posting import transfers_of
from jifen.facts.small import Small
from jifen.facts.terms import Terms, terms_of
from jifen.facts.tokens import TokenBook, hold_tokens, open_centers
from jifen.facts.trade import TradeBook, hold_region, hold_store
from jifen.ledger.posting import post_all
from jifen.members.models import Standing
from jifen.members.moves import hold_moves
from jifen.members.uplines import Referrers, uplines_since
from jifen.stores.models import Store, Territory


class RefusedError(Exception):
    """The rules refuse the fact; nothing was written. `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Recorded(NamedTuple):
    """A fact that counts now: its tick, its business day, and the transfers it posted."""

    fact_id: int
    business_date: date
    transfers: list[int]


class About(NamedTuple):
    """What a fact is about besides its parties."""

    referrer_of: int | None = None  # whose referrer the rules may ask for
    upline_of: int | None = None  # above whom the rules look for centres
    store_id: int | None = None
    region: str = ""  # of a fact that gives or takes a region
    center: str = ""  # the region of a centre that is opened or closed
    moves_pool: bool = False
    moves_reserve: bool = False  # of the tokens
    floats_by: str = ""  # the action, or "order", that may move a store's points
    owed_to: int | None = None  # whom alone a store pays what it owes


NOTHING = About()


@dataclass(frozen=True)
class Desk:
    """What is locked and known before the rules are asked."""

    moment: Moment
    terms: Terms
    standings: Sequence[Standing]
    trade: TradeBook
    held: Held | None = None  # the pool, where the fact may move it
    tokens: TokenBook | None = None
    floats: FloatBook | None = None  # the points of stores, where the fact may move them
    above: Mapping[int, int | None] = field(default_factory=dict)  # who referred whom, where the rules may ask
    brought_by: Mapping[int, int | None] = field(default_factory=dict)  # likewise, above who brought the store
    beside: Sequence[int] = ()  # members whom the fact does not touch, though the rules look at them

    @property
    def referrer(self) -> int | None:
        """The referrer whom the rules may ask for."""
        return next(iter(self.above.values()), None)

    def referrers(self, others: Sequence[int] = ()) -> Int32s | None:
        """Return who referred whom of the standings and others, by number; None where the rules do not ask."""
        above = {**self.above, **self.brought_by}
        if not above:
            return None
        ids = sorted({standing.member_id for standing in self.standings} | set(others))
        number = {member: at for at, member in enumerate(ids)}
        return np.array([number.get(above.get(one) or 0, NOBODY) for one in ids], np.int32)


def open_desk(programme_id: int, member_ids: Sequence[int], about: About = NOTHING) -> Desk:
    """Lock the day, the pool, the tokens, the moves where a referrer matters, a region, the members and their store
    with its branch, in this order; then look at the clock.
    """
    share_day(programme_id)
    terms = terms_of(programme_id)
    if _pays_owed(terms, about):
        return until_all_are_held(lambda: _hold(terms, member_ids, about))
    return _hold(terms, member_ids, about)


def _hold(terms: Terms, member_ids: Sequence[int], about: About) -> Desk:
    programme_id = terms.programme_id
    held = hold_pool(programme_id) if about.moves_pool and terms.pool_kind else None
    tokens = hold_tokens(terms) if about.moves_reserve and terms.token else None
    above = _above(terms, about)
    territory = hold_region(programme_id, about.region) if about.region else None
    if about.center:
        hold_region(programme_id, about.center)
        tokens = TokenBook(programme_id, centers=open_centers(programme_id, about.center, [*member_ids, *above]))
    referrer = above.get(about.referrer_of or 0)
    brought_by = bringers(terms, about.store_id, about.floats_by) if about.store_id is not None else {}
    ids = {*member_ids, *([referrer] if referrer else []), *_owner_of(terms, about.store_id), *brought_by}
    if _pays_owed(terms, about):
        ids |= owed_members(about.store_id or 0, about.owed_to)
    found = Standing.objects.select_for_update(no_key=True).filter(programme_id=programme_id, member_id__in=ids)
    standings = list(found.order_by("member_id"))
    if not set(member_ids) <= {standing.member_id for standing in standings}:
        raise RefusedError(say("there is no such member in this programme"))
    floats = _floats_of(terms, about, ids)
    trade = _store_of(programme_id, about.store_id, territory)
    beside = sorted(set(above) - ids) if about.upline_of is not None else ()
    return Desk(now(programme_id), terms, standings, trade, held, tokens, floats, above, brought_by, beside)


def _above(terms: Terms, about: About) -> dict[int, int | None]:
    """Let nobody be moved where the rules go by referrers, and return whom they may ask for."""
    asks = about.referrer_of is not None and terms.asks_referrers
    if not asks and about.upline_of is None:
        return {}
    hold_moves(terms.programme_id)
    day = now(terms.programme_id).business_date
    if about.upline_of is not None:
        ids = uplines_since(about.upline_of, day)
        return dict(zip(ids, Referrers(ids, day).on(day), strict=True))
    assert about.referrer_of is not None
    (referrer,) = Referrers([about.referrer_of], day).on(day)
    return {about.referrer_of: referrer} if referrer else {}


def _owner_of(terms: Terms, store_id: int | None) -> list[int]:
    """Return who else an order at a store gives points to."""
    if store_id is None or not terms.gives_weight:
        return []
    owner = Store.objects.filter(pk=store_id).values_list("owner_id", flat=True).first()
    return [owner] if owner is not None else []


def _pays_owed(terms: Terms, about: About) -> bool:
    """Return whether a fact may make a store pay what it owes."""
    return about.floats_by == PAY_OWED or (about.floats_by in FILLING and terms.pays_owed_at_once)


def _floats_of(terms: Terms, about: About, members: Collection[int]) -> FloatBook | None:
    """Lock the points of a fact's store, and of its branch where they may be taken from there."""
    if not about.floats_by or not terms.has_alliance:
        return None
    stores = Store.objects.select_related("branch").filter(programme_id=terms.programme_id)
    store = stores.filter(pk=about.store_id or 0).first()
    if store is None:
        return None
    floats = hold_floats(terms, store, with_branch=about.floats_by in WITH_BRANCH)
    if _pays_owed(terms, about):
        load_owed(floats, members, about.owed_to)
    return floats


def _store_of(programme_id: int, store_id: int | None, territory: Territory | None) -> TradeBook:
    trade = hold_store(programme_id, store_id)
    if store_id is not None and trade.store is None:
        raise RefusedError(say("there is no such store in this programme"))
    trade.territory = territory
    return trade


def decide(desk: Desk, load: Callable[[Sequence[int]], Small], apply: Callable[[Events], None]) -> tuple[Small, Events]:
    """Ask the rules on a small book; where all who were looked at had to exit, look at more and ask again (S1-09)."""
    if desk.held is None:
        small = load(desk.beside)
        events = events_of(small, desk)
        apply(events)
        return small, events
    most = FEW
    while True:
        first = candidates(desk.held.programme_id, most)
        small = load(first.members)
        events = events_of(small, desk)
        apply(events)
        if events.refused or first.suffice(small.book, small.numbers, desk.terms.pool_kind):
            return small, events
        most *= FURTHER


def events_of(small: Small, desk: Desk) -> Events:
    """Return what applies facts to a small book, by the version in force."""
    day = day_number(desk.moment.business_date)
    small.replay.programme = desk.terms.versions.on(day)
    if desk.held is not None:
        small.replay.open_pool()
    return Events(small.replay, day)


def finish(small: Small, desk: Desk, fact: Fact, events: Events) -> Recorded:
    """Log the fact, post its lines, and save what the rules changed beside them."""
    if events.refused:
        raise RefusedError(events.refused[0].why)
    fact.tick, fact.business_date, fact.entered_on = desk.moment
    fact.programme_id = desk.terms.programme_id
    fact.save(force_insert=True)
    posted = post(small, desk, events, actor=fact.actor)
    small.save(fact, events.exits, events.periods)
    note_cuts(small, fact, events)
    _note_reported(small, fact, events)
    _note_agent(fact)
    return Recorded(desk.moment.tick, desk.moment.business_date, posted)


def post(small: Small, desk: Desk, events: Events, *, actor: str = "") -> list[int]:
    """Post what the rules have written; return the transfers."""
    programme_id = desk.terms.programme_id
    named = 0 if desk.terms.versions.waits else programme_id
    transfers = transfers_of(events.journal, small.numbers, programme_id=named, code=desk.terms.newest.code)
    if not transfers:
        return []
    posted = post_all(programme_id=programme_id, day=desk.moment.business_date, transfers=transfers, actor=actor)
    return [one.id for one in posted]


def note_cuts(small: Small, fact: Fact, events: Events) -> None:
    """Note what lots or the reserve cut off (S0-Q8, S2-Q1), and what a refund did not find any more (S1-Q10)."""
    sums: dict[tuple[int, str, str], int] = {}
    for cut in events.cuts:
        of = (small.numbers.members[cut.party], cut.rule, cut.kind)
        sums[of] = sums.get(of, 0) + cut.amount
    Cut.objects.bulk_create(
        Cut(
            programme_id=fact.programme_id,
            day=fact.business_date,
            order_tick=fact.tick if fact.type != Fact.Type.ACTION else 0,
            member_id=member,
            rule=rule,
            kind=kind,
            amount=amount,
        )
        for (member, rule, kind), amount in sums.items()
    )


def _note_reported(small: Small, fact: Fact, events: Events) -> None:
    """Note what is computed here and paid elsewhere (S1-15)."""
    Reported.objects.bulk_create(
        Reported(
            programme_id=fact.programme_id,
            day=fact.business_date,
            tick=fact.tick,
            member_id=small.numbers.members[one.party],
            rule=one.rule,
            kind=one.kind,
            amount=one.amount,
        )
        for one in events.reported
    )


def _note_agent(fact: Fact) -> None:
    """Note that a member has become an agent, or is none any more."""
    if fact.action in ("appoint", "dismiss"):
        assert fact.member_id is not None
        AgentChange.objects.create(
            tick=fact.tick, member_id=fact.member_id, day=fact.business_date, agent=fact.action == "appoint"
        )
