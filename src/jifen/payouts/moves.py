"""What members do with free points themselves: convert them, give them to another member, sell them to the pool.

All of it counts at once and cannot be taken back (S0-24 … S0-26, S0-77, S1-07). A key makes each happen once (G2); the
rules of the programme say which kinds may go where, and refuse with a sentence.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from jifen.engine.amounts import MONEY
from jifen.engine.message import say
from jifen.facts.days import open_day
from jifen.facts.new import NewAction
from jifen.facts.record import Recorded, record_action
from jifen.ledger.models import Entry
from jifen.members.models import Member
from jifen.payouts.errors import PayoutError
from jifen.payouts.models import PointMove
from jifen.payouts.switches import refuse_when_off
from jifen.programmes.terms import in_force, load


class MoveKeyReusedError(PayoutError):
    """The key already names another move of this member (G2)."""

    def __init__(self) -> None:
        super().__init__(say("this was already sent with other contents; look at your statement, then begin anew"))


class MoveAmountError(PayoutError):
    """The amount or the kind cannot be moved."""

    def __init__(self) -> None:
        super().__init__(say("choose a kind of points and an amount above 0"))


class PriceMovedError(PayoutError):
    """A conversion would bring less than the member was shown; nothing was converted."""

    def __init__(self) -> None:
        super().__init__(say("the price has changed since you looked; nothing was converted, look at the new amount"))


class PriceFellError(PayoutError):
    """A sale would pay less than the member was shown; nothing was sold."""

    def __init__(self) -> None:
        super().__init__(say("the price has fallen since you looked; nothing was sold, look at the new amount"))


@dataclass(frozen=True, kw_only=True)
class NewMove:
    """What a member wants to do with free points: `action` is "convert", "member_transfer" or "sell"."""

    action: str
    member_id: int
    kind: str
    amount: int  # minor units of the kind
    to_kind: str = ""
    to_member_id: int | None = None


def convert_points(  # noqa: PLR0913 keyword-only, as every service
    *, member_id: int, kind: str, into: str, amount: int, key: str, least: int = 0
) -> PointMove:
    """Convert `amount` of `kind` into another kind at the terms of the moment; the same key answers with the same move.

    `least` is what the member was shown, in minor units of `into`: raises PriceMovedError where less would come out.
    facts.record refuses a pair that the programme does not convert, too few free points, and a frozen member. Raises
    SwitchedOffError while an operator has switched the pair off (S2-42).
    """
    new = NewMove(action="convert", member_id=member_id, kind=kind, amount=amount, to_kind=into)
    return _move(new, key, least)


def transfer_points(*, member_id: int, to_member_id: int, kind: str, amount: int, key: str) -> PointMove:
    """Give `amount` of `kind` to another member of the programme; the same key answers with the same move.

    facts.record refuses a kind whose switch is off (S0-25, S0-26), too few free points, a transfer to oneself, and a
    frozen member.
    """
    new = NewMove(action="member_transfer", member_id=member_id, kind=kind, amount=amount, to_member_id=to_member_id)
    return _move(new, key, amount)


def sell_points(*, member_id: int, kind: str, amount: int, key: str, least: int = 0) -> PointMove:
    """Sell `amount` of the pool's points at the price of the moment, less what is kept (S1-07); once for each key.

    `received` is what was paid, in fen; `least` is what the member was shown of it: raises PriceFellError where it is
    less. facts.record refuses too few free points, points that have to stay in circulation, and a frozen member.
    """
    return _move(NewMove(action="sell", member_id=member_id, kind=kind, amount=amount, to_kind=MONEY), key, least)


def _move(new: NewMove, key: str, least: int) -> PointMove:
    programme_id = Member.objects.values_list("programme_id", flat=True).get(id=new.member_id)
    with transaction.atomic():
        _alone(f"point move/{new.member_id}/{key}")
        known = PointMove.objects.filter(member_id=new.member_id, key=key).first()
        if known is not None:
            return _same(known, new)
        kinds = load(in_force(programme_id, open_day(programme_id)).id).kinds
        if new.kind not in kinds or new.amount < 1:
            raise MoveAmountError
        if new.action == "convert":
            refuse_when_off(programme_id, new.kind, new.to_kind)
        recorded = _record(programme_id, new)
        received = _received(new, recorded) if new.to_kind else new.amount
        if received < least:
            raise PriceFellError if new.action == "sell" else PriceMovedError
        return PointMove.objects.create(
            programme_id=programme_id,
            member_id=new.member_id,
            action=new.action,
            kind=new.kind,
            amount=new.amount,
            to_kind=new.to_kind,
            to_member_id=new.to_member_id,
            received=received,
            key=key,
            at=timezone.now(),
            fact_id=recorded.fact_id,
            business_date=recorded.business_date,
        )


def _record(programme_id: int, new: NewMove) -> Recorded:
    """Record a move as a fact."""
    return record_action(
        NewAction(
            programme_id=programme_id,
            action=new.action,
            member_id=new.member_id,
            amount=new.amount,
            kind=new.kind,
            to_member_id=new.to_member_id,
            to_kind=new.to_kind if new.action == "convert" else "",
            actor=f"M{new.member_id}",
        )
    )


def _same(known: PointMove, new: NewMove) -> PointMove:
    """Return a move that was made before under the key, or refuse when it was another one."""
    made = NewMove(
        action=known.action,
        member_id=known.member_id,
        kind=known.kind,
        amount=known.amount,
        to_kind=known.to_kind,
        to_member_id=known.to_member_id,
    )
    if made != new:
        raise MoveKeyReusedError
    return known


def _received(new: NewMove, recorded: Recorded) -> int:
    """Return what a conversion or sale posted to the member, free or held."""
    rows = Entry.objects.filter(
        owner=new.member_id,
        transfer_id=recorded.transfers[0],
        business_date=recorded.business_date,
        account__kind=new.to_kind,
    )
    return sum(rows.values_list("amount", flat=True))


def _alone(name: str) -> None:
    """Let only one transaction at a time do what is called so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
