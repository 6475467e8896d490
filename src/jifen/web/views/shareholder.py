"""Shareholders: pay the fee, bring stores, see what comes of it; and stores that apply to join (S3-20 … S3-24)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jifen.alliance.applying import Wish, WishNotValidError, apply_for_store, withdraw
from jifen.alliance.models import StoreApplication
from jifen.alliance.shareholders import become, fee_of, shareholder_by
from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.payments.models import Pays
from jifen.payouts.errors import PayoutError
from jifen.web.alliance_forms import BecomeForm, WishForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.counter import counter_here
from jifen.web.reads.places import read_choice
from jifen.web.reads.qr import draw_qr
from jifen.web.reads.shareholder import branch_choices, read_offer, read_shareholder, read_wish
from jifen.web.templatetags.jifen import said
from jifen.web.views.payments import PAYING_REFUSALS, to_payment

REFUSALS = (PayoutError, RefusedError, NotNowError)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def shareholder(request: MemberRequest) -> HttpResponse:
    """Show a shareholder the income and the stores; show others what it costs, and let them become one (S3-20)."""
    offer = read_offer(request.programme.pk)
    if offer is None:
        raise Http404
    form = BecomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = _become(request, form)
        if answer is not None:
            return answer
    context = {"tab": "me", "offer": offer, "form": form}
    if not request.member.standing.shareholder:
        return render(request, "web/shareholder_offer.html", context)
    path = reverse("web:store_wish_by", args=[request.programme.code, request.member.invite_code])
    link = request.build_absolute_uri(path)
    context |= {"page": read_shareholder(request.member), "link": link, "picture": draw_qr(link)}
    return render(request, "web/shareholder.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def wish(request: MemberRequest, by: str = "") -> HttpResponse:
    """Apply with a store or branch, perhaps through a shareholder's link; show what became of it."""
    if not counter_here(request.programme.pk):
        raise Http404
    form = WishForm(request.POST if request.method == "POST" else None, branches=branch_choices(request.programme.pk))
    choice = read_choice(request.POST.getlist("region") if request.method == "POST" else [])
    if request.method == "POST" and form.is_valid() and _send(request, form, choice.code, by):
        messages.success(request, _("Sent. You read the answer here."))
        return redirect("web:store_wish", request.programme.code)
    brings = shareholder_by(request.programme.pk, by) if by else None
    context = {
        "tab": "me",
        "form": form,
        "choice": choice,
        "shown": read_wish(request.member),
        "brings": brings.nickname if brings is not None and brings != request.member else "",
    }
    return render(request, "web/store_wish.html", context)


@require_POST
@member_page
def withdraw_wish(request: MemberRequest, application_id: int) -> HttpResponse:
    """Take one's application back."""
    try:
        withdraw(member_id=request.member.pk, application_id=application_id)
    except StoreApplication.DoesNotExist:
        raise Http404 from None
    except PayoutError as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("Taken back."))
    return redirect("web:store_wish", request.programme.code)


def _become(request: MemberRequest, form: BecomeForm) -> HttpResponse | None:
    """Go on to pay the fee; where there is none the member is a shareholder at once."""
    try:
        if fee_of(request.programme.pk):
            return to_payment(request, Pays.SHAREHOLDER, {"key": form.cleaned_data["key"]})
        become(member_id=request.member.pk, key=form.cleaned_data["key"])
    except PAYING_REFUSALS as error:
        form.add_error(None, said(error.message))
        return None
    messages.success(request, _("You are a shareholder now."))
    return redirect("web:shareholder", request.programme.code)


def _send(request: MemberRequest, form: WishForm, region: str, by: str) -> bool:
    """Send the application, or say on the form why not."""
    values = dict(form.cleaned_data)
    key = values.pop("key")
    try:
        apply_for_store(member_id=request.member.pk, wish=Wish(**values, region=region), invite_code=by, key=key)
    except WishNotValidError as error:
        form.add_error(error.field if error.field in form.fields else None, said(error.message))
    except REFUSALS as error:
        form.add_error(None, said(error.message))
    else:
        return True
    return False
