"""The money side of the verifier: what orders, refunds, withdrawals and operators' money must have posted."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Q

from jifen.alliance.checks import money_moves as alliance_moves
from jifen.cards.checks import money_moves as card_money
from jifen.engine.days import day_number
from jifen.engine.message import Message, say
from jifen.facts.terms import Terms
from jifen.leases.checks import money_moves
from jifen.ledger.chart import PROGRAMME
from jifen.ledger.lines import read_money
from jifen.payouts.models import PoolInjection, Proposal, ProposalState, Subsidy, TopUp, Withdrawal, WithdrawalState
from jifen.payouts.withdrawals import Parts, parts_of
from jifen.sales.due_checks import money_moves as store_moves
from jifen.sales.models import PAID_STATES, Order, Refund
from jifen.storefront.models import ShareProposal
from jifen.territories.models import TerritoryDeed

Moves = dict[tuple[int, str], int]  # (member or PROGRAMME, role) → fen
SHOWN = 5


def money_problems(programme_id: int, terms: Terms) -> Iterator[Message]:
    """Yield every transfer of money that is missing, too many, or not what its order, refund or payout says."""
    expected = dict(_expected(programme_id, terms))
    found: defaultdict[str, Moves] = defaultdict(dict)
    for key, owner, role, amount in read_money(programme_id):
        found[key][owner, role] = amount
    wrong = [key for key in sorted(expected.keys() | found.keys()) if expected.get(key, {}) != found.get(key, {})]
    for key in wrong[:SHOWN]:
        values = {"key": key, "found": _tell(found.get(key, {})), "expected": _tell(expected.get(key, {}))}
        yield say("{key} moved {found}, and should have moved {expected}", **values)
    if len(wrong) > SHOWN:
        yield say("{count} more transfers of money are not as they should be", count=len(wrong) - SHOWN)
    yield from _withdrawals(programme_id, terms)


def _withdrawals(programme_id: int, terms: Terms) -> Iterator[Message]:
    """Yield paid withdrawals whose fee, money or reward is not what the terms of their day keep and give (S0-48)."""
    paid = Withdrawal.objects.filter(programme_id=programme_id, state=WithdrawalState.PAID).order_by("pk")
    for one in paid.iterator():
        assert one.business_date is not None
        programme = terms.versions.on(day_number(one.business_date))
        found = Parts(one.net, one.fee, one.cash, one.reward, one.reward_kind)
        expected = parts_of(programme, one.kind, one.amount)
        if found != expected:
            values = {"id": one.pk, "found": _told(found), "expected": _told(expected)}
            yield say("withdrawal {id} came to {found}, and should have come to {expected}", **values)


def _told(parts: Parts) -> str:
    told = f"net {parts.net}, fee {parts.fee}, cash {parts.cash}"
    return f"{told}, {parts.reward_kind} {parts.reward}" if parts.reward_kind else told


def _expected(programme_id: int, terms: Terms) -> Iterator[tuple[str, Moves]]:
    code = terms.newest.code
    orders = Order.objects.filter(Q(state__in=PAID_STATES) | Q(sent_at__isnull=False), programme_id=programme_id)
    for order in orders.filter(taken_by_store=False).iterator():
        rule = terms.versions.programmes[terms.index(order.version_id)].reserve
        reserved, kept = rule.split(order.cash) if rule is not None else (0, order.cash)
        yield from _moved(
            f"{code}/order/{order.number}/payment",
            ((order.member_id, "paid"), -order.cash), ((PROGRAMME, "reserve"), reserved), ((PROGRAMME, "cash"), kept),
        )  # fmt: skip
        if order.state not in PAID_STATES:  # it did not arrive (S2-02)
            yield from _moved(
                f"{code}/order/{order.number}/payment_return",
                ((order.member_id, "paid"), order.cash), ((PROGRAMME, "reserve"), -reserved),
                ((PROGRAMME, "cash"), -kept),
            )  # fmt: skip
    yield from _refunds(programme_id, code)
    paid = Withdrawal.objects.filter(programme_id=programme_id, state=WithdrawalState.PAID)
    for withdrawal in paid.iterator():
        yield from _moved(
            f"{code}/withdrawal/{withdrawal.pk}/payment",
            ((withdrawal.member_id, "paid"), withdrawal.cash), ((PROGRAMME, "reserve"), -withdrawal.cash),
        )  # fmt: skip
    yield from _from_outside(programme_id, code)
    yield from money_moves(programme_id)
    yield from card_money(programme_id)
    yield from alliance_moves(programme_id)
    yield from store_moves(programme_id)


def _from_outside(programme_id: int, code: str) -> Iterator[tuple[str, Moves]]:
    """Yield what operators brought in by two people: for the reserve, the pool, subsidies and territories (S1-12)."""
    brought: tuple[tuple[str, type[Proposal]], ...] = (
        ("top_up", TopUp),
        ("inject", PoolInjection),
        ("subsidise", Subsidy),
        ("territory", TerritoryDeed),
        ("shares", ShareProposal),
    )
    for what, model in brought:
        for one in model._default_manager.filter(programme_id=programme_id, state=ProposalState.APPROVED).iterator():
            yield from _moved(
                f"{code}/{what}/{one.pk}",
                ((PROGRAMME, "topped_up"), -one.amount), ((PROGRAMME, "reserve"), one.amount),
            )  # fmt: skip


def _refunds(programme_id: int, code: str) -> Iterator[tuple[str, Moves]]:
    """Yield what refunds give back: floor(cash × refunded ÷ amount), less what came back before."""
    before: defaultdict[int, int] = defaultdict(int)
    refunds = Refund.objects.filter(order__programme_id=programme_id).select_related("order").order_by("fact_id")
    for refund in refunds.iterator():
        order = refund.order
        was = before[order.pk]
        now = before[order.pk] = was + refund.amount
        back = order.cash * now // order.amount - order.cash * was // order.amount if not order.taken_by_store else 0
        yield from _moved(
            f"{code}/refund/{order.number}/{refund.number}/payment",
            ((order.member_id, "paid"), back), ((PROGRAMME, "reserve"), -refund.from_reserve),
            ((PROGRAMME, "cash"), refund.from_reserve - back),
        )  # fmt: skip


def _moved(key: str, *rows: tuple[tuple[int, str], int]) -> Iterator[tuple[str, Moves]]:
    moves = {account: amount for account, amount in rows if amount}
    if moves:
        yield key, moves


def _tell(moves: Moves) -> str:
    parts = [f"{role} {amount}" for (_, role), amount in sorted(moves.items())]
    return ", ".join(parts) or "0"
