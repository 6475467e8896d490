"""Withdrawals: ask for one, follow it, cancel it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.payouts.models import Withdrawal
from jifen.payouts.withdrawals import (
    WithdrawalAmountError,
    WithdrawalKeyReusedError,
    WithdrawalStateError,
    request_withdrawal,
)
from jifen.payouts.withdrawals import cancel as cancel_withdrawal
from jifen.web.forms import WithdrawalForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.withdrawals import read_parts, withdrawable, withdrawal_list
from jifen.web.templatetags.jifen import named, said


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def withdraw(request: MemberRequest) -> HttpResponse:
    """Ask for a withdrawal; list the member's withdrawals with their histories."""
    form = _form(request, bound=request.method == "POST")
    if request.method == "POST" and form is not None and form.is_valid() and _has_seen(request, form):
        try:
            request_withdrawal(member_id=request.member.pk, **form.cleaned_data)
        except WithdrawalAmountError as error:
            form.add_error("amount", said(error.message))
        except (RefusedError, NotNowError, WithdrawalKeyReusedError) as error:
            form.add_error(None, said(error.message))
        else:
            messages.success(request, _("Asked for. The points are held until it is paid or given back."))
            return redirect("web:withdraw", request.programme.code)
    return _show(request, form)


@require_safe
@member_page
def quote(request: MemberRequest) -> HttpResponse:
    """Show what would be paid out, while the form is being filled in."""
    form = _form(request, bound=True)
    if form is not None:
        form.is_valid()
    return render(request, "web/withdraw_quote.html", {"quote": read_parts(request.member, form)})


@require_POST
@member_page
def cancel(request: MemberRequest, withdrawal_id: int) -> HttpResponse:
    """Cancel a withdrawal that nobody has approved."""
    if not Withdrawal.objects.filter(pk=withdrawal_id, member=request.member).exists():
        raise Http404
    try:
        cancel_withdrawal(member_id=request.member.pk, withdrawal_id=withdrawal_id)
    except (WithdrawalStateError, RefusedError, NotNowError) as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("Cancelled. The points are free again."))
    return redirect("web:withdraw", request.programme.code)


def _has_seen(request: MemberRequest, form: WithdrawalForm) -> bool:
    """Return whether what the member receives stood on the screen (G12); else say so beside it."""
    parts = read_parts(request.member, form)
    if parts is None or not parts.must_be_seen or request.POST.get("seen") == parts.seen:
        return True
    form.add_error(None, _("Look at what you receive, then send it again."))
    return False


def _form(request: MemberRequest, *, bound: bool) -> WithdrawalForm | None:
    """Return the form, or None where the programme lets nothing be withdrawn."""
    kinds = {wallet.name: (named(wallet.kind), wallet.free.decimals) for wallet in withdrawable(request.member)}
    data = (request.POST if request.method == "POST" else request.GET) if bound else None
    wanted = request.GET.get("kind", "")
    kinds = dict(sorted(kinds.items(), key=lambda kind: kind[0] != wanted))  # the one asked for is chosen at first
    return WithdrawalForm(data, kinds=kinds) if kinds else None


def _show(request: MemberRequest, form: WithdrawalForm | None) -> HttpResponse:
    page = withdrawal_list(request.member, before=request.GET.get("before", ""))
    context = {
        "tab": "me",
        "form": form,
        "wallets": withdrawable(request.member),
        "quote": read_parts(request.member, form),
        "frozen": request.member.standing.frozen,
        "withdrawals": page.withdrawals,
        "next": f"?before={page.next}" if page.next else "",
    }
    return render(request, "web/withdrawal_rows.html" if request.htmx else "web/withdraw.html", context)
