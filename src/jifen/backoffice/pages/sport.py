"""Walks and runs at the console: what was refused and why, by device and member; devices, and revoking one (S2-Q10)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.stores import member_cell
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
from jifen.engine.digits import number_of
from jifen.messages import translator
from jifen.sport.devices import revoke_device
from jifen.sport.limits import SENTENCES, limits_of, sentence_of
from jifen.sport.models import Device, Recording, Source

MAY_REVOKE = "revoke_devices"
REFUSED, TWINS = "refused", "twins"


@page("see_sport")
def recordings(desk: Desk) -> HttpResponseBase:
    """List recordings, newest first: refused, the same as another member's, of a source or member; and their Excel."""
    found = _found(desk)
    if wants_export(desk.request):
        rows = list(found.order_by("-pk")[:EXPORT_ROWS_MAX])
        return export(desk, "recordings", _columns(), [_row(desk, one) for one in rows])
    table = rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one))
    return show(
        desk.request,
        "backoffice/list.html",
        _("Recordings"),
        table=table,
        filters=_filters(desk),
        export_query=export_query(desk),
        lead=_lead(desk),
    )


def _lead(desk: Desk) -> str:
    """Return what the document in force lets count."""
    limits = limits_of(desk.terms)
    return _(
        "At most %(steps)s steps a day, %(typed)s of them typed. Walking: at most %(walk_cadence)s steps a minute and "
        "%(walk)s km/h; running: %(run_least)s to %(cadence)s a minute, at most %(run)s km/h; a step of %(short)s to "
        "%(long)s cm. Within %(late)s hours, and ended at most %(carry)s hours before the day on which it comes, by a "
        "clock that is at most %(clock)s seconds wrong. Another version of the programme changes these. All this only "
        "makes lies small: what a phone says proves no step."
    ) % {
        "steps": f"{desk.terms.steps_max:,}",
        "typed": f"{limits.entered_max:,}",
        "walk_cadence": min(limits.walk_cadence_max, limits.cadence_max),
        "walk": limits.walk_speed_max,
        "run_least": limits.run_cadence_min,
        "cadence": limits.cadence_max,
        "run": limits.run_speed_max,
        "short": limits.stride_min,
        "long": limits.stride_max,
        "late": limits.late_max,
        "carry": limits.carry_max,
        "clock": limits.clock_max,
    }


@page("see_sport")
def devices(desk: Desk) -> HttpResponseBase:
    """List paired and revoked devices with how much of each was refused."""
    found = Device.objects.filter(programme=desk.programme).select_related("member")
    read = desk.request.GET
    found = _of_member(found, read.get("member", ""))
    if read.get("code", "").strip():
        found = found.filter(code=read["code"].strip().upper())
    found = found.annotate(all=Count("recordings"), wrong=Count("recordings", filter=~Q(recordings__refusal="")))
    headings = columns(
        *(_("Device"), _("Name"), _("Member"), _("State"), _("Paired at"), _("Last request")),
        *(_("Recordings"), _("Refused")),
        numbers=(6, 7),
    )
    table = rows_of(desk.request, slice_of(found, desk.request), headings, lambda one: _device_row(desk, one))
    filters = [
        Filter("member", _("Member, such as M7"), value=read.get("member", ""), kind="search"),
        Filter("code", _("Device"), value=read.get("code", ""), kind="search"),
    ]
    return show(desk.request, "backoffice/list.html", _("Bracelets"), table=table, filters=filters)


@page("see_sport")
def device(desk: Desk, device_id: int) -> HttpResponseBase:
    """Show a device with what it reported; let it report no more."""
    found = get_object_or_404(Device.objects.select_related("member"), pk=device_id, programme=desk.programme)
    return act_or_show(desk.request, _actions(desk, found), lambda offers: _show_device(desk, found, offers))


def _show_device(desk: Desk, found: Device, offers: list[Any]) -> HttpResponseBase:
    reported = Recording.objects.filter(device=found).select_related("member", "device", "twin__member")
    counts = reported.aggregate(all=Count("pk"), wrong=Count("pk", filter=~Q(refusal="")))
    reasons = reported.exclude(refusal="").values("refusal").annotate(times=Count("pk")).order_by("-times")
    return show(
        desk.request,
        "backoffice/agent.html",
        f"{found.title} {found.code}",
        state=_state(found),
        facts=_device_facts(desk, found),
        figures=[
            Figure(_("Recordings"), f"{counts['all']:,}"),
            Figure(_("Refused"), f"{counts['wrong']:,}", tone="bad" if counts["wrong"] else ""),
        ],
        sections=[
            (
                _("Why it was refused"),
                "table",
                Table(
                    columns(_("Reason"), _("Times"), numbers=(1,)),
                    [[Cell(_reason(one["refusal"])), number(f"{one['times']:,}")] for one in reasons],
                    empty=_("Nothing of this device was refused."),
                ),
            ),
            (
                _("Recordings"),
                "table",
                rows_of(desk.request, slice_of(reported, desk.request), _columns(), lambda one: _row(desk, one)),
            ),
        ],
        offers=offers,
    )


