"""Where all store points are: issued is what branches, stores and members hold and what was redeemed (S3-D1, S3-30)."""

from datetime import datetime, time

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.alliance_desk import check_alliance, shown, span_filters, span_of
from jifen.backoffice.pool_chart import Curve, draw_curve
from jifen.backoffice.showing import export, export_query, show, wants_export
from jifen.backoffice.tables import Cell, Column, Figure, Table, columns, number
from jifen.stores.models import Conservation

PARTS = ("branches", "stores", "members", "spent", "others")


@page("see_alliance")
def conservation(desk: Desk) -> HttpResponseBase:
    """Show for each closed day where the points are, and that none were made or lost."""
    check_alliance(desk)
    span = span_of(desk)
    found = Conservation.objects.filter(programme=desk.programme, kind=desk.terms.float_kind, day__range=span)
    days = list(found.order_by("-day"))
    table = Table(_columns(), [_row(desk, one) for one in days], empty=_("No day of this time is closed yet."))
    if wants_export(desk.request):
        return export(desk, "conservation", table.columns, table.rows)
    return show(
        desk.request,
        "backoffice/store_points.html",
        _("Where the points are"),
        lead=_(
            "Issued = branches + stores + members + redeemed + other accounts, to the unit, at the end of each day."
        ),
        figures=_figures(desk, days[0]) if days else [],
        filters=span_filters(*span),
        export_query=export_query(desk),
        curves=_curves(desk, days[::-1]),
        sections=[(_("Day by day"), table)],
    )


def _columns() -> list[Column]:
    titles = (_("Business day"), _("Sold or granted"), _("Without money"), _("Branches"), _("Stores"), _("Members"))
    more = (_("Redeemed"), _("Other accounts"), _("Difference"))
    return columns(*titles, *more, numbers=range(1, 9))


def difference(one: Conservation) -> int:
    """Return what is missing between what was issued and where it is: 0, as the database sees to."""
    return one.issued + one.unfunded - (one.branches + one.stores + one.members + one.spent + one.others)


def _row(desk: Desk, one: Conservation) -> list[Cell]:
    wrong = difference(one)
    return [
        Cell(f"{one.day}"),
        *(number(shown(desk, getattr(one, name))) for name in ("issued", "unfunded", *PARTS)),
        Cell(shown(desk, wrong) if wrong else "✓ 0", number=True),
    ]


def _figures(desk: Desk, last: Conservation) -> list[Figure]:
    issued = _("of them without money: %(points)s") % {"points": shown(desk, last.unfunded)}
    return [
        Figure(_("Issued"), shown(desk, last.issued + last.unfunded), issued),
        Figure(_("Branches"), shown(desk, last.branches)),
        Figure(_("Stores"), shown(desk, last.stores)),
        Figure(_("Members"), shown(desk, last.members)),
        Figure(_("Redeemed"), shown(desk, last.spent)),
        Figure(_("Other accounts"), shown(desk, last.others)),
    ]


def _curves(desk: Desk, days: list[Conservation]) -> list[Curve]:
    """Return how the issued points, those of stores and branches, and those of members went."""

    def moments(*names: str) -> list[tuple[datetime, int]]:
        return [
            (datetime.combine(one.day, time(), desk.zone), sum(getattr(one, name) for name in names)) for one in days
        ]

    drawn = (
        draw_curve(title, moments(*names), lambda value: shown(desk, value))
        for title, names in (
            (_("Issued"), ("issued", "unfunded")),
            (_("Branches and stores"), ("branches", "stores")),
            (_("Members"), ("members",)),
        )
    )
    return [curve for curve in drawn if curve is not None]
