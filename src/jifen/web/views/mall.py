"""The mall: products, and the order form of one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jifen.facts.days import NotNowError
from jifen.sales.orders import OrderKeyReusedError, OutOfStockError, place_order
from jifen.sales.pricing import CartNotValidError, PointsNotAllowedError
from jifen.web.forms import OrderForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.mall import Item, products_on_sale, read_product, read_quote
from jifen.web.templatetags.jifen import said


@require_safe
@member_page
def mall(request: MemberRequest) -> HttpResponse:
    """Show what is on sale."""
    return render(request, "web/mall.html", {"tab": "mall", "products": products_on_sale(request.programme.pk)})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def product(request: MemberRequest, code: str) -> HttpResponse:
    """Show a product with its order form; place the order."""
    item = _item(request, code)
    form = _form(request, item, bound=request.method == "POST")
    if request.method == "POST" and form.is_valid():
        try:
            order = place_order(
                member_id=request.member.pk,
                items={item.id: form.cleaned_data["quantity"]},
                points=form.points,
                key=form.cleaned_data["key"],
            )
        except OutOfStockError as error:
            form.add_error("quantity", said(error.message))
        except PointsNotAllowedError as error:
            form.add_error("points" if "points" in form.fields else None, said(error.message))
        except (CartNotValidError, OrderKeyReusedError, NotNowError) as error:
            form.add_error(None, said(error.message))
        else:
            messages.success(request, _("Order placed."))
            return redirect("web:order", request.programme.code, order.number)
    context = {"tab": "mall", "product": item, "form": form, "quote": read_quote(request.member, item, form)}
    return render(request, "web/product.html", context)


@require_safe
@member_page
def quote(request: MemberRequest, code: str) -> HttpResponse:
    """Show what the order would cost and grant, while its form is being filled in."""
    item = _item(request, code)
    form = _form(request, item, bound=True)
    form.is_valid()
    return render(request, "web/quote.html", {"quote": read_quote(request.member, item, form)})


def _item(request: MemberRequest, code: str) -> Item:
    item = read_product(request.member, code)
    if item is None:
        raise Http404
    return item


def _form(request: MemberRequest, item: Item, *, bound: bool) -> OrderForm:
    data = (request.POST if request.method == "POST" else request.GET) if bound else None
    return OrderForm(data, decimals=item.points_decimals, points_allowed=item.points_allowed)
