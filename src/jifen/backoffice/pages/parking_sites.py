"""Sites and devices, what they reported, and who may see the big screen (S0-71)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.figures import show_money
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Figure, Table, columns, number, slice_of
from jifen.parking.figures import percent
from jifen.parking.models import CODE_MAX, Device, Latest, Site
from jifen.parking.places import (
    SITE_SPACES_MAX,
    NewDevice,
    add_devices,
    add_site,
    change_site,
    end_device,
    is_screen_public,
    open_screen,
)
from jifen.parking.revenue import first_of
from jifen.parking.sums import NOTHING, Span, by_site

MAY_CHANGE = "change_parking"


class SiteForm(ReasonForm):
    """What a site is called, and how large it is."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=80, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=CODE_MAX)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    spaces = forms.IntegerField(label=gettext_lazy("Parking spaces"), min_value=1, max_value=SITE_SPACES_MAX)

    field_order = ("code", "name", "name_en", "city", "address", "spaces", "reason", "key")


class NewSiteForm(SiteForm):
    """A site and its code."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=CODE_MAX)


class DevicesForm(ReasonForm):
    """Devices, one a line, and from when they report."""

    devices = forms.CharField(
        label=gettext_lazy("Devices"),
        widget=forms.Textarea(attrs={"rows": 6, "class": "jf-input"}),
        help_text=gettext_lazy("One a line: the device's code, a comma, the code of its site."),
    )
    active_from = forms.DateField(
        label=gettext_lazy("They report from"), widget=forms.DateInput(attrs={"type": "date"}), initial=date.today
    )

    field_order = ("devices", "active_from", "reason", "key")


class EndForm(ReasonForm):
    """A device, and from when it reports no more."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=CODE_MAX)
    until = forms.DateField(
        label=gettext_lazy("First day without it"), widget=forms.DateInput(attrs={"type": "date"}), initial=date.today
    )

    field_order = ("code", "until", "reason", "key")


@page("see_parking")
def sites(desk: Desk) -> HttpResponseBase:
    """List the sites with what they earned in this month."""
    month = by_site(Span(desk.programme.pk, first_of(desk.today), desk.today))
    found = Site.objects.filter(programme=desk.programme).annotate(device_count=Count("devices")).order_by("code")
    headings = columns(
        *(_("Code"), _("Name"), _("City"), _("Parking spaces"), _("Devices"), _("Occupancy this month")),
        _("Revenue this month"),
        numbers=(3, 4, 5, 6),
    )
    rows = [
        [
            Cell(one.code, href=to(desk, "parking_site", one.pk)),
            Cell(_title(one)),
            Cell(one.city),
            number(f"{one.spaces:,}"),
            number(f"{one.device_count:,}"),
            number(percent(month.get(one.code, NOTHING).occupancy)),
            number(show_money(month.get(one.code, NOTHING).revenue)),
        ]
        for one in found
    ]
    table = Table(headings, rows, empty=_("There are no sites yet. Add one, then its devices."))
    screen = Cell(_("Big screen"), href=reverse("web:screen", args=[desk.programme.code]))
    return act_or_show(
        desk.request,
        [_add_site(desk), _add_devices(desk), _end_device(desk), _open_screen(desk)],
        lambda offers: show(
            desk.request, "backoffice/list.html", _("Parking sites"), table=table, offers=offers, links=[screen]
        ),
    )


@page("see_parking")
def site(desk: Desk, site_id: int) -> HttpResponseBase:
    """Show a site, its devices and the newest day of each."""
    found = get_object_or_404(Site, pk=site_id, programme=desk.programme)
    month = by_site(Span(desk.programme.pk, first_of(desk.today), desk.today)).get(found.code, NOTHING)
    devices = slice_of(Device.objects.filter(site=found), desk.request)
    newest = _newest([one.pk for one in devices.rows])
    headings = columns(
        *(_("Device"), _("Reports from"), _("Reports until"), _("Newest day"), _("Occupancy"), _("Revenue")),
        numbers=(4, 5),
    )
    table = rows_of(desk.request, devices, headings, lambda one: _device_row(one, newest.get(one.pk)))
    figures = [
        Figure(_("Parking spaces"), f"{found.spaces:,}"),
        Figure(_("Occupancy this month"), percent(month.occupancy)),
        Figure(_("Revenue this month"), show_money(month.revenue)),
    ]
    return act_or_show(
        desk.request,
        [_change_site(desk, found)],
        lambda offers: show(
            desk.request,
            "backoffice/list.html",
            _title(found),
            table=table,
            figures=figures,
            offers=offers,
            lead=" · ".join(part for part in (found.code, found.city, found.address) if part),
        ),
    )


