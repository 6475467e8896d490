"""Withdrawals: requested by the member, approved by one operator and paid by another, or given back (S4-21, G12).

The points are held (free → frozen) from the request on, so one balance is never requested twice (G1). Sandbox: paying
is noted with the reference of a bank; no payment is made from here.
"""

from datetime import date
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.message import say
from jifen.engine.programme import Programme
from jifen.facts.acts import note_act
from jifen.facts.days import open_day
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.members.models import Member, Standing
from jifen.payouts.errors import PayoutError
from jifen.payouts.models import Withdrawal, WithdrawalState, WithdrawalStep
from jifen.payouts.payment import pay_out
from jifen.payouts.reasons import SamePersonError, given
from jifen.programmes.terms import in_force, load


class WithdrawalKeyReusedError(PayoutError):
    """The key already names another withdrawal of this member (G2)."""

    def __init__(self) -> None:
        super().__init__(
            say("this withdrawal was already sent with another amount; look at your withdrawals, then begin anew")
        )


class WithdrawalAmountError(PayoutError):
    """The amount or the kind cannot be withdrawn."""


class WithdrawalStateError(PayoutError):
    """The withdrawal stands where this can no longer be done."""

    def __init__(self) -> None:
        super().__init__(say("somebody was faster: this withdrawal is no longer where it was; open it again"))


class MemberFrozenError(PayoutError):
    """The member was frozen after the request."""

    def __init__(self) -> None:
        super().__init__(say("the member's withdrawals are frozen; unfreeze them first, or reject this one"))


class FeeMovedError(PayoutError):
    """The terms of today keep another fee than the member was shown when asking."""

    def __init__(self) -> None:
        super().__init__(
            say("the fee or what comes back has changed since the request; reject it, so that the member can ask anew")
        )


class Parts(NamedTuple):
    """What a withdrawal comes to: paid and kept in the kind, paid in fen, and what comes back (S0-48, S0-D6)."""

    net: int
    fee: int
    cash: int  # 0 for kinds that are not paid in money
    reward: int
    reward_kind: str  # "" where nothing comes back


def parts_of(programme: Programme, kind: str, amount: int) -> Parts:
    """Return what an amount of a kind comes to by a programme's rule, one point being worth 1 CNY.

    Raises WithdrawalAmountError for a kind that is not there, and for amounts of which nothing whole is paid.
    """
    if kind not in programme.kinds or amount < 1:
        raise WithdrawalAmountError(say("choose a kind of points and an amount above 0"))
    points_per_fen = 10 ** max(programme.kinds[kind].decimals - MONEY_DECIMALS, 0)
    in_money = paid_in_money(programme, kind)
    if in_money and amount % points_per_fen:
        raise WithdrawalAmountError(say("points are withdrawn in steps of 0.01"))
    rule = programme.withdrawal
    net, fee, reward = rule.parts(amount, points_per_fen) if rule is not None else (amount, 0, 0)
    if net < 1:
        raise WithdrawalAmountError(say("the fee leaves nothing of this amount to be paid out; withdraw more"))
    cash = net // points_per_fen if in_money else 0
    return Parts(net, fee, cash, reward, (rule.reward_kind or "") if rule is not None and reward else "")


def paid_in_money(programme: Programme, kind: str) -> bool:
    """Return whether a kind is paid in money: one that is bought at a price, such as a token, is not worth 1 CNY."""
    return all(rule.into != kind or not rule.price for rule in programme.converts)


def request_withdrawal(*, member_id: int, kind: str, amount: int, key: str) -> Withdrawal:
    """Ask to withdraw `amount` (minor units of `kind`) and hold it; the same key answers with the same request.

    facts.record refuses when the kind cannot be withdrawn, too little is free, or the member is frozen.
    """
    programme_id = Member.objects.values_list("programme_id", flat=True).get(id=member_id)
    with transaction.atomic():
        _alone(f"withdrawal/{member_id}/{key}")
        known = Withdrawal.objects.filter(member_id=member_id, key=key).first()
        if known is not None:
            if (known.kind, known.amount) != (kind, amount):
                raise WithdrawalKeyReusedError
            return known
        parts = parts_of(load(in_force(programme_id, open_day(programme_id)).id), kind, amount)
        recorded = record_action(
            NewAction(
                programme_id=programme_id,
                action="hold_withdrawal",
                member_id=member_id,
                amount=amount,
                kind=kind,
                actor=f"M{member_id}",
            )
        )
        withdrawal = Withdrawal.objects.create(
            programme_id=programme_id,
            member_id=member_id,
            kind=kind,
            amount=amount,
            fee=parts.fee,
            cash=parts.cash,
            reward=parts.reward,
            reward_kind=parts.reward_kind,
            key=key,
            requested_at=timezone.now(),
            hold_fact=recorded.fact_id,
        )
        _note_step(withdrawal)
    return withdrawal


def approve(*, withdrawal_id: int, operator_id: int, reason: str = "") -> Withdrawal:
    """Approve a request; a different operator then pays it."""
    with transaction.atomic():
        withdrawal = _locked(withdrawal_id)
        if withdrawal.state == WithdrawalState.APPROVED and withdrawal.approved_by_id == operator_id:
            return withdrawal
        if withdrawal.state != WithdrawalState.REQUESTED:
            raise WithdrawalStateError
        withdrawal.state, withdrawal.approved_by_id = WithdrawalState.APPROVED, operator_id
        withdrawal.save(update_fields=["state", "approved_by"])
        _note_step(withdrawal, operator_id=operator_id, reason=reason.strip())
    return withdrawal


