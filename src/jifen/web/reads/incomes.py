"""What others' orders brought a member, by rule and kind (S2-09 … S2-14, S2-52 … S2-57)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.engine.amounts import Rate
from jifen.engine.kinds import PointKind
from jifen.engine.programme import INCOMES
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.center_income import CenterIncome
from jifen.engine.rules.partner_income import PartnerIncome
from jifen.engine.rules.share_income import ShareIncome
from jifen.ledger.reading import daily_sums
from jifen.members.models import Member
from jifen.tables.charts import Columns, Series, draw_columns, marks_of
from jifen.tables.report_figures import Figures
from jifen.web.amounts import Amount
from jifen.web.markup import Markup
from jifen.web.reads.terms import ONE_DAY, Now
from jifen.web.reads.uses import share
from jifen.web.templatetags.jifen import language, named

DAYS_SHOWN = 30
ROLES = ("free", "frozen")
BASES: dict[str, str | Promise] = {
    "amount": gettext_lazy("of order amounts"),
    "concession": gettext_lazy("of concessions"),
    "points": gettext_lazy("of the points that buyers got"),
}
Income = ShareIncome | PartnerIncome | CenterIncome


@dataclass(frozen=True)
class Earned:
    """What a rule paid in one kind: this month and in the last days."""

    rule: str
    name: str
    kind: PointKind
    month: Amount
    recent: Amount


@dataclass(frozen=True)
class Rated:
    """A sentence of the document: how much of what one gets, in which kind."""

    kind: PointKind
    rate: str
    text: str


def incomes_of(terms: Terms) -> list[Income]:
    """Return the rules by which others' orders bring something."""
    return [rule for rule in terms.rules if isinstance(rule, INCOMES)]


def earned_by(member: Member, now: Now, rules: tuple[str, ...]) -> list[Earned]:
    """Return what rules paid a member, one line for each rule and kind that they pay."""
    last = max(now.next_close, now.today)
    month, recent = last.replace(day=1), last - ONE_DAY * (DAYS_SHOWN - 1)
    pairs = list(dict.fromkeys((rule.use, rule.kind) for rule in incomes_of(now.terms) if rule.use in rules))
    found = []
    for use, name in pairs:
        paid = _paid(member, name, min(month, recent), last)
        kind = now.terms.kinds[name]
        sums = [sum(amount for (day, rule), amount in paid.items() if rule == use and day >= since)
                for since in (month, recent)]  # fmt: skip
        found.append(Earned(use, name, kind, *(Amount(one, kind.decimals) for one in sums)))
    return found


def chart_of(member: Member, now: Now, rule: str, name: str) -> Markup | None:
    """Return what a rule paid in a kind on each of the last days; None where it paid nothing."""
    last, kind = max(now.next_close, now.today), now.terms.kinds[name]
    days = [last - ONE_DAY * n for n in reversed(range(DAYS_SHOWN))]
    paid = _paid(member, name, days[0], last)
    values = [paid.get((day, rule), 0) for day in days]
    if not any(values):
        return None
    chart = Columns(
        label=_("%(kind)s in %(days)s days") % {"kind": named(kind), "days": DAYS_SHOWN},
        description=_("Each column is what a business day brought."),
        days=[f"{day.month}-{day.day}" for day in days],
        tips=[f"{day:%Y-%m-%d}: {Amount(value, kind.decimals)}" for day, value in zip(days, values, strict=True)],
        series=[Series(name=named(kind), colour="c0", values=values)],
    )
    return Markup(draw_columns(chart, Figures(kind.decimals, language()).marks(marks_of(chart), kind.decimals)))


def rated(rule: Income, rate: Rate, terms: Terms) -> Rated:
    """Return how much of what a rule gives."""
    return Rated(terms.kinds[rule.kind], share(rate), f"{_whose(rule)} · {BASES[rule.base]}{_worth(rule)}")


def _whose(rule: Income) -> str:
    if isinstance(rule, CenterIncome):
        texts = {"area": _("orders in the area"), "sub": _("orders in the areas of sub-centres")}
        return texts.get(rule.of, _("orders at stores of the team"))
    if rule.of == "store":
        return _("orders at stores of the team") if isinstance(rule, PartnerIncome) else _("orders at stores referred")
    return _("orders of the team") if isinstance(rule, PartnerIncome) else _("orders of those referred")


def _worth(rule: Income) -> str:
    return " · " + _("in tokens worth as much") if rule.priced else ""


def _paid(member: Member, kind: str, first: date, last: date) -> dict[tuple[date, str], int]:
    """Return what rules changed in a kind, free and frozen together."""
    sums: defaultdict[tuple[date, str], int] = defaultdict(int)
    for role in ROLES:
        for found, amount in daily_sums(member.pk, kind, first, last, role=role).items():
            sums[found] += amount
    return sums
