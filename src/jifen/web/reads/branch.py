"""A branch to its owner: what it holds, what its stores hold, owe and sold this month (S3-24, S3-30)."""

from dataclasses import dataclass
from datetime import date

from jifen.alliance.branches import BranchView, StoreLine
from jifen.alliance.terms import terms_now
from jifen.engine.kinds import PointKind
from jifen.stores.models import Store
from jifen.web.amounts import Amount, Money
from jifen.web.reads.counter_points import Flow


@dataclass(frozen=True)
class StoreShown:
    """A store as its branch sees it."""

    store: Store
    points: Amount
    credit: Amount
    owed: Amount
    sales: Money
    refunds: Money
    orders: int


@dataclass(frozen=True)
class BranchShown:
    """A branch with its stores since the first of the month."""

    kind: PointKind
    first: date
    own: StoreShown
    stores: list[StoreShown]
    sales: Money  # of all its stores, its own too
    orders: int
    flows: list[Flow]
    came: Amount
    went: Amount


def read_branch(view: BranchView) -> BranchShown:
    """Return a branch as its page shows it."""
    lines = [view.own, *view.stores]
    return BranchShown(
        kind=terms_now(view.branch.programme_id).terms.kinds[view.kind],
        first=view.first,
        own=_shown(view.own, view.decimals),
        stores=[_shown(one, view.decimals) for one in view.stores],
        sales=Money(sum(one.sales - one.refunds for one in lines)),
        orders=sum(one.orders for one in lines),
        flows=[Flow(rule, Amount(amount, view.decimals)) for rule, amount in view.flows.by_rule.items()],
        came=Amount(view.flows.came, view.decimals),
        went=Amount(view.flows.went, view.decimals),
    )


def read_branch_store(view: BranchView, store: Store) -> StoreShown:
    """Return one store of a branch."""
    return next(_shown(one, view.decimals) for one in view.stores if one.store.pk == store.pk)


def _shown(one: StoreLine, decimals: int) -> StoreShown:
    return StoreShown(
        store=one.store,
        points=Amount(one.float, decimals),
        credit=Amount(one.credit, decimals),
        owed=Amount(one.owed, decimals),
        sales=Money(one.sales),
        refunds=Money(one.refunds),
        orders=one.orders,
    )
