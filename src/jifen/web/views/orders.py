"""A member's orders."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.sales.orders import OrderStateError, cancel_own_order, report_payment
from jifen.sales.receiving import confirm_receipt
from jifen.sales.redeeming import receive_goods
from jifen.web.forms import PaymentForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.orders import STATE_FILTERS, OrderPage, order_list, read_order
from jifen.web.reads.reviews import reviewables
from jifen.web.templatetags.jifen import said


@require_safe
@member_page
def orders(request: MemberRequest) -> HttpResponse:
    """List the member's orders, newest first."""
    state = request.GET.get("state", "")
    page = order_list(request.member, state=state, before=request.GET.get("before", ""))
    context = {
        "tab": "me",
        "orders": page.orders,
        "next": f"?state={state}&before={page.next}" if page.next else "",
        "state": state,
        "choices": STATE_FILTERS,
    }
    return render(request, "web/order_rows.html" if request.htmx else "web/orders.html", context)


@require_safe
@member_page
def order(request: MemberRequest, number: str) -> HttpResponse:
    """Show an order of the member."""
    found = _order(request, number)
    return _show(request, found, PaymentForm(initial={"note": found.payment_note}))


@require_POST
@member_page
def report(request: MemberRequest, number: str) -> HttpResponse:
    """Note that the member has paid (S4-20)."""
    found = _order(request, number)
    form = PaymentForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    try:
        report_payment(member_id=request.member.pk, order_id=found.id, note=form.cleaned_data["note"])
    except OrderStateError as error:
        form.add_error(None, said(error.message))
        return _show(request, found, form)
    messages.success(request, _("Thank you. An operator will check the payment."))
    return redirect("web:order", request.programme.code, number)


@require_POST
@member_page
def cancel(request: MemberRequest, number: str) -> HttpResponse:
    """Cancel an order that is not confirmed."""
    found = _order(request, number)
    try:
        cancel_own_order(member_id=request.member.pk, order_id=found.id)
    except OrderStateError as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("Order cancelled."))
    return redirect("web:order", request.programme.code, number)


@require_POST
@member_page
def receive(request: MemberRequest, number: str) -> HttpResponse:
    """Confirm that an order arrived, which counts from then on (S2-02)."""
    found = _order(request, number)
    try:
        confirm_receipt(member_id=request.member.pk, order_id=found.id)
    except (OrderStateError, RefusedError, NotNowError) as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("Receipt confirmed. Your points are granted."))
    return redirect("web:order", request.programme.code, number)


@require_POST
@member_page
def goods_received(request: MemberRequest, number: str) -> HttpResponse:
    """Note that goods have come (S2-21, S3-15)."""
    found = _order(request, number)
    if found.delivery is None:
        raise Http404
    try:
        receive_goods(member_id=request.member.pk, order_id=found.id)
    except OrderStateError as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("Thank you. It is noted that you have your goods."))
    return redirect("web:order", request.programme.code, number)


def _order(request: MemberRequest, number: str) -> OrderPage:
    found = read_order(request.member, number)
    if found is None:
        raise Http404
    return found


def _show(request: MemberRequest, found: OrderPage, form: PaymentForm) -> HttpResponse:
    context = {"tab": "me", "order": found, "form": form, "reviewables": reviewables(request.member, found.number)}
    return render(request, "web/order.html", context)
