"""Bank transfers to the company's account, which become lease credit (S0-08)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jifen.facts.days import NotNowError
from jifen.leases.accounts import company_account
from jifen.leases.errors import LeaseError
from jifen.leases.terms import credit_kind
from jifen.leases.top_ups import report_top_up
from jifen.web.device_forms import TransferForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.me import leases_here
from jifen.web.reads.terms import read_now
from jifen.web.reads.top_ups import top_up_list
from jifen.web.templatetags.jifen import said


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def top_ups(request: MemberRequest) -> HttpResponse:
    """Show the company's account, report a transfer to it, and follow those reported."""
    now = read_now(request.programme.pk)
    kind = credit_kind(now.terms)
    if kind is None:
        raise Http404
    form = TransferForm(request.POST if request.method == "POST" else None, initial={"paid_on": now.today})
    if request.method == "POST" and form.is_valid() and _report(request, form):
        messages.success(request, _("Reported. Two operators look at it; then the points are yours."))
        return redirect("web:top_ups", request.programme.code)
    page = top_up_list(request.member, request.GET.get("before", ""))
    context = {
        "tab": "me",
        "leases": leases_here(now.terms),
        "form": form,
        "kind": now.terms.kinds[kind],
        "account": company_account(request.programme.pk),
        "top_ups": page.top_ups,
        "next": f"?before={page.next}" if page.next else "",
    }
    return render(request, "web/top_up_rows.html" if request.htmx else "web/top_ups.html", context)


def _report(request: MemberRequest, form: TransferForm) -> bool:
    """Report the transfer of a form, or say on the form why not."""
    try:
        report_top_up(member_id=request.member.pk, report=form.report(), key=form.cleaned_data["key"])
    except (LeaseError, NotNowError) as error:
        form.add_error(None, said(error.message))
        return False
    return True
