"""The profit pool: its price, what stands behind it, how it went, who exits next (S1-05 … S1-11)."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.figures import show_amount, show_money
from jifen.backoffice.pool_chart import Curve, draw_curve
from jifen.backoffice.showing import show, to
from jifen.backoffice.tables import Cell, Figure, Table, columns, number
from jifen.engine.amounts import Rate, format_amount
from jifen.engine.digits import number_of
from jifen.engine.rules.order_split import OrderSplit
from jifen.explain.model import percent
from jifen.ledger.chart import MONEY
from jifen.ledger.reading import programme_balances
from jifen.members.models import Member
from jifen.pools.distance import ORDERS_MAX
from jifen.pools.history import Moment, history
from jifen.pools.reads import (
    HoldingNow,
    PoolNow,
    Recent,
    holders_count,
    next_to_exit,
    pool_now,
    recent_orders,
    standing_consumption,
)
from jifen.pools.terms import PoolTerms, pool_terms
from jifen.stores.models import Store

SPANS = (1, 7, 30, 365)
PRICE_PLACES = 6  # of charts and lists; the desk shows twelve
LINE_SHOWN = 10
STORES_SHOWN = 50


class Pool(NamedTuple):
    """What the desk is about: the terms and the state of the pool."""

    terms: PoolTerms
    now: PoolNow


def pool_of(desk: Desk) -> Pool:
    """Return the programme's pool; a programme without one has no such page."""
    terms = pool_terms(desk.terms)
    if terms is None:
        raise Http404
    return Pool(terms, pool_now(desk.programme.pk, terms))


@page("see_pool")
def pool(desk: Desk) -> HttpResponseBase:
    """Show the pool of a programme on one page."""
    found, recent = pool_of(desk), recent_orders(desk.programme.pk)
    asked = number_of(desk.request.GET.get("span", ""))
    span = asked if asked in SPANS else SPANS[0]
    return show(
        desk.request,
        "backoffice/pool.html",
        _("Profit pool"),
        lead=_("A point's price is the pool divided by the points in circulation, exactly. It is what the books say at "
               "this moment, no offer: only what is sold or exits is paid, less what is kept."),
        figures=_figures(desk, found),
        bound=_bound(found),
        reserve=_reserve(desk, found),
        span=span,
        spans=[(days, _span_name(days)) for days in SPANS],
        curves=_curves(desk, found.terms, span),
        line=_line(desk, found, recent),
        recent=_recent(recent),
        rates=_rates(desk),
        exits=to(desk, "pool_exits"),
    )  # fmt: skip


def _figures(desk: Desk, found: Pool) -> list[Figure]:
    now, terms = found.now, found.terms
    exact = f"{show_money(now.price.money)} ÷ {show_amount(now.price.supply, terms.decimals)}"
    supply = show_amount(now.supply, terms.decimals)
    least = show_amount(terms.minimum_supply, terms.decimals)
    stays = _("%(points)s stay in circulation") % {"points": least} if terms.minimum_supply else ""
    return [
        Figure(_("Price of a point"), f"¥{now.price.text()}", _("exactly %(fraction)s") % {"fraction": exact}),
        Figure(_("Pool"), show_money(now.money), href=to(desk, "injections")),
        Figure(_("In circulation"), supply, stays),
        Figure(_("Holders"), f"{holders_count(desk.programme.pk):,}"),
        Figure(
            _("Consumed by holders"),
            show_money(standing_consumption(desk.programme.pk)),
            _("since their last exits; everybody exits at %(multiple)s times") % {"multiple": str(terms.exit_multiple)}
            if terms.exit_multiple.num
            else "",
        ),
    ]


def _bound(found: Pool) -> str:
    """Say what all holders together could be paid at most."""
    if not found.now.supply:
        return _("Nobody holds points. The next order is granted points at the price shown.")
    return _(
        "If all holders sold now, one after the other, the pool would pay each of them, in whatever order they come: "
        "at least %(least)s together, and never more than the %(most)s that it holds. Of every sale %(kept)s stays "
        "in the pool; what the last sale leaves goes to the operator's reserve."
    ) % {
        "least": show_money(found.now.proceeds(found.now.supply, found.terms)),
        "most": show_money(found.now.money),
        "kept": _percent(found.terms.kept),
    }


