"""Points with a price: the price over time, one's own points, selling them to the pool (S1-05 … S1-11)."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.payouts.errors import PayoutError
from jifen.payouts.moves import sell_points
from jifen.web.amounts import Amount, Money
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.growth import Here, Sale, exits_so_far, free_points, growth_here, own_of, read_sale, sales_of
from jifen.web.reads.price_chart import SPANS, read_charts, span_named
from jifen.web.store_forms import SellForm
from jifen.web.templatetags.jifen import said

View = Callable[..., HttpResponse]


def pool_page(view: View) -> View:
    """Give the view the pool of the member's programme; in a programme without one the page is not there."""

    @member_page
    @wraps(view)
    def page(request: MemberRequest, **named: object) -> HttpResponse:
        here = growth_here(request.programme.pk)
        if here is None:
            raise Http404
        return view(request, here, **named)

    return page


@require_safe
@pool_page
def growth(request: MemberRequest, here: Here) -> HttpResponse:
    """Show price, money and points of the pool over time, and what the price means (S1-11)."""
    span = span_named(request.GET.get("span", ""))
    context = {
        "tab": "home",
        "here": here,
        "money": Money(here.pool.money),
        "supply": Amount(here.pool.supply, here.terms.decimals),
        "span": span,
        "spans": SPANS,
        "charts": read_charts(request.programme.pk, here, span),
    }
    return render(request, "web/growth.html", context)


@require_safe
@pool_page
def holding(request: MemberRequest, here: Here) -> HttpResponse:
    """Show the member's points, what they are worth now, and how far their forced exit is (S1-09)."""
    context = {"tab": "home", "here": here, "own": own_of(request.member, here)}
    return render(request, "web/holding.html", context | {"exits": exits_so_far(request.programme.pk)})


@require_http_methods(["GET", "HEAD", "POST"])
@pool_page
def sell(request: MemberRequest, here: Here) -> HttpResponse:
    """Sell points: first show what would be paid, then do it when that is confirmed (S1-07)."""
    form = _form(request, here, bound=request.method == "POST")
    sale = _sale(request, here, form)
    if request.method == "POST" and form.is_valid() and sale is not None:
        if "confirm" in request.POST:
            if _sell(request, here, form):
                return redirect("web:sell", request.programme.code)
        elif sale.refusal is None:
            return render(request, "web/sell_review.html", {"tab": "home", "here": here, "form": form, "sale": sale})
        else:
            form.add_error("amount", said(sale.refusal))
    context = {
        "tab": "home",
        "here": here,
        "form": form,
        "sale": sale,
        "free": free_points(request.member, here),
        "frozen": request.member.standing.frozen,
        "sales": sales_of(request.member, here),
        "own": own_of(request.member, here),
    }
    return render(request, "web/sell.html", context)


@require_safe
@pool_page
def sell_quote(request: MemberRequest, here: Here) -> HttpResponse:
    """Show what a sale would pay while its form is being filled in."""
    return render(
        request, "web/sell_quote.html", {"here": here, "sale": _sale(request, here, _form(request, here, bound=True))}
    )


def _form(request: MemberRequest, here: Here, *, bound: bool) -> SellForm:
    data = (request.POST if request.method == "POST" else request.GET) if bound else None
    start = free_points(request.member, here).plain if "all" in request.GET else None
    return SellForm(data, decimals=here.terms.decimals, initial={"amount": start})


def _sale(request: MemberRequest, here: Here, form: SellForm) -> Sale | None:
    """Return what a filled-in form would bring; None while no amount can be read."""
    if not form.is_bound:
        amount = free_points(request.member, here).minor if "all" in request.GET else 0
    else:
        amount = form.cleaned_data.get("amount") or 0 if form.is_valid() else 0
    return read_sale(request.member, here, amount) if amount else None


def _sell(request: MemberRequest, here: Here, form: SellForm) -> bool:
    """Sell the points of a form, or say on the form why not."""
    values = form.cleaned_data
    try:
        sold = sell_points(
            member_id=request.member.pk,
            kind=here.terms.kind,
            amount=values["amount"],
            key=values["key"],
            least=values["least"] or 0,
        )
    except (PayoutError, RefusedError, NotNowError) as error:
        form.add_error(None, said(error.message))
        return False
    messages.success(request, _("Sold. %(paid)s are in your balance.") % {"paid": Money(sold.received)})
    return True
