"""Paying at a store: from its QR code to the receipt, and the cards that it sells (S1-01, S1-19, S1-33)."""

from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.payments.models import Payment, Pays
from jifen.payments.paying import open_payment
from jifen.sales.at_store import pay_at_store
from jifen.sales.models import CONFIRMED_STATES, Order
from jifen.sales.pricing import PointsNotAllowedError
from jifen.storefront.cards import buy_card
from jifen.storefront.terms import has_stores
from jifen.stores.models import Store
from jifen.stores.regions import full_name
from jifen.web.forms import KeyedForm
from jifen.web.pages import MemberRequest, ProgrammeRequest, member_page, programme_page
from jifen.web.reads.payments import can_pay_online
from jifen.web.reads.reviews import reviewables
from jifen.web.reads.store_payment import (
    StorePage,
    StoreQuote,
    read_receipt,
    read_store_page,
    read_store_quote,
    read_stores,
    store_at,
)
from jifen.web.reads.terms import read_now
from jifen.web.sessions import member_of
from jifen.web.store_forms import PayForm
from jifen.web.templatetags.jifen import named, said
from jifen.web.views.payments import PAYING_REFUSALS, to_payment


@require_safe
@member_page
def stores(request: MemberRequest) -> HttpResponse:
    """List the stores where one may pay, one's own first."""
    _with_stores(request)
    text = request.GET.get("q", "")
    context = {"tab": "home", "stores": read_stores(request.member, text), "text": text}
    return render(request, "web/stores.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page
def store(request: ProgrammeRequest, code: str) -> HttpResponse:
    """Show a store: to members the way to pay, to guests who it is and how to come in (S1-19)."""
    _with_stores(request)
    found = _found(request, code)
    member = member_of(request.session, request.programme.pk)
    if member is None:
        return render(request, "web/store_welcome.html", {"store": found, "place": full_name(found.region)})
    asked = cast(MemberRequest, request)
    asked.member = member
    return _pay_page(asked, found)


@require_safe
@member_page
def quote(request: MemberRequest, code: str) -> HttpResponse:
    """Show what an amount would cost and bring, while it is being typed."""
    _with_stores(request)
    found = _found(request, code)
    form = _form(read_store_page(request.member, found), request.GET)
    return render(request, "web/store_quote.html", {"quote": _quote(request, found, form)})


@require_POST
@member_page
def card(request: MemberRequest, code: str, plan_id: int) -> HttpResponse:
    """Buy a card of the store; one order for each key."""
    found, form = _found(request, code), KeyedForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                bought = buy_card(member_id=request.member.pk, plan_id=plan_id, key=form.cleaned_data["key"])
                payment = _payment(request, bought.order)
        except PAYING_REFUSALS as error:
            messages.error(request, said(error.message))
        else:
            return _on_to(request, bought.order, payment)
    return redirect("web:store_page", request.programme.code, found.code)


@require_safe
@member_page
def receipt(request: MemberRequest, number: str) -> HttpResponse:
    """Show what an order at a store cost and brought."""
    found = read_receipt(request.member, number)
    if found is None:
        raise Http404
    context = {"tab": "home", "receipt": found, "reviewables": reviewables(request.member, number)}
    return render(request, "web/receipt.html", context)


@require_POST
@member_page
def pay(request: MemberRequest, number: str) -> HttpResponse:
    """Go on to pay the money of an open order through a provider."""
    order = Order.objects.filter(member=request.member, number=number).first()
    if order is None:
        raise Http404
    try:
        return to_payment(request, Pays.ORDER, {"order": order.pk})
    except PAYING_REFUSALS as error:
        messages.error(request, said(error.message))
    page = "web:receipt" if read_receipt(request.member, number) is not None else "web:order"
    return redirect(page, request.programme.code, number)


def _pay_page(request: MemberRequest, found: Store) -> HttpResponse:
    page = read_store_page(request.member, found)
    form = _form(page, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        paid = _pay(request, found, form)
        if paid is not None:
            return _on_to(request, *paid)
    context = {"tab": "home", "page": page, "form": form, "quote": _quote(request, found, form), "new_key": KeyedForm()}
    return render(request, "web/store_page.html", context)


def _pay(request: MemberRequest, found: Store, form: PayForm) -> tuple[Order, Payment | None] | None:
    """Pay what a form says, after what the card takes off; or say on the form why not."""
    (_amount, points, kind), quote = form.asked, _quote(request, found, form)
    if quote is None:
        form.add_error("amount", _("Type the amount of the bill."))
        return None
    if request.POST.get("due", quote.seen) != quote.seen:
        form.add_error(None, _("What is due has changed. Look at it, then pay."))
        return None
    try:
        with transaction.atomic():
            order = pay_at_store(
                member_id=request.member.pk,
                store_id=found.pk,
                amount=quote.due.minor,
                points=points,
                points_kind=kind if points else "",
                key=form.cleaned_data["key"],
                note=_note(quote),
            )
            return order, _payment(request, order)
    except PointsNotAllowedError as error:
        form.add_error("points" if "points" in form.fields else None, said(error.message))
    except PAYING_REFUSALS as error:
        form.add_error(None, said(error.message))
    return None


def _payment(request: MemberRequest, order: Order) -> Payment | None:
    """Open the payment of a new order in the order's transaction: where it would be refused nothing is ordered."""
    if not can_pay_online(order):
        return None
    return open_payment(member=request.member, pays=Pays.ORDER, asked={"order": order.pk})


def _on_to(request: MemberRequest, order: Order, payment: Payment | None) -> HttpResponse:
    if payment is not None:
        return redirect("web:payment", request.programme.code, payment.number)
    messages.success(request, _("Paid.") if order.state in CONFIRMED_STATES else _("Order placed."))
    return redirect("web:receipt", request.programme.code, order.number)


def _note(quote: StoreQuote) -> str:
    """Return what the receipt says of a bill that a card made lower."""
    if not quote.off:
        return ""
    return _("Bill %(bill)s, the card takes %(off)s off.") % {"bill": quote.bill, "off": quote.off}


def _quote(request: MemberRequest, found: Store, form: PayForm) -> StoreQuote | None:
    if form.is_bound:
        form.is_valid()
    return read_store_quote(request.member, found, form.asked)


def _form(page: StorePage, data: Any) -> PayForm:
    kinds = {one.name: (f"{named(one.kind).capitalize()} {one.free}", one.free.decimals) for one in page.purses}
    return PayForm(data, kinds=kinds)


def _found(request: ProgrammeRequest, code: str) -> Store:
    found = store_at(request.programme.pk, code)
    if found is None:
        raise Http404
    return found


def _with_stores(request: ProgrammeRequest) -> None:
    """Answer 404 in programmes that have no stores."""
    if not has_stores(read_now(request.programme.pk).terms):
        raise Http404
