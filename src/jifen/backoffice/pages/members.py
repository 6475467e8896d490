"""Finding members: by phone, code, invite code or name. Phones are shown masked."""

from django.db.models import QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.showing import rows_of, show, to
from jifen.backoffice.tables import Cell, Column, Filter, columns, slice_of
from jifen.engine.digits import member_number
from jifen.members.models import INVITE_CODE_LENGTH, Member
from jifen.members.phones import find_by_phone, masked


@page("see_members")
def members(desk: Desk) -> HttpResponseBase:
    """List members, newest first; a search that means one member leads to its page."""
    words = desk.request.GET.get("q", "").strip()
    one = _exactly(desk, words) if words else None
    if one is not None:
        return HttpResponseRedirect(to(desk, "member", one.pk))
    found = Member.objects.filter(programme=desk.programme).select_related("standing", "referrer")
    table = rows_of(desk.request, slice_of(_named(found, words), desk.request), _columns(), lambda m: _row(desk, m))
    filters = [Filter("q", _("Phone, code, invite code or name"), value=words, kind="search")]
    return show(desk.request, "backoffice/list.html", _("Members"), table=table, filters=filters)


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
