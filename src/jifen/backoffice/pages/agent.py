"""One agent, whole: devices, target, reviews, meetings, subsidies, applications; and the end of the agency."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from jifen.agents.appointing import dismiss_agent
from jifen.agents.conditions import asked_of
from jifen.agents.models import Application, Meeting, Review
from jifen.agents.months import month_before
from jifen.agents.statistics import AgentFigures, agent_figures, by_month, subsidies
from jifen.agents.terms import subsidy_kinds, subsidy_rules
from jifen.backoffice.access import Desk, page
from jifen.backoffice.account_titles import rule_name
from jifen.backoffice.acting import Action
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.pages.agents import people, strikes_cell
from jifen.backoffice.pages.applications import rank_name, state_cell
from jifen.backoffice.showing import act_or_show, show, to
from jifen.backoffice.tables import Cell, Figure, Table, columns, number
from jifen.facts.models import Fact
from jifen.members.models import Member
from jifen.members.team import legs

ROWS_SHOWN = 24
DAYS_SHOWN = 31
MONTHS_SHOWN = 12
LEGS_SHOWN = 10


@page("see_agents")
def agent(desk: Desk, member_id: int) -> HttpResponseBase:
    """Tell everything about an agent on one page; of somebody who was one, what remains."""
    rows = Member.objects.select_related("standing", "referrer__standing")
    found = get_object_or_404(rows, pk=member_id, programme=desk.programme)
    figures = agent_figures([found.pk], desk.terms, desk.today)[found.pk]
    return act_or_show(
        desk.request,
        [_dismiss(desk, found)] if found.standing.agent else [],
        lambda offers: show(
            desk.request,
            "backoffice/agent.html",
            f"{found.code} {found.name}",
            state=_state(found),
            figures=_figures(figures),
            facts=_facts(desk, found, figures),
            sections=_sections(desk, found),
            offers=offers,
        ),
    )


def _state(member: Member) -> Cell:
    return Cell(_("agent"), tone="good") if member.standing.agent else Cell(_("no agent"), tone="plain")


def _figures(figures: AgentFigures) -> list[Figure]:
    sold = _("%(sold)s of %(target)s") % {"sold": f"{figures.sold:,}", "target": f"{figures.target:,}"}
    held = _("%(held)s of %(wanted)s") % {"held": figures.meetings.held, "wanted": figures.meetings.wanted}
    late = "wait" if figures.missing else ""
    return [
        Figure(_("Own devices"), f"{figures.own_units:,}"),
        Figure(_("Devices of the team"), f"{figures.team_units:,}"),
        Figure(_("Parking spaces"), f"{figures.spaces:,}", _("its own and the team's")),
        Figure(_("People"), people(figures.people)),
        Figure(_("Own volume"), show_money(figures.own_amount)),
        Figure(_("Team volume"), show_money(figures.team_amount)),
        Figure(_("Sold this month"), sold, _("without the teams of agents below"), tone=late),
        Figure(_("Meetings this month"), held, tone="" if figures.meetings.met else "wait"),
    ]


def _facts(desk: Desk, member: Member, figures: AgentFigures) -> list[tuple[str, Cell]]:
    standing, referrer = member.standing, member.referrer
    rows = [
        (_("Member"), Cell(f"{member.code} {member.name}", href=to(desk, "member", member.pk))),
        (_("Rank"), Cell(desk.rank_title(standing.rank) or _("none"))),
        (_("Agent since"), Cell(f"{standing.agent_since or ''}")),
        (_("Carried over"), Cell(f"{figures.carry:,}" if figures.carry else "")),
        (_("Months missed in a row"), strikes_cell(desk, figures.strikes)),
    ]
    if referrer is not None:
        what = _("agent") if referrer.standing.agent else _("no agent")
        rows.append((_("Referrer"), Cell(f"{referrer.code} · {what}", href=to(desk, "member", referrer.pk))))
    return [(title, cell) for title, cell in rows if cell.text]


def _sections(desk: Desk, member: Member) -> list[tuple[str, str, Table]]:
    last = desk.today
    days = subsidies(member.pk, desk.terms, month_before(last, MONTHS_SHOWN - 1), last)
    recent = {(day, rule): amount for (day, rule), amount in days.items() if (last - day).days < DAYS_SHOWN}
    return [
        (_("Reviews"), "table", _reviews(member)),
        (_("Meetings"), "table", _meetings(desk, member)),
        (_("Subsidies by month"), "table", _subsidies(desk, by_month(days), "%Y-%m")),
        (_("Subsidies by day"), "table", _subsidies(desk, recent, "%Y-%m-%d")),
        (_("Largest legs"), "table", _legs(desk, member)),
        (_("Applications"), "table", _applications(desk, member)),
        (_("Appointments"), "table", _appointments(member)),
    ]


def review_cell(review: Review) -> Cell:
    """Return how a review ended, as a badge."""
    if review.dismissed:
        return Cell(_("agency ended"), tone="bad")
    return Cell(_("target met"), tone="good") if review.passed else Cell(_("target missed"), tone="wait")


def _reviews(member: Member) -> Table:
    found = Review.objects.filter(member=member).order_by("-month")[:ROWS_SHOWN]
    headings = columns(
        *(_("Month"), _("Result"), _("Sold"), _("Target"), _("Carried over"), _("Months missed in a row")),
        numbers=(2, 3, 4, 5),
    )
    rows = [
        [
            Cell(f"{one.month:%Y-%m}"),
            review_cell(one),
            *(number(f"{figure:,}") for figure in (one.sold, one.target, one.carry, one.strikes)),
        ]
        for one in found
    ]
    return Table(headings, rows, empty=_("No month was reviewed yet."))


def _meetings(desk: Desk, member: Member) -> Table:
    asked = asked_of(desk.programme.pk)
    headings = columns(_("Held on"), _("Place"), _("People there"), _("Large enough"), _("Note"), numbers=(2,))
    rows = [
        [
            Cell(f"{one.held_on}"),
            Cell(one.place),
            number(f"{one.people:,}"),
            Cell(_("yes"), tone="good") if one.people >= asked.people else Cell(_("no"), tone="wait"),
            Cell(one.note),
        ]
        for one in Meeting.objects.filter(member=member).order_by("-held_on", "-pk")[:ROWS_SHOWN]
    ]
    return Table(headings, rows, empty=_("No meeting was recorded yet."))


def _subsidies(desk: Desk, sums: Mapping[tuple[date, str], int], shape: str) -> Table:
    """Return a row for each day or month, a column for each rule that pays agents, and their sum."""
    rules, kinds = [rule.use for rule in subsidy_rules(desk.terms)], subsidy_kinds(desk.terms)
    kind = kinds[0] if kinds else desk.terms.lot_kind
    headings = columns(
        *(_("When"), *(rule_name(rule) for rule in rules), _("Together")), numbers=range(1, len(rules) + 2)
    )
    rows = []
    for day in sorted({day for day, _rule in sums}, reverse=True):
        amounts = [sums.get((day, rule), 0) for rule in rules]
        shown = [number(desk.decimals.show(amount, kind) if amount else "") for amount in amounts]
        rows.append([Cell(day.strftime(shape)), *shown, number(desk.decimals.show(sum(amounts), kind))])
    return Table(headings, rows, empty=_("Nothing was paid in this time."))


def _legs(desk: Desk, member: Member) -> Table:
    headings = columns(_("Member"), _("Volume"), numbers=(1,))
    rows = [
        [Cell(f"{leg.code} {leg.nickname}", href=to(desk, "member", leg.member_id)), number(show_money(leg.amount))]
        for leg in legs(member.pk)[:LEGS_SHOWN]
    ]
    return Table(headings, rows, empty=_("Nobody was referred yet."))


def _applications(desk: Desk, member: Member) -> Table:
    headings = columns(_("Sent"), _("Company"), _("Rank applied for"), _("State"), _("Reason"))
    rows = [
        [
            Cell(show_moment(one.submitted_at or one.begun_at, desk.zone), href=to(desk, "application", one.pk)),
            Cell(one.company),
            Cell(rank_name(desk, one.rank)),
            state_cell(one),
            Cell(one.reason),
        ]
        for one in Application.objects.filter(member=member).order_by("-pk")[:ROWS_SHOWN]
    ]
    return Table(headings, rows)


def _appointments(member: Member) -> Table:
    found = Fact.objects.filter(member=member, action__in=("appoint", "dismiss")).order_by("-tick")[:ROWS_SHOWN]
    titles = {"appoint": _("appointed"), "dismiss": _("dismissed")}
    rows = [[Cell(f"{one.business_date}"), Cell(titles[one.action]), Cell(one.reason)] for one in found]
    return Table(columns(_("Business day"), _("What"), _("Reason")), rows)


def _dismiss(desk: Desk, member: Member) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        dismiss_agent(member_id=member.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Dismissed. The rank ends with the next close; what was paid stays paid.")

    note = _("The agency ends now. The member reads your reason and may apply again.")
    return Action("dismiss", _("Dismiss the agent"), "review_agents", run, note=note, tone="bad")
