"""The overview: what is there, what is owed, what waits, and how the last nights went."""

from datetime import timedelta

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.books import count_members, count_orders, owed, released_days, reserve_holds
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.pages.runs import run_cell
from jifen.backoffice.released_chart import DayReleased, released_chart
from jifen.backoffice.showing import show, to
from jifen.backoffice.tables import Cell, Figure
from jifen.backoffice.waiting import waiting
from jifen.engine.digits import number_of
from jifen.facts.days import first_unclosed
from jifen.ledger.close import last_closed
from jifen.settlement.models import Run

DAYS = (14, 30)
ONE_DAY = timedelta(days=1)


@page("")
def dashboard(desk: Desk) -> HttpResponseBase:
    """Show the state of the programme on one page."""
    wanted = number_of(desk.request.GET.get("days", ""))
    days = wanted if wanted in DAYS else DAYS[0]
    last = last_closed(desk.programme.pk) or desk.today
    drawn = released_days(desk.programme.pk, last - (days - 1) * ONE_DAY, last)
    return show(
        desk.request,
        "backoffice/dashboard.html",
        _("Overview"),
        figures=_figures(desk, drawn[-1]),
        waiting=_waiting(desk),
        settled=_settled(desk),
        chart=released_chart(drawn, unit=10**desk.terms.lot_decimals),
        days=days,
        choices=DAYS,
        any_released=any(one.by_time or one.by_team for one in drawn),
    )


def _figures(desk: Desk, night: DayReleased) -> list[Figure]:
    released = desk.lot_points(night.by_time + night.by_team)
    debts = owed(desk.programme.pk)
    kind = desk.terms.lot_kind
    figures = [
        Figure(_("Members"), f"{count_members(desk.programme.pk):,}", href=to(desk, "members")),
        Figure(_("Orders confirmed"), f"{count_orders(desk.programme.pk):,}", href=to(desk, "orders")),
        Figure(_("Released by the last settlement"), released, f"{night.day}", to(desk, "runs")),
        Figure(_("Owed: free"), desk.lot_points(debts.get((kind, "free"), 0)), _("members may use it now")),
        Figure(_("Owed: locked"), desk.lot_points(debts.get((kind, "locked"), 0)), _("still to be released")),
        Figure(_("Held for withdrawals"), desk.lot_points(debts.get((kind, "frozen"), 0))),
    ]
    if desk.may("see_withdrawals"):
        reserve = show_money(reserve_holds(desk.programme.pk))
        figures.append(Figure(_("Reserve"), reserve, _("withdrawals are paid from it"), to(desk, "reserve")))
    return figures


def _waiting(desk: Desk) -> list[Figure]:
    found = waiting(desk.request, desk.programme.code)
    rows = [
        (_("Payments to review"), found.payments, to(desk, "orders") + "?state=paid"),
        (_("Withdrawals to approve"), found.withdrawals_requested, to(desk, "withdrawals") + "?state=requested"),
        (_("Withdrawals to pay"), found.withdrawals_approved, to(desk, "withdrawals") + "?state=approved"),
        (_("Adjustments to approve"), found.adjustments, to(desk, "adjustments") + "?state=proposed"),
        (_("Top-ups to approve"), found.top_ups, to(desk, "reserve")),
        (_("Transfers to credit"), found.credit_top_ups, to(desk, "credit_top_ups") + "?state=open"),
        (_("Applications of agents"), found.applications, to(desk, "applications") + "?state=submitted"),
        (_("Version drafts"), found.versions, to(desk, "versions")),
        (_("Values to confirm"), found.values, to(desk, "proposals") + "?state=proposed"),
    ]
    return [Figure(title, f"{count:,}", href=href, tone="wait" if count else "") for title, count, href in rows]


def _settled(desk: Desk) -> list[tuple[str, Cell]]:
    """Return how the last settlement went, and whether a day is overdue."""
    last = Run.objects.filter(programme=desk.programme).order_by("-day").first()
    due = first_unclosed(desk.programme.pk)
    late = due is not None and due < desk.today
    rows = [
        (_("Today"), Cell(f"{desk.today}")),
        (_("Last run"), Cell(f"{last.day}", href=to(desk, "run", last.day)) if last else Cell(_("none yet"))),
        (_("State"), run_cell(last) if last else Cell("")),
        (_("Finished"), Cell(show_moment(last.finished_at, desk.zone) if last and last.finished_at else "")),
        (_("Next day to settle"), Cell(f"{due or ''}")),
        (_("Overdue"), Cell(_("%(day)s should be settled by now") % {"day": due}, tone="bad") if late else Cell("")),
    ]
    return [(title, cell) for title, cell in rows if cell.text]
