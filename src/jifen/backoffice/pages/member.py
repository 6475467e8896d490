"""One member, whole: balances, lots, referrers, rank, volumes, orders, withdrawals, statement; and what one may do."""

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.pages.member_actions import member_actions
from jifen.backoffice.pages.member_books import balance_figures, lot_table, statement_table
from jifen.backoffice.pages.orders import order_columns, order_row
from jifen.backoffice.pages.withdrawals import withdrawal_columns, withdrawal_row
from jifen.backoffice.showing import act_or_show, show, to
from jifen.backoffice.tables import Cell, Column, Figure, Table, columns, number
from jifen.engine.rules.second_leg_rank import SecondLegRank
from jifen.exchange.terms import paying_kinds
from jifen.members.forests import ancestors
from jifen.members.models import KindVolume, Member, Move
from jifen.members.phones import masked
from jifen.members.team import TeamSummary, team_summary
from jifen.payouts.models import FreezeStep, PointMove
from jifen.sales.pricing import redemption_of

ROWS_SHOWN = 10
LINE_SHOWN = 30


@page("see_members")
def member(desk: Desk, member_id: int) -> HttpResponseBase:
    """Tell everything about a member on one page."""
    rows = Member.objects.select_related("standing", "referrer")
    found = get_object_or_404(rows, pk=member_id, programme=desk.programme)
    return act_or_show(
        desk.request,
        member_actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/member.html",
            f"{found.code} {found.name}",
            member=found,
            state=_state(found),
            facts=_facts(desk, found),
            figures=balance_figures(desk, found),
            line=_line(desk, found),
            sections=_sections(desk, found),
            offers=offers,
        ),
    )


def _state(member: Member) -> Cell:
    return Cell(_("withdrawals frozen"), tone="bad") if member.standing.frozen else Cell(_("active"), tone="good")


