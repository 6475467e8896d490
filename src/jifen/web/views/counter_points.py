"""A store's points on its owner's phone: in and out, buy, give, what is owed (S3-03, S3-10, S3-11, S3-29, S3-Q3)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.alliance.handing import give_points
from jifen.alliance.models import Purchase
from jifen.alliance.owed import owed_of, pay_owed
from jifen.alliance.purchases import By, apply, cancel, quote
from jifen.alliance.terms import terms_now
from jifen.cards.errors import CardError
from jifen.engine.digits import number_of
from jifen.engine.rules.store_transfer import StoreTransfer
from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.members.login import TooManyTriesError
from jifen.payments.chosen import is_open
from jifen.payments.models import Pays
from jifen.payouts.errors import PayoutError
from jifen.stores.models import Store
from jifen.web.amounts import Amount
from jifen.web.counter_forms import BuyForm, GiveForm
from jifen.web.forms import KeyedForm
from jifen.web.pages import MemberRequest
from jifen.web.reads.counter import read_holding
from jifen.web.reads.counter_points import (
    own_members,
    price_rows,
    purchase_rows,
    read_ledger,
    read_owed,
    read_quote,
)
from jifen.web.ringing import find_customer
from jifen.web.templatetags.jifen import said
from jifen.web.views.counter import MAY_SCAN, counter_page
from jifen.web.views.payments import PAYING_REFUSALS, to_payment

REFUSALS = (PayoutError, RefusedError, NotNowError, TooManyTriesError)


@require_safe
@counter_page
def ledger(request: MemberRequest, store: Store) -> HttpResponse:
    """Show what came in and went out, the newest first (S3-29)."""
    page = read_ledger(store, month=request.GET.get("month", ""), before=request.GET.get("before", ""))
    context = {"side": "points", "store": store, "page": page, "holding": read_holding(store)}
    return render(request, "web/counter_ledger_rows.html" if request.htmx else "web/counter_ledger.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@counter_page
def buy(request: MemberRequest, store: Store) -> HttpResponse:
    """Buy points: online at once, by an application at head office, or at the store's branch (S3-03, S3-28)."""
    form = _buy_form(request, store)
    if request.method == "POST" and form.is_valid():
        answer = _buy(request, store, form)
        if answer is not None:
            return answer
    context = {
        "side": "points",
        "store": store,
        "form": form,
        "holding": read_holding(store),
        "prices": price_rows(store),
        "quote": None,
        "online": is_open(request.programme) and store.branch_id is None,
    }
    return render(request, "web/counter_buy.html", context)


@require_safe
@counter_page
def buy_quote(request: MemberRequest, store: Store) -> HttpResponse:
    """Show what points cost while their number is being typed."""
    form = BuyForm(request.GET, decimals=terms_now(store.programme_id).decimals)
    form.is_valid()
    points = form.cleaned_data.get("points") or 0
    return render(request, "web/counter_quote.html", {"quote": read_quote(store, points)})


@require_safe
@counter_page
def purchases(request: MemberRequest, store: Store) -> HttpResponse:
    """List the purchases of the store with where each stands."""
    context = {"side": "points", "store": store, "rows": purchase_rows(Purchase.objects.filter(store=store))}
    return render(request, "web/counter_purchases.html", context | {"holding": read_holding(store)})


@require_POST
@counter_page
def cancel_purchase(request: MemberRequest, store: Store, number: str) -> HttpResponse:
    """Take an application back before its money was noted."""
    found = Purchase.objects.filter(store=store, number=number).first()
    if found is None:
        raise Http404
    try:
        cancel(purchase_id=found.pk, member_id=request.member.pk)
    except PayoutError as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("Taken back."))
    return redirect("web:counter_purchases", request.programme.code, store.code)


@require_http_methods(["GET", "HEAD", "POST"])
@counter_page
def give(request: MemberRequest, store: Store) -> HttpResponse:
    """Give points to a member whom the store registered (S3-11)."""
    now = terms_now(store.programme_id)
    rule = now.terms.rule(StoreTransfer)
    initial = {"card": request.GET.get("card", "")}
    form = GiveForm(request.POST if request.method == "POST" else None, decimals=now.decimals, initial=initial)
    if request.method == "POST" and form.is_valid() and _give(request, store, form, now.decimals):
        return redirect("web:counter_give", request.programme.code, store.code)
    context = {
        "side": "points",
        "store": store,
        "form": form,
        "holding": read_holding(store, now),
        "members": own_members(store),
        "own_only": rule is not None and rule.own_members_only,
    }
    answer = render(request, "web/counter_give.html", context)
    answer["Permissions-Policy"] = MAY_SCAN
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@counter_page
def owed(request: MemberRequest, store: Store) -> HttpResponse:
    """List what the store owes for sales, the oldest first, and pay it (S3-Q3, S3-D2)."""
    form = KeyedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        to = number_of(request.POST.get("member", ""))
        if _pay_owed(request, store, form.cleaned_data["key"], to):
            return redirect("web:counter_owed", request.programme.code, store.code)
        form = KeyedForm()
    context = {
        "side": "points",
        "store": store,
        "form": form,
        "holding": read_holding(store),
        "rows": read_owed(store, owed_of(store.pk)),
    }
    return render(request, "web/counter_owed.html", context)


def _buy_form(request: MemberRequest, store: Store) -> BuyForm:
    return BuyForm(request.POST if request.method == "POST" else None, decimals=terms_now(store.programme_id).decimals)


def _buy(request: MemberRequest, store: Store, form: BuyForm) -> HttpResponse | None:
    """Buy or apply for what a form says, or say on it why not."""
    values = form.cleaned_data
    asked = {"store_id": store.pk, "member_id": request.member.pk, "points": values["points"], "key": values["key"]}
    seen = request.POST.get("cost", "")
    try:
        if seen and str(quote(store_id=store.pk, points=values["points"]).cost) != seen:
            form.add_error(None, _("The price has changed. Look at it, then buy."))
            return None
        if "online" in request.POST:
            bought = {"store": store.pk, "points": values["points"], "key": values["key"], "code": store.code}
            return to_payment(request, Pays.POINT_PURCHASE, bought)
        apply(**asked, note=values["note"])
        messages.success(request, _("Applied for. You see here what becomes of it."))
    except PAYING_REFUSALS as error:
        form.add_error(None, said(error.message))
        return None
    return redirect("web:counter_purchases", request.programme.code, store.code)


def _give(request: MemberRequest, store: Store, form: GiveForm, decimals: int) -> bool:
    """Give what a form says, or say on it why not."""
    values = form.cleaned_data
    try:
        receiver = find_customer(store, values["card"])
        give_points(
            store_id=store.pk,
            receiver_id=receiver.pk,
            member_id=request.member.pk,
            points=values["points"],
            key=values["key"],
        )
    except CardError as error:
        form.add_error("card", said(error.message))
        return False
    except REFUSALS as error:
        form.add_error(None, said(error.message))
        return False
    told = {"points": Amount(values["points"], decimals), "who": receiver.nickname}
    messages.success(request, _("%(points)s given to %(who)s.") % told)
    return True


def _pay_owed(request: MemberRequest, store: Store, key: str, to_member_id: int | None) -> bool:
    try:
        paid = pay_owed(store_id=store.pk, to_member_id=to_member_id, by=By(member_id=request.member.pk), key=key)
    except REFUSALS as error:
        messages.error(request, said(error.message))
        return False
    decimals = terms_now(store.programme_id).decimals
    messages.success(request, _("%(points)s paid.") % {"points": Amount(paid.amount, decimals)})
    return True
