"""What a store settles with head office: the open period as it stands, and what was settled (S3-17, S3-Q4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jifen.alliance.periods import open_period, periods_of_store, statement, to_pay
from jifen.alliance.statements import Row
from jifen.alliance.terms import NoPeriodsError
from jifen.explain.model import percent
from jifen.stores.models import Period, PeriodState, Store
from jifen.web.amounts import Money

ROWS_SHOWN = 300
SHARE_UNITS = 10**9  # of a rate's decimals
TONES = {PeriodState.CLOSED: "info", PeriodState.INVOICED: "wait", PeriodState.PAID: "good"}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Deed:
    """A sale or refund of a period."""

    order: str
    who: str
    day: date
    sold_on: date
    amount: Money
    refund: bool


@dataclass(frozen=True)
class Figures:
    """What a store owes for its sales of some days; `to_pay` is less what head office holds of the money for them."""

    start: date
    last: date  # the last day that is in it
    rate: str
    sales: Money
    refunds: Money
    adjusted: Money
    due: Money
    stored: Money
    collected: Money  # paid to head office by members on their phones
    to_pay: Money
    to_store: Money  # what head office pays, 0 where the store pays
    orders: int


@dataclass(frozen=True)
class Settled:
    """A settled period."""

    id: int
    figures: Figures
    state: str
    tone: str
    number: str
    note: str
    payable: bool
    paid_on: date | None
    deeds: list[Deed]
    more: int  # deeds that are only in the Excel file


def read_open(store: Store) -> Figures | None:
    """Return the figures of the open period as they stand; None where nothing is settled by periods."""
    try:
        found = open_period(store.pk)
    except NoPeriodsError:
        return None
    one = found.figures
    pays = found.to_pay
    return Figures(
        start=found.start,
        last=found.last,
        rate=percent(found.rate.numerator, found.rate.denominator),
        sales=Money(one.sales),
        refunds=Money(one.refunds),
        adjusted=Money(one.adjusted),
        due=Money(one.due),
        stored=Money(one.stored),
        collected=Money(one.due - one.stored - pays),
        to_pay=Money(max(pays, 0)),
        to_store=Money(max(-pays, 0)),
        orders=one.orders,
    )


def read_periods(store: Store) -> list[Settled]:
    """Return the settled periods of a store, the newest first."""
    return [_settled(one, []) for one in periods_of_store(store.pk)]


def read_period(period: Period) -> Settled:
    """Return a settled period with each sale and refund."""
    return _settled(period, statement(period.pk).rows)


def _settled(one: Period, rows: Sequence[Row]) -> Settled:
    pays, state = to_pay(one), PeriodState(one.state)
    return Settled(
        id=one.pk,
        figures=Figures(
            start=one.start_on,
            last=one.until_on - ONE_DAY,
            rate=percent(int(one.rate * SHARE_UNITS), SHARE_UNITS),
            sales=Money(one.sales),
            refunds=Money(one.refunds),
            adjusted=Money(one.adjusted),
            due=Money(one.due),
            stored=Money(one.stored),
            collected=Money(one.due - one.stored - pays),
            to_pay=Money(max(pays, 0)),
            to_store=Money(max(-pays, 0)),
            orders=one.orders,
        ),
        state=str(state.label),
        tone=TONES[state],
        number=one.number,
        note=one.note,
        payable=state == PeriodState.INVOICED and pays > 0,
        paid_on=one.paid_on,
        deeds=[
            Deed(row.order_code, row.member.nickname, row.day, row.sold_on, Money(row.amount), row.is_refund)
            for row in rows[:ROWS_SHOWN]
        ],
        more=max(len(rows) - ROWS_SHOWN, 0),
    )
