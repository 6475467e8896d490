"""The mall: zones, and the order forms of a product and of a bundle."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.sales.models import Order, OrderState
from jifen.sales.orders import OrderKeyReusedError, OutOfStockError
from jifen.sales.packs import list_pack
from jifen.sales.placing import Payment, Sent, place
from jifen.sales.pricing import CartNotValidError, PointsNotAllowedError
from jifen.web.address_forms import SentToForm
from jifen.web.forms import BundleForm, OrderForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.mall import Item, read_bundle, read_mall, read_product
from jifen.web.reads.quotes import read_quote
from jifen.web.reads.reviews import product_opinions
from jifen.web.templatetags.jifen import named, said
from jifen.web.views.addresses import keep_typed, sent_to_form
from jifen.web.views.catalogue import catalogue, exchange_goods, redeems


@require_safe
@member_page
def mall(request: MemberRequest) -> HttpResponse:
    """Show what is on sale in a zone, or head office's catalogue where goods are exchanged and not sold."""
    if redeems(request):
        return catalogue(request)
    return render(
        request, "web/mall.html", {"tab": "mall", "mall": read_mall(request.member, request.GET.get("zone", ""))}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def product(request: MemberRequest, code: str) -> HttpResponse:
    """Show a product with its order form; place the order. Devices have pages of their own, with their agreement."""
    item = _found(read_product(request.member, code))
    if item.device and not item.device.channel:
        return redirect("web:devices", request.programme.code)
    if item.redeemed:
        return exchange_goods(request, item)
    return _buy(request, item, "web/product.html")


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def bundle(request: MemberRequest, code: str) -> HttpResponse:
    """Show a bundle with what may be chosen for it; place the order (S0-02)."""
    return _buy(request, _found(read_bundle(request.member, code)), "web/bundle.html")


@require_safe
@member_page
def quote(request: MemberRequest, code: str) -> HttpResponse:
    """Show what the order would cost and grant, while its form is being filled in."""
    return _quote(request, _found(read_product(request.member, code)))


@require_safe
@member_page
def bundle_quote(request: MemberRequest, code: str) -> HttpResponse:
    """Show what the bundle would cost, while its form is being filled in."""
    return _quote(request, _found(read_bundle(request.member, code)))


def _quote(request: MemberRequest, item: Item) -> HttpResponse:
    form = _form(request, item, bound=True)
    form.is_valid()
    return render(request, "web/quote.html", {"quote": read_quote(request.member, item, form), "product": item})


def _buy(request: MemberRequest, item: Item, template: str) -> HttpResponse:
    form = _form(request, item, bound=request.method == "POST")
    sent = sent_to_form(request) if item.sent else None
    if request.method == "POST" and all([form.is_valid(), sent is None or sent.is_valid()]):
        order = _order(request, item, form, sent)
        if order is not None:
            done = order.state == OrderState.CONFIRMED
            messages.success(request, _("Paid in points. The order is done.") if done else _("Order placed."))
            return redirect("web:order", request.programme.code, order.number)
    context = {"tab": "mall", "product": item, "form": form, "quote": read_quote(request.member, item, form)}
    context["sent"] = sent
    if not item.chosen:
        context["opinions"] = product_opinions(item.id)
    return render(request, template, context)


def _order(request: MemberRequest, item: Item, form: OrderForm, sent: SentToForm | None) -> Order | None:
    """Place the order of a form, or say on the form why not."""
    values, to = form.cleaned_data, sent.sent_to if sent is not None else None
    try:
        if item.pack is not None and not item.id:  # nobody has listed or bought it yet
            item = replace(item, source=list_pack(request.programme.pk, item.code))
        wanted = item.wanted(values["quantity"], values.get("products", ()))
        order = place(request.member.pk, wanted, Payment(*form.payment), Sent(values["key"], to=to))
    except OutOfStockError as error:
        form.add_error("quantity", said(error.message))
    except PointsNotAllowedError as error:
        form.add_error("points" if "points" in form.fields else None, said(error.message))
    except (CartNotValidError, OrderKeyReusedError, NotNowError, RefusedError) as error:
        form.add_error(None, said(error.message))
    else:
        if sent is not None:
            keep_typed(request, sent)
        return order
    return None


def _found(item: Item | None) -> Item:
    if item is None:
        raise Http404
    return item


def _form(request: MemberRequest, item: Item, *, bound: bool) -> OrderForm:
    data = (request.POST if request.method == "POST" else request.GET) if bound else None
    kinds = {one.name: (named(one), one.most.decimals) for one in item.kinds}
    options: dict[str, Any] = {"kinds": kinds, "money": item.money, "choose_points": item.choice_of_points}
    if item.chosen:
        products = [(str(one.id), f"{named(one)} {one.price}") for one in item.products if not one.sold_out]
        return BundleForm(data, products=products, chosen=item.chosen, **options)
    return OrderForm(data, **options)
