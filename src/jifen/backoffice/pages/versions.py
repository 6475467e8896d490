"""Programme versions: drafted by one operator, approved by two, in force from a day."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, common_page, language, operator_of, page
from jifen.backoffice.acting import Action, ReasonForm, refusal_text
from jifen.backoffice.audited import approve_version, begin_programme, draft_version, withdraw_version
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.version_numbers import changes_shown, checks_of
from jifen.backoffice.refusals import REFUSALS
from jifen.backoffice.showing import act_or_show, show, to
from jifen.backoffice.tables import Cell, Table, columns
from jifen.engine.document import ProgrammeError
from jifen.messages import translator
from jifen.programmes.changes import changes_of
from jifen.programmes.models import Approval, Version
from jifen.programmes.versions import difference

TONES = {Version.State.DRAFT: "wait", Version.State.APPROVED: "good", Version.State.WITHDRAWN: "plain"}


class DocumentForm(forms.Form):
    """A programme document."""

    text = forms.CharField(
        label=gettext_lazy("Document"), widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false"}), strip=False
    )


class DraftForm(DocumentForm):
    """A new text, and what it changes."""

    note = forms.CharField(label=gettext_lazy("What it changes, and why"), max_length=200)

    field_order = ("note", "text")


class ApproveForm(ReasonForm):
    """From which day it shall be in force."""

    effective_from = forms.DateField(
        label=gettext_lazy("In force from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    field_order = ("effective_from", "reason", "key")


@page("see_versions")
def versions(desk: Desk) -> HttpResponseBase:
    """List the versions, newest first."""
    headings = columns(
        *(_("Number"), _("State"), _("In force from"), _("Author"), _("Note"), _("Approved by"), _("Created")),
    )
    found = Version.objects.filter(programme=desk.programme).select_related("author").order_by("-number")
    rows = found.prefetch_related("approvals__operator").defer("text")
    table = Table(headings, [_row(desk, one) for one in rows])
    links = _links(desk) if desk.may("draft_versions") else []
    lead = _("Orders keep the version they were placed under. A new version takes two people and a future day.")
    return show(desk.request, "backoffice/list.html", _("Programme versions"), table=table, links=links, lead=lead)


def _links(desk: Desk) -> list[Cell]:
    """Return the two ways to a new version: its numbers in a form, or its whole text."""
    numbers = Cell(_("Change numbers"), href=to(desk, "version_numbers", desk.version.number))
    return [numbers, Cell(_("Draft a version"), href=to(desk, "version_draft"))]


def _row(desk: Desk, version: Version) -> list[Cell]:
    return [
        Cell(str(version.number), href=to(desk, "version", version.number)),
        _state_cell(desk, version),
        Cell(f"{version.effective_from or ''}"),
        Cell(version.author.username),
        Cell(version.note),
        Cell(", ".join(approval.operator.username for approval in version.approvals.all())),
        Cell(show_moment(version.created_at, desk.zone)),
    ]


def _state_cell(desk: Desk, version: Version) -> Cell:
    if desk.version is not None and desk.version.pk == version.pk:
        return Cell(_("in force"), tone="good")
    if version.effective_from is not None and version.effective_from > desk.today:
        return Cell(_("coming on %(day)s") % {"day": version.effective_from}, tone="wait")
    return Cell(str(version.get_state_display()), tone=TONES[Version.State(version.state)])


@page("see_versions")
def version(desk: Desk, number: int) -> HttpResponseBase:
    """Show a version's text and how it differs from the one in force, and let operators approve it."""
    rows = Version.objects.select_related("author")
    found = get_object_or_404(rows, number=number, programme=desk.programme)
    approvals = list(found.approvals.select_related("operator").order_by("at"))
    in_force = desk.version
    other = in_force is not None and in_force.pk != found.pk
    return act_or_show(
        desk.request,
        _actions(desk, found, approvals),
        lambda offers: show(
            desk.request,
            "backoffice/version.html",
            _("Version %(number)s") % {"number": found.number},
            version=found,
            state=_state_cell(desk, found),
            facts=_facts(desk, found),
            approvals=_approvals(desk, approvals),
            difference=_difference(in_force, found) if other and in_force else None,
            changes=changes_shown(changes_of(in_force.text, found.text)) if other and in_force else None,
            numbers=to(desk, "version_numbers", found.number) if desk.may("draft_versions") else "",
            in_force=in_force,
            offers=offers,
            **(checks_of(desk, found) if found.state == Version.State.DRAFT else {}),
        ),
    )