def _reserve(desk: Desk, found: Pool) -> list[tuple[str, Cell]]:
    held = programme_balances(desk.programme.pk).get((MONEY, "pool_reserve"), 0)
    rows = [
        (_("Operator's reserve of the pool"), Cell(show_money(held))),
        (_("of it waits for the next order"), Cell(show_money(found.now.waiting))),
        (_("of it belongs to orders that mint later"), Cell(show_money(found.now.pending))),
    ]
    if found.terms.mint_after_days:
        rows.append((_("Days until an order's points are granted"), Cell(f"{found.terms.mint_after_days}")))
    return rows


def _span_name(days: int) -> str:
    return _("today") if days == 1 else _("%(days)s days") % {"days": days}


def _curves(desk: Desk, terms: PoolTerms, span: int) -> list[Curve]:
    """Return the price, the money and the supply of a time up to now."""
    days: tuple[date, date] = (desk.today - timedelta(days=span - 1), desk.today)
    moments = history(desk.programme.pk, terms, days, zone=desk.zone, by="moment" if span <= SPANS[1] else "day")
    drawn = [
        _curve(_("Price"), moments, lambda one: one.price.floor(PRICE_PLACES), _price),
        _curve(_("Pool"), moments, lambda one: one.money, show_money),
        _curve(_("In circulation"), moments, lambda one: one.supply, lambda value: show_amount(value, terms.decimals)),
    ]
    return [curve for curve in drawn if curve is not None]


def _curve(
    title: str, moments: Sequence[Moment], value: Callable[[Moment], int], shown: Callable[[int], str]
) -> Curve | None:
    return draw_curve(title, [(one.at, value(one)) for one in moments], shown)


def _price(value: int) -> str:
    return f"¥{format_amount(value, PRICE_PLACES)}"


def _line(desk: Desk, found: Pool, recent: Recent) -> Table:
    """Return who exits next, with the way that is left (S1-09)."""
    line = next_to_exit(desk.programme.pk, found.now, found.terms, recent=recent, most=LINE_SHOWN)
    people = Member.objects.in_bulk([one.member_id for one in line])
    headings = columns(
        *(_("Member"), _("Points"), _("Worth"), _("Exits at"), _("Reached"), _("Orders until then")),
        numbers=(1, 2, 3, 4, 5),
    )
    rows = [
        [
            Cell(f"{people[one.member_id].code} {people[one.member_id].name}", href=to(desk, "member", one.member_id)),
            number(show_amount(one.points, found.terms.decimals)),
            number(show_money(one.value)),
            number(show_money(one.exit_value or 0)),
            number(f"{format_amount(one.permille, 1)}%"),
            number(_orders(one)),
        ]
        for one in line
    ]
    return Table(headings, rows, empty=_("Nobody can exit: no points are held for which something was consumed."))


def _orders(one: HoldingNow) -> str:
    if one.orders is None:
        return _("more than %(count)s") % {"count": f"{ORDERS_MAX:,}"}
    return f"{one.orders:,}"


def _recent(recent: Recent) -> str:
    if not recent.orders:
        return _("No order has fed the pool yet, so orders cannot be counted.")
    return _(
        "Counted with orders that each bring %(share)s into the pool, the mean of the last %(count)s, if nobody sells."
    ) % {"share": show_money(recent.share), "count": recent.orders}


def _rates(desk: Desk) -> Table:
    """Return what of an order enters the pool, at stores with a commission of their own and at all others (S1-Q5)."""
    split = desk.terms.rule(OrderSplit)
    headings = columns(_("Store"), _("Commission"), _("Into the pool"), numbers=(1, 2))
    if split is None:
        return Table(headings, [])
    own = Store.objects.filter(programme=desk.programme, rate__isnull=False).order_by("code")[:STORES_SHOWN]
    rows = [
        [Cell(f"{one.code} {one.title}", href=to(desk, "store", one.pk)), *_parts(split, Rate.parse(one.rate or 0))]
        for one in own
    ]
    rows.append([Cell(_("all others")), *_parts(split, split.commission)])
    return Table(headings, rows)


def _parts(split: OrderSplit, commission: Rate) -> list[Cell]:
    into = split.pool_rate(commission)
    return [number(_percent(commission)), number(_percent(into) if into is not None else _("nothing"))]


def _percent(rate: Rate) -> str:
    return percent(rate.num, rate.den)
