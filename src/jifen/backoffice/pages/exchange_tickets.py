"""Tickets to release: who has frozen ones, what was bought, and what the rule still allows (S0-79)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, PlainForm, ReasonForm
from jifen.backoffice.fields import MinorField
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.adjustments import state_cell
from jifen.backoffice.pages.exchange_desk import rule_of
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import ROWS_PER_PAGE, Cell, Filter, Table, columns, number, query_with, slice_of
from jifen.engine.digits import number_of
from jifen.engine.rules.ticket import Ticket
from jifen.exchange.models import TicketRelease
from jifen.exchange.tickets import (
    confirm_release,
    holders_of_frozen,
    propose_release,
    reject_release,
    tickets_of,
)
from jifen.members.models import Member
from jifen.payouts.models import ProposalState


@page("see_exchange")
def tickets(desk: Desk) -> HttpResponseBase:
    """List members with frozen tickets, with what was bought and what may be released."""
    rule = rule_of(desk)
    start = number_of(desk.request.GET.get("after", "")) or 0
    found = holders_of_frozen(desk.programme.pk, rule, after=start, limit=ROWS_PER_PAGE + 1)
    shown = found[:ROWS_PER_PAGE]
    people = Member.objects.in_bulk(shown)
    headings = columns(
        *(_("Member"), _("Frozen"), _("Bought"), _("Released so far"), _("May be released now")), numbers=(1, 2, 3, 4)
    )
    table = Table(
        headings,
        [_row(desk, people[one], rule) for one in shown],
        empty=_("Nobody has frozen tickets."),
        next_query=query_with(desk.request, after=str(shown[-1])) if len(found) > ROWS_PER_PAGE else "",
    )
    lead = _("Tickets are released when %(multiple)s times as many were bought at the exchange.")
    return show(
        desk.request,
        "backoffice/list.html",
        _("Tickets to release"),
        table=table,
        lead=lead % {"multiple": rule.multiple},
    )


def _row(desk: Desk, member: Member, rule: Ticket) -> list[Cell]:
    found = tickets_of(member.pk, rule)
    amounts = (found.frozen, found.bought, found.released, found.allowed)
    return [
        Cell(f"{member.code} {member.name}", href=to(desk, "exchange_account", member.pk)),
        *(number(desk.decimals.show(amount, rule.kind)) for amount in amounts),
    ]


def ticket_facts(desk: Desk, member: Member, rule: Ticket) -> list[tuple[str, Cell]]:
    """Return a member's tickets as facts of a page."""
    found = tickets_of(member.pk, rule)
    rows = [
        (_("Free"), found.free),
        (_("Frozen"), found.frozen),
        (_("Bought"), found.bought),
        (_("Released so far"), found.released),
        (_("May be released now"), found.allowed),
    ]
    return [(title, Cell(desk.decimals.show(amount, rule.kind))) for title, amount in rows]


def propose_action(desk: Desk, member: Member, rule: Ticket) -> Action:
    """Return the action of proposing a release of a member's tickets."""

    class ReleaseForm(ReasonForm):
        amount = MinorField(label=gettext_lazy("How many tickets"), decimals=desk.decimals.of_kind[rule.kind])

        field_order = ("amount", "reason", "key")

    def run(values: Mapping[str, Any]) -> str:
        propose_release(
            member_id=member.pk,
            amount=values["amount"],
            reason=values["reason"],
            operator_id=desk.operator.pk,
            key=values["key"],
        )
        return _("Proposed. Nothing moves before another operator confirms it.")

    note = _("Another operator confirms it; the rule is looked at again then.")
    return Action("release", _("Propose to release tickets"), "enter_orders", run, form=ReleaseForm, note=note)


@page("see_exchange")
def releases(desk: Desk) -> HttpResponseBase:
    """List releases of tickets, newest first."""
    rule = rule_of(desk)
    found = TicketRelease.objects.filter(programme=desk.programme).select_related("member", "proposed_by", "decided_by")
    state = desk.request.GET.get("state", "")
    if state in ProposalState.values:
        found = found.filter(state=state)
    headings = columns(
        *(_("Proposed"), _("Member"), _("State"), _("How many tickets"), _("Reason"), _("Proposed by")),
        *(_("Decided by"), _("Business day")),
        numbers=(3,),
    )
    table = rows_of(desk.request, slice_of(found, desk.request), headings, lambda one: _release_row(desk, one, rule))
    filters = [Filter("state", _("State"), [("", _("all")), *ProposalState.choices], state)]
    return show(desk.request, "backoffice/list.html", _("Releases of tickets"), table=table, filters=filters)


def _release_row(desk: Desk, release: TicketRelease, rule: Ticket) -> list[Cell]:
    return [
        Cell(show_moment(release.proposed_at, desk.zone), href=to(desk, "exchange_release", release.pk)),
        Cell(f"{release.member.code} {release.member.name}", href=to(desk, "exchange_account", release.member_id)),
        state_cell(release),
        number(desk.decimals.show(release.amount, rule.kind)),
        Cell(release.reason),
        Cell(release.proposed_by.username),
        Cell(release.decided_by.username if release.decided_by else ""),
        Cell(f"{release.business_date or ''}"),
    ]


@page("see_exchange")
def release(desk: Desk, release_id: int) -> HttpResponseBase:
    """Show a proposed release of tickets, and let a second operator decide."""
    rule = rule_of(desk)
    rows = TicketRelease.objects.select_related("member", "proposed_by", "decided_by")
    found = get_object_or_404(rows, pk=release_id, programme=desk.programme)
    facts = [
        (_("Member"), Cell(found.member.code, href=to(desk, "exchange_account", found.member_id))),
        (_("How many tickets"), Cell(desk.decimals.show(found.amount, rule.kind))),
        (_("Reason"), Cell(found.reason)),
        (_("Proposed by"), Cell(found.proposed_by.username)),
        (_("Decided by"), Cell(found.decided_by.username if found.decided_by else "")),
        (_("Why rejected"), Cell(found.rejection)),
        *ticket_facts(desk, found.member, rule),
    ]
    return act_or_show(
        desk.request,
        _decisions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/withdrawal.html",
            _("Release of tickets of %(member)s") % {"member": found.member.code},
            state=state_cell(found),
            facts=[(title, cell) for title, cell in facts if cell.text],
            offers=offers,
        ),
    )


def _decisions(desk: Desk, release: TicketRelease) -> list[Action]:
    if release.state != ProposalState.PROPOSED:
        return []
    own = _("You proposed it, so another operator must decide.") if release.proposed_by_id == desk.operator.pk else ""

    def confirm(_values: Mapping[str, Any]) -> str:
        confirm_release(release_id=release.pk, operator_id=desk.operator.pk)
        return _("Released. The tickets are free.")

    def reject(values: Mapping[str, Any]) -> str:
        reject_release(release_id=release.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Rejected. Nothing was posted.")

    note = _("The tickets become free at once, and the member may move them to the exchange.")
    return [
        Action(
            "confirm",
            _("Release the tickets"),
            "review_exchange",
            confirm,
            form=PlainForm,
            note=note,
            blocked=own,
            tone="main",
            open=True,
        ),
        Action("reject", _("Reject"), "review_exchange", reject, tone="bad"),
    ]
