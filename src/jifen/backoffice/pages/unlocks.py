"""What was unlocked by day and by which rule, the steps of the day, and switches of conversions (S2-38 … S2-46)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _

from jifen.airdrops.models import WalkDay
from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action
from jifen.backoffice.showing import act_or_show, show
from jifen.backoffice.tables import Cell, Figure, Table, columns, number
from jifen.engine.rules.convert import Convert
from jifen.engine.rules.unlock import Unlock
from jifen.ledger.chart import chart_of
from jifen.messages import rule_title, translator
from jifen.payouts.switches import is_open, switch

DAYS_SHOWN = 14
RULES = ("unlock", "sport_task", "step_ladder")

UNLOCKED = """
    SELECT t.business_date, t.rule, sum(e.amount)::bigint
    FROM ledger_transfer t
    JOIN ledger_entry e ON e.transfer_id = t.id AND e.business_date = t.business_date
    WHERE t.programme_id = %(programme)s AND t.business_date BETWEEN %(first)s AND %(last)s
        AND t.rule IN ('unlock', 'sport_task', 'step_ladder') AND e.chart = %(chart)s
    GROUP BY 1, 2
"""


@page("see_airdrops")
def unlocks(desk: Desk) -> HttpResponseBase:
    """Show what steps and referrals unlocked, and let an operator switch conversions (S2-42)."""
    kind = _kind(desk)
    first, last = desk.today - timedelta(days=DAYS_SHOWN - 1), desk.today + timedelta(days=2)
    found = _unlocked(desk, kind, first, last)
    rules = [rule for rule in desk.terms.converts if rule.kind == kind]
    return act_or_show(
        desk.request,
        [_switch(desk, rule) for rule in rules],
        lambda offers: show(
            desk.request,
            "backoffice/sections.html",
            _("Unlocking"),
            lead=_("%(kind)s is frozen until bringing others, walking or running makes it free.")
            % {"kind": desk.kind_title(kind)},
            figures=[
                Figure(desk.kind_title(rule.into), _("on") if _is_on(desk, rule) else _("off"), _("conversion"),
                       tone="good" if _is_on(desk, rule) else "bad")
                for rule in rules
            ],
            offers=offers,
            sections=[
                (_("Unlocked by day"), _by_day(desk, kind, found)),
                (_("Steps by day"), _steps(desk, first, last)),
            ],
        ),
    )  # fmt: skip


def _kind(desk: Desk) -> str:
    """Return the kind that is unlocked; a programme without one has no such page."""
    kinds = [rule.kind for rule in (desk.terms.rule(Unlock), desk.terms.ladder, *desk.terms.tasks) if rule is not None]
    if not kinds:
        raise Http404
    return kinds[0]


def _unlocked(desk: Desk, kind: str, first: date, last: date) -> dict[date, dict[str, int]]:
    values: dict[str, int | date] = {
        "programme": desk.programme.pk,
        "first": first,
        "last": last,
        "chart": chart_of(desk.programme.pk).id(kind, "free"),
    }
    found: defaultdict[date, dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(UNLOCKED, values)
        for day, rule, amount in cursor.fetchall():
            found[day][rule] = amount
    return found


def _by_day(desk: Desk, kind: str, found: dict[date, dict[str, int]]) -> Table:
    said = translator(language())
    headings = columns(_("Day"), *(said(rule_title(rule)) for rule in RULES), _("Together"), numbers=(1, 2, 3, 4))
    rows = [
        [
            Cell(f"{day}"),
            *(number(desk.decimals.show(found[day].get(rule, 0), kind)) for rule in RULES),
            number(desk.decimals.show(sum(found[day].values()), kind)),
        ]
        for day in sorted(found, reverse=True)
    ]
    return Table(headings, rows, empty=_("Nothing was unlocked in the last 14 days."))


def _steps(desk: Desk, first: date, last: date) -> Table:
    walks = WalkDay.objects.filter(programme=desk.programme, day__range=(first, last)).values("day")
    days = walks.annotate(
        people=Count("pk"), walked=Sum("walked"), ran=Sum("run"), done=Count("pk", filter=~Q(tasks=[]))
    )
    headings = columns(
        *(_("Day"), _("Members who moved"), _("Steps walked"), _("Steps run"), _("With a task done")),
        numbers=(1, 2, 3, 4),
    )
    rows = [
        [Cell(f"{one['day']}"), *(number(f"{one[name]:,}") for name in ("people", "walked", "ran", "done"))]
        for one in days.order_by("-day")
    ]
    return Table(headings, rows, empty=_("Nobody has walked or run in the last 14 days."))


def _is_on(desk: Desk, rule: Convert) -> bool:
    return is_open(desk.programme.pk, rule.kind, rule.into)


def _switch(desk: Desk, rule: Convert) -> Action:
    on = _is_on(desk, rule)

    def run(values: Mapping[str, Any]) -> str:
        switch(
            programme_id=desk.programme.pk,
            pair=(rule.kind, rule.into),
            on=not on,
            reason=values["reason"],
            operator_id=desk.operator.pk,
        )
        return _("Switched off. Members convert nothing for now.") if on else _("Switched on.")

    names = {"kind": desk.kind_title(rule.kind), "into": desk.kind_title(rule.into)}
    title = _("Switch %(kind)s → %(into)s off") if on else _("Switch %(kind)s → %(into)s on")
    note = _("What is unlocked stays with its members.") if on else ""
    return Action(
        f"switch_{rule.into}", title % names, "switch_conversions", run, note=note, tone="bad" if on else "main"
    )
