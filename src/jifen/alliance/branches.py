"""What a branch and head office see of a branch: its points, its stores, their purchases and sales (S3-24, S3-30)."""

from datetime import date
from typing import NamedTuple

from django.db.models import Count, Sum

from jifen.alliance.models import WAITING, Purchase
from jifen.alliance.people import own_branch
from jifen.alliance.terms import terms_now
from jifen.facts.days import open_day
from jifen.facts.models import Fact
from jifen.ledger.chart import owner_of_store
from jifen.ledger.floats import floats_of
from jifen.ledger.reading import daily_sums
from jifen.pools.models import OrderNote
from jifen.stores.models import Store

FIRST_DAY = date(2000, 1, 1)


class StoreLine(NamedTuple):
    """A store as its branch or head office sees it: what it holds and owes (minor units), and its sales (fen)."""

    store: Store
    float: int
    credit: int
    owed: int
    sales: int
    refunds: int
    orders: int


class Flows(NamedTuple):
    """What moved the points of a store or branch in a time, by rule, minor units; below 0 went out (S3-29)."""

    by_rule: dict[str, int]

    @property
    def came(self) -> int:
        """What came in."""
        return sum(amount for amount in self.by_rule.values() if amount > 0)

    @property
    def went(self) -> int:
        """What went out, as a number above 0."""
        return -sum(amount for amount in self.by_rule.values() if amount < 0)


class BranchView(NamedTuple):
    """A branch with its stores, in a time."""

    branch: Store
    kind: str
    decimals: int
    first: date
    last: date
    own: StoreLine
    stores: list[StoreLine]
    flows: Flows
    waiting: list[Purchase]  # applications of its stores, the oldest first


def branch_view(*, branch_id: int, member_id: int, first: date | None = None, last: date | None = None) -> BranchView:
    """Return one's own branch in a time, this month without one; raises NotYourStoreError for everybody else's."""
    return _view(own_branch(branch_id, member_id), first, last)


def view_of_branch(branch_id: int, first: date | None = None, last: date | None = None) -> BranchView:
    """Return a branch as head office sees it."""
    return _view(Store.objects.select_related("standing").get(pk=branch_id), first, last)


def lines_of(stores: list[Store], kind: str, first: date, last: date) -> list[StoreLine]:
    """Return what stores hold and owe now, and what they sold in a time."""
    if not stores:
        return []
    ids = [store.pk for store in stores]
    floats = floats_of(stores[0].programme_id, kind, ids)
    notes = OrderNote.objects.filter(store_id__in=ids, owed__gt=0).values("store_id").annotate(sum=Sum("owed"))
    owed = {row["store_id"]: row["sum"] for row in notes}
    facts = Fact.objects.filter(store_id__in=ids, business_date__range=(first, last)).order_by()
    sums = facts.values("store_id", "type").annotate(sum=Sum("amount"), count=Count("tick"))
    sold = {(row["store_id"], row["type"]): (row["sum"], row["count"]) for row in sums}
    found = []
    for store in stores:
        sales, orders = sold.get((store.pk, Fact.Type.ORDER), (0, 0))
        refunds, _ = sold.get((store.pk, Fact.Type.REFUND), (0, 0))
        held, owes = floats.get(store.pk, 0), owed.get(store.pk, 0)
        found.append(StoreLine(store, held, store.standing.credit, owes, sales, refunds, orders))
    return found


def flows_of(store: Store, kind: str, first: date, last: date) -> Flows:
    """Return what moved the points of a store or branch on the days from first to last, by rule."""
    found: dict[str, int] = {}
    sums = daily_sums(owner_of_store(store.pk), kind, first, last, role="float")
    for (_day, rule), amount in sorted(sums.items()):
        found[rule] = found.get(rule, 0) + amount
    return Flows(found)


def _view(branch: Store, first: date | None, last: date | None) -> BranchView:
    now, today = terms_now(branch.programme_id), open_day(branch.programme_id)
    last = last or today
    first = first or last.replace(day=1)
    rows = Store.objects.filter(branch=branch).select_related("standing", "owner").order_by("code")
    own, *others = lines_of([branch, *rows], now.kind, first, last)
    waiting = Purchase.objects.filter(branch=branch, state__in=WAITING).select_related("store").order_by("pk")
    return BranchView(
        branch=branch,
        kind=now.kind,
        decimals=now.decimals,
        first=first,
        last=last,
        own=own,
        stores=others,
        flows=flows_of(branch, now.kind, first, last),
        waiting=list(waiting),
    )
