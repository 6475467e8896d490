"""Settlement runs: what each night did, how far a running one is, and the button that settles the next day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.account_titles import rule_name
from jifen.backoffice.acting import Action, PlainForm, ReasonForm
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.transfers import parse_day
from jifen.backoffice.settling import is_asked_for, settle, somebody_settles
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Figure, Table, columns, number, slice_of
from jifen.facts.days import first_unclosed
from jifen.settlement.models import Run

TONES = {Run.State.RUNNING: "wait", Run.State.DONE: "good", Run.State.FAILED: "bad"}
STEPS = {
    "load": gettext_lazy("load"),
    "settle": gettext_lazy("compute"),
    "post": gettext_lazy("post"),
    "end": gettext_lazy("end"),
    "close": gettext_lazy("close"),
}
SKIPPED_SHOWN = 100


@page("see_runs")
def runs(desk: Desk) -> HttpResponseBase:
    """List the runs, newest first."""
    found = Run.objects.filter(programme=desk.programme)
    titles = (_("Day"), _("State"), _("Released"), _("Transfers"), _("Entries"), _("Left out"), _("Seconds"))
    headings = columns(*titles, _("Finished"), numbers=(2, 3, 4, 5, 6))
    table = rows_of(desk.request, slice_of(found, desk.request), headings, lambda one: _row(desk, one))
    lead = _("A day is settled after it has ended. A run that was stopped goes on where it was.")
    return act_or_show(
        desk.request,
        settle_actions(desk),
        lambda offers: show(
            desk.request,
            "backoffice/runs.html",
            _("Settlement runs"),
            table=table,
            lead=lead,
            offers=offers,
            **_progress(desk, first_unclosed(desk.programme.pk) or desk.today),
        ),
    )


def _row(desk: Desk, run: Run) -> list[Cell]:
    report = run.report
    return [
        Cell(f"{run.day}", href=to(desk, "run", run.day)),
        run_cell(run),
        number(desk.lot_points(released(desk, run)) if report else ""),
        number(f"{report['transfers']:,}" if "transfers" in report else ""),
        number(f"{report['entries']:,}" if "entries" in report else ""),
        number(f"{report['skipped']:,}" if report.get("skipped") else ""),
        number(f"{sum(run.seconds.values()):.1f}" if run.seconds else ""),
        Cell(show_moment(run.finished_at, desk.zone) if run.finished_at else ""),
    ]


def released(desk: Desk, run: Run) -> int:
    """Return what a run released, in the kind that lots hold."""
    return sum(rule["amount"] for rule in run.report.get("rules", []) if rule["kind"] == desk.terms.lot_kind)


def run_cell(run: Run) -> Cell:
    """Return a run's state as a badge."""
    text = str(run.get_state_display())
    return Cell(f"{text} {run.progress}%" if run.state == Run.State.RUNNING else text, tone=TONES[Run.State(run.state)])


def settle_actions(desk: Desk) -> list[Action]:
    """Return the button that settles the next day; in the sandbox a day need not have ended."""
    due = first_unclosed(desk.programme.pk)
    day = due or desk.today

    def run(values: Mapping[str, Any]) -> str:
        done = settle(programme=desk.programme, day=day, reason=values["reason"], operator_id=desk.operator.pk)
        said = _("%(day)s is settled.") if done else _("%(day)s is being settled; this page shows how far it is.")
        return said % {"day": day}

    early = _("Sandbox: %(day)s has not ended. What happens later today then counts for the next day.")
    return [
        Action(
            "settle",
            _("Settle %(day)s") % {"day": day},
            "settle_days",
            run,
            form=ReasonForm,
            note=early % {"day": day} if day >= desk.today else "",
            blocked=_nobody_settles(),
            tone="main",
            open=day < desk.today,
        )
    ]


@page("see_runs")
def run(desk: Desk, day: str) -> HttpResponseBase:
    """Show a run: how far it is, what each rule paid, whom it had to leave out."""
    found = _run(desk, day)
    return act_or_show(
        desk.request,
        _restart_actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/run.html",
            _("Settlement of %(day)s") % {"day": found.day},
            run=found,
            state=run_cell(found),
            **_progress(desk, found.day),
            figures=_figures(desk, found),
            rules=_rules(desk, found),
            skipped=_skipped(desk, found),
            facts=_facts(desk, found),
            offers=offers,
        ),
    )