def _facts(desk: Desk, member: Member) -> list[tuple[str, Cell]]:
    standing = member.standing
    since = f"{standing.rank_since}" if standing.rank and standing.rank_since else ""
    rows = [
        (_("Phone"), Cell(masked(member))),
        (_("Invite code"), Cell(member.invite_code)),
        (_("Joined on"), Cell(f"{member.joined_on}")),
        (_("Rank"), Cell(desk.rank_title(standing.rank) or _("none"))),
        (_("Rank since"), Cell(since)),
        *_device_facts(desk, member),
        (_("Debt"), Cell(desk.lot_points(standing.debt) if standing.debt else "")),
        (_("Written off"), Cell(desk.lot_points(standing.written_off) if standing.written_off else "")),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _device_facts(desk: Desk, member: Member) -> list[tuple[str, Cell]]:
    """Return what a programme that leases devices keeps of a member: devices, and how it stands as an agent (S0-55)."""
    standing = member.standing
    if not desk.terms.counts_units:
        return []
    held = _("%(count)s, VIP member") % {"count": f"{standing.units:,}"} if standing.units else "0"
    rows = [
        (_("Devices"), Cell(held)),
        (_("Devices of the team"), Cell(f"{standing.team_units:,}")),
        (_("Devices bought this month"), Cell(f"{standing.month_units:,}")),
    ]
    if desk.terms.agency is None:
        return rows
    since = _("agent since %(day)s") % {"day": standing.agent_since} if standing.agent else _("no agent")
    rows.append((_("Agent"), Cell(since, tone="good" if standing.agent else "plain")))
    if standing.agent and desk.terms.review is not None:
        missed = _("%(strikes)s of %(most)s") % {"strikes": standing.strikes, "most": desk.terms.review.strikes}
        rows.append((_("Months missed in a row"), Cell(missed, tone="wait" if standing.strikes else "")))
        rows.append((_("Carried over to the target"), Cell(f"{standing.carry:,}")))
    return rows


def _line(desk: Desk, member: Member) -> list[Cell]:
    """Return everybody above the member, the nearest first, as far as a page shows."""
    above = ancestors({}, member.pk, stop=0)[1 : LINE_SHOWN + 1]
    people = Member.objects.in_bulk(above)
    return [Cell(f"{people[one].code} {people[one].name}", href=to(desk, "member", one)) for one in above]


def _sections(desk: Desk, member: Member) -> list[tuple[str, str, Table | list[Figure]]]:
    """Return the parts below the balances: title, what shows it, and what is shown."""
    team = team_summary(member.pk)
    sections: list[tuple[str, str, Table | list[Figure]]] = [
        (_("Lots"), "table", lot_table(desk, member)),
        (_("Statement"), "table", statement_table(desk, member)),
        (_("Volumes"), "figures", _volumes(desk, member, team)),
        (_("Largest legs"), "table", _legs(desk, team)),
        (_("Orders"), "table", _orders(desk, member)),
    ]
    rare = [
        (_("Volumes by kind of points"), _kinds(desk, member)),
        (_("Withdrawals"), _withdrawals(desk, member)),
        (_("Adjustments"), _adjustments(desk, member)),
        (_("Freezes"), _freezes(desk, member)),
        (_("Conversions and transfers"), _point_moves(desk, member)),
        (_("Moves"), _moves(member)),
    ]
    return [*sections, *((title, "table", table) for title, table in rare if table.rows)]


def _volumes(desk: Desk, member: Member, team: TeamSummary) -> list[Figure]:
    standing = member.standing
    of_points = _("of it in points: %(points)s")
    people = f"{team.team:,}" if team.counted_all else _("more than %(count)s") % {"count": f"{team.team:,}"}
    figures = [
        Figure(
            _("Own volume"),
            show_money(team.own_amount),
            of_points % {"points": desk.lot_points(team.own_points)},
        ),
        Figure(
            _("Team volume"),
            show_money(team.team_amount),
            of_points % {"points": desk.lot_points(team.team_points)},
        ),
        Figure(_("Team"), people, _("referred directly: %(count)s") % {"count": f"{team.direct:,}"}),
    ]
    if redemption_of(desk.terms) is not None:  # values of what was exchanged are no money (S3-16)
        return figures[2:]
    if isinstance(desk.terms.ranks, SecondLegRank):
        second_leg = show_money(standing.second_leg // desk.terms.points_per_money)
        figures.insert(2, Figure(_("Second-largest leg"), second_leg, _("decides the rank")))
    return figures


def _kinds(desk: Desk, member: Member) -> Table:
    """Return what was paid in each kind, where several kinds pay orders (S0-83)."""
    paying = paying_kinds(desk.terms)
    found = {one.kind: one for one in KindVolume.objects.filter(member=member)} if len(paying) > 1 else {}
    rows = [
        [
            Cell(desk.kind_title(kind)),
            number(desk.lot_points(found[kind].own if kind in found else 0)),
            number(desk.lot_points(found[kind].team if kind in found else 0)),
        ]
        for kind in (paying if len(paying) > 1 else [])
    ]
    return Table(columns(_("Kind"), _("Own volume"), _("Team volume"), numbers=(1, 2)), rows)


def _legs(desk: Desk, team: TeamSummary) -> Table:
    rows = [
        [
            Cell(f"{leg.code} {leg.nickname}", href=to(desk, "member", leg.member_id)),
            number(show_money(leg.amount)),
            number(desk.lot_points(leg.points)),
        ]
        for leg in team.legs[: ROWS_SHOWN if redemption_of(desk.terms) is None else 0]
    ]
    headings = columns(_("Leg"), _("Volume"), _("of it in points"), numbers=(1, 2))
    return Table(headings, rows, empty=_("Nobody was referred yet."))


def _orders(desk: Desk, member: Member) -> Table:
    found = member.orders.select_related("member").order_by("-pk")[:ROWS_SHOWN]
    return _without(_("Member"), order_columns(), [order_row(desk, one) for one in found])


def _withdrawals(desk: Desk, member: Member) -> Table:
    found = member.withdrawals.select_related("member", "approved_by", "paid_by").order_by("-pk")[:ROWS_SHOWN]
    return _without(_("Member"), withdrawal_columns(), [withdrawal_row(desk, one) for one in found])


def _without(title: str, headings: list[Column], rows: list[list[Cell]]) -> Table:
    """Return a table without one of its columns."""
    place = [column.title for column in headings].index(title)
    kept = [*headings[:place], *headings[place + 1 :]]
    return Table(kept, [[*row[:place], *row[place + 1 :]] for row in rows])


def _adjustments(desk: Desk, member: Member) -> Table:
    headings = columns(_("Proposed"), _("State"), _("Kind"), _("Amount"), _("Reason"), _("Proposed by"), numbers=(3,))
    rows = [
        [
            Cell(show_moment(one.proposed_at, desk.zone), href=to(desk, "adjustment", one.pk)),
            Cell(str(one.get_state_display()), tone="wait" if one.state == "proposed" else "plain"),
            Cell(desk.kind_title(one.kind)),
            number(desk.decimals.show(one.amount, one.kind)),
            Cell(one.reason),
            Cell(one.proposed_by.username),
        ]
        for one in member.adjustments.select_related("proposed_by").order_by("-pk")[:ROWS_SHOWN]
    ]
    return Table(headings, rows)


def _freezes(desk: Desk, member: Member) -> Table:
    rows = [
        [
            Cell(show_moment(one.at, desk.zone)),
            Cell(_("frozen") if one.frozen else _("allowed again")),
            Cell(one.reason),
            Cell(one.operator.username),
        ]
        for one in FreezeStep.objects.filter(member=member).select_related("operator").order_by("-fact_id")[:ROWS_SHOWN]
    ]
    return Table(columns(_("When"), _("What"), _("Reason"), _("Operator")), rows)


def _point_moves(desk: Desk, member: Member) -> Table:
    """Return what the member converted or gave to others."""
    headings = columns(_("When"), _("What"), _("Kind"), _("Amount"), _("To"), _("Received"), numbers=(3, 5))
    rows = [
        [
            Cell(show_moment(one.at, desk.zone)),
            Cell(str(one.get_action_display())),
            Cell(desk.kind_title(one.kind)),
            number(desk.decimals.show(one.amount, one.kind)),
            Cell(one.to_member.code, href=to(desk, "member", one.to_member.pk))
            if one.to_member
            else Cell(desk.kind_title(one.to_kind)),
            number(desk.decimals.show(one.received, one.to_kind or one.kind)),
        ]
        for one in PointMove.objects.filter(member=member).select_related("to_member").order_by("-pk")[:ROWS_SHOWN]
    ]
    return Table(headings, rows)


def _moves(member: Member) -> Table:
    headings = columns(_("In force from the close of"), _("From"), _("To"), _("Reason"), _("Operator"))
    nobody = _("nobody")
    rows = [
        [
            Cell(f"{one.effective_on}"),
            Cell(f"M{one.old_referrer_id}" if one.old_referrer_id else nobody),
            Cell(f"M{one.new_referrer_id}" if one.new_referrer_id else nobody),
            Cell(one.reason),
            Cell(one.operator.username),
        ]
        for one in Move.objects.filter(member=member).select_related("operator").order_by("-tick")[:ROWS_SHOWN]
    ]
    return Table(headings, rows)
