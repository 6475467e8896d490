"""The pages of a store's owner: takings, orders, QR code, partners, shareholders, cards (S1-26 … S1-34)."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.storefront.cards import today_at
from jifen.storefront.errors import NoSuchStoreError, StoreError
from jifen.storefront.models import CardUse
from jifen.storefront.owning import own_cap_table, own_orders, own_partners
from jifen.storefront.people import own_store, stores_of
from jifen.storefront.plans import NewItem, NewPlan, add_own_plan, switch_own_plan
from jifen.storefront.terms import card_kind, has_stores
from jifen.storefront.uses import confirm_use, find_use, uses_of_day
from jifen.stores.models import Store
from jifen.stores.regions import full_name
from jifen.stores.terms import owes_stores
from jifen.web.amounts import Money
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.own_store import (
    holder_rows,
    open_cards,
    order_rows,
    partner_rows,
    read_dues,
    read_own_store,
    read_plans,
)
from jifen.web.reads.qr import draw_qr
from jifen.web.reads.terms import read_now
from jifen.web.store_forms import CodeForm, PlanForm
from jifen.web.templatetags.jifen import named, said

View = Callable[..., HttpResponse]


def owner_page(view: View) -> View:
    """Give the view a store of the member; everybody else's is not there."""

    @member_page
    @wraps(view)
    def page(request: MemberRequest, code: str, **named_parts: object) -> HttpResponse:
        try:
            store = own_store(request.member.pk, code)
        except NoSuchStoreError:
            raise Http404 from None
        return view(request, store, **named_parts)

    return page


@require_safe
@member_page
def own_stores(request: MemberRequest) -> HttpResponse:
    """List the member's stores; where there is one, go to it."""
    if not has_stores(read_now(request.programme.pk).terms):
        raise Http404
    found = stores_of(request.member.pk)
    if len(found) == 1:
        return redirect("web:own_store", request.programme.code, found[0].code)
    stores = [(one, full_name(one.region)) for one in found]
    return render(request, "web/own_stores.html", {"tab": "me", "stores": stores})


@require_safe
@owner_page
def dashboard(request: MemberRequest, store: Store) -> HttpResponse:
    """Show today, this month, and what goes to whom (S1-27)."""
    context = {"tab": "me", "page": read_own_store(request.member.pk, store.code), "store": store}
    return render(request, "web/own_store.html", context | {"many": len(stores_of(request.member.pk)) > 1})


@require_safe
@owner_page
def orders(request: MemberRequest, store: Store) -> HttpResponse:
    """List the orders at the store, newest first."""
    page = own_orders(request.member.pk, store.code, before=request.GET.get("before", ""))
    context = {
        "tab": "me",
        "store": store,
        "orders": order_rows(page.orders),
        "next": f"?before={page.next}" if page.next else "",
    }
    return render(request, "web/own_order_rows.html" if request.htmx else "web/own_orders.html", context)


@require_safe
@owner_page
def dues(request: MemberRequest, store: Store) -> HttpResponse:
    """Show what head office owes the store for which order, and what it paid (S2-05)."""
    if not owes_stores(read_now(store.programme_id).terms):
        raise Http404
    page = read_dues(request.member.pk, store.code, request.GET.get("before", ""))
    context = {"tab": "me", "store": store, "page": page, "next": f"?before={page.next}" if page.next else ""}
    return render(request, "web/own_due_rows.html" if request.htmx else "web/own_dues.html", context)


@require_safe
@owner_page
def poster(request: MemberRequest, store: Store) -> HttpResponse:
    """Show the QR code that leads to paying at the store, and brings new members to it (S1-19)."""
    link = request.build_absolute_uri(reverse("web:store_page", args=[request.programme.code, store.code]))
    return render(request, "web/poster.html", {"tab": "me", "store": store, "link": link, "picture": draw_qr(link)})