def _device_facts(desk: Desk, found: Device) -> list[tuple[str, Cell]]:
    facts = [
        (_("Member"), member_cell(desk, found.member)),
        (_("Pairing"), Cell(found.pairing)),
        (_("Paired at"), Cell(show_moment(found.paired_at, desk.zone))),
        (_("Last request"), Cell(show_moment(found.seen_at, desk.zone))),
    ]
    if found.revoked_at is not None:
        who = found.revoked_by.username if found.revoked_by is not None else _("the member")
        facts += [(_("Revoked at"), Cell(show_moment(found.revoked_at, desk.zone))), (_("Revoked by"), Cell(who))]
    return [*facts, (_("Reason"), Cell(found.reason))] if found.reason else facts


def _actions(desk: Desk, found: Device) -> list[Action]:
    def run(values: Mapping[str, Any]) -> str:
        revoke_device(device_id=found.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Revoked. What it signs is refused from now on; what it reported stays.")

    blocked = _("It is revoked.") if found.revoked_at is not None else ""
    note = _("The member reads the reason, and can pair a device anew.")
    return [Action("revoke", _("Revoke the device"), MAY_REVOKE, run, note=note, blocked=blocked, tone="bad")]


def _found(desk: Desk) -> QuerySet[Recording]:
    found = Recording.objects.filter(programme=desk.programme).select_related("member", "device", "twin__member")
    read = desk.request.GET
    state, source = read.get("state", REFUSED), read.get("source", "")
    if state == REFUSED:
        found = found.exclude(refusal="")
    elif state == TWINS:
        found = found.filter(twin__isnull=False)
    elif state in SENTENCES:
        found = found.filter(refusal=state)
    if source in Source.values:
        found = found.filter(source=source)
    code = read.get("code", "").strip().upper()
    return _of_member(found.filter(device__code=code) if code else found, read.get("member", ""))


def _of_member(found: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Return what is of the member that a text names; all where it names none."""
    code = text.strip().lstrip("Mm")
    if not code:
        return found
    number_of_member = number_of(code)
    return found.filter(member_id=number_of_member) if number_of_member is not None else found.none()


def _filters(desk: Desk) -> list[Filter]:
    read = desk.request.GET
    reasons = [(code, _reason(code)) for code in SENTENCES]
    which = [(REFUSED, _("All that were refused")), ("all", _("All recordings")), (TWINS, _("The same as another's"))]
    sources = [("", _("Any source")), *((one.value, str(one.label)) for one in Source)]
    return [
        Filter("state", _("Which"), [*which, *reasons], value=read.get("state", REFUSED)),
        Filter("source", _("Steps from"), sources, value=read.get("source", "")),
        Filter("member", _("Member, such as M7"), value=read.get("member", ""), kind="search"),
        Filter("code", _("Device"), value=read.get("code", ""), kind="search"),
    ]


def _columns() -> list[Column]:
    return columns(
        *(_("Received at"), _("Member"), _("Device"), _("Sport"), _("Why not counted")),
        *(_("Steps"), _("Metres"), _("Moving"), _("Counted"), _("Began at"), _("Ended at")),
        *(_("Recording"), _("Same as")),
        numbers=(5, 6, 7, 8),
    )


def _row(desk: Desk, one: Recording) -> list[Cell]:
    return [
        Cell(show_moment(one.received_at, desk.zone)),
        member_cell(desk, one.member),
        _device_cell(desk, one),
        Cell(one.get_sport_display()),
        Cell(translator(language())(sentence_of(one)) if one.refusal else ""),
        number(f"{one.steps:,}"),
        number(f"{one.distance:,}" if one.distance is not None else "–"),
        number(f"{one.moving // 60:,}:{one.moving % 60:02}"),
        number(f"{one.counted:,}"),
        Cell(show_moment(one.began_at, desk.zone)),
        Cell(show_moment(one.ended_at, desk.zone)),
        Cell(str(one)),
        Cell(f"{one.twin} {one.twin.member.code}") if one.twin is not None else Cell(""),
    ]


def _device_cell(desk: Desk, one: Recording) -> Cell:
    if one.device is None:
        return Cell(_("phone, %(source)s") % {"source": one.get_source_display()})
    return Cell(one.device.code, href=to(desk, "sport_device", one.device.pk))


def _device_row(desk: Desk, one: Any) -> list[Cell]:
    return [
        Cell(one.code, href=to(desk, "sport_device", one.pk)),
        Cell(one.title),
        member_cell(desk, one.member),
        _state(one),
        Cell(show_moment(one.paired_at, desk.zone)),
        Cell(show_moment(one.seen_at, desk.zone)),
        number(f"{one.all:,}"),
        number(f"{one.wrong:,}"),
    ]


def _state(found: Device) -> Cell:
    return Cell(_("revoked"), tone="bad") if found.revoked_at is not None else Cell(_("paired"), tone="good")


def _reason(code: str) -> str:
    """Return a reason in few words, as filters and counts show it."""
    return {
        "order": _("ends before it begins"),
        "clock": _("wrong clock"),
        "ahead": _("in the future"),
        "late": _("too late"),
        "carried": _("of a day before"),
        "moving": _("moves longer than it takes"),
        "long": _("too long"),
        "short": _("too short"),
        "still": _("hardly a step"),
        "entered": _("typed"),
        "cadence": _("too many steps a minute"),
        "slow": _("no run, too few steps a minute"),
        "speed": _("too fast"),
        "short_step": _("steps too short"),
        "long_step": _("steps too long"),
        "overlap": _("the same time twice"),
    }[code]
