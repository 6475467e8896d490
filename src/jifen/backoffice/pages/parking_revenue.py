"""Parking revenue by month, and the one act of declaring it for the dividend (S0-37)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.fields import MinorField, typed
from jifen.backoffice.figures import show_money
from jifen.backoffice.showing import act_or_show, show
from jifen.backoffice.tables import Cell, Figure, Table, columns, number
from jifen.parking.revenue import Month, Proposal, declare_month, is_due, last_of, months, propose

FEN = 100


class AmountField(MinorField):
    """An amount of money that may be nothing at all."""

    def clean(self, value: Any) -> Any:
        """Return fen; 0 is an amount here: no revenue, no dividend."""
        text = value.strip() if isinstance(value, str) else value
        return 0 if text in ("0", "0.0", "0.00") else super().clean(value)


class DeclareForm(ReasonForm):
    """The revenue that this month's dividend shares, and why."""

    amount = AmountField(
        label=gettext_lazy("Revenue in yuan"),
        help_text=gettext_lazy("As measured and not declared yet. What you leave out stays for the next month."),
    )

    field_order = ("amount", "reason", "key")


@page("see_parking")
def revenue(desk: Desk) -> HttpResponseBase:
    """Show what was measured and declared, month by month, and let operators declare this month's."""
    found, proposal = months(desk.programme.pk, desk.today), propose(desk.programme.pk, desk.today)
    headings = columns(
        *(_("Month"), _("Measured"), _("Devices"), _("Missing days"), _("Declared"), _("Up to"), _("By")),
        _("Found by the close"),
        numbers=(1, 2, 3, 4, 7),
    )
    table = Table(headings, [_row(one) for one in found])
    warning = ""
    if is_due(desk.today, desk.programme.pk):
        warning = _(
            "This month's revenue is not declared yet. Declare it before %(day)s is over: the close of that day pays "
            "the dividend and waits for nobody."
        ) % {"day": last_of(desk.today)}
    return act_or_show(
        desk.request,
        [_declare(desk, proposal)],
        lambda offers: show(
            desk.request,
            "backoffice/parking_revenue.html",
            _("Parking revenue"),
            table=table,
            offers=offers,
            warning=warning,
            figures=_figures(proposal),
            lead=_("Each month declares what was measured and not declared before, so every fen is shared once."),
        ),
    )


def _row(one: Month) -> list[Cell]:
    declared = one.declared
    return [
        Cell(f"{one.month:%Y-%m}"),
        number(show_money(one.revenue)),
        number(f"{one.devices:,}"),
        Cell(f"{one.missing:,}", tone="wait", number=True) if one.missing else number("0"),
        number(show_money(declared.amount) if declared is not None else ""),
        Cell(f"{declared.last_day}" if declared is not None else ""),
        Cell(declared.operator.username if declared is not None else ""),
        number(show_money(int(one.in_force * FEN)) if one.in_force is not None else _("nothing")),
    ]


def _figures(proposal: Proposal | None) -> list[Figure]:
    if proposal is None:
        return []
    missing = _("Missing days of devices: %(count)s") % {"count": f"{proposal.missing:,}"}
    return [
        Figure(
            _("Measured so far"),
            show_money(proposal.measured),
            note=_("from %(first)s to %(last)s") % {"first": proposal.first, "last": proposal.last},
        ),
        Figure(_("Declared for earlier months"), show_money(proposal.before)),
        Figure(
            _("To be declared for this month"),
            show_money(proposal.amount),
            note=missing if proposal.missing else "",
            tone="wait" if proposal.missing else "",
        ),
    ]


def _declare(desk: Desk, proposal: Proposal | None) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        declared = declare_month(
            programme_id=desk.programme.pk,
            amount=values["amount"],
            operator_id=desk.operator.pk,
            reason=values["reason"],
            key=values["key"],
        )
        return _("Declared: %(amount)s, until the month ends.") % {"amount": show_money(declared.amount)}

    return Action(
        "declare",
        _("Declare this month's revenue"),
        "declare_values",
        run,
        form=DeclareForm,
        initial={"amount": typed(proposal.amount)} if proposal is not None else {},
        note=_("You may declare again until the month ends; the last one counts."),
        blocked="" if proposal is not None else _("No day of this month is over yet. Come back tomorrow."),
        tone="main",
        open=proposal is not None,
    )
