"""Joining as a fact: what rules answer a new member or store with, posted in the transaction that makes it (S2-01).

A programme whose rules answer joining has those who join wait for their turn like every fact: the moment and the day
of joining are those at which the rules were asked.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Unpack

from django.db import transaction

from jifen.engine.events import Events
from jifen.facts.days import share_day, waiting
from jifen.facts.desk import About, Desk, events_of, note_cuts, open_desk, post
from jifen.facts.models import Fact
from jifen.facts.small import Given, Small, load_small
from jifen.facts.terms import terms_of
from jifen.members.login import count_joining
from jifen.members.models import Member
from jifen.members.registration import NewMember, register_member
from jifen.stores.models import Store


def register(**who: Unpack[NewMember]) -> Member:
    """Register a member and give what joining brings (S2-01, S2-09, S2-35).

    Raises what register_member raises, and DayNotSettledError. Not inside a transaction where there is an `address`.
    """
    if "address" in who:
        count_joining(who.pop("address"))
    with waiting(), transaction.atomic():
        if terms_of(who["programme_id"]).versions.joins:
            share_day(who["programme_id"])
        member = register_member(**who)
        join_member(member)
    return member


@waiting()
@transaction.atomic
def join_member(member: Member) -> None:
    """Let the rules answer the joining of a member who was made a moment ago in the caller's transaction."""
    terms = terms_of(member.programme_id)
    if not terms.versions.joins:
        return
    parties = [one for one in (member.pk, member.referrer_id) if one is not None]
    desk = open_desk(member.programme_id, parties, About(moves_reserve=terms.joins_bring_tokens))
    above = {member.pk: member.referrer_id} if member.referrer_id is not None else {}
    _ask(replace(desk, above=above), lambda small, events: events.member(small.numbers.members.index(member.pk)))
    member.joined_tick, member.joined_on = desk.moment.tick, desk.moment.business_date
    member.save(update_fields=["joined_tick", "joined_on"])


@waiting()
@transaction.atomic
def join_store(store: Store) -> None:
    """Let the rules answer the joining of a store that was made a moment ago in the caller's transaction (S2-24)."""
    terms = terms_of(store.programme_id)
    if not terms.versions.joins:
        return
    parties = [one for one in (store.owner_id, store.referrer_id) if one is not None]
    about = About(store_id=store.pk, moves_reserve=terms.joins_bring_tokens)
    desk = open_desk(store.programme_id, parties, about)
    _ask(desk, lambda _small, events: events.store(0))
    store.joined_tick, store.joined_on = desk.moment.tick, desk.moment.business_date
    store.save(update_fields=["joined_tick", "joined_on"])


def _ask(desk: Desk, answer: Callable[[Small, Events], None]) -> None:
    """Let the rules act on the parties alone, and post what they write; nobody refuses a joining."""

    given = Given(referrers=desk.referrers(), trade=desk.trade, tokens=desk.tokens)
    small = load_small(desk.terms, desk.standings, given)
    events = events_of(small, desk)
    answer(small, events)
    post(small, desk, events)
    moment = Fact(tick=desk.moment.tick, programme_id=desk.terms.programme_id, business_date=desk.moment.business_date)
    note_cuts(small, moment, events)
