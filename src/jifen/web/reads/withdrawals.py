"""A member's withdrawals."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from jifen.engine.kinds import PointKind
from jifen.ledger.reading import balances
from jifen.members.models import Member
from jifen.payouts.models import Withdrawal, WithdrawalState, WithdrawalStep
from jifen.web.amounts import Amount, Money
from jifen.web.forms import WithdrawalForm
from jifen.web.reads.home import Wallet, wallets_of
from jifen.web.reads.orders import Step
from jifen.web.reads.terms import read_now

WITHDRAWALS_SHOWN = 20
TONES = {
    WithdrawalState.REQUESTED: "wait",
    WithdrawalState.APPROVED: "info",
    WithdrawalState.PAID: "good",
    WithdrawalState.REJECTED: "bad",
}


@dataclass(frozen=True)
class Parts:
    """What is asked for, what is kept, and what is paid out: money where the kind is paid in money."""

    amount: Amount
    fee: Amount
    tax: Amount
    net: Amount


@dataclass(frozen=True)
class Row:
    """A withdrawal with its history."""

    id: int
    kind: PointKind
    parts: Parts
    requested_at: datetime
    state: str
    tone: str
    can_cancel: bool
    steps: list[Step]


@dataclass(frozen=True)
class Rows:
    """A page of withdrawals; `next` is where the following one begins, "" at the end."""

    withdrawals: list[Row]
    next: str


def withdrawable(member: Member) -> list[Wallet]:
    """Return what the member may withdraw of: the kinds that the programme lets go."""
    now = read_now(member.programme_id)
    if "hold_withdrawal" not in now.terms.actions:
        return []
    return [wallet for wallet in wallets_of(balances(member.pk), now) if wallet.kind.withdrawable]


def read_parts(member: Member, form: WithdrawalForm | None) -> Parts | None:
    """Return what a filled-in form would pay out; None while no amount can be read. Nothing is kept in a sandbox."""
    clean = getattr(form, "cleaned_data", {}) if form is not None and form.is_bound else {}
    if not clean.get("amount") or not clean.get("kind"):
        return None
    now = read_now(member.programme_id)
    decimals = now.terms.kinds[clean["kind"]].decimals
    in_money = clean["kind"] == now.terms.lot_kind
    cash = clean["amount"] // now.terms.points_per_money if in_money else 0
    return _parts(amount=clean["amount"], fee=0, tax=0, cash=cash, decimals=decimals)


def withdrawal_list(member: Member, before: str) -> Rows:
    """Return a page of the member's withdrawals, newest first, below the id `before`."""
    found = Withdrawal.objects.filter(member=member).order_by("-id")
    if before.isdecimal():
        found = found.filter(id__lt=int(before))
    steps = Prefetch("steps", WithdrawalStep.objects.order_by("at", "id"))
    withdrawals = list(found.prefetch_related(steps)[: WITHDRAWALS_SHOWN + 1])
    kinds = read_now(member.programme_id).terms.kinds
    shown = withdrawals[:WITHDRAWALS_SHOWN]
    more = str(shown[-1].pk) if len(withdrawals) > WITHDRAWALS_SHOWN else ""
    return Rows([_row(one, kinds[one.kind]) for one in shown], more)


def _row(one: Withdrawal, kind: PointKind) -> Row:
    state = WithdrawalState(one.state)
    return Row(
        id=one.pk,
        kind=kind,
        parts=_parts(amount=one.amount, fee=one.fee, tax=one.tax, cash=one.cash, decimals=kind.decimals),
        requested_at=one.requested_at,
        state=str(state.label),
        tone=TONES.get(state, ""),
        can_cancel=state == WithdrawalState.REQUESTED,
        steps=[Step(str(WithdrawalState(step.state).label), step.at, step.reason) for step in one.steps.all()],
    )


def _parts(*, amount: int, fee: int, tax: int, cash: int, decimals: int) -> Parts:
    net = Money(cash) if cash else Amount(amount - fee - tax, decimals)
    return Parts(Amount(amount, decimals), Amount(fee, decimals), Amount(tax, decimals), net)
