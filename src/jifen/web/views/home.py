"""The first page of a member."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.growth import Here, growth_here, own_of
from jifen.web.reads.home import read_home
from jifen.web.reads.mall import products_on_sale
from jifen.web.reads.price_chart import read_price_chart
from jifen.web.reads.terms import read_now
from jifen.web.reads.wallets import read_wallets

PRODUCTS_SHOWN = 3


@require_safe
@member_page
def home(request: MemberRequest) -> HttpResponse:
    """Show what is free, locked, released today and next; where points have a price, what they are worth."""
    now = read_now(request.programme.pk)
    here = growth_here(request.programme.pk, now)
    if here is not None:
        return _growth(request, here)
    context = {
        "tab": "home",
        "home": read_home(request.member, now),
        "products": products_on_sale(request.member, limit=PRODUCTS_SHOWN),
    }
    return render(request, "web/home.html", context)


def _growth(request: MemberRequest, here: Here) -> HttpResponse:
    wallets = [one for one in read_wallets(request.member, here.now) if one.name != here.terms.kind]
    context = {
        "tab": "home",
        "here": here,
        "own": own_of(request.member, here),
        "wallets": wallets,
        "chart": read_price_chart(request.programme.pk, here),
        "products": products_on_sale(request.member, limit=PRODUCTS_SHOWN),
    }
    return render(request, "web/home_growth.html", context)
