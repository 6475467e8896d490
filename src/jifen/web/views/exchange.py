"""The exchange inside our own pages: account, purchases, order entries, tickets (S0-72 … S0-80). Sandbox only."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.exchange.accounts import NoAccountError, checked_account, open_account
from jifen.exchange.adapter import TICKET, Wanted
from jifen.exchange.chosen import exchange, is_open
from jifen.exchange.entries import NewEntry, enter_order
from jifen.exchange.errors import ExchangeError
from jifen.exchange.identity import NameRefusedError, NumberRefusedError
from jifen.exchange.sync import sync_member
from jifen.exchange.terms import device_of
from jifen.exchange.tickets import move_to_exchange
from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.programmes.models import Programme
from jifen.web.exchange_forms import BoughtForm, EntryForm, MoveForm, PapersForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.exchange import exchange_terms, items_of, read_exchange, read_market
from jifen.web.templatetags.jifen import said

FEN = 100  # in a yuan
REFUSALS = (ExchangeError, RefusedError, NotNowError)
# Only this page may stand in a frame, and only in one of our own pages; it runs no script.
FRAME_POLICY = (
    "default-src 'self'; script-src 'none'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


@require_safe
@member_page
def page(request: MemberRequest) -> HttpResponse:
    """Show the account, the price, tickets and order entries; the exchange's own page stands in a frame."""
    return _show(request)


@require_POST
@member_page
def account(request: MemberRequest) -> HttpResponse:
    """Open the account at the exchange, with the real-name check, in one place (S0-74)."""
    exchange_terms(request.member)
    form = PapersForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            open_account(member_id=request.member.pk, name=values["name"], number=values["number"])
        except REFUSALS as error:
            fields = ((NameRefusedError, "name"), (NumberRefusedError, "number"))
            form.add_error(
                next((field for kind, field in fields if isinstance(error, kind)), None), said(error.message)
            )
        else:
            messages.success(request, _("Your account at the exchange is open."))
            return _back(request)
    return _show(request, papers_form=form)


@require_POST
@member_page
def enter(request: MemberRequest) -> HttpResponse:
    """Type in what was bought at the exchange; an operator reviews it."""
    terms, rule = exchange_terms(request.member)
    if _lacks_account(request):
        return _back(request)
    form = EntryForm(request.POST, items=items_of(terms, rule), decimals=terms.kinds[rule.kind].decimals)

    def run() -> str:
        values = form.cleaned_data
        new = NewEntry(request.member.pk, values["item"], values["quantity"], values["paid"], values["reference"])
        enter_order(new, key=values["key"])
        return _("Entered. An operator reviews it.")

    return _back(request) if _done(request, form, run) else _show(request, entry_form=form)


@require_POST
@member_page
def move(request: MemberRequest) -> HttpResponse:
    """Move free tickets into the account at the exchange (S0-73)."""
    terms, rule = exchange_terms(request.member)
    if _lacks_account(request):
        return _back(request)
    form = MoveForm(request.POST, decimals=terms.kinds[rule.kind].decimals)

    def run() -> str:
        values = form.cleaned_data
        move_to_exchange(member_id=request.member.pk, amount=values["amount"], key=values["key"])
        sync_member(request.member.pk)
        return _("The tickets are in your account at the exchange.")

    return _back(request) if _done(request, form, run) else _show(request, move_form=form)


@require_POST
@member_page
def sync(request: MemberRequest) -> HttpResponse:
    """Bring the member in step with the exchange."""
    exchange_terms(request.member)
    try:
        checked_account(request.member.pk)
        sync_member(request.member.pk)
    except REFUSALS as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("In step with the exchange."))
    return _back(request)


@require_http_methods(["GET", "HEAD", "POST"])
@xframe_options_sameorigin
@member_page
def market(request: MemberRequest) -> HttpResponse:
    """Show the simulated exchange's own page, for a frame of ours: buy there, and see what was bought."""
    terms, rule = exchange_terms(request.member)
    try:
        held = checked_account(request.member.pk)
    except ExchangeError:
        raise Http404 from None
    forms = _buying(request)
    sent = forms.get(request.POST.get("item", "")) if request.method == "POST" else None
    answer: HttpResponse
    if sent is not None and _done(request, sent, lambda: _buy(request, held.code, sent)):
        answer = redirect("web:exchange_market", request.programme.code)
    else:
        context = {"market": read_market(held, request.member), "forms": forms, "ticket": terms.kinds[rule.kind]}
        answer = render(request, "web/exchange_market.html", context)
    answer["Content-Security-Policy"] = FRAME_POLICY
    return answer


@require_safe
@never_cache
def price(_request: HttpRequest, programme: str) -> JsonResponse:
    """Say the simulated exchange's price, as a price feed reads it; not a member's page, and nothing of members."""
    found = get_object_or_404(Programme, code=programme)
    if not is_open():
        raise Http404
    quote = exchange().price(found.pk)
    return JsonResponse({"programme": found.code, "price": f"{quote.price.normalize():f}", "at": quote.at.isoformat()})


def _lacks_account(request: MemberRequest) -> bool:
    """Say so when the member has no account whose real name was checked."""
    try:
        checked_account(request.member.pk)
    except NoAccountError as error:
        messages.error(request, said(error.message))
        return True
    return False


def _buying(request: MemberRequest) -> dict[str, BoughtForm]:
    """Return a form for each thing that is sold; the one that was sent holds what was typed."""
    terms, rule = exchange_terms(request.member)
    sent = request.POST.get("item", "") if request.method == "POST" else ""
    return {
        item: BoughtForm(
            request.POST if item == sent else None,
            item=item,
            decimals=terms.kinds[rule.kind].decimals,
            auto_id=f"{item}_%s",
        )
        for item in items_of(terms, rule)
    }


def _buy(request: MemberRequest, code: str, form: Form) -> str:
    """Buy at the price of the moment; what is paid comes from the server only, never from the form."""
    terms, rule = exchange_terms(request.member)
    item, quantity, device = form.cleaned_data["item"], form.cleaned_data["quantity"], device_of(terms)
    if item == TICKET:
        price = Fraction(exchange().price(request.programme.pk).price)
        paid = ceil(price * quantity * FEN / 10 ** terms.kinds[rule.kind].decimals)
    else:
        assert device is not None
        paid = device.unit_price * quantity
    bought = exchange().place_order(account=code, wanted=Wanted(item, quantity, paid, form.cleaned_data["key"]))
    return _("Bought: %(reference)s.") % {"reference": bought.reference}


def _done(request: MemberRequest, form: Form, run: Callable[[], str]) -> bool:
    """Run what a form asks for; a refusal becomes a sentence on the form."""
    if not form.is_valid():
        return False
    try:
        done = run()
    except REFUSALS as error:
        form.add_error(None, said(error.message))
        return False
    messages.success(request, done)
    return True


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("web:exchange", request.programme.code)


def _show(request: MemberRequest, **forms: Form) -> HttpResponse:
    terms, rule = exchange_terms(request.member)
    decimals = terms.kinds[rule.kind].decimals
    context = {
        "tab": "me",
        "page": read_exchange(request.member),
        "papers_form": PapersForm(),
        "entry_form": EntryForm(items=items_of(terms, rule), decimals=decimals),
        "move_form": MoveForm(decimals=decimals, auto_id="move_%s"),
        "opened": next(iter(forms), ""),
        "frozen": request.member.standing.frozen,
    }
    return render(request, "web/exchange.html", {**context, **forms})
