"""Outside money: put into the profit pool, or given to members as points to consume with (S1-12).

One operator proposes, another approves. The money itself goes into the reserve, out of the account `topped_up`, so that
no report can take it for income (trust 1.4).
"""

from django.db import transaction
from django.utils import timezone

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.message import say
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.profit_pool import ProfitPool
from jifen.engine.rules.subsidy import Subsidy as SubsidyRule
from jifen.facts.acts import note_act
from jifen.facts.days import open_day
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.ledger.chart import MONEY
from jifen.members.models import Member
from jifen.payouts.bringing_in import Brought, bring_in
from jifen.payouts.errors import PayoutError
from jifen.payouts.models import PoolInjection, ProposalState, Subsidy
from jifen.payouts.proposals import ProposalKeyReusedError, approve, decided_as, locked, reject
from jifen.payouts.reasons import given
from jifen.programmes.terms import in_force, load

OUTSIDE_MAX = 10**14  # fen
INJECTION, SUBSIDY = "inject", "subsidise"  # what is done, and the words of the ledger's keys


class OutsideMoneyError(PayoutError):
    """The amount, or the programme, is not one that takes outside money."""


def propose_injection(*, programme_id: int, amount: int, reason: str, operator_id: int, key: str) -> PoolInjection:
    """Propose to put `amount` (fen) into the pool; the reason says where the money lies."""
    reason = _checked(amount, reason)
    if load(in_force(programme_id, open_day(programme_id)).pk).rule(ProfitPool) is None:
        raise OutsideMoneyError(say("this programme has no pool"))
    with transaction.atomic():
        found, new = PoolInjection.objects.get_or_create(
            programme_id=programme_id,
            key=key,
            defaults={
                "amount": amount,
                "reason": reason,
                "proposed_by_id": operator_id,
                "proposed_at": timezone.now(),
            },
        )
        if new:
            note_act(operator_id=operator_id, act="propose_injection", subject=f"injection {found.pk}", reason=reason)
        elif (found.amount, found.reason) != (amount, reason):
            raise ProposalKeyReusedError
    return found


def propose_subsidy(*, member_id: int, amount: int, reason: str, operator_id: int, key: str) -> Subsidy:
    """Propose to give a member points to consume with for `amount` (fen)."""
    reason = _checked(amount, reason)
    programme_id = Member.objects.values_list("programme_id", flat=True).get(pk=member_id)
    terms = load(in_force(programme_id, open_day(programme_id)).pk)
    _in_points(terms, amount)
    with transaction.atomic():
        found, new = Subsidy.objects.get_or_create(
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
            note_act(operator_id=operator_id, act="propose_subsidy", subject=_subject(found), reason=reason)
        elif (found.member_id, found.amount, found.reason) != (member_id, amount, reason):
            raise ProposalKeyReusedError
    return found


def approve_injection(*, injection_id: int, operator_id: int) -> PoolInjection:
    """Approve an injection and post it; approving again changes nothing."""
    with transaction.atomic():
        found = locked(PoolInjection, injection_id)
        if not decided_as(found, ProposalState.APPROVED, operator_id=operator_id):
            approve(found, operator_id=operator_id)
            _post(found, NewAction(
                programme_id=found.programme_id, action=INJECTION, member_id=None, kind=MONEY, amount=found.amount,
                actor=f"operator/{operator_id}", reason=found.reason,
            ))  # fmt: skip
            note_act(
                operator_id=operator_id, act="approve_injection", subject=f"injection {found.pk}", reason=found.reason
            )
    return found


def approve_subsidy(*, subsidy_id: int, operator_id: int) -> Subsidy:
    """Approve a subsidy and post it; approving again changes nothing."""
    with transaction.atomic():
        found = locked(Subsidy, subsidy_id)
        if not decided_as(found, ProposalState.APPROVED, operator_id=operator_id):
            approve(found, operator_id=operator_id)
            terms = load(in_force(found.programme_id, open_day(found.programme_id)).pk)
            kind, points = _in_points(terms, found.amount)
            _post(found, NewAction(
                programme_id=found.programme_id, action=SUBSIDY, member_id=found.member_id, kind=kind, amount=points,
                actor=f"operator/{operator_id}", reason=found.reason,
            ))  # fmt: skip
            note_act(operator_id=operator_id, act="approve_subsidy", subject=_subject(found), reason=found.reason)
    return found


def reject_injection(*, injection_id: int, operator_id: int, reason: str) -> PoolInjection:
    """Reject an injection; nothing is posted."""
    reason = given(reason)
    with transaction.atomic():
        found = locked(PoolInjection, injection_id)
        if not decided_as(found, ProposalState.REJECTED, operator_id=operator_id):
            reject(found, operator_id=operator_id, reason=reason)
            note_act(operator_id=operator_id, act="reject_injection", subject=f"injection {found.pk}", reason=reason)
    return found


def reject_subsidy(*, subsidy_id: int, operator_id: int, reason: str) -> Subsidy:
    """Reject a subsidy; nothing is posted."""
    reason = given(reason)
    with transaction.atomic():
        found = locked(Subsidy, subsidy_id)
        if not decided_as(found, ProposalState.REJECTED, operator_id=operator_id):
            reject(found, operator_id=operator_id, reason=reason)
            note_act(operator_id=operator_id, act="reject_subsidy", subject=_subject(found), reason=reason)
    return found


def _checked(amount: int, reason: str) -> str:
    """Return the reason; refuse amounts that cannot be."""
    if not 1 <= amount <= OUTSIDE_MAX:
        raise OutsideMoneyError(say("outside money is an amount above 0"))
    return given(reason)


def _in_points(terms: Terms, amount: int) -> tuple[str, int]:
    """Return the kind of a programme's subsidies and how many minor units an amount of money is, one point a CNY."""
    rule = terms.rule(SubsidyRule)
    if rule is None:
        raise OutsideMoneyError(say("this programme gives no consumption subsidies"))
    points, rest = divmod(amount * int(10 ** terms.kinds[rule.kind].decimals), int(10**MONEY_DECIMALS))
    if rest:
        raise OutsideMoneyError(say("this kind of points has fewer decimals than the amount"))
    return rule.kind, points


def _post(found: PoolInjection | Subsidy, action: NewAction) -> None:
    """Record the fact and its money, and save the proposal with both."""
    recorded = record_action(action)
    found.fact_id, found.business_date = recorded.fact_id, recorded.business_date
    found.save()
    what, actor = INJECTION if isinstance(found, PoolInjection) else SUBSIDY, found.decided_by_id
    assert actor is not None
    bring_in(found, Brought(f"{what}/{found.pk}", "outside_money", f"{what} {found.pk}"), operator_id=actor)


def _subject(subsidy: Subsidy) -> str:
    return f"subsidy {subsidy.pk} M{subsidy.member_id}"
