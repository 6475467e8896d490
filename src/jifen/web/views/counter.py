"""A store at work on its owner's phone: what it holds, sales, receipts and refunds (S3-12, S3-28, S3-Q3)."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from importlib.resources import files

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.alliance.terms import terms_now
from jifen.cards.errors import CardError
from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.members.login import TooManyTriesError
from jifen.sales.counter import CASH, refund_at_counter
from jifen.sales.errors import SaleError
from jifen.sales.models import Order
from jifen.stores.models import Store
from jifen.web.counter_forms import RefundForm, SaleForm
from jifen.web.counter_words import words
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.counter import (
    counter_here,
    orders_of,
    own_stores,
    ratio_text,
    read_holding,
    read_sale,
    read_sales,
    read_today,
)
from jifen.web.ringing import read_sent, ring_up
from jifen.web.templatetags.jifen import said

View = Callable[..., HttpResponse]
REFUSALS = (SaleError, RefusedError, CardError, TooManyTriesError)
# These pages alone may use the camera, to read a card's code; no picture leaves the phone.
MAY_SCAN = "camera=(self), geolocation=(), microphone=(), payment=()"
WORKER = "static/web/counter_worker.js"


def counter_page(view: View) -> View:
    """Give the view a store or branch that the member owns, where stores ring up sales; others are not there."""

    @member_page
    @wraps(view)
    def page(request: MemberRequest, store: str, **named: object) -> HttpResponse:
        rows = Store.objects.select_related("standing", "branch")
        found = rows.filter(programme=request.programme, code=store, owner=request.member).first()
        if found is None or not counter_here(request.programme.pk):
            raise Http404
        return view(request, found, **named)

    return page


@require_safe
@member_page
def stores(request: MemberRequest) -> HttpResponse:
    """List the member's stores and branches; where there is one, go to it."""
    if not counter_here(request.programme.pk):
        raise Http404
    found = own_stores(request.member)
    if len(found) == 1:
        return redirect("web:counter", request.programme.code, found[0].code)
    rows = [(one, read_holding(one)) for one in found]
    return render(request, "web/counter_stores.html", {"tab": "me", "rows": rows})


@require_safe
@counter_page
def counter(request: MemberRequest, store: Store) -> HttpResponse:
    """Show what the store holds, sold today and owes, and the ways to everything else."""
    now = terms_now(store.programme_id)
    latest, _before = orders_of(store, "")
    context = {
        "side": "home",
        "store": store,
        "holding": read_holding(store, now),
        "today": read_today(store, now),
        "ratio": ratio_text(store.ratio),
        "sales": read_sales(latest[:3], now),
        "many": len(own_stores(request.member)) > 1,
    }
    return render(request, "web/counter.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@counter_page
def sale(request: MemberRequest, store: Store) -> HttpResponse:
    """Ring up a sale; with scripts the phone keeps it until it has been sent (S3-28)."""
    form = SaleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            order = ring_up(store, form.cleaned_data)
        except (*REFUSALS, NotNowError) as error:
            form.add_error(None, said(error.message))
        else:
            return redirect("web:counter_sale", request.programme.code, store.code, order.number)
    context = {
        "side": "sale",
        "store": store,
        "form": form,
        "holding": read_holding(store),
        "ratio": ratio_text(store.ratio),
        "token": get_token(request),
        "words": words(),
        "scope": reverse("web:counters", args=[request.programme.code]),
    }
    answer = render(request, "web/counter_ring.html", context)
    answer["Permissions-Policy"] = MAY_SCAN
    return answer


@require_POST
@counter_page
def ring(request: MemberRequest, store: Store) -> JsonResponse:
    """Take in a sale that the phone kept, once for each key; the answer says what became of it."""
    form = SaleForm(read_sent(request.body))
    if not form.is_valid():
        told = next(iter(form.errors.values()))[0]
        return JsonResponse({"error": told}, status=HTTPStatus.BAD_REQUEST)
    try:
        order = ring_up(store, form.cleaned_data)
    except NotNowError as error:
        return JsonResponse({"error": said(error.message)}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    except TooManyTriesError as error:  # the phone keeps the sale and sends it again
        return JsonResponse({"error": said(error.message)}, status=HTTPStatus.TOO_MANY_REQUESTS)
    except REFUSALS as error:
        return JsonResponse({"error": said(error.message)}, status=HTTPStatus.CONFLICT)
    (done,) = read_sales([order], terms_now(store.programme_id))
    holding = read_holding(store)
    html = render_to_string("web/counter_done.html", {"sale": done, "store": store, "holding": holding}, request)
    return JsonResponse({"html": html, "number": order.number, "float": str(holding.points)})


@require_safe
@counter_page
def sales(request: MemberRequest, store: Store) -> HttpResponse:
    """List the sales of the store, the newest first."""
    shown, before = orders_of(store, request.GET.get("before", ""))
    context = {
        "side": "sale",
        "store": store,
        "sales": read_sales(shown, terms_now(store.programme_id)),
        "next": f"?before={before}" if before else "",
    }
    return render(request, "web/counter_sale_rows.html" if request.htmx else "web/counter_sales.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@counter_page
def one_sale(request: MemberRequest, store: Store, number: str) -> HttpResponse:
    """Show the receipt of a sale; refund a part of it or all."""
    found = read_sale(store, number)
    if found is None:
        raise Http404
    order, shown, refunds = found
    form = RefundForm(request.POST if request.method == "POST" else None, initial={"amount": shown.left.plain})
    if request.method == "POST" and form.is_valid() and _refund(request, order, form):
        return redirect("web:counter_sale", request.programme.code, store.code, number)
    context = {
        "side": "sale",
        "store": store,
        "sale": shown,
        "refunds": refunds,
        "form": form,
        "refundable": shown.rung_up and bool(shown.left),
        "kind": read_holding(store).kind,
        "cash": shown.by == CASH,
    }
    return render(request, "web/counter_sale.html", context)


@never_cache
@require_safe
def worker(request: HttpRequest, programme: str) -> HttpResponse:
    """Answer the script that opens the page of sales without a line; its place in the addresses is its reach."""
    del request, programme
    script = (files("jifen.web") / WORKER).read_text("utf-8")
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def _refund(request: MemberRequest, order: Order, form: RefundForm) -> bool:
    """Refund what a form says, or say on it why not."""
    values = form.cleaned_data
    try:
        refund_at_counter(order, values["amount"], values["key"], reason=values["reason"])
    except (*REFUSALS, NotNowError) as error:
        form.add_error(None, said(error.message))
        return False
    if order.taken_by_store:
        messages.success(request, _("Refunded. Give the money back."))
    else:
        messages.success(request, _("Refunded. The stored value is back with the member."))
    return True
