"""Cards at a store: open one, hand one to who has an account, lost ones, ranges to apply for (S3-06, S3-09, S3-18)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jifen.cards.codes import CodeFor, send_code
from jifen.cards.details import Form
from jifen.cards.errors import CardError, CardNotValidError
from jifen.cards.issuing import hand_by_phone, open_card
from jifen.cards.lost import report_lost_at
from jifen.cards.models import Card, CardRange
from jifen.cards.ranges import apply_for_range, in_stock, next_number, withdraw_range
from jifen.cards.terms import card_price
from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.members.codes import WrongCodeError
from jifen.members.login import TooManyTriesError, WrongLoginError
from jifen.members.phones import PhoneNotValidError
from jifen.payments.models import Pays
from jifen.sales.errors import SaleError
from jifen.stores.models import Store
from jifen.web.amounts import Money
from jifen.web.counter_card_forms import HandForm, OpenCardForm
from jifen.web.counter_forms import RangeForm, ReasonForm
from jifen.web.pages import MemberRequest
from jifen.web.reads.counter_cards import cards_of, range_rows
from jifen.web.templatetags.jifen import said
from jifen.web.views.counter import MAY_SCAN, counter_page
from jifen.web.views.payments import PAYING_REFUSALS, to_payment

REFUSALS = (CardError, NotNowError, RefusedError, TooManyTriesError, SaleError)
CODES = (WrongCodeError, WrongLoginError, PhoneNotValidError)


@require_http_methods(["GET", "HEAD", "POST"])
@counter_page
def cards(request: MemberRequest, store: Store) -> HttpResponse:
    """Show the stock, the ranges and the cards of the store; apply for more (S3-18)."""
    form = RangeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            apply_for_range(
                store_id=store.pk,
                member_id=request.member.pk,
                count=form.cleaned_data["count"],
                key=form.cleaned_data["key"],
            )
        except REFUSALS as error:
            form.add_error("count", said(error.message))
        else:
            messages.success(request, _("Applied for. You see here what becomes of it."))
            return redirect("web:counter_cards", request.programme.code, store.code)
    context = {
        "side": "home",
        "store": store,
        "form": form,
        "stock": in_stock(store.pk),
        "price": Money(card_price(store.programme_id)),
        "ranges": range_rows(store),
        "cards": cards_of(store),
        "lost_form": ReasonForm(auto_id=False),
    }
    return render(request, "web/counter_cards.html", context)


@require_POST
@counter_page
def pay(request: MemberRequest, store: Store, range_id: int) -> HttpResponse:
    """Pay for the cards of an application."""
    return _range(request, store, range_id, "pay")


@require_POST
@counter_page
def withdraw(request: MemberRequest, store: Store, range_id: int) -> HttpResponse:
    """Take an application for cards back."""
    return _range(request, store, range_id, "withdraw")


@require_http_methods(["GET", "HEAD", "POST"])
@counter_page
def open_new(request: MemberRequest, store: Store) -> HttpResponse:
    """Open a card: the number of the next one, and the register form (S3-09)."""
    proposed = next_number(store.pk)
    initial = {"number": proposed or ""}
    form = OpenCardForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _open(request, store, form):
        return redirect("web:counter_cards", request.programme.code, store.code)
    context = {"side": "home", "store": store, "form": form, "stock": in_stock(store.pk)}
    return _scanning(render(request, "web/counter_open_card.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@counter_page
def hand(request: MemberRequest, store: Store) -> HttpResponse:
    """Give a card to who has an account, or another one for a lost one; a code proves the phone (S3-01, S3-Q7)."""
    sending = request.method == "POST" and "send" in request.POST
    proposed = next_number(store.pk)
    initial = {"number": proposed or "", "phone": request.GET.get("phone", "")}
    form = HandForm(request.POST if request.method == "POST" else None, initial=initial, sending=sending)
    sent = False
    if request.method == "POST" and form.is_valid():
        if sending:
            sent = _send(request, store, form)
        elif _hand(request, store, form):
            return redirect("web:counter_cards", request.programme.code, store.code)
    context = {"side": "home", "store": store, "form": form, "stock": in_stock(store.pk), "sent": sent}
    return _scanning(render(request, "web/counter_hand_card.html", context))


@require_POST
@counter_page
def lost(request: MemberRequest, store: Store, card_id: int) -> HttpResponse:
    """Note that a card of the store was lost: it is good nowhere any more."""
    form = ReasonForm(request.POST)
    if not Card.objects.filter(pk=card_id, store=store).exists():
        raise Http404
    if form.is_valid():
        try:
            report_lost_at(store_id=store.pk, card_id=card_id, reason=form.cleaned_data["reason"])
        except REFUSALS as error:
            messages.error(request, said(error.message))
        else:
            messages.success(request, _("Noted. The card is good no more; give the member another one."))
    else:
        messages.error(request, _("Say how it was lost; nothing was noted."))
    return redirect("web:counter_cards", request.programme.code, store.code)


def _open(request: MemberRequest, store: Store, form: OpenCardForm) -> bool:
    values = dict(form.cleaned_data)
    key, number = values.pop("key"), values.pop("number")
    try:
        member = open_card(store_id=store.pk, number=number, form=Form(**values), key=key)
    except (*REFUSALS, PhoneNotValidError) as error:
        _refuse(form, error)
        return False
    told = {"number": number, "who": member.nickname}
    messages.success(request, _("Card %(number)s opened for %(who)s.") % told)
    return True


def _send(request: MemberRequest, store: Store, form: HandForm) -> bool:
    """Send a code to the phone of the form, or say on it why not."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    try:
        send_code(CodeFor.COUNTER, programme_id=store.programme_id, phone=form.cleaned_data["phone"], address=address)
    except (PhoneNotValidError, TooManyTriesError) as error:
        form.add_error("phone", said(error.message))
        return False
    return True


def _hand(request: MemberRequest, store: Store, form: HandForm) -> bool:
    """Give or replace a card as a form says, or say on it why not."""
    values = form.cleaned_data
    try:
        card = hand_by_phone(
            store_id=store.pk,
            number=values["number"],
            phone=values["phone"],
            code=values["code"],
            key=values["key"],
        )
    except CODES as error:
        form.add_error("code", said(error.message))
        return False
    except REFUSALS as error:
        _refuse(form, error)
        return False
    assert card.member is not None
    told = {"number": values["number"], "who": card.member.nickname}
    messages.success(request, _("Card %(number)s is now that of %(who)s.") % told)
    return True


def _refuse(form: Any, error: Any) -> None:
    """Say on a form what is wrong, beside the field where there is one."""
    field = error.field if isinstance(error, CardNotValidError) and error.field in form.fields else None
    form.add_error(field, said(error.message))
    form.taken = field == "mobile"  # perhaps by an account that has no card yet


def _range(request: MemberRequest, store: Store, range_id: int, does: str) -> HttpResponse:
    if CardRange.objects.filter(pk=range_id, store=store).exists():
        try:
            if does == "pay":
                return to_payment(request, Pays.CARD_RANGE, {"range": range_id, "code": store.code})
            withdraw_range(range_id=range_id, member_id=request.member.pk)
            messages.success(request, _("Taken back."))
        except PAYING_REFUSALS as error:
            messages.error(request, said(error.message))
    return redirect("web:counter_cards", request.programme.code, store.code)


def _scanning(answer: HttpResponse) -> HttpResponse:
    answer["Permissions-Policy"] = MAY_SCAN
    return answer
