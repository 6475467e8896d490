"""The first page of a member."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.home import read_home
from jifen.web.reads.mall import products_on_sale

PRODUCTS_SHOWN = 3


@require_safe
@member_page
def home(request: MemberRequest) -> HttpResponse:
    """Show what is free, locked, released today and next."""
    context = {
        "tab": "home",
        "home": read_home(request.member),
        "products": products_on_sale(request.member, limit=PRODUCTS_SHOWN),
    }
    return render(request, "web/home.html", context)
