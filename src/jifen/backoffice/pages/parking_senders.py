"""Senders of parking data: made, given secrets that are shown once, and stopped (S0-50, S0-71)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Count, Max, Q
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm, offers, perform
from jifen.backoffice.figures import show_moment
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Table, columns, number, slice_of
from jifen.parking.models import CODE_MAX, Report, Sender, SenderSecret
from jifen.parking.senders import add_secret, make_sender, revoke_secret

MAY_MANAGE = "manage_senders"


class SenderForm(ReasonForm):
    """What a sender is called in its requests, and by people."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=CODE_MAX)
    title = forms.CharField(label=gettext_lazy("Who sends"), max_length=80)

    field_order = ("code", "title", "reason", "key")


@page("see_parking")
def senders(desk: Desk) -> HttpResponseBase:
    """List who may send, and when each was last heard of."""
    found = (
        Sender.objects.filter(programme=desk.programme)
        .annotate(
            held=Count("secrets", filter=Q(secrets__revoked_at__isnull=True), distinct=True),
            newest=Max("reports__received_at"),
        )
        .order_by("code")
    )
    rows = [
        [
            Cell(one.code, href=to(desk, "parking_sender", one.pk)),
            Cell(one.title),
            Cell(str(one.held)) if one.held else Cell(_("none: cannot send"), tone="wait"),
            Cell(show_moment(one.newest, desk.zone)),
        ]
        for one in found
    ]
    headings = columns(_("Code"), _("Who sends"), _("Secrets that hold"), _("Newest report"))
    table = Table(headings, rows, empty=_("Nobody may send parking data yet."))

    def run(values: Mapping[str, Any]) -> str:
        make_sender(
            programme_id=desk.programme.pk,
            code=values["code"],
            title=values["title"],
            operator_id=desk.operator.pk,
            reason=values["reason"],
        )
        return _("Made. Open it to give it a secret.")

    action = Action("make", _("Make a sender"), MAY_MANAGE, run, form=SenderForm, tone="main")
    return act_or_show(
        desk.request,
        [action],
        lambda shown: show(
            desk.request, "backoffice/list.html", _("Senders of parking data"), table=table, offers=shown
        ),
    )


@page("see_parking")
def sender(desk: Desk, sender_id: int) -> HttpResponseBase:
    """Show a sender with its secrets and reports; a new secret is shown in the answer to its form, and never again."""
    found = get_object_or_404(Sender, pk=sender_id, programme=desk.programme)
    made: list[str] = []
    actions = _actions(desk, found, made)
    if desk.request.method != "POST":
        return _show(desk, found, offers(desk.request, actions), "")
    refused = perform(desk.request, actions)
    if refused:
        return _show(desk, found, refused, "")
    if made and made[0]:
        return _show(desk, found, offers(desk.request, _actions(desk, found, [])), made[0])
    return HttpResponseRedirect(f"{desk.request.get_full_path()}#main")


def _show(desk: Desk, found: Sender, shown: list[Any], secret: str) -> HttpResponseBase:
    return show(
        desk.request,
        "backoffice/parking_sender.html",
        found.title,
        offers=shown,
        secret=secret,
        facts=[(_("Code"), Cell(found.code)), (_("Made at"), Cell(show_moment(found.made_at, desk.zone)))],
        secrets=_secrets(desk, found),
        table=rows_of(
            desk.request,
            slice_of(Report.objects.filter(sender=found), desk.request),
            columns(_("Report"), _("Received"), _("Key"), _("Readings"), _("Corrections"), numbers=(3, 4)),
            lambda one: _report_row(desk, one),
        ),
    )


def _secrets(desk: Desk, found: Sender) -> Table:
    rows = [
        [
            Cell(f"{one.pk}"),
            Cell(show_moment(one.made_at, desk.zone)),
            Cell(one.made_by.username),
            Cell(_("holds"), tone="good")
            if one.revoked_at is None
            else Cell(_("revoked %(at)s") % {"at": show_moment(one.revoked_at, desk.zone)}, tone="plain"),
        ]
        for one in found.secrets.select_related("made_by").order_by("-pk")
    ]
    return Table(columns(_("Secret"), _("Made at"), _("Operator"), _("State")), rows, empty=_("It has no secret yet."))


def _report_row(desk: Desk, report: Report) -> list[Cell]:
    return [
        Cell(str(report)),
        Cell(show_moment(report.received_at, desk.zone)),
        Cell(report.key),
        number(f"{report.readings:,}"),
        number(f"{report.corrected:,}"),
    ]


def _actions(desk: Desk, found: Sender, made: list[str]) -> list[Action]:
    """Return what can be done; a new secret is put into `made`."""

    def add(values: Mapping[str, Any]) -> str:
        made.append(
            add_secret(sender_id=found.pk, operator_id=desk.operator.pk, reason=values["reason"], key=values["key"])
        )
        return _("The secret holds from now on.") if made[0] else _("This form has made its secret before.")

    note = _("Two secrets may hold at once: make a new one, put it into the sender, then revoke the old one.")
    held = found.secrets.filter(revoked_at__isnull=True).order_by("pk")
    return [
        Action("add", _("Make a secret"), MAY_MANAGE, add, note=note, tone="main"),
        *(_revoke(desk, one) for one in held),
    ]


def _revoke(desk: Desk, secret: SenderSecret) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        revoke_secret(secret_id=secret.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Revoked. What it signs is refused from now on.")

    title = _("Revoke secret %(number)s") % {"number": secret.pk}
    return Action(f"revoke{secret.pk}", title, MAY_MANAGE, run, tone="bad")
