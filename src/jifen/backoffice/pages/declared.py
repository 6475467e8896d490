"""Declared values: exact numbers that operators set for a time, such as a price; never for the past."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, PlainForm, ReasonForm
from jifen.backoffice.declared_days import show_usual, show_value
from jifen.backoffice.fields import NumberField
from jifen.backoffice.figures import show_moment
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Column, Filter, columns, number, slice_of
from jifen.engine.declared import DeclaredName
from jifen.facts.declaring import confirm_value, declare_value, reject_value
from jifen.programmes.declared import known_values, moment_of
from jifen.programmes.models import DeclaredProposal, DeclaredValue

MOMENT = {"type": "datetime-local"}
State = DeclaredProposal.State
TONES = {State.PROPOSED: "wait", State.CONFIRMED: "good", State.REJECTED: "bad"}
Known = Mapping[str, DeclaredName]


class ValueForm(ReasonForm):
    """A number, and why; the key lets a form that is sent twice declare once."""

    value = NumberField(label=gettext_lazy("Value"), help_text=gettext_lazy("A number such as 12.5, or 7.5%."))

    field_order = ("name", "value", "starts_at", "ends_at", "first_day", "last_day", "reason", "key")


class DeclareForm(ValueForm):
    """Which value, and from when until when."""

    name = forms.CharField(label=gettext_lazy("Which value"), max_length=40)
    starts_at = forms.DateTimeField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateTimeInput(attrs=MOMENT),
        help_text=gettext_lazy("Empty: from now on. Never in the past."),
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs=MOMENT),
        help_text=gettext_lazy("Empty: until another value is declared."),
    )


@page("see_versions")
def declared(desk: Desk) -> HttpResponseBase:
    """List the declared values, the newest first, and let operators declare another."""
    known = known_values(desk.programme.pk)
    found = DeclaredValue.objects.filter(programme=desk.programme).select_related("operator", "proposal__decided_by")
    titles = (_("Which value"), _("Value"), _("From"), _("Until"), _("Reason"), _("Operator"), _("Confirmed by"))
    table = rows_of(
        desk.request,
        slice_of(found, desk.request),
        columns(*titles, _("Declared"), numbers=(1,)),
        lambda one: _row(desk, known, one),
    )
    lead = _("Of values for the same time, the one that starts latest counts.")
    return act_or_show(
        desk.request,
        [_declare(desk, known)] if known else [],
        lambda offers: show(
            desk.request,
            "backoffice/list.html",
            _("Declared values"),
            table=table,
            offers=offers,
            lead=lead,
            links=_links(desk, known),
        ),
    )


def _links(desk: Desk, known: Known) -> list[dict[str, str]]:
    """Return the ways to the calendar, where values hold for days, and to what waits for a second operator."""
    links = [{"href": to(desk, "proposals"), "text": _("Proposals")}]
    if any(one.by_day for one in known.values()):
        links.append({"href": to(desk, "calendar"), "text": _("Calendar")})
    return links


def _declare(desk: Desk, known: Known) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        declared = declare_value(
            programme_id=desk.programme.pk,
            name=values["name"],
            value=values["value"],
            starts_at=values["starts_at"],
            ends_at=values["ends_at"],
            operator_id=desk.operator.pk,
            note=values["reason"],
            key=values["key"],
        )
        return done(declared, known)

    names = ", ".join(
        f"{name} ({usual})" if (usual := show_usual(one)) else name for name, one in sorted(known.items())
    )
    note = _("Values: %(names)s. Outside the usual range a second operator confirms.") % {"names": names}
    return Action("declare", _("Declare a value"), "declare_values", run, form=DeclareForm, tone="main", note=note)


def done(made: DeclaredValue | DeclaredProposal, known: Known) -> str:
    """Return what has come of a declaration: a value, or the warning that it waits for a second operator."""
    if isinstance(made, DeclaredValue):
        return _("Declared.")
    one = known[made.name]
    return _(
        "%(value)s is outside the usual range %(usual)s. It does not count until a second operator confirms it."
    ) % {
        "value": show_value(Fraction(made.numerator, made.denominator), one.unit),
        "usual": show_usual(one),
    }


def _row(desk: Desk, known: Known, value: DeclaredValue) -> list[Cell]:
    proposal = getattr(value, "proposal", None)
    return [
        Cell(value.name),
        number(_shown(known, value)),
        Cell(show_moment(moment_of(value.starts_tick), desk.zone)),
        Cell(show_moment(moment_of(value.ends_tick), desk.zone) if value.ends_tick else ""),
        Cell(value.note),
        Cell(value.operator.username),
        Cell(proposal.decided_by.username if proposal is not None else ""),
        Cell(show_moment(moment_of(value.declared_tick), desk.zone)),
    ]


def _shown(known: Known, one: DeclaredValue | DeclaredProposal) -> str:
    unit = known[one.name].unit if one.name in known else ""
    return show_value(Fraction(one.numerator, one.denominator), unit)


@page("see_versions")
def proposals(desk: Desk) -> HttpResponseBase:
    """List the values outside what is usual that were proposed, newest first."""
    known = known_values(desk.programme.pk)
    found = DeclaredProposal.objects.filter(programme=desk.programme).select_related("proposed_by", "decided_by")
    state = desk.request.GET.get("state", "")
    if state in State.values:
        found = found.filter(state=state)
    table = rows_of(
        desk.request, slice_of(found, desk.request), _proposal_columns(), lambda one: _proposal_row(desk, known, one)
    )
    filters = [Filter("state", _("State"), [("", _("all")), *State.choices], state)]
    lead = _("Values outside the usual range. Each counts only after a second operator has confirmed it.")
    return show(desk.request, "backoffice/list.html", _("Proposed values"), table=table, filters=filters, lead=lead)


def _proposal_columns() -> list[Column]:
    titles = (_("Proposed"), _("State"), _("Which value"), _("Value"), _("From"), _("Until"), _("Reason"))
    return columns(*titles, _("Proposed by"), _("Decided by"), _("Why rejected"), numbers=(3,))


def _proposal_row(desk: Desk, known: Known, one: DeclaredProposal) -> list[Cell]:
    starts = show_moment(moment_of(one.starts_tick), desk.zone) if one.starts_tick else _("its confirmation")
    return [
        Cell(show_moment(one.proposed_at, desk.zone), href=to(desk, "proposal", one.pk)),
        proposal_state(one),
        Cell(one.name),
        number(_shown(known, one)),
        Cell(starts),
        Cell(show_moment(moment_of(one.ends_tick), desk.zone) if one.ends_tick else ""),
        Cell(one.note),
        Cell(one.proposed_by.username),
        Cell(one.decided_by.username if one.decided_by else ""),
        Cell(one.rejection),
    ]


def proposal_state(one: DeclaredProposal) -> Cell:
    """Return a proposal's state as a badge."""
    return Cell(str(one.get_state_display()), tone=TONES[State(one.state)])


