"""A member's withdrawals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from jifen.engine.digits import number_of
from jifen.engine.kinds import PointKind
from jifen.ledger.reading import balances
from jifen.members.models import Member
from jifen.payouts.models import Withdrawal, WithdrawalState, WithdrawalStep
from jifen.payouts.withdrawals import WithdrawalAmountError, parts_of
from jifen.web.amounts import Amount, Money
from jifen.web.forms import WithdrawalForm
from jifen.web.reads.orders import Step
from jifen.web.reads.terms import read_now
from jifen.web.reads.wallets import Wallet, wallets_of

WITHDRAWALS_SHOWN = 20
TONES = {
    WithdrawalState.REQUESTED: "wait",
    WithdrawalState.APPROVED: "info",
    WithdrawalState.PAID: "good",
    WithdrawalState.REJECTED: "bad",
}


@dataclass(frozen=True)
class Parts:
    """What is asked for, what is kept, what is paid out (money where the kind is paid in money), what comes back."""

    amount: Amount
    fee: Amount
    tax: Amount
    net: Amount
    back: Amount
    back_kind: PointKind | None

    @property
    def must_be_seen(self) -> bool:
        """Whether the member receives something else than what was typed, and has to see it before (G12)."""
        return bool(self.fee or self.tax or self.back)

    @property
    def seen(self) -> str:
        """What a form carries along that was sent with these parts on the screen."""
        return f"{self.amount.minor}/{self.net.minor}/{self.back.minor}"


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
    """Return what a filled-in form would pay out and bring back; None while no amount can be read."""
    clean = getattr(form, "cleaned_data", {}) if form is not None and form.is_bound else {}
    if not clean.get("amount") or not clean.get("kind"):
        return None
    terms = read_now(member.programme_id).terms
    try:
        parts = parts_of(terms, clean["kind"], clean["amount"])
    except WithdrawalAmountError:
        return None
    one = Withdrawal(kind=clean["kind"], amount=clean["amount"], fee=parts.fee, cash=parts.cash)
    one.reward, one.reward_kind = parts.reward, parts.reward_kind
    return _parts(one, terms.kinds)


def withdrawal_list(member: Member, before: str) -> Rows:
    """Return a page of the member's withdrawals, newest first, below the id `before`."""
    found = Withdrawal.objects.filter(member=member).order_by("-id")
    last = number_of(before)
    if last is not None:
        found = found.filter(id__lt=last)
    steps = Prefetch("steps", WithdrawalStep.objects.order_by("at", "id"))
    withdrawals = list(found.prefetch_related(steps)[: WITHDRAWALS_SHOWN + 1])
    kinds = read_now(member.programme_id).terms.kinds
    shown = withdrawals[:WITHDRAWALS_SHOWN]
    more = str(shown[-1].pk) if len(withdrawals) > WITHDRAWALS_SHOWN else ""
    return Rows([_row(one, kinds) for one in shown], more)


def _row(one: Withdrawal, kinds: Mapping[str, PointKind]) -> Row:
    state = WithdrawalState(one.state)
    return Row(
        id=one.pk,
        kind=kinds[one.kind],
        parts=_parts(one, kinds),
        requested_at=one.requested_at,
        state=str(state.label),
        tone=TONES.get(state, ""),
        can_cancel=state == WithdrawalState.REQUESTED,
        steps=[Step(str(WithdrawalState(step.state).label), step.at, step.reason) for step in one.steps.all()],
    )


def _parts(one: Withdrawal, kinds: Mapping[str, PointKind]) -> Parts:
    decimals, back_kind = kinds[one.kind].decimals, kinds.get(one.reward_kind)
    return Parts(
        amount=Amount(one.amount, decimals),
        fee=Amount(one.fee, decimals),
        tax=Amount(one.tax, decimals),
        net=Money(one.cash) if one.cash else Amount(one.net, decimals),
        back=Amount(one.reward, back_kind.decimals if back_kind is not None else 0),
        back_kind=back_kind,
    )
