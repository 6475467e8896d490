"""Payments through Alipay and WeChat Pay: how each stands, what went back, and the provider's statement (S2-22)."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, PlainForm, refusal_text
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.showing import (
    EXPORT_ROWS_MAX,
    act_or_show,
    export,
    export_query,
    rows_of,
    show,
    to,
    wants_export,
)
from jifen.backoffice.tables import Cell, Column, Figure, Filter, Table, columns, number, slice_of
from jifen.facts.acts import note_act
from jifen.messages import translator
from jifen.payments.backs import follow, send_backs
from jifen.payments.models import (
    Outcome,
    Payment,
    PaymentBack,
    PaymentBackState,
    PaymentState,
    Pays,
    ProviderName,
)
from jifen.payments.settling import WHOLE, why_of
from jifen.payments.statements import BYTES_MAX, Compared, Reconciled, StatementError, reconcile, to_look_at
from jifen.payments.watching import look_after
from jifen.sales.models import Order

TONES = {
    PaymentState.CREATED: "plain",
    PaymentState.PENDING: "wait",
    PaymentState.PAID: "good",
    PaymentState.FAILED: "bad",
    PaymentState.CLOSED: "plain",
}
BACK_TONES = {
    PaymentBackState.WAITING: "wait",
    PaymentBackState.SENT: "wait",
    PaymentBackState.DONE: "good",
    PaymentBackState.FAILED: "bad",
}
PROBLEMS = "problems"


class StatementForm(forms.Form):
    """The statement, whose it is, and its days."""

    provider = forms.ChoiceField(label=gettext_lazy("Provider"), choices=ProviderName.choices)
    since = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    file = forms.FileField(
        label=gettext_lazy("Statement of the provider"),
        help_text=gettext_lazy("CSV, as the provider gives it; nothing is changed by it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        found = self.cleaned_data["file"]
        if found.size > BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than %(most)s MB.") % {"most": BYTES_MAX // 1_000_000})
        return found

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        values = super().clean() or {}
        if values.get("since") and values.get("until") and values["since"] > values["until"]:
            raise forms.ValidationError(_("The first day comes after the last."))
        return values


@page("see_orders")
def payments(desk: Desk) -> HttpResponseBase:
    """List payments, newest first, by state, provider, what they pay, and a number."""
    asked = desk.request.GET
    found = Payment.objects.filter(programme=desk.programme).select_related("member", "order")
    state, provider, pays, text = (asked.get(name, "") for name in ("state", "provider", "pays", "q"))
    found = _in_state(found, state)
    found = found.filter(provider=provider) if provider in ProviderName.values else found
    found = found.filter(pays=pays) if pays in Pays.values else found
    if text.strip():
        named = Q(number=text.strip()) | Q(provider_number=text.strip()) | Q(order__number=text.strip())
        found = found.filter(named | Q(backs__number=text.strip())).distinct()
    if wants_export(desk.request):
        rows = [_row(desk, one) + _more(desk, one) for one in found.order_by("-pk")[:EXPORT_ROWS_MAX]]
        return export(desk, "payments", _columns() + columns(_("Number at the provider"), _("Paid at")), rows)
    states = [("", _("all")), *PaymentState.choices, *((one.value, one.label) for one in Outcome if one), (
        PROBLEMS, _("to look at"),
    )]  # fmt: skip
    return show(
        desk.request,
        "backoffice/list.html",
        _("Payments"),
        table=rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one)),
        filters=[
            Filter("state", _("State"), states, state),
            Filter("provider", _("Provider"), [("", _("all")), *ProviderName.choices], provider),
            Filter("pays", _("For"), [("", _("all")), *Pays.choices], pays),
            Filter("q", _("Number"), [], text, kind="search"),
        ],
        links=[Cell(_("Compare with a statement"), href=to(desk, "payment_statement"))],
        export_query=export_query(desk),
    )


@page("see_orders")
def payment(desk: Desk, payment_number: str) -> HttpResponseBase:
    """Show a payment with what came of it; let operators ask the provider at once, and send refunds again."""
    rows = Payment.objects.filter(programme=desk.programme).select_related("member", "order", "programme")
    backs = Prefetch("backs", PaymentBack.objects.order_by("pk"))
    found = get_object_or_404(rows.prefetch_related(backs), number=payment_number)
    return act_or_show(
        desk.request,
        _actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/sections.html",
            _("Payment %(number)s") % {"number": found.number},
            lead=_lead(found),
            notices=[_(found.problem)] if found.problem else [],
            figures=_figures(found),
            links=[Cell(_("Payments"), href=to(desk, "payments")), *_links(desk, found)],
            sections=[(_("What happened"), _history(desk, found)), (_("Money back"), _backs(desk, found))],
            offers=offers,
        ),
    )


@page("review_payments")
def payment_statement(desk: Desk) -> HttpResponseBase:
    """Compare a provider's statement with our payments, on a page or as an Excel file."""
    today = timezone.now().astimezone(desk.zone).date()
    request, day = desk.request, today - timedelta(days=1)
    form = StatementForm(request.POST or None, request.FILES or None, initial={"since": day, "until": day})
    found: Reconciled | None = None
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            found = reconcile(
                programme_id=desk.programme.pk,
                provider=values["provider"],
                content=values["file"].read(),
                since=_midnight(desk, values["since"]),
                until=_midnight(desk, values["until"] + timedelta(days=1)),
            )
        except StatementError as error:
            form.add_error("file", refusal_text(error))
        else:
            about = f"{values['provider']} {values['since']} – {values['until']}"
            note_act(operator_id=desk.operator.pk, act="compare_payments", subject=about, reason=_said(found))
    if found is not None and "export" in request.POST:
        return export(desk, "statement", _difference_columns(), [_difference(desk, one) for one in found.differ])
    context: dict[str, Any] = {"form": form, "back": to(desk, "payments"), "found": found}
    if found is not None:
        context["figures"] = [
            Figure(_("Agree"), f"{found.agreed:,}"),
            Figure(_("Differ"), f"{len(found.differ):,}", tone="bad" if found.differ else ""),
            Figure(_("Paid here"), show_money(found.paid)),
            Figure(_("Given back here"), show_money(found.back)),
        ]
        context["table"] = Table(
            _difference_columns(), [_difference(desk, one) for one in found.differ], empty=_("Everything agrees.")
        )
    return show(request, "backoffice/payment_statement.html", _("Compare with a statement"), **context)


