"""Closed days with their digests, and the proofs that the ledger agrees with itself."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.figures import show_moment
from jifen.backoffice.showing import paged, show, to
from jifen.backoffice.tables import ROWS_PER_PAGE, Cell, Table, columns, number
from jifen.engine.digits import number_of
from jifen.ledger.close import proofs, verify_chain
from jifen.ledger.models import DayClose
from jifen.messages import translator

PROBLEMS_SHOWN = 50
DIGEST_SHOWN = 16


@page("see_ledger")
def closes(desk: Desk) -> HttpResponseBase:
    """List the closed days, newest first; on a post, prove the ledger now."""
    proved = _proved(desk) if desk.request.method == "POST" else None
    return show(desk.request, "backoffice/closes.html", _("Day closes and proofs"), table=_days(desk), proved=proved)


def _days(desk: Desk) -> Table:
    found = DayClose.objects.filter(programme_id=desk.programme.pk)
    before = number_of(desk.request.GET.get("before", ""))
    if before is not None:
        found = found.filter(sequence__lt=before)
    days = list(found.order_by("-sequence")[: ROWS_PER_PAGE + 1])
    headings = columns(
        *(_("Number"), _("Business day"), _("Transfers"), _("Entries"), _("Digest"), _("Closed")), numbers=(0, 2, 3)
    )
    rows = [
        [
            number(str(day.sequence)),
            Cell(f"{day.business_date}", href=f"{to(desk, 'transfers')}?day={day.business_date}"),
            number(f"{day.transfers:,}"),
            number(f"{day.entries:,}"),
            Cell(bytes(day.digest).hex()[:DIGEST_SHOWN] + "…", title=bytes(day.digest).hex()),
            Cell(show_moment(day.closed_at, desk.zone)),
        ]
        for day in days[:ROWS_PER_PAGE]
    ]
    cursor = str(days[-2].sequence) if len(days) > ROWS_PER_PAGE else ""
    return paged(desk.request, Table(headings, rows, empty=_("No day is closed yet.")), cursor)


def _proved(desk: Desk) -> list[tuple[str, list[str]]]:
    """Return each proof with what it found wrong: nothing, when all is right."""
    checks: list[tuple[str, Callable[[int], list[Any]]]] = [
        (_("Balances are the sums of their entries, lots too, and every kind adds up to zero"), proofs),
        (_("The chain of digests is whole, and each day's entries are those that were closed"), verify_chain),
    ]
    return [(title, [_said(one) for one in check(desk.programme.pk)[:PROBLEMS_SHOWN]]) for title, check in checks]


def _said(problem: Any) -> str:
    message = getattr(problem, "message", None)
    return translator(language())(message) if message is not None else f"{problem}"
