"""Joining as a fact: what rules answer a new member or store with, posted in the transaction that makes it (S2-01).

A programme whose rules answer joining has those who join wait for their turn like every fact: the moment and the day
of joining are those at which the rules were asked.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, Unpack

from django.db import connection, transaction

from jifen.engine.events import Events
from jifen.engine.joining import Event
from jifen.facts.days import share_day, waiting
from jifen.facts.desk import About, Desk, events_of, note_cuts, open_desk, post
from jifen.facts.models import Fact
from jifen.facts.small import Given, Small, load_small
from jifen.facts.terms import terms_of
from jifen.members.codes import use_up
from jifen.members.login import count_joining
from jifen.members.models import Member
from jifen.members.newcomers import check_join_code, note_arrival
from jifen.members.registration import NewMember, read_newcomer, register_member
from jifen.stores.models import Store

_MEMBERS: tuple[Event, str] = (
    "member",
    """
SELECT (SELECT count(*) FROM members_member m
        WHERE m.programme_id = %(programme)s AND m.joined_on = %(day)s AND m.referrer_id = %(referrer)s
            AND m.id <> %(newcomer)s AND NOT EXISTS (SELECT FROM members_move v WHERE v.member_id = m.id))
    + (SELECT count(*) FROM members_member m JOIN members_move v ON v.member_id = m.id
        WHERE m.programme_id = %(programme)s AND m.joined_on = %(day)s AND v.old_referrer_id = %(referrer)s
            AND NOT EXISTS (SELECT FROM members_move e WHERE e.member_id = m.id AND e.tick < v.tick))
""",
)
_STORES: tuple[Event, str] = (
    "store",
    """
SELECT count(*) FROM stores_store
WHERE programme_id = %(programme)s AND joined_on = %(day)s AND referrer_id = %(referrer)s AND id <> %(newcomer)s
    AND NOT further
""",
)


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


def join_by_code(code: str, **who: Unpack[NewMember]) -> Member:
    """Register whoever proved by a code to have the phone, and give what joining brings; the code holds once.

    Whether the phone has an account is said after a right code only: then to whoever has it. Raises what register
    raises, and WrongCodeError. Not inside a transaction.
    """
    address = who.pop("address")
    count_joining(address)
    read_newcomer(**who)  # what is wrong with the form takes no try of the code
    proof = check_join_code(programme_id=who["programme_id"], phone=who["phone"], code=code)
    with waiting(), transaction.atomic():
        use_up(proof)
        member = register(**who)
        note_arrival(member, address)
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
    desk = replace(desk, above=above)
    before = _brought(_MEMBERS, member.pk, member.referrer_id, desk)
    _ask(desk, before, lambda small, events: events.member(small.numbers.members.index(member.pk)))
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
    before = _brought(_STORES, store.pk, store.referrer_id, desk)
    _ask(desk, before, lambda _small, events: events.store(0))
    store.joined_tick, store.joined_on = desk.moment.tick, desk.moment.business_date
    store.save(update_fields=["joined_tick", "joined_on"])


class Brought(NamedTuple):
    """How many a referrer has brought on the day before the one who joins now."""

    event: Event
    referrer_id: int | None = None
    people: int = 0


def _brought(asked: tuple[Event, str], newcomer_id: int, referrer_id: int | None, desk: Desk) -> Brought:
    """Count whom a referrer has brought today; who was moved since counts for whom he joined below (S2-09)."""
    event, sql = asked
    if referrer_id is None or not desk.terms.limits_joins(event):
        return Brought(event)
    with connection.cursor() as cursor:
        named = {"programme": desk.terms.programme_id, "referrer": referrer_id, "newcomer": newcomer_id}
        cursor.execute(sql, {**named, "day": desk.moment.business_date})
        return Brought(event, referrer_id, int(cursor.fetchone()[0]))


def _ask(desk: Desk, before: Brought, answer: Callable[[Small, Events], None]) -> None:
    """Let the rules act on the parties alone, and post what they write; nobody refuses a joining."""

    given = Given(referrers=desk.referrers(), trade=desk.trade, tokens=desk.tokens)
    small = load_small(desk.terms, desk.standings, given)
    if before.referrer_id is not None:
        number = small.numbers.members.index(before.referrer_id)
        small.book.brought[before.event, number] = before.people
    events = events_of(small, desk)
    answer(small, events)
    post(small, desk, events)
    moment = Fact(tick=desk.moment.tick, programme_id=desk.terms.programme_id, business_date=desk.moment.business_date)
    note_cuts(small, moment, events)
