"""The price, the money and the points of a pool over time, drawn on the server as SVG (S1-11)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.facts.days import zone_of
from jifen.pools.history import DAYS_BY_MOMENT_MAX, Moment, history
from jifen.pools.models import PoolDay, PoolPoint
from jifen.programmes.declared import moment_of
from jifen.tables.line_charts import Line, draw_line, line_marks
from jifen.tables.report_figures import Figures
from jifen.web.amounts import Amount, Money
from jifen.web.markup import Markup
from jifen.web.reads.growth import PRICE_PLACES, Here
from jifen.web.templatetags.jifen import language

ONE_DAY = timedelta(days=1)
WEEK = 7  # days


@dataclass(frozen=True)
class Span:
    """How far back a chart goes."""

    name: str
    label: str | Promise
    days: int  # 0: since the beginning


SPANS = (
    Span("day", gettext_lazy("Day"), 1),
    Span("week", gettext_lazy("Week"), WEEK),
    Span("all", gettext_lazy("All"), 0),
)


@dataclass(frozen=True)
class Chart:
    """One value over time, with what it was at first, at least, at most and at last."""

    title: str
    picture: Markup
    first: str
    lowest: str
    highest: str
    last: str


@dataclass(frozen=True)
class Scale:
    """How a value is read from a moment and written: with so many decimals on the axis."""

    title: str
    colour: str
    decimals: int
    value: Callable[[Moment], int]
    text: Callable[[int], str]


def span_named(name: str) -> Span:
    """Return the span that an address asks for, a week where it asks for none."""
    return next((one for one in SPANS if one.name == name), SPANS[1])


def read_charts(programme_id: int, here: Here, span: Span) -> list[Chart]:
    """Return the charts of price, money and points; none before the pool began."""
    moments = _moments(programme_id, here, span)
    return [_chart(moments, scale, span) for scale in _scales(here)] if moments else []


def read_price_chart(programme_id: int, here: Here) -> Chart | None:
    """Return the chart of the price in the last week."""
    span = span_named("week")
    moments = _moments(programme_id, here, span)
    return _chart(moments, _scales(here)[0], span) if moments else None


def _moments(programme_id: int, here: Here, span: Span) -> list[Moment]:
    """Return the states of the pool; the last one is that of now."""
    zone, first = zone_of(programme_id), _first_day(programme_id)
    if first is None:
        return []
    today = timezone.now().astimezone(zone).date()
    begin = max(first, today - (span.days - 1) * ONE_DAY) if span.days else min(first, today)
    few = (today - begin).days < DAYS_BY_MOMENT_MAX
    found = history(programme_id, here.terms, (begin, today), zone=zone, by="moment" if few else "day")
    if few:
        return found
    pool = here.pool
    now = timezone.now().astimezone(zone)
    return [*(one for one in found if one.at.date() < today), Moment(now, pool.money, pool.supply, pool.price)]


def _first_day(programme_id: int) -> date | None:
    """Return the day on which the pool first moved."""
    zone: ZoneInfo = zone_of(programme_id)
    point = PoolPoint.objects.filter(programme_id=programme_id).order_by("tick").values_list("tick", flat=True).first()
    day = PoolDay.objects.filter(programme_id=programme_id).order_by("day").values_list("day", flat=True).first()
    moved = moment_of(point).astimezone(zone).date() if point is not None else None
    return min((one for one in (moved, day) if one is not None), default=None)


def _scales(here: Here) -> tuple[Scale, ...]:
    decimals = here.terms.decimals
    return (
        Scale(
            _("Price of a point"),
            "c0",
            PRICE_PLACES,
            lambda one: one.price.floor(PRICE_PLACES),
            lambda value: f"¥{Amount(value, PRICE_PLACES)}",
        ),
        Scale(_("Money in the pool"), "c1", MONEY_DECIMALS, lambda one: one.money, lambda value: str(Money(value))),
        Scale(
            _("Points in circulation"),
            "c2",
            decimals,
            lambda one: one.supply,
            lambda value: str(Amount(value, decimals)),
        ),
    )


def _chart(moments: Sequence[Moment], scale: Scale, span: Span) -> Chart:
    values = [scale.value(one) for one in moments]
    written = "%H:%M" if span.days == 1 else "%m-%d"
    first, lowest, highest, last = (scale.text(one) for one in (values[0], min(values), max(values), values[-1]))
    line = Line(
        label=scale.title,
        description=_("At first %(first)s, at least %(lowest)s, at most %(highest)s, now %(last)s.")
        % {"first": first, "lowest": lowest, "highest": highest, "last": last},
        values=values,
        times=[f"{one.at:{written}}" for one in moments],
        tips=[f"{one.at:%Y-%m-%d %H:%M}: {scale.text(value)}" for one, value in zip(moments, values, strict=True)],
        colour=scale.colour,
    )
    marks = Figures(scale.decimals, language()).marks(line_marks(line), scale.decimals)
    return Chart(scale.title, Markup(draw_line(line, marks)), first, lowest, highest, last)
