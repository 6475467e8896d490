"""The declared price of tokens over time: what operators declared, no market (S2-18, S2-Q2)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.utils.translation import gettext as _

from jifen.airdrops.reads import ONE_DAY, exact, prices_of
from jifen.explain.model import decimal
from jifen.facts.days import zone_of
from jifen.programmes.declared import moment_of, tick_of
from jifen.programmes.models import DeclaredValue
from jifen.tables.line_charts import Line, draw_line, line_marks
from jifen.tables.report_figures import Figures
from jifen.web.markup import Markup
from jifen.web.reads.airdrop import Here
from jifen.web.templatetags.jifen import language

DAYS_SHOWN = 90
PRICES_READ, PRICES_SHOWN = 200, 10
PLACES = 4


@dataclass(frozen=True)
class Declared:
    """A price that was declared: from when, what, and why."""

    since: datetime
    price: str
    note: str


@dataclass(frozen=True)
class Prices:
    """The last prices, and a chart of them; None before the first one."""

    rows: list[Declared]
    chart: Markup | None


def read_prices(programme_id: int, here: Here) -> Prices:
    """Return the prices that were declared, the newest first, and those of the last days as a line."""
    found = prices_of(programme_id, here.rule, PRICES_READ)
    rows = [Declared(moment_of(one.starts_tick), price_text(one), one.note) for one in found[:PRICES_SHOWN]]
    return Prices(rows, _chart(found, programme_id, here.now.today))


def price_text(value: DeclaredValue) -> str:
    """Return a declared price in CNY."""
    return f"¥{decimal(exact(value).numerator, exact(value).denominator)}"


def _chart(found: list[DeclaredValue], programme_id: int, today: date) -> Markup | None:
    """Return the price at the end of each of the last days on which one was in force."""
    zone = zone_of(programme_id)
    values: list[tuple[date, DeclaredValue]] = []
    for day in (today - ONE_DAY * n for n in reversed(range(DAYS_SHOWN))):
        end = tick_of(datetime.combine(day + ONE_DAY, time(), zone).astimezone(UTC)) - 1
        at = next((one for one in found if one.starts_tick <= end and (one.ends_tick or end + 1) > end), None)
        if at is not None:
            values.append((day, at))
    if not values:
        return None
    scaled = [int(exact(one) * 10**PLACES) for _day, one in values]
    line = Line(
        label=_("Declared price"),
        description=_("Each step is the price that was in force at the end of a day."),
        values=scaled,
        times=[f"{day:%m-%d}" for day, _one in values],
        tips=[f"{day:%Y-%m-%d}: {price_text(one)}" for day, one in values],
        colour="c0",
    )
    return Markup(draw_line(line, Figures(PLACES, language()).marks(line_marks(line), PLACES)))
