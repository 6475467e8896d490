"""What happened to bound members becomes messages: points received, points redeemed, periods settled (S3-07).

Facts are read in the order of their ticks, the last minutes of them again: those that were written a little later than
their tick says are not missed, and a message is written once for its cause.
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from jifen.engine.amounts import MONEY_DECIMALS, format_amount
from jifen.engine.programme import Programme as Terms
from jifen.facts.days import next_tick
from jifen.facts.models import GIVE_POINTS, SETTLE_PERIOD, Fact
from jifen.facts.terms import terms_of
from jifen.ledger.reading import balances
from jifen.pools.models import OrderNote
from jifen.stores.period_models import Period
from jifen.wechat.accounts import follower_of
from jifen.wechat.chosen import is_open
from jifen.wechat.messages import write_message
from jifen.wechat.models import Follower, NewsCursor, Template

READ_AT_ONCE = 500
AGAIN = 120_000_000  # ticks, which are microseconds: how much of the past is read again


def write_news(programme_id: int) -> int:
    """Write the messages about what happened since the last time; return how many facts were new to bound members."""
    kind = terms_of(programme_id).newest.float_kind
    if not is_open() or not kind:
        return 0
    with transaction.atomic():
        cursor = NewsCursor.objects.select_for_update().filter(programme_id=programme_id).first()
        if cursor is None:
            NewsCursor.objects.create(programme_id=programme_id, tick=next_tick())
            return 0
        facts, terms = _facts(programme_id, kind), terms_of(programme_id).newest
        again = list(facts.filter(tick__gt=cursor.tick - AGAIN, tick__lte=cursor.tick))
        fresh = list(facts.filter(tick__gt=cursor.tick)[:READ_AT_ONCE])
        for fact in (*again, *fresh):
            _write(fact, terms)
        if fresh:
            cursor.tick = fresh[-1].tick
            cursor.save(update_fields=["tick"])
    return len(fresh)


def _facts(programme_id: int, kind: str) -> QuerySet[Fact]:
    """Return the facts that are news to somebody who is bound, in their order."""
    bound = Follower.objects.filter(programme_id=programme_id, ended_at__isnull=True, muted=False).values("member_id")
    redeemed = Q(type=Fact.Type.ORDER, store__isnull=True, points_kind=kind, points_paid__gt=0)
    news = (
        Q(type=Fact.Type.ORDER, store__isnull=False, member__in=bound)
        | (redeemed & Q(member__in=bound))
        | Q(action=GIVE_POINTS, member__in=bound)
        | Q(action=SETTLE_PERIOD, store__owner__in=bound)
    )
    return Fact.objects.filter(news, programme_id=programme_id).select_related("store").order_by("tick")


def _write(fact: Fact, terms: Terms) -> None:
    """Write what a fact tells, where it tells anything: a sale without points is no news."""
    told = _told(fact, terms)
    if told is None:
        return
    template, member_id, values = told
    follower = follower_of(member_id)
    if follower is not None and follower.bound_at <= datetime.fromtimestamp(fact.tick / 1_000_000, UTC):
        write_message(follower, template, cause=f"fact {fact.tick}", values=values)


def _told(fact: Fact, terms: Terms) -> tuple[Template, int, dict[str, str]] | None:
    """Return the template, whom it goes to, and its values."""
    if fact.action == SETTLE_PERIOD:
        return _of_period(fact)
    assert fact.member_id is not None
    kind = terms.float_kind
    decimals = terms.kinds[kind].decimals
    values = {"balance": format_amount(balances(fact.member_id).get((kind, "free"), 0), decimals)}
    if fact.action == GIVE_POINTS and fact.store is not None:
        values |= {"store": fact.store.title, "points": format_amount(fact.amount, decimals)}
        return Template.GRANT, fact.member_id, values
    if fact.store is None:
        values |= {"order": fact.order_code, "points": format_amount(fact.points_paid, decimals)}
        return Template.REDEMPTION, fact.member_id, values
    note = OrderNote.objects.filter(tick=fact.tick).first()
    given = note.granted_points - note.owed if note is not None else 0
    if given <= 0:
        return None
    values |= {"store": fact.store.title, "points": format_amount(given, decimals)}
    return Template.GRANT, fact.member_id, values | {"paid": format_amount(fact.amount, MONEY_DECIMALS)}


def _of_period(fact: Fact) -> tuple[Template, int, dict[str, str]] | None:
    """Return what the owner of a store is told of a period that was settled."""
    period = Period.objects.filter(tick=fact.tick).select_related("store").first()
    if period is None or period.store.owner_id is None:
        return None
    days = f"{period.start_on.isoformat()} – {(period.until_on - timedelta(days=1)).isoformat()}"
    values = {"store": period.store.title, "days": days, "sales": format_amount(period.sales, MONEY_DECIMALS)}
    return Template.PERIOD, period.store.owner_id, values | {"due": format_amount(period.due, MONEY_DECIMALS)}
