"""Devices: what a number of them costs and grants, and a member's own leases (S0-09, S0-12)."""

from dataclasses import dataclass
from datetime import date

from jifen.engine.kinds import PointKind
from jifen.leases.accounts import company_account
from jifen.leases.models import Agreement, CompanyAccount, Lease
from jifen.leases.terms import DeviceTerms, device_terms
from jifen.ledger.lots import Lot
from jifen.ledger.reading import balances
from jifen.members.models import Member
from jifen.sales.models import CONFIRMED_STATES, OPEN_STATES, OrderState
from jifen.web.amounts import Amount, Money
from jifen.web.reads.charts import percent_of

LEASES_SHOWN = 50


@dataclass(frozen=True)
class Step:
    """A row of the table of multiples."""

    quantity: int
    multiple: str
    reached: bool


@dataclass(frozen=True)
class DeviceQuote:
    """What a number of devices costs, what pays it, and what it grants; `points` is None where credit is too little."""

    units: int
    unit_price: Money
    price: Money
    credit: PointKind | None
    free: Amount
    points: Amount | None
    cash: Money
    missing: Amount
    income: PointKind
    granted: Amount
    multiple: str
    steps: list[Step]
    next_quantity: int
    next_missing: int
    next_multiple: str
    title_passes: bool

    @property
    def possible(self) -> bool:
        """Whether the member can buy so many now."""
        return self.points is not None and self.granted.minor > 0


@dataclass(frozen=True)
class LeaseCard:
    """A lease as its card shows it; what it returned is all that its lot has released."""

    number: str
    units: int
    price: Money
    opened_on: date
    multiple_of: Amount
    released: Amount
    left: Amount
    base: Amount
    permille: int
    percent: str
    title_passes: bool
    title_passed_on: date | None
    refunded: bool
    signed: bool


@dataclass(frozen=True)
class DevicePage:
    """An order of devices after its agreement was signed; without `lease` it waits for its money."""

    number: str
    state: str
    waits: bool
    cancelled: bool
    units: int
    price: Money
    cash: Money
    signed_name: str
    agreement: Agreement
    account: CompanyAccount | None
    lease: LeaseCard | None


def read_device_quote(member: Member, units: int) -> DeviceQuote:
    """Return what a number of devices would cost the member now; raises NoDevicesError where there are none."""
    devices = device_terms(member.programme_id)
    kind = devices.spend.kind if devices.spend is not None else ""
    free = balances(member.pk).get((kind, "free"), 0)
    points = devices.points(units, free)
    decimals = devices.terms.kinds[kind].decimals if kind else 0
    multiple, following = devices.grant.multiple_of(units), devices.next_tier(units)
    return DeviceQuote(
        units=units,
        unit_price=Money(devices.grant.unit_price),
        price=Money(devices.price(units)),
        credit=devices.terms.kinds[kind] if kind else None,
        free=Amount(free, decimals),
        points=None if points is None else Amount(points, decimals),
        cash=Money(devices.price(units) - (points or 0) // devices.scale),
        missing=Amount(max(devices.least_points(units) - free, 0), decimals),
        income=devices.terms.kinds[devices.grant.kind],
        granted=Amount(devices.granted(units), devices.terms.lot_decimals),
        multiple=str(multiple or 0),
        steps=_steps(devices, units),
        next_quantity=following.quantity if following else 0,
        next_missing=following.quantity - units if following else 0,
        next_multiple=str(following.multiple) if following else "",
        title_passes=devices.title_passes,
    )


def _steps(devices: DeviceTerms, units: int) -> list[Step]:
    tiers = devices.grant.tiers
    reached = max((tier.quantity for tier in tiers if tier.quantity <= units), default=0)
    return [Step(tier.quantity, str(tier.multiple), tier.quantity == reached) for tier in tiers]


def read_leases(member: Member) -> list[LeaseCard]:
    """Return the member's leases, the newest first."""
    found = Lease.objects.filter(member=member).select_related("order", "order__version").order_by("-pk")
    leases = list(found[:LEASES_SHOWN])
    lots = {lot.id: lot for lot in Lot.objects.filter(owner=member.pk, id__in=[one.fact_tick for one in leases])}
    devices = device_terms(member.programme_id)
    return [_card(lease, lots.get(lease.fact_tick), devices) for lease in leases]


def waiting_orders(member: Member) -> list[Agreement]:
    """Return the agreements of orders whose money has not come yet, the newest first."""
    found = Agreement.objects.filter(member=member, order__state__in=OPEN_STATES).defer("pdf")
    return list(found.select_related("order").order_by("-pk"))


def read_device_page(member: Member, number: str) -> DevicePage | None:
    """Return an order of devices of the member; None for everybody else's."""
    found = Agreement.objects.filter(member=member, order__number=number).defer("pdf").select_related("order").first()
    if found is None:
        return None
    order, lease = found.order, Lease.objects.filter(order_id=found.order_id).select_related("order").first()
    lot = Lot.objects.filter(owner=member.pk, id=lease.fact_tick).first() if lease is not None else None
    return DevicePage(
        number=order.number,
        state=str(order.get_state_display()),
        waits=order.state in OPEN_STATES,
        cancelled=order.state == OrderState.CANCELLED,
        units=order.quantity,
        price=Money(order.amount),
        cash=Money(order.cash),
        signed_name=found.signed_name,
        agreement=found,
        account=company_account(member.programme_id) if order.state not in CONFIRMED_STATES else None,
        lease=_card(lease, lot, device_terms(member.programme_id)) if lease is not None else None,
    )


def _card(lease: Lease, lot: Lot | None, devices: DeviceTerms) -> LeaseCard:
    decimals, price = devices.terms.lot_decimals, lease.price * devices.scale
    released = lot.scheduled + lot.accelerated if lot is not None else 0
    base = price - lease.order.refunded * devices.scale
    returned = min(released, base)
    return LeaseCard(
        number=lease.order.number,
        units=lease.units,
        price=Money(lease.price),
        opened_on=lease.opened_on,
        multiple_of=Amount(lot.granted if lot is not None else 0, decimals),
        released=Amount(released, decimals),
        left=Amount(lot.remaining if lot is not None else 0, decimals),
        base=Amount(base, decimals),
        permille=1000 * returned // base if base else 0,
        percent=percent_of(returned, base),
        title_passes=devices.title_passes,
        title_passed_on=lease.title_passed_on,
        refunded=lease.order.state == OrderState.REFUNDED,
        signed=lease.agreement_id is not None,
    )
