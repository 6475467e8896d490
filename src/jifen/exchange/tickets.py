"""Tickets: two operators release frozen ones once enough was bought, members move free ones to the exchange (S0-79)."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.engine.rules.ticket import Ticket
from jifen.exchange.accounts import checked_account
from jifen.exchange.adapter import QUANTITY_MAX
from jifen.exchange.chosen import exchange
from jifen.exchange.errors import ExchangeError
from jifen.exchange.models import TicketRelease, TicketTransfer
from jifen.exchange.terms import terms_now, ticket_of
from jifen.facts.acts import note_act
from jifen.facts.new import NewAction
from jifen.facts.record import Recorded, record_action
from jifen.ledger.reading import balances
from jifen.members.models import Member, Standing
from jifen.payouts.models import ProposalState
from jifen.payouts.proposals import ProposalKeyReusedError, approve, decided_as, locked, reject
from jifen.payouts.reasons import given

_HOLDERS = """
SELECT b.owner, b.amount FROM ledger_balance b JOIN ledger_chart c ON c.id = b.chart
WHERE c.programme_id = %s AND c.kind = %s AND c.role = 'frozen' AND b.amount > 0 AND b.owner > %s
ORDER BY b.owner LIMIT %s
"""


class TicketAmountError(ExchangeError):
    """So many tickets cannot be released or moved."""


class TransferKeyReusedError(ExchangeError):
    """The key already names another transfer of this member (G2)."""

    def __init__(self) -> None:
        super().__init__(say("this was already sent with another amount; look at the list, then begin anew"))


class NoTicketsError(ExchangeError):
    """The programme has no tickets."""

    def __init__(self) -> None:
        super().__init__(say("this programme has no tickets of an exchange"))


@dataclass(frozen=True)
class Tickets:
    """A member's tickets in minor units; `allowed` is what the rule still lets operators release."""

    free: int
    frozen: int
    bought: int
    released: int
    allowed: int


def ticket_rule(programme_id: int) -> Ticket:
    """Return the rule of tickets in force; raises NoTicketsError where there is none."""
    rule = ticket_of(terms_now(programme_id))
    if rule is None:
        raise NoTicketsError
    return rule


def tickets_of(member_id: int, rule: Ticket) -> Tickets:
    """Return a member's tickets."""
    held, standing = balances(member_id), Standing.objects.get(pk=member_id)
    frozen = held.get((rule.kind, "frozen"), 0)
    earned = standing.bought * rule.multiple.den // rule.multiple.num - standing.released_tickets
    return Tickets(
        free=held.get((rule.kind, "free"), 0),
        frozen=frozen,
        bought=standing.bought,
        released=standing.released_tickets,
        allowed=max(min(frozen, earned), 0),
    )


def holders_of_frozen(programme_id: int, rule: Ticket, *, after: int = 0, limit: int = 50) -> list[int]:
    """Return members with frozen tickets, by number, after one of them."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, [programme_id, rule.kind, after, limit])
        return [owner for owner, _amount in cursor.fetchall()]


def propose_release(*, member_id: int, amount: int, reason: str, operator_id: int, key: str) -> TicketRelease:
    """Propose that frozen tickets become free; nothing moves before another operator confirms it."""
    reason = given(reason)
    programme_id = Member.objects.values_list("programme_id", flat=True).get(id=member_id)
    rule = ticket_rule(programme_id)
    with transaction.atomic():
        known = TicketRelease.objects.filter(programme_id=programme_id, key=key).first()
        if known is None:
            _refuse_too_many(member_id, amount, rule)
        release, new = TicketRelease.objects.get_or_create(
            programme_id=programme_id,
            key=key,
            defaults={
                "member_id": member_id,
                "amount": amount,
                "reason": reason,
                "proposed_by_id": operator_id,
                "proposed_at": timezone.now(),
            },
        )
        if new:
            note_act(operator_id=operator_id, act="propose_release", subject=_subject(release), reason=reason)
        elif (release.member_id, release.amount, release.reason) != (member_id, amount, reason):
            raise ProposalKeyReusedError
    return release


def confirm_release(*, release_id: int, operator_id: int) -> TicketRelease:
    """Confirm a release and post it; confirming again changes nothing. The rule's multiple is looked at once more."""
    with transaction.atomic():
        release = locked(TicketRelease, release_id)
        if decided_as(release, ProposalState.APPROVED, operator_id=operator_id):
            return release
        approve(release, operator_id=operator_id)
        recorded = _act(
            release.member_id,
            "release_tickets",
            release.amount,
            actor=f"operator/{operator_id}",
            reason=release.reason,
        )
        release.fact_id, release.business_date = recorded.fact_id, recorded.business_date
        release.save()
        note_act(operator_id=operator_id, act="confirm_release", subject=_subject(release), reason=release.reason)
    return release


def reject_release(*, release_id: int, operator_id: int, reason: str) -> TicketRelease:
    """Reject a release; nothing is posted."""
    reason = given(reason)
    with transaction.atomic():
        release = locked(TicketRelease, release_id)
        if not decided_as(release, ProposalState.REJECTED, operator_id=operator_id):
            reject(release, operator_id=operator_id, reason=reason)
            note_act(operator_id=operator_id, act="reject_release", subject=_subject(release), reason=reason)
    return release


def move_to_exchange(*, member_id: int, amount: int, key: str) -> TicketTransfer:
    """Move free tickets into the member's account at the exchange (S0-73); the same key answers with the same transfer.

    facts.record refuses too few free tickets and, where the freeze rule says so, a frozen member.
    """
    account = checked_account(member_id)
    with transaction.atomic():
        # One transfer of a member at a time: the second of two with one key finds the first.
        Member.objects.select_for_update(no_key=True).get(id=member_id)
        known = TicketTransfer.objects.filter(member_id=member_id, key=key).first()
        if known is not None:
            if known.amount != amount:
                raise TransferKeyReusedError
            return known
        if not 1 <= amount <= QUANTITY_MAX:
            raise TicketAmountError(say("choose how many tickets"))
        recorded = _act(member_id, "to_exchange", amount, actor=f"M{member_id}")
        exchange().transfer_in(account=account.code, tickets=amount, key=f"fact/{recorded.fact_id}")
        return TicketTransfer.objects.create(member_id=member_id, key=key, amount=amount, fact_id=recorded.fact_id)


def _act(member_id: int, action: str, amount: int, *, actor: str, reason: str = "") -> Recorded:
    programme_id = Member.objects.values_list("programme_id", flat=True).get(id=member_id)
    kind = ticket_rule(programme_id).kind
    return record_action(
        NewAction(
            programme_id=programme_id,
            action=action,
            member_id=member_id,
            kind=kind,
            amount=amount,
            actor=actor,
            reason=reason,
        )
    )


def _refuse_too_many(member_id: int, amount: int, rule: Ticket) -> None:
    tickets = tickets_of(member_id, rule)
    if amount < 1:
        raise TicketAmountError(say("choose how many tickets"))
    if amount > tickets.frozen:
        raise TicketAmountError(say("too few frozen tickets"))
    if amount > tickets.allowed:
        raise TicketAmountError(
            say("tickets are released when {multiple} times as many were bought", multiple=rule.multiple)
        )


def _subject(release: TicketRelease) -> str:
    return f"release {release.id} M{release.member_id}"
