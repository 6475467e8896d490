"""What members do with free points themselves: convert them, give them to another member; each looked at once more."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.members.login import TooManyTriesError
from jifen.members.models import Member
from jifen.members.recipients import RecipientError, find_recipient
from jifen.payouts.errors import PayoutError
from jifen.payouts.moves import convert_points, transfer_points
from jifen.web.pages import MemberRequest, member_page
from jifen.web.point_forms import ConvertForm, TransferForm
from jifen.web.reads.conversions import Conversion, read_conversion, read_pairs
from jifen.web.reads.terms import read_now
from jifen.web.reads.transfers import read_kinds, read_transfer
from jifen.web.reads.uses import stopped
from jifen.web.templatetags.jifen import said

REFUSALS = (RefusedError, NotNowError, PayoutError)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def convert(request: MemberRequest) -> HttpResponse:
    """Convert points: first show what would come of it, then do it when that is confirmed (S0-24)."""
    form = _convert_form(request, bound=request.method == "POST")
    conversion = _conversion(request, form)
    if request.method == "POST" and form is not None and conversion is not None:
        if "confirm" in request.POST:
            done = _convert(request, form, conversion)
            if done is not None:
                return done
        elif conversion.refusal is None:
            return render(request, "web/convert_review.html", {"tab": "points", "form": form, "quote": conversion})
        else:
            form.add_error("amount", said(conversion.refusal))
    return _show(request, "convert", {"form": form, "quote": conversion})


@require_safe
@member_page
def convert_quote(request: MemberRequest) -> HttpResponse:
    """Show what would come of a conversion while its form is being filled in."""
    form = _convert_form(request, bound=True)
    return render(request, "web/convert_quote.html", {"quote": _conversion(request, form)})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def transfer(request: MemberRequest) -> HttpResponse:
    """Give points to another member: first show to whom, then do it when that is confirmed (S0-25, S0-26)."""
    form = _transfer_form(request)
    if request.method == "POST" and form is not None and form.is_valid():
        to = _recipient(request, form)
        if to is not None and "confirm" in request.POST:
            done = _transfer(request, form, to)
            if done is not None:
                return done
        elif to is not None:
            review = read_transfer(request.member, to, form.cleaned_data["kind"], form.cleaned_data["amount"])
            if review.refusal is None:
                context = {"tab": "points", "form": form, "transfer": review}
                return render(request, "web/transfer_review.html", context)
            form.add_error("amount", said(review.refusal))
    return _show(request, "transfer", {"form": form, "wallets": read_kinds(request.member)})


def _convert_form(request: MemberRequest, *, bound: bool) -> ConvertForm | None:
    """Return the form, or None where the programme converts nothing."""
    choices = {pair.name: (pair.title, pair.free.decimals) for pair in read_pairs(request.member)}
    data = (request.POST if request.method == "POST" else request.GET) if bound else None
    return ConvertForm(data, choices=choices, start=request.GET.get("pair", "")) if choices else None


def _conversion(request: MemberRequest, form: ConvertForm | None) -> Conversion | None:
    """Return what a filled-in form would bring; None while no amount can be read."""
    if form is None or not form.is_bound or not form.is_valid():
        return None
    pair = next(one for one in read_pairs(request.member) if one.name == form.cleaned_data["pair"])
    return read_conversion(request.member, pair, form.cleaned_data["amount"])


def _convert(request: MemberRequest, form: ConvertForm, conversion: Conversion) -> HttpResponse | None:
    """Convert and go to the wallet that has grown; None when that was refused, and the form says why."""
    rule = conversion.pair.rule
    try:
        convert_points(
            member_id=request.member.pk,
            kind=rule.kind,
            into=rule.into,
            amount=form.cleaned_data["amount"],
            key=form.cleaned_data["key"],
            least=form.cleaned_data["least"] or 0,
        )
    except REFUSALS as error:
        form.add_error(None, said(error.message))
        return None
    messages.success(request, _("Converted."))
    return redirect("web:wallet", request.programme.code, rule.into)


def _transfer_form(request: MemberRequest) -> TransferForm | None:
    """Return the form, or None where the programme lets nothing be given to members."""
    choices = {wallet.name: (wallet.title, wallet.free.decimals) for wallet in read_kinds(request.member)}
    data = request.POST if request.method == "POST" else None
    return TransferForm(data, choices=choices, start=request.GET.get("kind", "")) if choices else None


def _recipient(request: MemberRequest, form: TransferForm) -> Member | None:
    """Return whom the form names; None when nobody is found, and the form says why."""
    try:
        return find_recipient(request.member, form.cleaned_data["to"])
    except (RecipientError, TooManyTriesError) as error:
        form.add_error("to", said(error.message))
        return None


def _transfer(request: MemberRequest, form: TransferForm, to: Member) -> HttpResponse | None:
    """Give the points and go to their wallet; None when that was refused, and the form says why."""
    kind = form.cleaned_data["kind"]
    try:
        transfer_points(
            member_id=request.member.pk,
            to_member_id=to.pk,
            kind=kind,
            amount=form.cleaned_data["amount"],
            key=form.cleaned_data["key"],
        )
    except REFUSALS as error:
        form.add_error(None, said(error.message))
        return None
    messages.success(request, _("Given to %(name)s.") % {"name": f"{to.nickname} {to.code}"})
    return redirect("web:wallet", request.programme.code, kind)


def _show(request: MemberRequest, what: str, context: dict[str, object]) -> HttpResponse:
    action = {"convert": "convert", "transfer": "member_transfer"}[what]
    terms = read_now(request.programme.pk).terms
    frozen = stopped(action, terms, frozen=request.member.standing.frozen)
    return render(request, f"web/{what}.html", {"tab": "points", "frozen": frozen, **context})
