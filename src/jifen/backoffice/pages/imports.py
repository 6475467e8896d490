"""Members of another system: uploaded, checked by line, proposed with its totals, let in, and proved (S3-02, S3-09)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.alliance import imports as lists
from jifen.alliance.import_lists import HEADINGS, NEEDED
from jifen.alliance.models import ImportState, LineState, MemberImport
from jifen.alliance.taking_over import Proof, progress_of, proof_of, take_over
from jifen.alliance.tasks import take_over_import
from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, PlainForm, ReasonForm
from jifen.backoffice.fields import MinorField
from jifen.backoffice.figures import show_moment
from jifen.backoffice.settling import worker_lives
from jifen.backoffice.showing import act_or_show, export, rows_of, show, to, wants_export
from jifen.backoffice.tables import Cell, Column, Figure, Filter, Table, columns, number, slice_of
from jifen.engine.message import Message
from jifen.messages import translator
from jifen.tables.sheets import BYTES_MAX

TONES = {
    ImportState.FAULTY: "bad",
    ImportState.CHECKED: "wait",
    ImportState.PROPOSED: "wait",
    ImportState.RUNNING: "wait",
    ImportState.DONE: "good",
    ImportState.REJECTED: "plain",
}
LINES_SHOWN = 100
AT_ONCE = 200  # lines that the web server takes over itself, where no worker runs


class UploadForm(PlainForm):
    """The list."""

    file = forms.FileField(
        label=gettext_lazy("List of members"),
        help_text=gettext_lazy("An Excel file (.xlsx) or CSV; the first line names the columns."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,text/csv"}),
    )
    key = ReasonForm.base_fields["key"]

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        found = self.cleaned_data["file"]
        if found.size > BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than %(most)s MB.") % {"most": BYTES_MAX // 1_000_000})
        return found


@page("see_alliance")
def imports(desk: Desk) -> HttpResponseBase:
    """List the imports, newest first, and let an operator upload a list."""
    _check(desk)
    found = MemberImport.objects.filter(programme=desk.programme)
    found = found.select_related("uploaded_by", "proposed_by", "decided_by")
    state = desk.request.GET.get("state", "")
    if state in ImportState.values:
        found = found.filter(state=state)
    lead = _("Members of another system come over with what they held there. Nothing happens before two people agree.")
    return act_or_show(
        desk.request,
        [_upload(desk)],
        lambda offers: show(
            desk.request,
            "backoffice/list.html",
            _("Imports of members"),
            table=rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one)),
            filters=[Filter("state", _("State"), [("", _("all")), *ImportState.choices], state)],
            lead=lead,
            offers=offers,
        ),
    )


def _check(desk: Desk) -> None:
    if not lists.takes_over(desk.terms):
        raise Http404


def _columns() -> list[Column]:
    return columns(
        *(_("Uploaded"), _("File"), _("State"), _("Members"), _("Store points"), _("Stored value"), _("Errors")),
        *(_("Uploaded by"), _("Proposed by"), _("Decided by")),
        numbers=(3, 4, 5, 6),
    )


def _row(desk: Desk, one: MemberImport) -> list[Cell]:
    return [
        Cell(show_moment(one.uploaded_at, desk.zone), href=to(desk, "import", one.pk)),
        Cell(one.file_name),
        _state(one),
        number(f"{one.members:,}"),
        number(desk.decimals.show(one.points, one.points_kind)),
        number(desk.decimals.show(one.stored, one.stored_kind) if one.stored_kind else ""),
        number(f"{one.problem_count:,}" if one.problem_count else ""),
        Cell(one.uploaded_by.username),
        Cell(one.proposed_by.username if one.proposed_by else ""),
        Cell(one.decided_by.username if one.decided_by else ""),
    ]


def _state(one: MemberImport) -> Cell:
    return Cell(str(one.get_state_display()), tone=TONES[ImportState(one.state)])


def _upload(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        sent = values["file"]
        new = lists.Upload(desk.programme.pk, sent.name, sent.read(), values["key"])
        found = lists.upload(new, operator_id=desk.operator.pk)
        if found.problem_count:
            return _("The list has %(count)s errors. Open it to read them.") % {"count": f"{found.problem_count:,}"}
        return _("The list is in order. Open it, and propose it with the totals of the old system.")

    names = [heading[0] if language() != "en" else heading[-1] for heading in HEADINGS.values()]
    needed = [HEADINGS[one][0] if language() != "en" else HEADINGS[one][-1] for one in NEEDED]
    note = _("Columns: %(columns)s. Needed: %(needed)s. Who refers somebody is named by phone, card or member code.")
    note %= {"columns": ", ".join(names), "needed": ", ".join(needed)}
    return Action("upload", _("Upload a list"), "import_members", run, form=UploadForm, note=note, tone="main")


@page("see_alliance")
def member_import(desk: Desk, import_id: int) -> HttpResponseBase:
    """Show a list: its errors by line, its totals, how far it is, and the proof that all totals match."""
    _check(desk)
    rows = MemberImport.objects.select_related("uploaded_by", "proposed_by", "decided_by")
    found = get_object_or_404(rows, pk=import_id, programme=desk.programme)
    if wants_export(desk.request):
        return _export(desk, found)
    proof = proof_of(found) if found.state in (ImportState.RUNNING, ImportState.DONE) else None
    return act_or_show(
        desk.request,
        _actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/import.html",
            _("List %(file)s") % {"file": found.file_name},
            state=_state(found),
            **_progress(desk, found),
            figures=_figures(desk, found),
            facts=_facts(desk, found),
            proof=_proof(desk, proof) if proof is not None else None,
            matches=proof is not None and proof.matches,
            done=found.state == ImportState.DONE,
            errors=_errors(found),
            more=max(0, found.problem_count - lists.FAULTS_KEPT),
            lines=_lines(desk, found),
            export_query="?export=xlsx" if desk.may("export_lists") else "",
            offers=offers,
        ),
    )


@page("see_alliance")
def import_progress(desk: Desk, import_id: int) -> HttpResponseBase:
    """Show how far an import is; the page asks again while it runs, and then shows itself anew."""
    found = get_object_or_404(MemberImport, pk=import_id, programme=desk.programme)
    context = _progress(desk, found)
    answer = render(desk.request, "backoffice/parts/progress.html", context)
    if not context["running"]:
        answer["HX-Refresh"] = "true"
    return answer


def _progress(desk: Desk, found: MemberImport) -> dict[str, Any]:
    running = found.state == ImportState.RUNNING
    percent = progress_of(found.pk).percent if running else 100
    return {"running": running, "percent": percent, "progress_url": to(desk, "import_progress", found.pk)}


def _figures(desk: Desk, found: MemberImport) -> list[Figure]:
    stored = desk.decimals.show(found.stored, found.stored_kind) if found.stored_kind else "–"
    tone = "bad" if found.problem_count else "good"
    return [
        Figure(_("Members"), f"{found.members:,}"),
        Figure(_("Store points"), desk.decimals.show(found.points, found.points_kind)),
        Figure(_("Stored value"), stored),
        Figure(_("Errors"), f"{found.problem_count:,}", tone=tone),
    ]


def _facts(desk: Desk, found: MemberImport) -> list[tuple[str, Cell]]:
    rows = [
        (_("SHA-256 of the file"), Cell(found.digest)),
        (_("Uploaded by"), Cell(found.uploaded_by.username)),
        (_("Uploaded"), Cell(show_moment(found.uploaded_at, desk.zone))),
        (_("Proposed by"), Cell(found.proposed_by.username if found.proposed_by else "")),
        (_("Proposed"), Cell(show_moment(found.proposed_at, desk.zone) if found.proposed_at else "")),
        (_("Reason"), Cell(found.reason)),
        (_("Decided by"), Cell(found.decided_by.username if found.decided_by else "")),
        (_("Decided"), Cell(show_moment(found.decided_at, desk.zone) if found.decided_at else "")),
        (_("Why rejected"), Cell(found.rejection)),
        (_("Finished"), Cell(show_moment(found.finished_at, desk.zone) if found.finished_at else "")),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _proof(desk: Desk, proof: Proof) -> Table:
    points = desk.terms.float_kind
    stored = next((spend.kind for spend in desk.terms.spends if spend.pays == "at_store"), points)
    names = (_("The old system"), _("The list"), _("Registered"), _("The ledger"))
    totals = (proof.there, proof.listed, proof.registered, proof.ledger)
    rows = [
        [
            Cell(name),
            number(f"{one.members:,}"),
            number(desk.decimals.show(one.points, points)),
            number(desk.decimals.show(one.stored, stored)),
        ]
        for name, one in zip(names, totals, strict=True)
    ]
    return Table(columns("", _("Members"), _("Store points"), _("Stored value"), numbers=(1, 2, 3)), rows)


def _errors(found: MemberImport) -> Table:
    translate = translator(language())
    rows = [
        [number(f"{one.line}"), Cell(lists.heading_of(one.column)), Cell(translate(one.message))]
        for one in lists.faults_of(found)
    ]
    return Table(columns(_("Line"), _("Column"), _("What to put right"), numbers=(0,)), rows)


def _lines(desk: Desk, found: MemberImport) -> Table:
    """Return the first lines, those that were refused before all others."""
    rows = list(found.lines.filter(state=LineState.REFUSED).select_related("member").order_by("line")[:LINES_SHOWN])
    others = found.lines.exclude(state=LineState.REFUSED).select_related("member").order_by("line")
    rows += others[: LINES_SHOWN - len(rows)]
    return Table(_line_columns(), [_line(desk, found, one) for one in rows], empty=_("The lines are not kept."))


def _line_columns() -> list[Column]:
    titles = (_("Line"), _("State"), _("Member"), _("Store points"), _("Stored value"), _("Facts"), _("Why refused"))
    return columns(*titles, numbers=(0, 3, 4))


def _line(desk: Desk, found: MemberImport, one: Any) -> list[Cell]:
    facts = " ".join(str(fact) for fact in (one.points_fact, one.stored_fact) if fact is not None)
    why = translator(language())(Message(one.why["template"], one.why["values"])) if one.why else ""
    member = one.member
    tones = {LineState.DONE: "good", LineState.REFUSED: "bad", LineState.WAITING: "plain"}
    return [
        number(f"{one.line}"),
        Cell(str(one.get_state_display()), tone=tones[LineState(one.state)]),
        Cell(f"{member.code} {member.name}", href=to(desk, "member", member.pk)) if member is not None else Cell(""),
        number(desk.decimals.show(one.points, found.points_kind)),
        number(desk.decimals.show(one.stored, found.stored_kind) if found.stored_kind else ""),
        Cell(facts),
        Cell(why),
    ]


def _export(desk: Desk, found: MemberImport) -> HttpResponseBase:
    """Answer with every line and its facts, and below them the totals of the proof."""
    rows = [_line(desk, found, one) for one in found.lines.select_related("member").order_by("line")]
    for name, members, points, stored in _proof(desk, proof_of(found)).rows:
        rows.append([name, Cell(""), members, points, stored, Cell(""), Cell("")])
    return export(desk, f"import-{found.pk}", _line_columns(), rows)


def _actions(desk: Desk, found: MemberImport) -> list[Action]:
    state = found.state
    actions = []
    if state == ImportState.CHECKED:
        actions.append(_propose(desk, found))
    if state == ImportState.PROPOSED:
        actions.append(_approve(desk, found))
    if state in (ImportState.FAULTY, ImportState.CHECKED, ImportState.PROPOSED):
        actions.append(_reject(desk, found))
    if state == ImportState.RUNNING:
        actions.append(_go_on(found))
    if state == ImportState.DONE and progress_of(found.pk).refused:
        actions.append(_again(desk, found))
    return actions


def _propose(desk: Desk, found: MemberImport) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        there = lists.Totals(values["members"], values["points"] or 0, values.get("stored") or 0)
        lists.propose(import_id=found.pk, there=there, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Proposed. Another operator lets the list in.")

    decimals = desk.decimals.of_kind
    fields: dict[str, Any] = {
        "members": forms.IntegerField(label=_("Members in the old system"), min_value=0),
        "points": MinorField(
            label=_("Store points in the old system"), decimals=decimals[found.points_kind], required=False
        ),
    }
    if found.stored_kind:
        label = _("Stored value in the old system")
        fields["stored"] = MinorField(label=label, decimals=decimals[found.stored_kind], required=False)
    form = type(
        "TotalsForm", (ReasonForm,), {**fields, "field_order": (*fields, "reason", "key"), "__doc__": "Totals."}
    )
    note = _("Type what the old system counts, not what stands above. They have to be the same to the unit.")
    return Action("propose", _("Propose the list"), "import_members", run, form=form, note=note, tone="main", open=True)


def _approve(desk: Desk, found: MemberImport) -> Action:
    def run(_values: Mapping[str, Any]) -> str:
        lists.approve(import_id=found.pk, operator_id=desk.operator.pk)
        return _start(found)

    own = _("You proposed it, so another operator must decide.") if found.proposed_by_id == desk.operator.pk else ""
    note = _("%(members)s members are registered and what they held is recorded. It cannot be taken back.")
    note %= {"members": f"{found.members:,}"}
    return Action("approve", _("Let the list in"), "approve_deals", run, form=PlainForm, note=note, blocked=own,
                  tone="main", open=True)  # fmt: skip


def _reject(desk: Desk, found: MemberImport) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        lists.reject(import_id=found.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Rejected. What the list said of people is deleted.")

    return Action("reject", _("Reject"), "import_members", run, tone="bad")


def _go_on(found: MemberImport) -> Action:
    def run(_values: Mapping[str, Any]) -> str:
        return _start(found)

    note = _("What was taken over stays. It goes on by itself each minute where a worker runs.")
    return Action("go_on", _("Go on"), "import_members", run, form=PlainForm, note=note)


def _again(desk: Desk, found: MemberImport) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        lists.try_again(import_id=found.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _start(found)

    note = _("First put right what stood in the way; the other lines are not done twice.")
    return Action("again", _("Try the refused lines again"), "import_members", run, note=note, tone="main")


def _start(found: MemberImport) -> str:
    """Let the worker take the list over, or begin here where none is running."""
    if worker_lives():
        take_over_import.defer(import_id=found.pk)
        return _("The list is being taken over; this page shows how far it is.")
    progress = take_over(found.pk, most=AT_ONCE)
    if progress.waiting:
        return _("%(done)s lines are taken over. Go on with the others.") % {"done": f"{progress.done:,}"}
    return _("The list is taken over.")
