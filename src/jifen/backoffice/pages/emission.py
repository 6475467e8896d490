"""Tokens: what is given out and left, the schedule, the reserve, the declared price (S2-16, S2-Q1, S2-Q2)."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.airdrops.models import AirdropDay
from jifen.airdrops.reads import (
    EmissionNow,
    activated,
    airdrops_of,
    emission_now,
    exact,
    prices_of,
    schedule,
    schedule_total,
)
from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.declared_days import show_value
from jifen.backoffice.fields import MinorField
from jifen.backoffice.figures import show_amount, show_moment
from jifen.backoffice.pool_chart import Curve, draw_curve
from jifen.backoffice.showing import act_or_show, show, to
from jifen.backoffice.tables import Cell, Figure, Table, columns, number
from jifen.engine.declared import CNY
from jifen.engine.rules.airdrop import Airdrop
from jifen.engine.rules.partner_income import PartnerIncome
from jifen.facts.models import Cut
from jifen.messages import rule_title, translator
from jifen.payouts.token_reserve import propose_funding
from jifen.programmes.declared import moment_of

DAYS_SHOWN = 30
PRICES_SHOWN = 20
PRICE_PLACES = 4


def airdrop_of(desk: Desk) -> Airdrop:
    """Return how tokens are airdropped; a programme without them has no such page."""
    if desk.terms.airdrop is None:
        raise Http404
    return desk.terms.airdrop


@page("see_airdrops")
def emission(desk: Desk) -> HttpResponseBase:
    """Show on one page how many tokens there are, go out, and lie in the reserve."""
    rule = airdrop_of(desk)
    now = emission_now(desk.programme.pk, rule, _decimals(desk, rule))
    days = airdrops_of(desk.programme.pk, desk.today - timedelta(days=DAYS_SHOWN - 1), desk.today + timedelta(days=2))
    return act_or_show(
        desk.request,
        [_fund(desk, rule, now)],
        lambda offers: show(
            desk.request,
            "backoffice/sections.html",
            _("Tokens"),
            lead=_("Airdrops and the reserve share one cap, which nothing exceeds. Rewards in tokens come out of the "
                   "reserve; while it is empty they are not paid, and that is noted."),
            notices=_warnings(desk),
            figures=_figures(desk, rule, now, days),
            offers=offers,
            curves=[one for one in (_given(desk, rule, days), _prices_drawn(desk, rule)) if one is not None],
            sections=[
                (_("Schedule by year"), _schedule(desk, rule)),
                (_("Airdrops of the last 30 days"), _days(desk, rule, days)),
                (_("Not paid because the reserve was empty"), _blocked(desk, rule)),
                (_("Declared price of a token"), _prices(desk, rule)),
            ],
            links=[{"href": to(desk, "token_fundings"), "text": _("Fundings of the reserve")},
                   {"href": to(desk, "declared"), "text": _("Declare a price")}],
        ),
    )  # fmt: skip


def _decimals(desk: Desk, rule: Airdrop) -> int:
    return desk.terms.kinds[rule.kind].decimals


def _warnings(desk: Desk) -> list[str]:
    """Return what the engine warns of: what stacked partners take (S2-Q6), a schedule that is not the cap (S2-E1)."""
    said = translator(language())
    rules = [rule for rule in desk.terms.rules if isinstance(rule, (PartnerIncome, Airdrop))]
    return [said(message) for rule in rules for message in rule.warnings()]


def _figures(desk: Desk, rule: Airdrop, now: EmissionNow, days: list[AirdropDay]) -> list[Figure]:
    def tokens(amount: int) -> str:
        return desk.decimals.show(amount, rule.kind)

    who, price = activated(desk.programme.pk, rule.weight), prices_of(desk.programme.pk, rule, 1)
    last = days[-1] if days else None
    drop = _("%(given)s on %(day)s") % {"given": tokens(last.given), "day": last.day} if last else ""
    weight = desk.decimals.show(who.weight, rule.weight)
    return [
        Figure(_("Airdropped"), tokens(now.emitted), drop),
        Figure(_("Put aside"), tokens(now.funded), href=to(desk, "token_fundings")),
        Figure(_("Reserve holds"), tokens(now.reserve), _("paid out as long as there is any")),
        Figure(_("Left of the cap"), tokens(now.left), _("of %(cap)s") % {"cap": tokens(now.cap)}),
        Figure(_("Activated members"), f"{who.members:,}", _("with a weight of %(weight)s") % {"weight": weight}),
        Figure(
            _("Price of a token"),
            show_value(exact(price[0]), CNY) if price else "–",
            _("declared %(when)s") % {"when": show_moment(moment_of(price[0].starts_tick), desk.zone)}
            if price
            else _("none: rewards worth tokens are not paid"),
            href=to(desk, "declared"),
        ),
    ]


def _schedule(desk: Desk, rule: Airdrop) -> Table:
    """Return what the document gives in each year beside what was airdropped in it."""
    years = schedule(rule, _decimals(desk, rule))
    sums = {
        f"year_{one.number}": Sum("emission", filter=Q(day__gte=one.first, day__lt=one.end), default=0) for one in years
    }
    emitted = AirdropDay.objects.filter(programme=desk.programme).aggregate(**sums)
    headings = columns(
        *(_("Year"), _("From"), _("until before"), _("First day's quantity"), _("In the year"), _("Airdropped")),
        numbers=(3, 4, 5),
    )
    rows = [
        [
            Cell(str(one.number), tone="good" if one.has(desk.today) else ""),
            Cell(f"{one.first}"),
            Cell(f"{one.end}"),
            number(desk.decimals.show(one.daily, rule.kind)),
            number(desk.decimals.show(one.total, rule.kind)),
            number(desk.decimals.show(emitted[f"year_{one.number}"], rule.kind)),
        ]
        for one in years
    ]
    total = desk.decimals.show(schedule_total(years), rule.kind)
    rows.append([Cell(_("together")), Cell(""), Cell(""), number(""), number(total), number("")])
    return Table(headings, rows)


def _days(desk: Desk, rule: Airdrop, days: list[AirdropDay]) -> Table:
    headings = columns(
        *(_("Day"), _("Quantity of the day"), _("Given"), _("Dust left"), _("Weight of all"), _("Price that day")),
        numbers=(1, 2, 3, 4, 5),
    )
    rows = [
        [
            Cell(f"{one.day}"),
            number(desk.decimals.show(one.emission, rule.kind)),
            number(desk.decimals.show(one.given, rule.kind)),
            number(desk.decimals.show(one.dust, rule.kind)),
            number(desk.decimals.show(int(one.weight), rule.weight)),
            number(one.price or "–"),
        ]
        for one in reversed(days)
    ]
    return Table(headings, rows, empty=_("Nothing was airdropped: nobody was activated, or the launch is to come."))


def _blocked(desk: Desk, rule: Airdrop) -> Table:
    """Return what each rule could not pay in tokens, and to how many members (S2-Q1)."""
    cut = Cut.objects.filter(programme=desk.programme, kind=rule.kind)
    found = cut.values("rule").annotate(amount=Sum("amount"), members=Count("member", distinct=True)).order_by("rule")
    said = translator(language())
    rows = [
        [
            Cell(said(rule_title(one["rule"]))),
            number(desk.decimals.show(one["amount"], rule.kind)),
            number(f"{one['members']:,}"),
        ]
        for one in found
    ]
    return Table(columns(_("Rule"), _("Not paid"), _("Members"), numbers=(1, 2)), rows, empty=_("All was paid so far."))


def _prices(desk: Desk, rule: Airdrop) -> Table:
    headings = columns(_("From"), _("Until"), _("Price"), _("Reason"), _("Operator"), numbers=(2,))
    rows = [
        [
            Cell(show_moment(moment_of(one.starts_tick), desk.zone)),
            Cell(show_moment(moment_of(one.ends_tick), desk.zone) if one.ends_tick else ""),
            number(show_value(exact(one), CNY)),
            Cell(one.note),
            Cell(one.operator.username),
        ]
        for one in prices_of(desk.programme.pk, rule, PRICES_SHOWN)
    ]
    return Table(headings, rows, empty=_("No price was declared yet."))


def _given(desk: Desk, rule: Airdrop, days: list[AirdropDay]) -> Curve | None:
    values = [(datetime.combine(one.day, time(), desk.zone), one.given) for one in days]
    return draw_curve(_("Given a day"), values, lambda value: show_amount(value, _decimals(desk, rule)))


def _prices_drawn(desk: Desk, rule: Airdrop) -> Curve | None:
    found = list(reversed(prices_of(desk.programme.pk, rule, PRICES_SHOWN)))
    values = [(moment_of(one.starts_tick).astimezone(desk.zone), int(exact(one) * 10**PRICE_PLACES)) for one in found]
    return draw_curve(_("Declared price"), values, lambda value: f"¥{show_amount(value, PRICE_PLACES)}")


def _fund(desk: Desk, rule: Airdrop, now: EmissionNow) -> Action:
    """Return the proposal to put tokens aside; its form reads as many decimals as the token has."""
    decimals = _decimals(desk, rule)

    class FundingForm(ReasonForm):
        """How many tokens go into the reserve."""

        amount = MinorField(label=gettext_lazy("Tokens"), decimals=decimals)
        field_order = ("amount", "reason", "key")

    def run(values: Mapping[str, Any]) -> str:
        propose_funding(
            programme_id=desk.programme.pk,
            amount=values["amount"],
            reason=values["reason"],
            key=values["key"],
            operator_id=desk.operator.pk,
        )
        return _("Proposed. Another operator approves it.")

    note = _("At most %(left)s. No airdrop gives what is put aside.") % {
        "left": desk.decimals.show(now.left, rule.kind)
    }
    return Action("fund", _("Propose to fund the reserve"), "fund_tokens", run, form=FundingForm, note=note)
