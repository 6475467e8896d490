"""Head office's catalogue: look for goods, see what an exchange leaves, exchange (S3-15, S3-16, S3-19, S3-26)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jifen.engine.digits import number_of
from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.sales.catalogue import WORDS_MAX, Asked
from jifen.sales.errors import SaleError
from jifen.sales.models import DeliveryWay
from jifen.sales.pricing import redemption_of
from jifen.sales.redeeming import redeem
from jifen.web.address_forms import SentToForm
from jifen.web.pages import MemberRequest
from jifen.web.reads.catalogue import read_catalogue, read_exchange
from jifen.web.reads.mall import Item
from jifen.web.reads.terms import read_now
from jifen.web.redeem_forms import RedeemForm
from jifen.web.templatetags.jifen import said
from jifen.web.views.addresses import keep_typed, sent_to_form


def redeems(request: MemberRequest) -> bool:
    """Return whether the programme's mall is a catalogue of goods that are exchanged for points."""
    return redemption_of(read_now(request.programme.pk).terms) is not None


def catalogue(request: MemberRequest) -> HttpResponse:
    """Show a page of the catalogue."""
    read = request.GET
    asked = Asked(
        words=" ".join(read.get("q", "").split())[:WORDS_MAX],
        category_id=number_of(read.get("category", "")),
        order=read.get("order", ""),
        after=read.get("after", ""),
    )
    context = {"tab": "mall", "catalogue": read_catalogue(request.member, asked)}
    return render(request, "web/catalogue_rows.html" if request.htmx else "web/catalogue.html", context)


def exchange_goods(request: MemberRequest, item: Item) -> HttpResponse:
    """Show goods with the form of an exchange; then what it takes and leaves; then exchange."""
    sent = sent_to_form(request)
    form = RedeemForm(request.POST) if request.method == "POST" else RedeemForm(initial=_start(sent))
    count = 1
    if request.method == "POST" and form.is_valid() and (not form.sent or sent.is_valid()):
        count = form.cleaned_data["quantity"]
        exchange = read_exchange(request.member, item, count)
        seen = request.POST.get("value", "")
        changed = "confirm" in request.POST and seen not in {"", str(exchange.value.minor)}
        if "confirm" in request.POST and not changed:
            done = _redeem(request, item, form, sent)
            if done is not None:
                return done
        elif "change" in request.POST:
            pass
        elif exchange.short:
            texts = {"free": exchange.before, "value": exchange.value}
            form.add_error(None, _("You have %(free)s, and this takes %(value)s.") % texts)
        elif item.stock is not None and item.stock < count:
            form.add_error("quantity", _("Only %(left)s left.") % {"left": item.stock})
        else:
            if changed:
                form.add_error(None, _("What this takes has changed. Look at it, then exchange."))
            context = {"tab": "mall", "product": item, "form": form, "sent": sent, "exchange": exchange}
            return render(request, "web/redeem_review.html", context)
    shown = read_exchange(request.member, item, count)
    context = {"tab": "mall", "product": item, "form": form, "sent": sent, "exchange": shown}
    return render(request, "web/redeem.html", context)


def _start(sent: SentToForm) -> dict[str, str]:
    """Return what the form of an exchange begins with: who keeps addresses has goods sent."""
    return {"way": DeliveryWay.ADDRESS.value} if sent.kept else {}


def _redeem(request: MemberRequest, item: Item, form: RedeemForm, sent: SentToForm) -> HttpResponse | None:
    """Exchange and go to the order; None when that was refused, and the form says why."""
    values, to = form.cleaned_data, sent.sent_to if form.sent else None
    try:
        order = redeem(member_id=request.member.pk, items={item.id: values["quantity"]}, to=to, key=values["key"])
    except (SaleError, RefusedError, NotNowError) as error:
        form.add_error(None, said(error.message))
        return None
    if form.sent:
        keep_typed(request, sent)
    messages.success(request, _("Exchanged. You see here how far your goods are."))
    return redirect("web:order", request.programme.code, order.number)
