"""Operation centres: who has which region, applications, closing (S2-13 … S2-15, S2-56)."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.pages.center_approvals import approvals_of
from jifen.backoffice.showing import (
    EXPORT_ROWS_MAX,
    act_or_show,
    export,
    export_query,
    rows_of,
    show,
    to,
    wants_export,
)
from jifen.backoffice.tables import Cell, Column, Figure, Filter, Table, columns, number, slice_of
from jifen.centers.applying import approve_application, close_center, refuse_application
from jifen.centers.areas import days_in, stores_in
from jifen.centers.conditions import Condition, center_rule, conditions_of, holder_of
from jifen.centers.models import ApplicationState, CenterApplication
from jifen.centers.packs import lacking_packs, with_packs
from jifen.members.models import Member
from jifen.stores.models import Center
from jifen.stores.regions import full_name
from jifen.stores.regions import level as level_of
from jifen.territories.models import Level

DAYS_SHOWN = 30
TONES = {"submitted": "wait", "approved": "good", "refused": "bad", "withdrawn": "plain"}


def _refuse_without(desk: Desk) -> None:
    if center_rule(desk.terms) is None:
        raise Http404


def member_cell(desk: Desk, member: Member | None) -> Cell:
    """Return the way to a member; nothing for nobody."""
    return Cell(f"{member.code} {member.name}", href=to(desk, "member", member.pk)) if member is not None else Cell("")


@page("see_centers")
def centers(desk: Desk) -> HttpResponseBase:
    """List centres, the last opened first; all of them in Excel."""
    _refuse_without(desk)
    found = with_packs(Center.objects.filter(programme=desk.programme)).select_related("member", "parent")
    state = desk.request.GET.get("state", "open")
    if state in ("open", "closed"):
        found = found.filter(until_on__isnull=state == "open")
    elif state == "lacking":
        found = lacking_packs(found, desk.terms)
    if wants_export(desk.request):
        return export(desk, "centers", _columns(), [_row(desk, one) for one in found.order_by("-pk")[:EXPORT_ROWS_MAX]])
    return show(
        desk.request,
        "backoffice/list.html",
        _("Operation centres"),
        lead=_("A region has one centre. Whoever is the nearest centre above when it opens has promoted it."),
        table=rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one)),
        filters=[Filter("state", _("State"), _states(desk), state)],
        export_query=export_query(desk),
        links=[{"href": to(desk, "center_applications"), "text": _("Applications")}],
    )


def _states(desk: Desk) -> list[tuple[str, str]]:
    lacking = [("lacking", _("without a pack"))] if desk.terms.center_pack else []
    return [("open", _("in operation")), *lacking, ("closed", _("closed")), ("all", _("all"))]


def _columns() -> list[Column]:
    return columns(
        *(_("Region"), _("Division code"), _("Level"), _("State"), _("Holder"), _("Promoted by"), _("Since")),
        _("Until"),
    )


def _badge(desk: Desk, one: Center) -> Cell:
    """Return whether a centre is open, and whether its holder has a pack for each of his; see centers.packs."""
    if one.until_on is not None:
        return Cell(_("closed"), tone="plain")
    if desk.terms.center_pack and vars(one)["held"] > vars(one)["packs"]:
        return Cell(_("without a pack"), tone="bad")
    return Cell(_("in operation"), tone="good")


def _row(desk: Desk, one: Center) -> list[Cell]:
    return [
        Cell(full_name(one.region), href=to(desk, "center", one.pk)),
        Cell(one.region),
        Cell(str(Level(level_of(one.region)).label)),
        _badge(desk, one),
        member_cell(desk, one.member),
        member_cell(desk, one.parent),
        Cell(f"{one.since_on}"),
        Cell(f"{one.until_on or ''}"),
    ]


@page("see_centers")
def center(desk: Desk, center_id: int) -> HttpResponseBase:
    """Show a centre: what its area sells, and let an operator close it."""
    _refuse_without(desk)
    rows = with_packs(Center.objects.select_related("member", "parent"))
    found = get_object_or_404(rows, pk=center_id, programme=desk.programme)
    below = with_packs(Center.objects.filter(programme=desk.programme, parent=found.member, until_on__isnull=True))
    lacks = lacking_packs(Center.objects.filter(pk=found.pk), desk.terms).exists()
    approvals = approvals_of(desk, found)
    return act_or_show(
        desk.request,
        [_close(desk, found)] if found.until_on is None else [],
        lambda offers: show(
            desk.request,
            "backoffice/sections.html",
            full_name(found.region),
            lead=_("%(member)s has run it since %(day)s.")
            % {"member": f"{found.member.code} {found.member.name}", "day": found.since_on},
            notices=[_("The holder lacks a pack for one of the centres, so none of them earns.")] if lacks else [],
            figures=[
                Figure(_("State"), _state(found)),
                Figure(_("Promoted by"), f"{found.parent.code} {found.parent.name}" if found.parent else _("nobody")),
                Figure(_("Stores in the area"), f"{stores_in(desk.programme.pk, found.region).count():,}"),
                Figure(_("Sub-centres"), f"{below.count():,}"),
                *approvals.figures,
            ],
            offers=offers,
            sections=[
                (_("The area in 30 days"), _area(desk, found)),
                (_("Sub-centres"), _subs(desk, list(below.select_related("member", "parent")))),
                (_("Merchants that the holder approved"), approvals.table),
            ],
        ),
    )  # fmt: skip


def _state(found: Center) -> str:
    return _("in operation") if found.until_on is None else _("closed %(day)s") % {"day": found.until_on}


def _subs(desk: Desk, below: list[Center]) -> Table:
    return Table(_columns(), [_row(desk, one) for one in below], empty=_("It has promoted none."))


def _area(desk: Desk, found: Center) -> Table:
    headings = columns(_("Day"), _("Orders"), _("Sold"), _("Concession"), _("Refunded"), numbers=(1, 2, 3, 4))
    days = days_in(desk.programme.pk, found.region, desk.today, DAYS_SHOWN)
    rows = [
        [
            Cell(f"{one.day}"),
            number(f"{one.orders:,}"),
            number(show_money(one.amount)),
            number(show_money(one.concession)),
            number(show_money(one.refunded)),
        ]
        for one in reversed(days)
        if one.orders or one.refunded
    ]
    return Table(headings, rows, empty=_("Nothing was sold there."))


def _close(desk: Desk, found: Center) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        close_center(center_id=found.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Closed. The region is free again.")

    note = _("Its holder loses the right of the region at once; what it earned stays earned.")
    return Action("close", _("Close the centre"), "review_centers", run, note=note, tone="bad")


@page("see_centers")
def center_applications(desk: Desk) -> HttpResponseBase:
    """List applications, newest first; those in review are one click away."""
    _refuse_without(desk)
    found = CenterApplication.objects.filter(programme=desk.programme).select_related("member", "decided_by")
    state = desk.request.GET.get("state", "")
    if state in ApplicationState.values:
        found = found.filter(state=state)
    headings = columns(_("Submitted"), _("State"), _("Region"), _("Member"), _("Note"), _("Decided by"), _("Reason"))
    return show(
        desk.request,
        "backoffice/list.html",
        _("Applications for centres"),
        table=rows_of(desk.request, slice_of(found, desk.request), headings, lambda one: _application_row(desk, one)),
        filters=[Filter("state", _("State"), [("", _("all")), *ApplicationState.choices], state)],
    )


def _application_row(desk: Desk, one: CenterApplication) -> list[Cell]:
    return [
        Cell(show_moment(one.submitted_at, desk.zone), href=to(desk, "center_application", one.pk)),
        Cell(str(one.get_state_display()), tone=TONES[one.state]),
        Cell(full_name(one.region)),
        member_cell(desk, one.member),
        Cell(one.note),
        Cell(one.decided_by.username if one.decided_by else ""),
        Cell(one.reason),
    ]


@page("see_centers")
def center_application(desk: Desk, application_id: int) -> HttpResponseBase:
    """Show an application with what the member has of the conditions, and let an operator decide."""
    _refuse_without(desk)
    rows = CenterApplication.objects.select_related("member__standing", "decided_by")
    found = get_object_or_404(rows, pk=application_id, programme=desk.programme)
    facts = [
        (_("Region"), Cell(full_name(found.region))),
        (_("Member"), member_cell(desk, found.member)),
        *((_told(one), Cell(_("yes") if one.met else _("no"), tone="good" if one.met else "bad"))
          for one in _conditions(desk, found)),
        (_("Note"), Cell(found.note)),
        (_("Submitted"), Cell(show_moment(found.submitted_at, desk.zone))),
        (_("Decided by"), Cell(found.decided_by.username if found.decided_by else "")),
        (_("Decided"), Cell(show_moment(found.decided_at, desk.zone) if found.decided_at else "")),
        (_("Reason"), Cell(found.reason)),
        (_("Centre"), _opened(desk, found)),
    ]  # fmt: skip
    return act_or_show(
        desk.request,
        _decisions(desk, found) if found.state == ApplicationState.SUBMITTED else [],
        lambda offers: show(
            desk.request,
            "backoffice/withdrawal.html",
            _("Application for a centre"),
            state=Cell(str(found.get_state_display()), tone=TONES[found.state]),
            facts=[(name, cell) for name, cell in facts if cell.text],
            offers=offers,
        ),
    )


def _conditions(desk: Desk, found: CenterApplication) -> list[Condition]:
    """Return what the member has, while that is still to be decided by: afterwards the centre itself has used it."""
    if found.state != ApplicationState.SUBMITTED:
        return []
    return conditions_of(found.member, desk.terms, found.region)


def _told(one: Condition) -> str:
    english = language() == "en"
    if one.pack is not None:
        return _("Has the pack %(pack)s left") % {"pack": one.pack.title_en if english else one.pack.title}
    if one.rank is not None:
        return _("Has the rank %(rank)s") % {"rank": one.rank.title_en if english else one.rank.title}
    if one.levels is not None:
        return _("The region is of this level: %(levels)s") % {"levels": one.levels.en if english else one.levels.zh}
    return _("The region is free")


def _opened(desk: Desk, found: CenterApplication) -> Cell:
    """Return the way to the centre that an application opened, while its holder has it."""
    held = holder_of(desk.programme.pk, found.region) if found.state == ApplicationState.APPROVED else None
    if held is None or held.member_id != found.member_id:
        return Cell("")
    return Cell(full_name(held.region), href=to(desk, "center", held.pk))


def _decisions(desk: Desk, found: CenterApplication) -> list[Action]:
    def approve(values: Mapping[str, Any]) -> str:
        approve_application(application_id=found.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Approved. The centre is open.")

    def refuse(values: Mapping[str, Any]) -> str:
        refuse_application(application_id=found.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Refused. The member reads the reason.")

    note = _("The member has the region at once, and earns from the close of this day on.")
    return [
        Action("approve", _("Approve"), "review_centers", approve, note=note, tone="main", open=True),
        Action("refuse", _("Refuse"), "review_centers", refuse, tone="bad"),
    ]
