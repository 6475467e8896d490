"""What an alliance's sample did with points beside its sales, as the pages show it, and its money (S3-02 … S3-27)."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum

from jifen.alliance import purchases, shareholders, stored_value
from jifen.alliance.models import (
    BranchGrant,
    CreditChange,
    Handing,
    OwedPayment,
    Purchase,
    PurchaseState,
    PurchaseStep,
    PurchaseWay,
    ShareholderFee,
    StoredState,
    StoredTopUp,
    TopUpWay,
)
from jifen.alliance.paying import Money, give, receive
from jifen.engine.amounts import MONEY_DECIMALS, to_minor
from jifen.engine.days import date_of
from jifen.engine.rules.point_sale import Cost
from jifen.ledger.chart import owner_of_store
from jifen.ledger.models import Entry
from jifen.payouts.models import ProposalState
from jifen.programmes.models import Programme
from jifen.settlement.importing import SAMPLE_PROVIDER, Importer, moment_of
from jifen.settlement.sample_growth import REASON
from jifen.stores.models import Store

HOUR = timedelta(hours=1)
BY_BANK = 3  # every third purchase at head office is paid by bank


class Deals:
    """Writes purchases, grants, credit lines, handings, top-ups and fees, and posts the money that they move."""

    def __init__(self, importer: Importer, stores: list[Store], second_operator_id: int) -> None:
        self.importer, self.stores, self.second = importer, stores, second_operator_id
        self.programme = Programme.objects.get(pk=importer.programme_id)
        self.version_id, self.actions = importer.terms.version_ids[0], importer.facts.actions
        self.provider = SAMPLE_PROVIDER
        self.number = 0
        self.of_day: defaultdict[int, list[int]] = defaultdict(list)
        for row, name in enumerate(self.actions.action):
            if name in _HOW:
                self.of_day[int(self.actions.day[row])].append(row)

    def on_day(self, day: int) -> None:
        """Write what happened on a day, and post its money."""
        for row in self.of_day[day]:
            _HOW[self.actions.action[row]](self, row)

    def store(self, row: int) -> Store:
        """Return the store of an action."""
        assert self.actions.store is not None
        return self.stores[int(self.actions.store[row])]

    def member(self, row: int) -> int | None:
        """Return the id of the member of an action, None where it has none."""
        number = int(self.actions.member[row])
        return self.importer.ids[number] if number >= 0 else None

    def owner(self, store: Store) -> int:
        """Return who owns a store; all of a sample have one."""
        assert store.owner_id is not None
        return store.owner_id

    def at(self, row: int) -> datetime:
        """Return when an action was."""
        return moment_of(int(self.actions.at[row]))

    def common(self, row: int) -> dict[str, Any]:
        """Return what rows of facts have in common."""
        tick = int(self.actions.at[row])
        return {
            "programme": self.programme,
            "key": f"sample/{tick}",
            "fact_id": tick,
            "business_date": date_of(int(self.actions.day[row])),
        }

    def proposal(self, row: int) -> dict[str, Any]:
        """Return what proposals that were approved have in common."""
        return {
            **self.common(row),
            "store": self.store(row),
            "kind": self.actions.kind[row],
            "amount": int(self.actions.amount[row]),
            "reason": REASON,
            "state": ProposalState.APPROVED,
            "proposed_by_id": self.importer.operator_id,
            "proposed_at": self.at(row) - HOUR,
            "decided_by_id": self.second,
            "decided_at": self.at(row),
        }

    def take(self, member_id: int, amount: int, row: int, key: tuple[str, str]) -> int:
        """Post money that came from a member online; `key` is the transfer's, and its cause."""
        day = date_of(int(self.actions.day[row]))
        money = Money(self.programme.pk, member_id, day, *key, provider=self.provider)
        return receive(money, amount, version_id=self.version_id)


def _purchase(deals: Deals, row: int) -> None:
    """Write a purchase: at the branch, online, or by bank with two operators."""
    store, points = deals.store(row), int(deals.actions.amount[row])
    rule = deals.importer.terms.newest.point_sale
    assert rule is not None
    buyer = purchases.buyer_of(store)
    cost = rule.cost_of(buyer, points, deals.importer.terms.newest.kinds[rule.kind].decimals)
    assert isinstance(cost, Cost)
    deals.number += 1
    way = PurchaseWay.BANK if deals.number % BY_BANK == 0 else PurchaseWay.ONLINE
    common = deals.common(row)
    purchase = Purchase(
        **common,
        number=f"P{common['business_date']:%Y%m%d}-{deals.programme.pk}S{deals.number:06}",
        store=store,
        branch=store.branch,
        kind=rule.kind,
        points=points,
        buyer=buyer,
        price=str(cost.price),
        cost=cost.cost,
        way=PurchaseWay.BRANCH if store.branch is not None else way,
        state=PurchaseState.COUNTED,
        member_id=deals.owner(store),
        asked_at=deals.at(row) - HOUR,
    )
    _decide(deals, purchase)
    if purchase.branch_id is None:
        key = purchases.payment_key(purchase), f"purchase {purchase.number}"
        day = common["business_date"]
        money = Money(deals.programme.pk, purchase.member_id, day, *key, purchase.approved_by_id, purchase.provider)
        purchase.reserved = receive(money, purchase.cost, version_id=deals.version_id)
    purchase.save(force_insert=True)
    _note_steps(deals, purchase, deals.at(row))


def _decide(deals: Deals, purchase: Purchase) -> None:
    """Say who let a purchase count: the owner of the branch, two operators, or whoever takes money online."""
    if purchase.branch is not None:
        purchase.seller_id = deals.owner(purchase.branch)
    elif purchase.way == PurchaseWay.BANK:
        purchase.bank_reference = f"ICBC{purchase.fact_id}"
        purchase.paid_by_id, purchase.approved_by_id = deals.importer.operator_id, deals.second
    else:
        purchase.provider = deals.provider