@page("see_runs")
def progress(desk: Desk, day: str) -> HttpResponseBase:
    """Show how far a run is; the page asks again while it runs or waits, and then shows itself anew."""
    context = _progress(desk, _day(day))
    answer = render(desk.request, "backoffice/parts/progress.html", context)
    if not context["running"]:
        answer["HX-Refresh"] = "true"
    return answer


def _progress(desk: Desk, day: date) -> dict[str, Any]:
    """Return what the bar shows: how far the run of a day is, while it runs or waits for the worker."""
    run = Run.objects.filter(programme=desk.programme, day=day).first()
    if run is not None and run.state != Run.State.RUNNING:
        return {"running": False, "percent": run.progress}
    running = run is not None or is_asked_for(desk.programme.pk, day)
    return {
        "running": running,
        "percent": run.progress if run is not None else 0,
        "progress_url": to(desk, "run_progress", day),
    }


def _day(text: str) -> date:
    day = parse_day(text)
    if day is None:
        raise Http404
    return day


def _run(desk: Desk, day: str) -> Run:
    return get_object_or_404(Run.objects.select_related("version"), programme=desk.programme, day=_day(day))


def _restart_actions(desk: Desk, run: Run) -> list[Action]:
    if run.state == Run.State.DONE:
        return []

    def restart(_values: Mapping[str, Any]) -> str:
        settle(programme=desk.programme, day=run.day, reason=_("started again"), operator_id=desk.operator.pk)
        return _("The run goes on where it was.")

    note = _("What was posted stays; only what is missing is posted.")
    title, blocked = _("Start again"), _nobody_settles()
    return [Action("restart", title, "settle_days", restart, form=PlainForm, note=note, blocked=blocked, tone="main")]


def _nobody_settles() -> str:
    return "" if somebody_settles() else _("No worker is running, so nobody can settle. Start jifen worker.")


def _figures(desk: Desk, run: Run) -> list[Figure]:
    report = run.report
    if not report:
        return []
    return [
        Figure(_("Released"), desk.lot_points(released(desk, run))),
        Figure(_("Transfers"), f"{report.get('transfers', 0):,}"),
        Figure(_("Entries"), f"{report.get('entries', 0):,}"),
        Figure(_("Left out"), f"{report.get('skipped', 0):,}", tone="bad" if report.get("skipped") else ""),
    ]


def _rules(desk: Desk, run: Run) -> Table:
    headings = columns(
        *(_("Rule"), _("Step"), _("Kind"), _("Members"), _("Amount"), _("Cut off: members"), _("Cut off: amount")),
        numbers=(3, 4, 5, 6),
    )
    rows = [
        [
            Cell(rule_name(rule["rule"]), href=f"{to(desk, 'transfers')}?day={run.day}&rule={rule['rule']}"),
            Cell(rule["path"]),
            Cell(desk.kind_title(rule["kind"])),
            number(f"{rule['members']:,}"),
            number(desk.decimals.show(rule["amount"], rule["kind"])),
            number(f"{rule['blocked_members']:,}" if rule["blocked_members"] else ""),
            number(desk.decimals.show(rule["blocked"], rule["kind"]) if rule["blocked"] else ""),
        ]
        for rule in run.report.get("rules", [])
    ]
    return Table(headings, rows, empty=_("No rule paid anything on this day."))


def _skipped(desk: Desk, run: Run) -> Table:
    rows = [
        [Cell(f"M{one.member_id}", href=to(desk, "member", one.member_id)), Cell(one.reason)]
        for one in run.skipped.order_by("member_id")[:SKIPPED_SHOWN]
    ]
    return Table(columns(_("Member"), _("Why")), rows, empty=_("Nobody was left out."))


def _facts(desk: Desk, run: Run) -> list[tuple[str, Cell]]:
    steps = " · ".join(f"{title} {run.seconds[step]:.2f}" for step, title in STEPS.items() if step in run.seconds)
    rows = [
        (_("Programme version"), Cell(str(run.version.number), href=to(desk, "version", run.version.number))),
        (_("Started"), Cell(show_moment(run.started_at, desk.zone))),
        (_("Finished"), Cell(show_moment(run.finished_at, desk.zone) if run.finished_at else "")),
        (_("Starts"), Cell(str(run.starts))),
        (_("Seconds"), Cell(steps)),
        (_("Digest"), Cell(run.report.get("digest", ""))),
        (_("Trouble"), Cell(run.trouble)),
    ]
    return [(title, cell) for title, cell in rows if cell.text]
