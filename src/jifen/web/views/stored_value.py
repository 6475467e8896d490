"""A member's prepaid money: top up, pay code, give back; and what stores gave (S3-02, S3-13, S3-19)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.alliance.stored_models import StoredTopUp
from jifen.alliance.stored_value import give_back
from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.payments.models import Pays
from jifen.payouts.errors import PayoutError
from jifen.sales.errors import SaleError
from jifen.web.alliance_forms import TopUpForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.alliance import read_stored, read_visits, shown_code
from jifen.web.reads.counter import counter_here
from jifen.web.templatetags.jifen import said
from jifen.web.views.payments import PAYING_REFUSALS, to_payment

REFUSALS = (PayoutError, SaleError, RefusedError, NotNowError)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def stored_value(request: MemberRequest) -> HttpResponse:
    """Show what is prepaid, the code that lets a store take of it, and pay more in advance (S3-02)."""
    page = read_stored(request.member)
    if page is None:
        raise Http404
    form = TopUpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            values = form.cleaned_data
            return to_payment(request, Pays.TOP_UP, {"amount": values["amount"], "key": values["key"]})
        except PAYING_REFUSALS as error:
            form.add_error("amount", said(error.message))
    context = {"tab": "home", "page": page, "form": form, "shown": shown_code(request.member)}
    return render(request, "web/stored_value.html", context)


@require_safe
@member_page
def pay_code(request: MemberRequest) -> HttpResponse:
    """Answer the code of now; the page asks for it anew."""
    if read_stored(request.member) is None:
        raise Http404
    return render(request, "web/pay_code.html", {"shown": shown_code(request.member)})


@require_POST
@member_page
def back(request: MemberRequest, top_up_id: int) -> HttpResponse:
    """Give back what is left of a top-up, within seven days (trust C6a)."""
    try:
        give_back(member_id=request.member.pk, top_up_id=top_up_id)
    except StoredTopUp.DoesNotExist:
        raise Http404 from None
    except REFUSALS as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("Given back."))
    return redirect("web:stored_value", request.programme.code)


@require_safe
@member_page
def visits(request: MemberRequest) -> HttpResponse:
    """Show what the member spent at stores and got for it, the newest first (S3-13, S3-19)."""
    if not counter_here(request.programme.pk):
        raise Http404
    page = read_visits(request.member, before=request.GET.get("before", ""))
    context = {"tab": "points", "page": page, "next": f"?before={page.next}" if page.next else ""}
    return render(request, "web/visit_rows.html" if request.htmx else "web/visits.html", context)