def _note_steps(deals: Deals, purchase: Purchase, at: datetime) -> None:
    """Write the history of a purchase."""
    steps: list[tuple[PurchaseState, datetime, int | None, int | None]] = [
        (PurchaseState.COUNTED, at, purchase.seller_id or purchase.member_id, None)
    ]
    if purchase.way != PurchaseWay.ONLINE:
        steps.insert(0, (PurchaseState.APPLIED, purchase.asked_at, purchase.member_id, None))
    if purchase.way == PurchaseWay.BANK:
        steps[1:] = [
            (PurchaseState.PAID, at, None, deals.importer.operator_id),
            (PurchaseState.COUNTED, at, None, deals.second),
        ]
    PurchaseStep.objects.bulk_create(
        PurchaseStep(purchase=purchase, state=state, at=when, member_id=member, operator_id=operator)
        for state, when, member, operator in steps
    )


def _grant(deals: Deals, row: int) -> None:
    assert deals.actions.role is not None
    BranchGrant.objects.create(**deals.proposal(row), funded=deals.actions.role[row] == "funded")


def _credit(deals: Deals, row: int) -> None:
    CreditChange.objects.create(**deals.proposal(row))


def _handing(deals: Deals, row: int) -> None:
    """Write points that a branch handed to its store, or a store gave to its member."""
    store, member = deals.store(row), deals.member(row)
    giver = store if member is not None else store.branch
    assert giver is not None
    Handing.objects.create(
        **deals.common(row),
        store=giver,
        to_store=store if member is None else None,
        to_member_id=member,
        kind=deals.actions.kind[row],
        amount=int(deals.actions.amount[row]),
        member_id=deals.owner(giver),
        at=deals.at(row),
    )


def _owed(deals: Deals, row: int) -> None:
    """Write what a store paid of what it owed: the ledger has it already."""
    store, common = deals.store(row), deals.common(row)
    paid = Entry.objects.filter(
        owner=owner_of_store(store.pk),
        business_date=common["business_date"],
        transfer__programme_id=deals.programme.pk,
        transfer__key__startswith=f"{deals.programme.code}/action/{common['fact_id']}/owed/",
    )
    OwedPayment.objects.create(
        **common,
        store=store,
        to_member_id=deals.member(row),
        amount=-(paid.aggregate(sum=Sum("amount"))["sum"] or 0),
        member_id=deals.owner(store),
        at=deals.at(row),
    )


def _top_up(deals: Deals, row: int) -> None:
    """Write prepaid money that came online."""
    kind, points, member = deals.actions.kind[row], int(deals.actions.amount[row]), deals.member(row)
    assert member is not None
    unit = 10 ** (deals.importer.terms.newest.kinds[kind].decimals - MONEY_DECIMALS)
    found = StoredTopUp.objects.create(
        **deals.common(row),
        member_id=member,
        kind=kind,
        amount=points // unit,
        points=points,
        way=TopUpWay.ONLINE,
        state=StoredState.CREDITED,
        paid_at=deals.at(row),
        provider=deals.provider,
    )
    reserved = deals.take(member, found.amount, row, (stored_value.payment_key(found), f"stored value {found.pk}"))
    StoredTopUp.objects.filter(pk=found.pk).update(reserved=reserved)


def _return(deals: Deals, row: int) -> None:
    """Write that a member's latest prepayment of this amount went back."""
    member = deals.member(row)
    assert member is not None
    rows = StoredTopUp.objects.filter(member_id=member, points=int(deals.actions.amount[row]))
    found = rows.filter(state=StoredState.CREDITED).select_related("programme").latest("paid_at")
    common = deals.common(row)
    money = Money(deals.programme.pk, found.member_id, common["business_date"], stored_value.return_key(found),
                  f"stored value {found.pk}", provider=deals.provider)  # fmt: skip
    found.from_reserve, found.from_cash = give(money, found.amount, reserved=found.reserved)
    found.state, found.returned, found.returned_at = StoredState.RETURNED, found.amount, deals.at(row)
    found.return_fact_id, found.returned_on = common["fact_id"], common["business_date"]
    found.save()


def _fee(deals: Deals, row: int) -> None:
    """Write that a member paid to be a shareholder."""
    rule, member = deals.importer.terms.newest.shareholders, deals.member(row)
    assert rule is not None
    assert member is not None
    paid = ShareholderFee.objects.create(
        **deals.common(row),
        member_id=member,
        amount=to_minor(rule.fee, MONEY_DECIMALS),
        provider=deals.provider,
        paid_at=deals.at(row),
    )
    reserved = deals.take(member, paid.amount, row, (shareholders.payment_key(paid), f"shareholder {paid.pk}"))
    ShareholderFee.objects.filter(pk=paid.pk).update(reserved=reserved)


def _leave(deals: Deals, row: int) -> None:
    """Write that a member is a shareholder no more."""
    common, member = deals.common(row), deals.member(row)
    assert member is not None
    ShareholderFee.objects.filter(member_id=member, left_on__isnull=True).update(
        left_fact_id=common["fact_id"],
        left_on=common["business_date"],
        ended_by_id=deals.importer.operator_id,
        reason=REASON,
    )


_HOW: dict[str, Callable[[Deals, int], None]] = {
    "buy_points": _purchase,
    "grant_points": _grant,
    "set_credit": _credit,
    "hand_out": _handing,
    "give_points": _handing,
    "pay_owed": _owed,
    "top_up": _top_up,
    "return_top_up": _return,
    "become_shareholder": _fee,
    "leave_shareholders": _leave,
}