@page("see_versions")
def proposal(desk: Desk, proposal_id: int) -> HttpResponseBase:
    """Show a proposed value beside what is usual, and let a second operator decide (S0-Q16)."""
    rows = DeclaredProposal.objects.select_related("proposed_by", "decided_by")
    found = get_object_or_404(rows, pk=proposal_id, programme=desk.programme)
    known = known_values(desk.programme.pk)
    named = zip(_proposal_columns(), _proposal_row(desk, known, found), strict=True)
    usual = show_usual(known[found.name]) if found.name in known else ""
    facts = [(column.title, Cell(cell.text)) for column, cell in named if cell.text and not cell.tone]
    facts.insert(3, (_("Usual"), Cell(usual)))
    return act_or_show(
        desk.request,
        _decisions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/withdrawal.html",
            _("Proposed value"),
            state=proposal_state(found),
            facts=facts,
            offers=offers,
        ),
    )


def _decisions(desk: Desk, found: DeclaredProposal) -> list[Action]:
    if found.state != State.PROPOSED:
        return []

    def confirm(_values: Mapping[str, Any]) -> str:
        confirm_value(proposal_id=found.pk, operator_id=desk.operator.pk)
        return _("Confirmed. The value counts for its days.")

    def reject(values: Mapping[str, Any]) -> str:
        reject_value(proposal_id=found.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Rejected. Nothing was declared.")

    own = _("You proposed it, so another operator must decide.") if found.proposed_by_id == desk.operator.pk else ""
    note = _("The value is outside the usual range. It counts from its first day on, and is never changed.")
    main = Action(
        "confirm",
        _("Confirm"),
        "declare_values",
        confirm,
        form=PlainForm,
        note=note,
        blocked=own,
        tone="main",
        open=True,
    )
    return [main, Action("reject", _("Reject"), "declare_values", reject, tone="bad")]
