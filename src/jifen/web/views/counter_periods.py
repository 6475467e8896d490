"""Settlement of a store with head office on its owner's phone: figures, statement, Excel, payment (S3-05, S3-17)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jifen.alliance.sheets import statement_workbook
from jifen.payments.chosen import is_open
from jifen.payments.models import Pays
from jifen.stores.models import Period, Store
from jifen.web.forms import KeyedForm
from jifen.web.pages import MemberRequest
from jifen.web.reads.counter_periods import read_open, read_period, read_periods
from jifen.web.templatetags.jifen import said
from jifen.web.views.counter import counter_page
from jifen.web.views.payments import PAYING_REFUSALS, to_payment

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@counter_page
def periods(request: MemberRequest, store: Store) -> HttpResponse:
    """Show the open period with its live figures, and the settled ones."""
    context = {"side": "home", "store": store, "open": read_open(store), "periods": read_periods(store)}
    return render(request, "web/counter_periods.html", context)


@require_safe
@counter_page
def period(request: MemberRequest, store: Store, period_id: int) -> HttpResponse:
    """Show a settled period with each sale and refund."""
    shown = read_period(_own(store, period_id))
    context = {"side": "home", "store": store, "shown": shown, "form": KeyedForm()}
    context["online"] = is_open(request.programme)
    return render(request, "web/counter_period.html", context)


@require_safe
@counter_page
def sheet(request: MemberRequest, store: Store, period_id: int) -> HttpResponse:
    """Answer the statement of a period as an Excel file."""
    del request
    found = _own(store, period_id)
    name = f"{store.code}-{found.start_on:%Y%m%d}-{found.until_on:%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(statement_workbook(found.pk), content_type=EXCEL, headers=headers)


@require_POST
@counter_page
def pay(request: MemberRequest, store: Store, period_id: int) -> HttpResponse:
    """Pay an invoiced period online."""
    found, form = _own(store, period_id), KeyedForm(request.POST)
    if form.is_valid():
        try:
            return to_payment(request, Pays.PERIOD, {"period": found.pk, "code": store.code})
        except PAYING_REFUSALS as error:
            messages.error(request, said(error.message))
    return redirect("web:counter_period", request.programme.code, store.code, found.pk)


def _own(store: Store, period_id: int) -> Period:
    found = Period.objects.filter(pk=period_id, store=store).first()
    if found is None:
        raise Http404
    return found
