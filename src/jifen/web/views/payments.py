"""Paying through a provider: choose, go to its cashier, come back; and the cashiers of the sandbox (S2-22)."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from jifen.facts.days import NotNowError
from jifen.payments.adapter import Sent
from jifen.payments.chosen import provider_names
from jifen.payments.errors import PaymentError
from jifen.payments.models import Payment, PaymentState, Pays, ProviderName, SimTrade
from jifen.payments.paying import Device, begin, look, open_payment, receive
from jifen.payments.settling import REFUSALS
from jifen.payments.simulated import CASHIER, TradeOverError, fail, open_cashier, pay
from jifen.payments.subjects import Asked
from jifen.web.amounts import Money
from jifen.web.pages import MemberRequest, ProgrammeRequest, member_page, programme_page
from jifen.web.reads.payments import page_of, read_payment, read_payments
from jifen.web.reads.qr import draw_qr
from jifen.web.templatetags.jifen import said

PAYING_REFUSALS = (*REFUSALS, NotNowError)
PHONE = re.compile(r"Mobile|Android|iPhone")


def to_payment(request: MemberRequest, pays: Pays, asked: Asked) -> HttpResponse:
    """Open a payment and show it. Raises PAYING_REFUSALS: what would be refused later is refused now."""
    payment = open_payment(member=request.member, pays=pays, asked=asked)
    return redirect("web:payment", request.programme.code, payment.number)


@require_safe
@member_page
def payments(request: MemberRequest) -> HttpResponse:
    """List the member's payments, the newest first."""
    return render(request, "web/payments.html", {"tab": "me", "rows": read_payments(request.member)})


@require_safe
@member_page
def payment(request: MemberRequest, number: str) -> HttpResponse:
    """Show a payment: choose who takes it, wait for it, or read what came of it."""
    found = _found(request, number)
    before = found.state, found.outcome
    if found.state == PaymentState.PENDING:
        try:
            found = look(found)
        except PaymentError as error:
            if not request.htmx:
                messages.error(request, said(error.message))
    page = read_payment(_found(request, number))
    if request.htmx:
        if (found.state, found.outcome) != before:
            return HttpResponseClientRedirect(f"{request.path}?from=cashier")
        return render(request, "web/paying_state.html", {"page": page})
    if page.granted and "from" in request.GET:
        messages.success(request, _("Paid."))
        return redirect(page.back_to)
    return render(request, "web/paying.html", {"tab": "me", "page": page})


@require_POST
@member_page
def start(request: MemberRequest, number: str) -> HttpResponse:
    """Begin a payment at the provider that the member chose, and go there."""
    found, name = _found(request, number), request.POST.get("provider", "")
    try:
        begun, sent = begin(found.pk, member_id=request.member.pk, name=name, device=_device(request, name))
    except PaymentError as error:
        messages.error(request, said(error.message))
        return redirect("web:payment", request.programme.code, number)
    return _away(request, begun, sent)


@require_POST
@member_page
def again(request: MemberRequest, number: str) -> HttpResponse:
    """Try once more to pay what a payment that failed was for."""
    found = _found(request, number)
    try:
        return to_payment(request, Pays(found.pays), found.asked)
    except PAYING_REFUSALS as error:
        messages.error(request, said(error.message))
    return redirect(page_of(found))


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page
def cashier(request: ProgrammeRequest, provider: str) -> HttpResponse:
    """The cashier of a simulated provider: pay, let it fail, or leave; no money moves."""
    if not settings.SANDBOX or provider not in provider_names(request.programme):
        raise Http404
    trade = open_cashier(provider, request.GET.dict())
    paid = None if trade is None else Payment.objects.select_related("programme").filter(number=trade.number).first()
    if trade is None or paid is None or provider not in provider_names(paid.programme):
        raise Http404
    if request.method == "POST":
        return _at_cashier(request, trade)
    title = ProviderName(provider).label
    context = {"trade": trade, "provider": provider, "title": title, "amount": Money(trade.amount)}
    return render(request, "web/cashier.html", context)


def _at_cashier(request: ProgrammeRequest, trade: SimTrade) -> HttpResponse:
    does = request.POST.get("does", "")
    try:
        if does == "fail":
            fail(trade.pk)
        elif does in ("pay", "silent"):
            notice = pay(trade.pk)
            if does == "pay":
                receive(trade.provider, notice)
    except TradeOverError as error:
        messages.error(request, said(error.message))
    except PaymentError:
        pass  # as at the real one: the member has paid, whatever we made of its notification
    return redirect(_back_to(request, trade))


def _back_to(request: ProgrammeRequest, trade: SimTrade) -> str:
    """Return where the member came from: a page of ours, whatever the address says."""
    back = trade.back or request.GET.get("redirect_url", "")
    parts = urlsplit(back)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    fine = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if fine else reverse("web:home", args=[request.programme.code])


def _away(request: MemberRequest, payment: Payment, sent: Sent) -> HttpResponse:
    """Go to the cashier: a page of ours in the sandbox, else a page that leads out, or a code to scan."""
    if sent.address.startswith(f"{CASHIER}?"):
        path = reverse("web:cashier", args=[request.programme.code, payment.provider])
        return redirect(f"{path}?{sent.address.partition('?')[2]}")
    page = read_payment(payment)
    context = {"tab": "me", "page": page, "address": sent.address, "picture": draw_qr(sent.code) if sent.code else ""}
    return render(request, "web/paying_away.html", context)


def _device(request: MemberRequest, name: str) -> Device:
    pages = reverse("web:payments", args=[request.programme.code])
    notify = reverse("payment_notice", args=[name]) if name in ProviderName.values else "/"
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    return Device(
        notify=f"{base}{notify}",
        back=f"{base}{pages}/{{number}}?from=cashier",
        address=request.META.get("REMOTE_ADDR", ""),
        on_phone=settings.SANDBOX or PHONE.search(request.headers.get("user-agent", "")) is not None,
    )


def _found(request: MemberRequest, number: str) -> Payment:
    rows = Payment.objects.select_related("order", "programme").filter(member=request.member, number=number)
    found = rows.first()
    if found is None:
        raise Http404
    return found
