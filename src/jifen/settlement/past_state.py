"""What a close used of a few members: ranks, agents and units; what lots had released; what a month shared out."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Sum

from jifen.engine.close import Slot
from jifen.engine.rule import OrderFact
from jifen.explain import Shareout
from jifen.facts.models import AgentChange, Dust, Fact, RankChange, Reward
from jifen.facts.terms import Terms
from jifen.ledger.models import Entry, Transfer
from jifen.ledger.posting import find_transfer
from jifen.members.models import Member

RELEASES = (1, 2)  # the parts of a lot that are released: by time, and by others' releases and units


def ranks_before(members: Sequence[int], day: date) -> dict[int, int]:
    """Return the ranks that facts and the close of a day used, found by the closes before it; members without: 0."""
    changes = RankChange.objects.filter(member_id__in=members, day__lt=day)
    return dict(changes.order_by("member_id", "day").values_list("member_id", "rank"))


def agents_on(members: Sequence[int], day: date) -> set[int]:
    """Return who was an agent at the close of a day."""
    changes = AgentChange.objects.filter(member_id__in=members, day__lte=day).order_by("day", "tick")
    state = dict(changes.values_list("member_id", "agent"))
    return {member for member, agent in state.items() if agent}


def units_at(terms: Terms, members: Sequence[int], day: date) -> dict[int, int]:
    """Return the units of each member that counted at the close of a day: bought before it, less what was refunded."""
    orders = list(Fact.objects.filter(type=Fact.Type.ORDER, member_id__in=members, business_date__lt=day))
    back = refunded([order.tick for order in orders], day)
    units: defaultdict[int, int] = defaultdict(int)
    for order in orders:
        rule = terms.versions.programmes[terms.index(order.terms_id)].units if order.terms_id is not None else None
        assert order.member_id is not None
        if rule is not None and rule.grants(order_fact(order)):
            units[order.member_id] += order.quantity * (order.amount - back.get(order.tick, 0)) // order.amount
    return units


def bases_at(terms: Terms, ticks: Sequence[int], day: date) -> dict[int, int]:
    """Return what releases of some orders' lots were computed from at the close of a day."""
    back, bases = refunded(ticks, day), {}
    for order in Fact.objects.filter(tick__in=ticks):
        assert order.terms_id is not None
        programme = terms.versions.programmes[terms.index(order.terms_id)]
        bases[order.tick] = programme.base_of(order_fact(order), back.get(order.tick, 0))
    return bases


def refunded(ticks: Sequence[int], day: date) -> dict[int, int]:
    """Return what of some orders was refunded up to the close of a day, in fen."""
    refunds = Fact.objects.filter(type=Fact.Type.REFUND, order_tick__in=ticks, business_date__lte=day)
    return dict(refunds.values_list("order_tick").annotate(sum=Sum("amount")))


def order_fact(order: Fact) -> OrderFact:
    """Return an order as rules see it."""
    return OrderFact(
        0, order.order_code, 0, order.amount, order.points_paid, order.points_kind, order.quantity, order.product
    )


def released_before(owner: int, transfer: Transfer) -> dict[int, int]:
    """Return what each lot of an owner had released when a transfer was posted, by the lot's id."""
    entries = Entry.objects.filter(owner=owner, lot__gt=0, part__in=RELEASES, transfer_id__lt=transfer.id)
    sums = entries.filter(business_date__lte=transfer.business_date).values_list("lot").annotate(sum=Sum("amount"))
    return {lot: -amount for lot, amount in sums.order_by("lot")}


def shareout_at(transfer: Transfer, member: int, slot: Slot, number: int) -> Shareout | None:
    """Return what was shared out at a month's end, as a receiver's line says it; None where nothing is kept of it."""
    programme, day = transfer.programme_id, transfer.business_date
    ours = Member.objects.filter(programme_id=programme).values("id")
    rows = {row.member_id: row for row in Reward.objects.filter(day=day, slot=number, member_id__in=ours)}
    if member not in rows:
        return None
    by_units = slot.rule.shares == "units"
    dust = Dust.objects.filter(programme_id=programme, rule=slot.rule.use, day__lt=day).order_by("-day").first()
    shareout = Shareout(
        total=_set_aside(transfer),
        dust=dust.amount if dust is not None else 0,
        members=len(rows),
        whole=sum(row.base for row in rows.values()) if by_units else len(rows),
        weight=rows[member].base if by_units else 1,
        base=rows[member].base,
        place=sorted(rows, key=lambda one: (-rows[one].base, one)).index(member) + 1,
    )
    share = (shareout.total + shareout.dust) * shareout.weight // shareout.whole
    return shareout if share == rows[member].entitled else None


def _set_aside(transfer: Transfer) -> int:
    """Return what the rule of a receiver's transfer set aside in the pool that day."""
    fund = find_transfer(programme_id=transfer.programme_id, key=transfer.key.rsplit("/", 1)[0])
    if fund is None:
        return 0
    rows = Entry.objects.filter(transfer_id=fund.id, business_date=fund.business_date, account__role="pool")
    return int(rows.aggregate(sum=Sum("amount"))["sum"] or 0)
