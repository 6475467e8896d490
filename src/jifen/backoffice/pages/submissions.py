"""Products that suppliers submit: looked at, then listed in the mall or refused (S0-01, S0-70)."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Filter, columns, number, slice_of
from jifen.engine.digits import number_of
from jifen.sales.models import Picture, Submission, SubmissionState
from jifen.sales.submissions import list_product, refuse_product

TONES = {
    SubmissionState.SUBMITTED: "wait",
    SubmissionState.LISTED: "good",
    SubmissionState.REFUSED: "bad",
    SubmissionState.TAKEN_BACK: "plain",
}


class RefuseForm(ReasonForm):
    """Why; the supplier reads it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["reason"].help_text = gettext_lazy("The supplier reads it.")


@page("see_suppliers")
def submissions(desk: Desk) -> HttpResponseBase:
    """List what was submitted, newest first."""
    found = Submission.objects.filter(supplier__programme=desk.programme).select_related("supplier", "product")
    state, supplier = desk.request.GET.get("state", ""), number_of(desk.request.GET.get("supplier", ""))
    if state in SubmissionState.values:
        found = found.filter(state=state)
    if supplier is not None:
        found = found.filter(supplier_id=supplier)
    headings = columns(_("Product"), _("Supplier"), _("State"), _("Price"), _("Stock"), _("Submitted"), numbers=(3, 4))
    table = rows_of(desk.request, slice_of(found, desk.request), headings, lambda one: _row(desk, one))
    return show(
        desk.request,
        "backoffice/list.html",
        _("Submitted products"),
        table=table,
        filters=[Filter("state", _("State"), [("", _("all")), *SubmissionState.choices], state)],
    )


def _row(desk: Desk, one: Submission) -> list[Cell]:
    return [
        Cell(one.title, href=to(desk, "submission", one.pk)),
        Cell(one.supplier.name, href=to(desk, "supplier", one.supplier_id)),
        state_cell(one),
        number(show_money(one.price)),
        number(_("without limit") if one.stock is None else f"{one.stock:,}"),
        Cell(show_moment(one.submitted_at, desk.zone)),
    ]


def state_cell(one: Submission) -> Cell:
    """Return a submission's state as a badge."""
    return Cell(str(one.get_state_display()), tone=TONES[SubmissionState(one.state)])


@page("see_suppliers")
def submission(desk: Desk, submission_id: int) -> HttpResponseBase:
    """Show a submitted product with its pictures; list it or refuse it."""
    rows = Submission.objects.select_related("supplier", "product", "decided_by")
    found = get_object_or_404(rows, pk=submission_id, supplier__programme=desk.programme)
    positions = found.pictures.order_by("position").values_list("position", flat=True)
    return act_or_show(
        desk.request,
        _actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/submission.html",
            found.title,
            state=state_cell(found),
            facts=_facts(desk, found),
            pictures=[to(desk, "submission_picture", found.pk, position) for position in positions],
            offers=offers,
        ),
    )


def _facts(desk: Desk, one: Submission) -> list[tuple[str, Cell]]:
    product = one.product
    rows = [
        (_("Supplier"), Cell(one.supplier.name, href=to(desk, "supplier", one.supplier_id))),
        (_("English title"), Cell(one.title_en)),
        (_("Price"), Cell(show_money(one.price))),
        (_("Stock"), Cell(_("without limit") if one.stock is None else f"{one.stock:,}")),
        (_("Description"), Cell(one.note)),
        (_("Submitted"), Cell(show_moment(one.submitted_at, desk.zone))),
        (_("Decided by"), Cell(one.decided_by.username if one.decided_by else "")),
        (_("Reason"), Cell(one.reason)),
        (_("Product"), Cell(product.code, href=to(desk, "product", product.pk)) if product is not None else Cell("")),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


@page("see_suppliers")
def picture(desk: Desk, submission_id: int, position: int) -> HttpResponseBase:
    """Show a picture of a submission, which nobody else may see before it is listed."""
    rows = Picture.objects.filter(submission__supplier__programme=desk.programme, submission_id=submission_id)
    found = rows.filter(position=position).first()
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.content), content_type=found.media_type)


def _actions(desk: Desk, one: Submission) -> list[Action]:
    if one.state != SubmissionState.SUBMITTED:
        return []

    def accept(values: Mapping[str, Any]) -> str:
        list_product(submission_id=one.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("It is on sale. How points may pay for it is set on the product's page.")

    def refuse(values: Mapping[str, Any]) -> str:
        refuse_product(submission_id=one.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Refused. The supplier reads your reason.")

    return [
        Action("list", _("Put it on sale"), "review_suppliers", accept, tone="main", open=True),
        Action("refuse", _("Refuse"), "review_suppliers", refuse, form=RefuseForm, tone="bad"),
    ]
