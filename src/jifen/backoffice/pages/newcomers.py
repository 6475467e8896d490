"""Newcomers by who brought them and by where they came from: what looks like accounts of one person (S2-09, S2-35)."""

from datetime import timedelta

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.newcomer_counts import MANY_A_DAY, MANY_OF_A_NETWORK, Brought, Network, brought, networks
from jifen.backoffice.showing import show, to
from jifen.backoffice.tables import Cell, Table, columns, number
from jifen.engine.rules.join_grant import JoinGrant
from jifen.members.models import Member

DAYS = (1, 7, 30)
USUAL = 7
ONE_DAY = timedelta(days=1)
NETWORK_SHOWN = 8  # signs of the keyed hash


@page("see_members")
def newcomers(desk: Desk) -> HttpResponseBase:
    """List who brought how many on which day, and networks that many came from."""
    wanted = desk.request.GET.get("days", "")
    days = next((one for one in DAYS if wanted == str(one)), USUAL)
    last = desk.today + ONE_DAY  # the open day may be ahead of the clock
    first = desk.today - (days - 1) * ONE_DAY
    by_referrer, by_network = brought(desk.programme.pk, first, last), networks(desk.programme.pk, first, last)
    return show(
        desk.request,
        "backoffice/sections.html",
        _("Newcomers"),
        lead=_(
            "Whoever registers by phone has proved it by a code. Marked: %(many)s or more of one referrer on one day, "
            "or %(together)s or more from one network."
        )
        % {"many": MANY_A_DAY, "together": MANY_OF_A_NETWORK},
        notices=_bounds(desk),
        links=[{"href": f"?days={one}", "text": _("%(count)s days") % {"count": one}} for one in DAYS if one != days],
        sections=[
            (_("By referrer, since %(day)s") % {"day": first}, _referrers(desk, by_referrer)),
            (_("By network, since %(day)s") % {"day": first}, _networks(desk, by_network)),
        ],
    )


def _bounds(desk: Desk) -> list[str]:
    """Return what the document sets as a limit of what referrers get."""
    limits = sorted({one.per_day for one in desk.terms.joins if isinstance(one, JoinGrant) and one.per_day})
    told = _("By the document only the first %(count)s of a day bring their referrer points.")
    return [told % {"count": one} for one in limits]


def _referrers(desk: Desk, found: list[Brought]) -> Table:
    people = Member.objects.in_bulk([one.referrer_id for one in found])
    rows = [
        [
            Cell(f"{one.day}", href=f"{to(desk, 'members')}?referrer=M{one.referrer_id}&day={one.day}"),
            Cell(
                f"{people[one.referrer_id].code} {people[one.referrer_id].name}",
                href=to(desk, "member", one.referrer_id),
            ),
            number(f"{one.people:,}"),
            number(f"{one.bought:,}"),
            number(f"{one.together:,}"),
            Cell(_("look at them"), tone="wait") if one.striking else Cell(""),
        ]
        for one in found
    ]
    titles = (_("Day"), _("Referrer"), _("Newcomers"), _("of them bought"), _("Most from one network"), _("Marked"))
    return Table(columns(*titles, numbers=(2, 3, 4)), rows, empty=_("Nobody was brought in these days."))


def _networks(desk: Desk, found: list[Network]) -> Table:
    rows = [
        [
            Cell(f"{one.day}", href=f"{to(desk, 'members')}?network={one.network}&day={one.day}"),
            Cell(one.network[:NETWORK_SHOWN]),
            number(f"{one.people:,}"),
            number(f"{one.bought:,}"),
            number(f"{one.referrers:,}"),
        ]
        for one in found
    ]
    titles = (_("Day"), _("Network"), _("Newcomers"), _("of them bought"), _("Referrers"))
    return Table(columns(*titles, numbers=(2, 3, 4)), rows, empty=_("No network stands out in these days."))