def payments_cell(desk: Desk, order: Order) -> Cell:
    """Return how many payments were begun for an order, with the way to them."""
    count = Payment.objects.filter(order=order).exclude(provider="").count()
    return Cell(str(count), href=f"{to(desk, 'payments')}?q={order.number}") if count else Cell("")


def _in_state(found: QuerySet[Payment], state: str) -> QuerySet[Payment]:
    if state in PaymentState.values:
        return found.filter(state=state)
    if state in (Outcome.GRANTED, Outcome.RETURNED):
        return found.filter(outcome=state)
    if state == PROBLEMS:
        return to_look_at(found)
    return found


def _columns() -> list[Column]:
    return columns(
        *(_("Number"), _("For"), _("Member"), _("Money"), _("Given back"), _("Provider"), _("State")),
        *(_("What came of it"), _("Created")),
        numbers=(3, 4),
    )


def _row(desk: Desk, one: Payment) -> list[Cell]:
    return [
        Cell(one.number, href=to(desk, "payment", one.number)),
        _what(desk, one),
        Cell(f"{one.member.code} {one.member.name}", href=to(desk, "member", one.member_id)),
        number(show_money(one.amount)),
        number(show_money(one.given_back) if one.given_back else ""),
        Cell(str(one.get_provider_display())),
        Cell(str(one.get_state_display()), tone=TONES[PaymentState(one.state)]),
        Cell(str(one.get_outcome_display()) if one.outcome else ""),
        Cell(show_moment(one.created_at, desk.zone)),
    ]


def _more(desk: Desk, one: Payment) -> list[Cell]:
    """Return what only the Excel file says."""
    return [Cell(one.provider_number), Cell(show_moment(one.paid_at, desk.zone) if one.paid_at else "")]


def _what(desk: Desk, one: Payment) -> Cell:
    if one.order is not None:
        return Cell(_("Order %(number)s") % {"number": one.order.number}, href=to(desk, "order", one.order.number))
    return Cell(str(one.get_pays_display()))


def _lead(found: Payment) -> str:
    why = why_of(found)
    if why is not None:
        return _("The money goes back: %(why)s.") % {"why": translator(language())(why)}
    if found.state == PaymentState.PAID and not found.outcome:
        return _("The money has come and does not count yet; the worker goes on each minute.")
    return str(found.get_state_display())