def _facts(desk: Desk, version: Version) -> list[tuple[str, Cell]]:
    rows = [
        (_("In force from"), Cell(f"{version.effective_from or ''}")),
        (_("Author"), Cell(version.author.username)),
        (_("Note"), Cell(version.note)),
        (_("Created"), Cell(show_moment(version.created_at, desk.zone))),
        (_("Digest"), Cell(version.digest)),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _approvals(desk: Desk, approvals: list[Approval]) -> Table:
    rows = [
        [
            Cell(one.operator.username),
            Cell(f"{one.effective_from}"),
            Cell(show_moment(one.at, desk.zone)),
        ]
        for one in approvals
    ]
    return Table(columns(_("Operator"), _("In force from"), _("When")), rows, empty=_("Nobody has approved it yet."))


def _difference(older: Version, newer: Version) -> list[tuple[str, str]]:
    """Return the lines of the difference, each with what it is: plus, minus, place or same."""
    tones = {"+": "plus", "-": "minus", "@": "place"}
    return [(tones.get(line[:1], "same"), line.rstrip("\n")) for line in difference(older, newer)]


def _actions(desk: Desk, version: Version, approvals: list[Approval]) -> list[Action]:
    if version.state != Version.State.DRAFT:
        return []
    approved_by = [one.operator_id for one in approvals]
    agreed = approvals[0].effective_from if approvals else None
    mine = _("You approved it. Another operator must approve it too.") if desk.operator.pk in approved_by else ""
    last = _("You are the second: it takes effect on that day.")
    note = last if approved_by else _("Two operators must approve; you are the first.")

    def run_approval(values: Mapping[str, Any]) -> str:
        approve_version(
            version_id=version.pk,
            effective_from=values["effective_from"],
            reason=values["reason"],
            operator_id=desk.operator.pk,
        )
        return _("Approved.")

    def run_withdrawal(values: Mapping[str, Any]) -> str:
        withdraw_version(version_id=version.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("The draft is withdrawn. Its text is kept.")

    return [
        Action(
            "approve",
            _("Approve"),
            "approve_versions",
            run_approval,
            form=ApproveForm,
            initial={"effective_from": agreed},
            note=note,
            blocked=mine,
            tone="main",
            open=True,
        ),
        Action("withdraw", _("Withdraw the draft"), "draft_versions", run_withdrawal, tone="bad"),
    ]


@page("draft_versions")
def version_draft(desk: Desk) -> HttpResponseBase:
    """Write a new version, beginning with the text in force."""
    initial = {"text": desk.version.text if desk.version is not None else ""}
    form = DraftForm(desk.request.POST or None, initial=initial)
    if form.is_valid():
        drafted = accepted(
            form, lambda values: draft_version(programme_id=desk.programme.pk, **values, operator_id=desk.operator.pk)
        )
        if drafted is not None:
            messages.success(desk.request, _("Drafted. Two operators approve it before it takes effect."))
            return HttpResponseRedirect(to(desk, "version", drafted.number))
    lead = _("Nothing changes until two operators have approved it.")
    title, back = _("Draft a version"), to(desk, "versions")
    return show(desk.request, "backoffice/form.html", title, form=form, submit=_("Draft"), back=back, lead=lead)


@common_page("draft_versions")
def first_programme(request: HttpRequest) -> HttpResponseBase:
    """Begin with a programme's document, where there is no programme yet."""
    form = DocumentForm(request.POST or None)
    if form.is_valid():
        operator_id = operator_of(request).pk
        created = accepted(form, lambda values: begin_programme(**values, operator_id=operator_id))
        if created is not None:
            return HttpResponseRedirect(reverse("admin:versions", args=[created.code]))
    lead = _("There is no programme yet. Paste the document of one; it is in force from the document's own date.")
    return show(request, "backoffice/form.html", _("First programme"), form=form, submit=_("Create"), lead=lead)


def accepted(form: forms.Form, service: Any) -> Any:
    """Return what a service makes of a document, or None after saying on the form what is wrong in which line."""
    translate = translator(language())
    try:
        return service(form.cleaned_data)
    except ProgrammeError as error:
        for problem in error.problems:
            place = {"line": problem.line, "path": problem.path, "message": translate(problem.message)}
            form.add_error("text", _("line %(line)s, %(path)s: %(message)s") % place)
    except REFUSALS as refusal:
        form.add_error(None, refusal_text(refusal))
    return None