def pay(*, withdrawal_id: int, operator_id: int, reason: str) -> Withdrawal:
    """Note that an approved withdrawal was paid, the reason being the bank's reference; the held points are gone.

    Kinds that are worth 1 CNY a point are paid in money, out of the reserve and from nowhere else (trust 1.4). Raises
    FeeMovedError where the terms of today give other parts than those that the member was shown.
    """
    reason = given(reason)
    with transaction.atomic():
        withdrawal = _locked(withdrawal_id)
        if withdrawal.state == WithdrawalState.PAID and withdrawal.paid_by_id == operator_id:
            return withdrawal
        if withdrawal.state != WithdrawalState.APPROVED:
            raise WithdrawalStateError
        if withdrawal.approved_by_id == operator_id:
            raise SamePersonError
        withdrawal.paid_by_id = operator_id
        _end(withdrawal, WithdrawalState.PAID, action="pay_withdrawal", actor=f"operator/{operator_id}", reason=reason)
        _refuse_frozen(withdrawal)
        _refuse_other_parts(withdrawal)
        pay_out(withdrawal, operator_id=operator_id)
        _note_step(withdrawal, operator_id=operator_id, reason=reason)
    return withdrawal


def reject(*, withdrawal_id: int, operator_id: int, reason: str) -> Withdrawal:
    """Reject a withdrawal that is not paid yet; the points become free again."""
    reason, state = given(reason), WithdrawalState.REJECTED
    with transaction.atomic():
        withdrawal = _locked(withdrawal_id)
        if withdrawal.state == state and withdrawal.steps.filter(state=state, operator_id=operator_id).exists():
            return withdrawal
        if withdrawal.state not in (WithdrawalState.REQUESTED, WithdrawalState.APPROVED):
            raise WithdrawalStateError
        _end(withdrawal, state, action="return_withdrawal", actor=f"operator/{operator_id}", reason=reason)
        _note_step(withdrawal, operator_id=operator_id, reason=reason)
    return withdrawal


def cancel(*, withdrawal_id: int, member_id: int) -> Withdrawal:
    """Cancel one's own request before it is approved; the points become free again."""
    with transaction.atomic():
        withdrawal = _locked(withdrawal_id)
        if withdrawal.member_id != member_id:
            raise Withdrawal.DoesNotExist
        if withdrawal.state == WithdrawalState.CANCELLED:
            return withdrawal
        if withdrawal.state != WithdrawalState.REQUESTED:
            raise WithdrawalStateError
        _end(withdrawal, WithdrawalState.CANCELLED, action="return_withdrawal", actor=f"M{member_id}")
        _note_step(withdrawal)
    return withdrawal


def _alone(name: str) -> None:
    """Let only one transaction at a time do what is called so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _locked(withdrawal_id: int) -> Withdrawal:
    return (
        Withdrawal.objects.select_for_update(no_key=True, of=("self",))
        .select_related("programme")
        .get(id=withdrawal_id)
    )


def _end(withdrawal: Withdrawal, state: WithdrawalState, *, action: str, actor: str, reason: str = "") -> None:
    """Move the held points out of the programme or back to the member, and save the end."""
    recorded = record_action(
        NewAction(
            programme_id=withdrawal.programme_id,
            action=action,
            member_id=withdrawal.member_id,
            amount=withdrawal.amount,
            kind=withdrawal.kind,
            actor=actor,
            reason=reason,
        )
    )
    withdrawal.state, withdrawal.end_fact, withdrawal.business_date = state, recorded.fact_id, recorded.business_date
    withdrawal.save(update_fields=["state", "paid_by", "end_fact", "business_date"])


def _refuse_frozen(withdrawal: Withdrawal) -> None:
    """Refuse to pay a member who is frozen; the fact of the payment holds the member's lock by now."""
    assert withdrawal.business_date is not None
    programme = load(in_force(withdrawal.programme_id, withdrawal.business_date).id)
    stops = programme.freeze is not None and programme.freeze.stop("hold_withdrawal")
    if stops and Standing.objects.values_list("frozen", flat=True).get(member_id=withdrawal.member_id):
        raise MemberFrozenError


def _refuse_other_parts(withdrawal: Withdrawal) -> None:
    """Refuse to pay something else than the member was shown (G12): the points were just moved by today's terms."""
    assert withdrawal.business_date is not None
    parts = parts_on(withdrawal, withdrawal.business_date)
    shown = (withdrawal.net, withdrawal.fee, withdrawal.cash, withdrawal.reward, withdrawal.reward_kind)
    if shown != (parts.net, parts.fee, parts.cash, parts.reward, parts.reward_kind):
        raise FeeMovedError


def parts_on(withdrawal: Withdrawal, day: date) -> Parts:
    """Return what a withdrawal comes to by the version in force on a day."""
    return parts_of(load(in_force(withdrawal.programme_id, day).id), withdrawal.kind, withdrawal.amount)


def _note_step(withdrawal: Withdrawal, *, operator_id: int | None = None, reason: str = "") -> None:
    """Add to the history, and to the audit what an operator did."""
    WithdrawalStep.objects.create(
        withdrawal=withdrawal, state=withdrawal.state, at=timezone.now(), operator_id=operator_id, reason=reason
    )
    if operator_id is not None:
        subject = f"withdrawal {withdrawal.id}"
        note_act(operator_id=operator_id, act=f"withdrawal_{withdrawal.state}", subject=subject, reason=reason)