def _figures(found: Payment) -> list[Figure]:
    shown = [
        (_("Money"), show_money(found.amount)),
        (_("State"), str(found.get_state_display())),
        (_("What came of it"), str(found.get_outcome_display()) if found.outcome else "–"),
        (_("Given back"), show_money(found.given_back)),
    ]
    return [Figure(title, text) for title, text in shown]


def _links(desk: Desk, found: Payment) -> list[Cell]:
    member = Cell(f"{found.member.code} {found.member.name}", href=to(desk, "member", found.member_id))
    what = _what(desk, found)
    return [member, what] if what.href else [member]


def _history(desk: Desk, found: Payment) -> Table:
    dated = [
        (_("Created"), found.created_at, _what(desk, found).text),
        (_("Provider asked"), found.asked_at, str(found.get_provider_display())),
        (_("Paid"), found.paid_at, found.provider_number),
        (_("Counted or given back"), found.settled_at, str(found.get_outcome_display())),
        (_("May be paid until"), found.expires_at, ""),
    ]
    rows = [[Cell(title), Cell(show_moment(at, desk.zone)), Cell(note)] for title, at, note in dated if at is not None]
    return Table(columns(_("What"), _("When"), _("Note")), rows)


def _backs(desk: Desk, found: Payment) -> Table:
    headings = columns(
        *(_("Number"), _("Cause"), _("Money"), _("State"), _("Tries"), _("Problem"), _("Done")), numbers=(2, 4)
    )
    rows = [
        [
            Cell(one.number),
            Cell(_cause(one)),
            number(show_money(one.amount)),
            Cell(str(one.get_state_display()), tone=BACK_TONES[PaymentBackState(one.state)]),
            number(str(one.tries)),
            Cell(_(one.problem) if one.problem else ""),
            Cell(show_moment(one.done_at, desk.zone) if one.done_at else ""),
        ]
        for one in found.backs.all()
    ]
    return Table(headings, rows, empty=_("Nothing went back."))


def _cause(one: PaymentBack) -> str:
    """Return why money goes back, in words."""
    if one.cause == WHOLE:
        return _("nothing could be given for it")
    if one.cause == "return":
        return _("taken back as a whole")
    return _("refund %(number)s") % {"number": one.cause.partition("/")[2]}


def _actions(desk: Desk, found: Payment) -> list[Action]:
    def ask(_values: Mapping[str, Any]) -> str:
        seen = look_after(found)
        note_act(operator_id=desk.operator.pk, act="ask_provider", subject=f"payment {found.number}")
        return _("The provider was asked: %(state)s.") % {"state": seen.get_state_display()}

    def again(_values: Mapping[str, Any]) -> str:
        follow(found.pk)
        send_backs(found.backs.exclude(state=PaymentBackState.DONE))
        note_act(operator_id=desk.operator.pk, act="repeat_refund", subject=f"payment {found.number}")
        return _("The provider was asked to give the money back.")

    actions = []
    waits = found.state == PaymentState.PENDING or (found.state == PaymentState.PAID and not found.outcome)
    if waits:
        actions.append(Action("ask", _("Ask the provider"), "review_payments", ask, form=PlainForm, tone="main"))
    if any(one.state != PaymentBackState.DONE for one in found.backs.all()):
        title = _("Send the money back again")
        actions.append(Action("again", title, "review_payments", again, form=PlainForm, tone="main"))
    return actions


def _difference_columns() -> list[Column]:
    return columns(
        *(_("Number"), _("What differs"), _("Paid there"), _("Paid here"), _("Given back there")),
        *(_("Given back here"), _("State here")),
        numbers=(2, 3, 4, 5),
    )


def _difference(desk: Desk, one: Compared) -> list[Cell]:
    if one.payment is None:
        said = _("not known here")
    elif one.theirs is None:
        said = _("not on the statement")
    else:
        said = _("other amounts")
    theirs = one.theirs
    return [
        Cell(one.number, href=to(desk, "payment", one.number) if one.payment is not None else ""),
        Cell(said, tone="bad"),
        number(show_money(theirs.paid) if theirs is not None else ""),
        number(show_money(one.paid) if one.payment is not None else ""),
        number(show_money(theirs.back) if theirs is not None else ""),
        number(show_money(one.back) if one.payment is not None else ""),
        Cell(str(one.payment.get_state_display()) if one.payment is not None else ""),
    ]


def _said(found: Reconciled) -> str:
    return f"{found.agreed} agree, {len(found.differ)} differ"


def _midnight(desk: Desk, day: date) -> datetime:
    return datetime.combine(day, time(), desk.zone)
