"""Finding members: by phone, code, invite code or name. Phones are shown masked."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.audited import register_first
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Column, Filter, columns, slice_of
from jifen.engine.digits import member_number
from jifen.members.models import INVITE_CODE_LENGTH, Member
from jifen.members.phones import find_by_phone, masked


class FirstForm(ReasonForm):
    """Who is first."""

    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=20)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)

    field_order = ("phone", "name", "reason", "key")


@page("see_members")
def members(desk: Desk) -> HttpResponseBase:
    """List members, newest first; a search that means one member leads to its page."""
    words = desk.request.GET.get("q", "").strip()
    one = _exactly(desk, words) if words else None
    if one is not None:
        return HttpResponseRedirect(to(desk, "member", one.pk))
    found = Member.objects.filter(programme=desk.programme).select_related("standing", "referrer")
    rows = _came(_named(found, words), desk.request)
    table = rows_of(desk.request, slice_of(rows, desk.request), _columns(), lambda m: _row(desk, m))
    filters = [
        Filter("q", _("Phone, code, invite code or name"), value=words, kind="search"),
        Filter("referrer", _("Referrer"), value=desk.request.GET.get("referrer", ""), kind="search"),
        Filter("day", _("Joined on"), value=desk.request.GET.get("day", ""), kind="date"),
    ]
    return act_or_show(
        desk.request,
        [] if found.exists() else [_register_first(desk)],
        lambda offers: show(
            desk.request, "backoffice/list.html", _("Members"), table=table, filters=filters, offers=offers
        ),
    )


def _came(found: QuerySet[Member], request: HttpRequest) -> QuerySet[Member]:
    """Keep those of a referrer, of a day, from a network, as the page of newcomers asks for them."""
    referrer, day = member_number(request.GET.get("referrer", "").strip()), _day(request.GET.get("day", ""))
    network = request.GET.get("network", "")
    found = found.filter(referrer_id=referrer) if referrer else found
    found = found.filter(joined_on=day) if day else found
    return found.filter(arrival__network=network) if network else found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _register_first(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        member = register_first(
            programme_id=desk.programme.pk,
            phone=values["phone"],
            name=values["name"],
            reason=values["reason"],
            operator_id=desk.operator.pk,
        )
        return _("%(member)s is registered.") % {"member": f"{member.code} {member.name}"}

    note = _(
        "Everybody else registers by an invite. The first member chooses a password under Forgotten password, by a "
        "code to the phone."
    )
    title = _("Register the first member")
    return Action("first", title, "act_on_members", run, form=FirstForm, note=note, tone="main", open=True)


def _exactly(desk: Desk, words: str) -> Member | None:
    """Return the member that a phone, a code such as M7 or an invite code names."""
    mine = Member.objects.filter(programme=desk.programme)
    code = member_number(words)
    if code is not None:
        return mine.filter(pk=code).first()
    by_phone = find_by_phone(desk.programme.pk, words)
    if by_phone is not None or len(words) != INVITE_CODE_LENGTH:
        return by_phone
    return mine.filter(invite_code=words.upper()).first()


def _named(found: QuerySet[Member], words: str) -> QuerySet[Member]:
    return found.filter(name__startswith=words) if words else found


def _columns() -> list[Column]:
    titles = (_("Code"), _("Name"), _("Phone"), _("Rank"), _("State"), _("Referrer"), _("Joined on"))
    return columns(*titles)


def _row(desk: Desk, member: Member) -> list[Cell]:
    referrer = member.referrer
    return [
        Cell(member.code, href=to(desk, "member", member.pk)),
        Cell(member.name),
        Cell(masked(member)),
        Cell(desk.rank_title(member.standing.rank)),
        Cell(_("withdrawals frozen"), tone="bad") if member.standing.frozen else Cell(_("active"), tone="good"),
        Cell(f"{referrer.code} {referrer.name}", href=to(desk, "member", referrer.pk)) if referrer else Cell(""),
        Cell(f"{member.joined_on}"),
    ]