def _title(found: Site) -> str:
    return (found.name_en or found.name) if language() == "en" else found.name


def _newest(devices: list[int]) -> dict[int, Latest]:
    """Return the newest day that each device reported."""
    found = Latest.objects.filter(device_id__in=devices).order_by("device_id", "-day").distinct("device_id")
    return {one.device_id: one for one in found}


def _device_row(device: Device, newest: Latest | None) -> list[Cell]:
    return [
        Cell(device.code),
        Cell(f"{device.active_from}"),
        Cell(f"{device.active_until or ''}"),
        Cell(f"{newest.day}") if newest is not None else Cell(_("nothing yet"), tone="wait"),
        number(percent(newest.occupancy) if newest is not None else ""),
        number(show_money(newest.revenue) if newest is not None else ""),
    ]


def _add_site(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        fields = {name: values[name] for name in ("name", "name_en", "city", "address", "spaces")}
        add_site(
            programme_id=desk.programme.pk,
            code=values["code"],
            operator_id=desk.operator.pk,
            reason=values["reason"],
            **fields,
        )
        return _("Added.")

    return Action("add_site", _("Add a site"), MAY_CHANGE, run, form=NewSiteForm, tone="main")


def _change_site(desk: Desk, found: Site) -> Action:
    names = ("name", "name_en", "city", "address", "spaces")

    def run(values: Mapping[str, Any]) -> str:
        fields = {name: values[name] for name in names}
        change_site(site_id=found.pk, operator_id=desk.operator.pk, reason=values["reason"], **fields)
        return _("Changed. Readings keep what they were reported with.")

    initial = {name: getattr(found, name) for name in names}
    return Action("change_site", _("Change the site"), MAY_CHANGE, run, form=SiteForm, initial=initial)


def _add_devices(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        lines = [line for line in values["devices"].splitlines() if line.strip()]
        pairs = [[part.strip() for part in line.replace("，", ",").split(",", maxsplit=1)] for line in lines]
        added = add_devices(
            programme_id=desk.programme.pk,
            devices=[NewDevice(pair[0], pair[1] if len(pair) > 1 else "") for pair in pairs],
            active_from=values["active_from"],
            operator_id=desk.operator.pk,
            reason=values["reason"],
        )
        return _("Devices added: %(count)s.") % {"count": f"{added:,}"}

    return Action("add_devices", _("Add devices"), MAY_CHANGE, run, form=DevicesForm)


def _end_device(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        end_device(
            programme_id=desk.programme.pk,
            code=values["code"].strip(),
            until=values["until"],
            operator_id=desk.operator.pk,
            reason=values["reason"],
        )
        return _("The device reports no more from that day on. What it reported stays.")

    return Action("end_device", _("Take a device out of service"), MAY_CHANGE, run, form=EndForm, tone="bad")


def _open_screen(desk: Desk) -> Action:
    public = is_screen_public(desk.programme.pk)

    def run(values: Mapping[str, Any]) -> str:
        open_screen(
            programme_id=desk.programme.pk,
            public=not public,
            operator_id=desk.operator.pk,
            reason=values["reason"],
        )
        return _("Only operators see the big screen now.") if public else _("Everybody may see the big screen now.")

    title = _("Close the big screen to visitors") if public else _("Open the big screen to everybody")
    note = _("It shows sites, occupancy and revenue; no member and no device.")
    return Action("screen", title, MAY_CHANGE, run, note=note)
