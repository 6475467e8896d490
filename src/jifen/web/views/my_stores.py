"""What members have at stores: shares, partnerships, cards and the codes that they show (S1-28 … S1-34)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jifen.storefront.errors import StoreError
from jifen.storefront.terms import has_stores
from jifen.storefront.uses import ask_use
from jifen.web.forms import KeyedForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.cards import read_cards, read_use
from jifen.web.reads.my_stores import read_partnerships, read_shares
from jifen.web.reads.terms import read_now
from jifen.web.templatetags.jifen import said


@require_safe
@member_page
def shares(request: MemberRequest) -> HttpResponse:
    """Show the member's shares of stores and what they earned."""
    found = read_shares(request.member)
    if found is None:
        raise Http404
    return render(request, "web/shares.html", {"tab": "me", "page": found})


@require_safe
@member_page
def partnerships(request: MemberRequest) -> HttpResponse:
    """Show the stores whose partner the member is."""
    found = read_partnerships(request.member)
    if found is None:
        raise Http404
    return render(request, "web/partnerships.html", {"tab": "me", "page": found})


@require_safe
@member_page
def cards(request: MemberRequest) -> HttpResponse:
    """Show the member's cards and what is left of each."""
    if not has_stores(read_now(request.programme.pk).terms):
        raise Http404
    return render(request, "web/cards.html", {"tab": "me", "cards": read_cards(request.member), "form": KeyedForm()})


@require_POST
@member_page
def ask(request: MemberRequest, card_id: int, item_id: int) -> HttpResponse:
    """Ask for an item of a card; the code then stands on a page of its own."""
    form = KeyedForm(request.POST)
    if form.is_valid():
        try:
            asked = ask_use(member_id=request.member.pk, card_id=card_id, item_id=item_id, key=form.cleaned_data["key"])
        except StoreError as error:
            messages.error(request, said(error.message))
        else:
            return redirect("web:card_code", request.programme.code, asked.pk)
    return redirect("web:cards", request.programme.code)


@require_safe
@member_page
def code(request: MemberRequest, use_id: int) -> HttpResponse:
    """Show the code that the store's owner confirms, and whether it was."""
    found = read_use(request.member, use_id)
    if found is None:
        raise Http404
    template = "web/card_code_state.html" if request.htmx else "web/card_code.html"
    return render(request, template, {"tab": "me", "shown": found})