@require_safe
@owner_page
def partners(request: MemberRequest, store: Store) -> HttpResponse:
    """Show the partners of the store, their fund and the next payday (S1-28 … S1-30)."""
    found = read_own_store(request.member.pk, store.code)
    if not found.has_partners:
        raise Http404
    rows = partner_rows(own_partners(request.member.pk, store.code))
    return render(request, "web/own_partners.html", {"tab": "me", "store": store, "page": found, "partners": rows})


@require_safe
@owner_page
def shareholders(request: MemberRequest, store: Store) -> HttpResponse:
    """Show who holds how much of the store (S1-34)."""
    found = read_own_store(request.member.pk, store.code)
    if not found.has_shares:
        raise Http404
    holders, former, office = holder_rows(own_cap_table(request.member.pk, store.code))
    context = {"tab": "me", "store": store, "page": found, "holders": holders, "former": former, "office": office}
    return render(request, "web/own_shareholders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@owner_page
def cards(request: MemberRequest, store: Store) -> HttpResponse:
    """Show the cards that the store sells and those that were opened; add one (S1-33)."""
    form = _plan_form(request)
    if request.method == "POST" and form.is_valid() and _add_plan(request, store, form):
        messages.success(request, _("Added. It is sold once an operator has let it."))
        return redirect("web:own_cards", request.programme.code, store.code)
    today = today_at(store.programme_id)
    context = {
        "tab": "me",
        "store": store,
        "plans": read_plans(store),
        "cards": open_cards(store, today),
        "form": form,
        "code_form": CodeForm(auto_id="use_%s"),
        "uses": uses_of_day(member_id=request.member.pk, code=store.code, day=today),
    }
    return render(request, "web/own_cards.html", context)


@require_POST
@owner_page
def switch(request: MemberRequest, store: Store, plan_id: int) -> HttpResponse:
    """Put a card on sale, or take it off."""
    if not store.card_plans.filter(pk=plan_id).exists():
        raise Http404
    try:
        switch_own_plan(member_id=request.member.pk, plan_id=plan_id, active="sell" in request.POST)
    except StoreError as error:
        messages.error(request, said(error.message))
    return redirect("web:own_cards", request.programme.code, store.code)


@require_http_methods(["GET", "HEAD", "POST"])
@owner_page
def use(request: MemberRequest, store: Store) -> HttpResponse:
    """Look at what a member asks for with a code, and confirm that it was given."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    found: CardUse | None = None
    if request.method == "POST" and form.is_valid():
        try:
            found = find_use(member_id=request.member.pk, code=store.code, use_code=form.cleaned_data["code"])
            if "confirm" in request.POST:
                confirm_use(member_id=request.member.pk, use_id=found.pk)
                messages.success(request, _("Confirmed: %(item)s.") % {"item": named(found.item)})
                return redirect("web:own_cards", request.programme.code, store.code)
        except StoreError as error:
            form.add_error("code", said(error.message))
    context = {"tab": "me", "store": store, "form": form, "use": found}
    return render(request, "web/own_use.html", context | {"price": Money(found.item.price) if found else None})


def _plan_form(request: MemberRequest) -> PlanForm:
    terms = read_now(request.programme.pk).terms
    kind = terms.kinds.get(card_kind(terms))
    points = (named(kind).capitalize(), kind.decimals) if kind is not None else None
    return PlanForm(request.POST if request.method == "POST" else None, points=points)


def _add_plan(request: MemberRequest, store: Store, form: PlanForm) -> bool:
    """Add the card of a form, or say on the form why not."""
    values = form.cleaned_data
    free = NewItem(title=values["free_title"], days=min(values["free_days"] or values["days"], values["days"]))
    special = NewItem(title=values["special_title"], days=values["days"], price=values["special_price"])
    plan = NewPlan(
        title=values["title"],
        title_en=values["title_en"],
        price=values["price"],
        days=values["days"],
        points=values.get("points", 0),
        visit_off=values["visit_off"],
        items=tuple(one for one in (free, special) if one.title),
    )
    try:
        add_own_plan(member_id=request.member.pk, code=store.code, plan=plan, key=values["key"])
    except StoreError as error:
        form.add_error(None, said(error.message))
        return False
    return True
