"""Declared values: exact numbers that operators set for a time, such as a price; never for the past."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action
from jifen.backoffice.audited import declare_value
from jifen.backoffice.figures import show_moment
from jifen.backoffice.showing import act_or_show, rows_of, show
from jifen.backoffice.tables import Cell, columns, number, slice_of
from jifen.programmes.models import DeclaredValue

MOMENT = {"type": "datetime-local"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DeclareForm(forms.Form):
    """A name, a number, and from when until when."""

    name = forms.CharField(label=gettext_lazy("Which value"), max_length=40)
    value = forms.DecimalField(label=gettext_lazy("Value"), max_digits=18, decimal_places=9)
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
    note = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@page("see_versions")
def declared(desk: Desk) -> HttpResponseBase:
    """List the declared values, the newest first, and let operators declare another."""
    found = DeclaredValue.objects.filter(programme=desk.programme).select_related("operator")
    titles = (_("Which value"), _("Value"), _("From"), _("Until"), _("Reason"), _("Operator"), _("Declared"))
    table = rows_of(
        desk.request, slice_of(found, desk.request), columns(*titles, numbers=(1,)), lambda one: _row(desk, one)
    )

    def run(values: Mapping[str, Any]) -> str:
        declare_value(programme_id=desk.programme.pk, **values, operator_id=desk.operator.pk)
        return _("Declared.")

    actions = [Action("declare", _("Declare a value"), "declare_values", run, form=DeclareForm, tone="main")]
    lead = _("Of values for the same time, the one that starts latest counts.")
    return act_or_show(
        desk.request,
        actions,
        lambda offers: show(
            desk.request, "backoffice/list.html", _("Declared values"), table=table, offers=offers, lead=lead
        ),
    )


def _row(desk: Desk, value: DeclaredValue) -> list[Cell]:
    return [
        Cell(value.name),
        number(_exact(value)),
        Cell(show_moment(_moment(value.starts_tick), desk.zone)),
        Cell(show_moment(_moment(value.ends_tick), desk.zone) if value.ends_tick else ""),
        Cell(value.note),
        Cell(value.operator.username),
        Cell(show_moment(_moment(value.declared_tick), desk.zone)),
    ]


def _exact(value: DeclaredValue) -> str:
    """Return the number as a decimal where it is one, else as a fraction."""
    fraction = Fraction(value.numerator, value.denominator)
    decimal = Decimal(fraction.numerator) / Decimal(fraction.denominator)
    return f"{decimal:f}" if Fraction(decimal) == fraction else str(fraction)


def _moment(tick: int | None) -> datetime | None:
    return None if tick is None else EPOCH + timedelta(microseconds=tick)
