"""Devices on the phone: choose how many, read and sign the agreement, and see what was leased (S0-09, S0-58)."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.leases.agreements import deal_of, shown_digest
from jifen.leases.errors import LeaseError, NoDevicesError
from jifen.leases.models import Agreement
from jifen.leases.orders import Purchase, buy_devices
from jifen.leases.terms import device_terms
from jifen.leases.wording import CONSENT, TITLE, Deal, clauses_of
from jifen.sales.errors import SaleError
from jifen.web.device_forms import ConsentForm, UnitsForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.devices import DeviceQuote, read_device_page, read_device_quote, read_leases, waiting_orders
from jifen.web.templatetags.jifen import language, said


@require_safe
@member_page
def devices(request: MemberRequest) -> HttpResponse:
    """Show what devices cost and grant, and the member's own leases."""
    form = UnitsForm(request.GET if "units" in request.GET else None)
    form.is_valid()
    context = {
        "tab": "me",
        "form": form,
        "quote": _quote(request, form.number),
        "leases": read_leases(request.member),
        "waiting": waiting_orders(request.member),
    }
    return render(request, "web/devices.html", context)


@require_safe
@member_page
def quote(request: MemberRequest) -> HttpResponse:
    """Show what a number of devices costs, while it is being typed."""
    form = UnitsForm(request.GET)
    form.is_valid()
    return render(request, "web/device_quote.html", {"quote": _quote(request, form.number)})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def agreement(request: MemberRequest) -> HttpResponse:
    """Show the agreement of a number of devices; sign it and buy them."""
    if request.method != "POST":
        form = UnitsForm(request.GET)
        if not form.is_valid():
            return redirect("web:devices", request.programme.code)
        return _show_agreement(request, form.number, None)
    signed = ConsentForm(request.POST)
    if signed.is_valid() and (bought := _buy(request, signed)) is not None:
        return redirect("web:device", request.programme.code, bought.order.number)
    return _show_agreement(request, _number_in(signed), signed)


@require_safe
@member_page
def device(request: MemberRequest, number: str) -> HttpResponse:
    """Show an order of devices: how to pay it, or its lease and lot."""
    found = read_device_page(request.member, number)
    if found is None:
        raise Http404
    return render(request, "web/device.html", {"tab": "me", "device": found})


@require_safe
@member_page
def paper(request: MemberRequest, number: str) -> HttpResponse:
    """Answer with the signed agreement of an order of the member."""
    found = Agreement.objects.filter(member=request.member, order__number=number).first()
    if found is None:
        raise Http404
    answer = HttpResponse(bytes(found.pdf), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="agreement-{number}.pdf"'
    return answer


def _quote(request: MemberRequest, units: int) -> DeviceQuote:
    try:
        return read_device_quote(request.member, units)
    except NoDevicesError:
        raise Http404 from None


def _number_in(form: ConsentForm) -> int:
    """Return how many devices a form is about, though something else in it may be wrong."""
    return int(form.cleaned_data.get("units") or 1)


def _buy(request: MemberRequest, form: ConsentForm) -> Agreement | None:
    """Buy the devices of a form, or say on the form why not."""
    quote, values = _quote(request, form.cleaned_data["units"]), form.cleaned_data
    points = quote.points.minor if quote.points is not None else 0
    try:
        return buy_devices(
            member_id=request.member.pk,
            purchase=Purchase(units=quote.units, points=points),
            consent=form.consent(str(request.META.get("REMOTE_ADDR", ""))),
            key=values["key"],
        )
    except (LeaseError, SaleError, RefusedError, NotNowError) as error:
        form.add_error(None, said(error.message))
    return None


def _show_agreement(request: MemberRequest, units: int, form: ConsentForm | None) -> HttpResponse:
    """Show the agreement as it would be signed now; where less credit is there than it takes, go back."""
    quote = _quote(request, units)
    if not quote.possible and form is None:
        return redirect(f"{reverse('web:devices', args=[request.programme.code])}?units={units}")
    deal = _deal(request, quote)
    shown, chinese = shown_digest(deal), language() == "zh_Hans"
    if form is None:
        form = ConsentForm(initial={"units": units, "shown": shown})
    elif form.errors:
        form.data = {**dict(form.data.items()), "shown": shown}
    context = {
        "tab": "me",
        "quote": quote,
        "clauses": [(one.title, one.text) if chinese else (one.title_en, one.text_en) for one in clauses_of(deal)],
        "consent": CONSENT[0 if chinese else 1],
        "heading": TITLE[0 if chinese else 1],
        "form": form,
    }
    return render(request, "web/agreement.html", context)


def _deal(request: MemberRequest, quote: DeviceQuote) -> Deal:
    points = quote.points.minor if quote.points is not None else 0
    return deal_of(request.member, device_terms(request.member.programme_id), units=quote.units, points=points)
