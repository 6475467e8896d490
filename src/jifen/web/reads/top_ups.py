"""A member's bank transfers to the company, and the credit that they became (S0-08)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from jifen.engine.digits import number_of
from jifen.engine.kinds import PointKind
from jifen.leases.models import CreditTopUp, CreditTopUpStep, TopUpReturn, TopUpState
from jifen.members.models import Member
from jifen.payouts.models import ProposalState
from jifen.web.amounts import Amount, Money
from jifen.web.reads.orders import Step
from jifen.web.reads.terms import read_now

TOP_UPS_SHOWN = 20
TONES = {
    TopUpState.REPORTED: "wait",
    TopUpState.CONFIRMED: "info",
    TopUpState.CREDITED: "good",
    TopUpState.REJECTED: "bad",
}


@dataclass(frozen=True)
class Row:
    """A top-up with its history."""

    amount: Money
    points: Amount
    kind: PointKind
    payer: str
    paid_on: date
    reference: str
    state: str
    tone: str
    returned: Money
    steps: list[Step]


@dataclass(frozen=True)
class Rows:
    """A page of top-ups; `next` is where the following one begins, "" at the end."""

    top_ups: list[Row]
    next: str


def top_up_list(member: Member, before: str) -> Rows:
    """Return a page of the member's top-ups, newest first, below the id `before`."""
    found = CreditTopUp.objects.filter(member=member).order_by("-id")
    last = number_of(before)
    if last is not None:
        found = found.filter(id__lt=last)
    steps = Prefetch("steps", CreditTopUpStep.objects.order_by("at", "id"))
    returns = Prefetch("returns", TopUpReturn.objects.filter(state=ProposalState.APPROVED).order_by("id"))
    top_ups = list(found.prefetch_related(steps, returns)[: TOP_UPS_SHOWN + 1])
    kinds, shown = read_now(member.programme_id).terms.kinds, top_ups[:TOP_UPS_SHOWN]
    return Rows([_row(one, kinds) for one in shown], str(shown[-1].pk) if len(top_ups) > TOP_UPS_SHOWN else "")


def _row(one: CreditTopUp, kinds: Mapping[str, PointKind]) -> Row:
    state = TopUpState(one.state)
    kind = kinds[one.kind]
    return Row(
        amount=Money(one.amount),
        points=Amount(one.points, kind.decimals),
        kind=kind,
        payer=one.payer,
        paid_on=one.paid_on,
        reference=one.reference,
        state=str(state.label),
        tone=TONES[state],
        returned=Money(one.returned),
        steps=[_step(step) for step in one.steps.all()],
    )


def _step(step: CreditTopUpStep) -> Step:
    """Return a step; what the bank calls the money is between operators."""
    note = "" if step.state == TopUpState.CONFIRMED else step.reason
    return Step(str(TopUpState(step.state).label), step.at, note)
