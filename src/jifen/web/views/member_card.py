"""The member card: shown to be scanned, reported lost, bound to the account, its register form (S3-01 … S3-19)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.cards.binding import bind_card, bind_own, send_binding_code
from jifen.cards.details import By, change_details, read_details
from jifen.cards.errors import CardError, CardNotValidError
from jifen.cards.lost import found_again, report_lost
from jifen.cards.terms import has_member_cards
from jifen.members.codes import MINUTES, WrongCodeError
from jifen.members.login import TooManyTriesError
from jifen.members.passwords import WeakPasswordError
from jifen.web.asked import ask_for, asked_for, forget
from jifen.web.card_forms import CardForm, DetailsForm, FirstPasswordForm, LostForm
from jifen.web.pages import MemberRequest, ProgrammeRequest, member_page, programme_page
from jifen.web.reads.member_card import read_card_page
from jifen.web.reads.terms import read_now
from jifen.web.sessions import enter
from jifen.web.templatetags.jifen import said

CARD = "card"  # what was asked for, in the session


@require_safe
@member_page
def member_card(request: MemberRequest) -> HttpResponse:
    """Show one's card, to be scanned at any store."""
    with_cards(request)
    context = {"tab": "me", "shown": read_card_page(request.member), "form": LostForm()}
    return render(request, "web/member_card.html", context)


@require_POST
@member_page
def lost(request: MemberRequest) -> HttpResponse:
    """Stop one's card: nobody is found by it any more."""
    with_cards(request)
    form = LostForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        report_lost(member_id=request.member.pk, reason=reason)
    except CardError as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("Stopped. Any store gives you another card; your points stay."))
    return redirect("web:member_card", request.programme.code)


@require_POST
@member_page
def found(request: MemberRequest) -> HttpResponse:
    """Use a card again that was found."""
    with_cards(request)
    try:
        found_again(member_id=request.member.pk)
    except CardError as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("The card is good again."))
    return redirect("web:member_card", request.programme.code)


@require_POST
@member_page
def own(request: MemberRequest) -> HttpResponse:
    """Bind the card of whoever is logged in, and so has proved the phone."""
    with_cards(request)
    try:
        bind_own(request.member.pk)
    except CardError as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("Bound. The card is yours everywhere."))
    return redirect("web:member_card", request.programme.code)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def details(request: MemberRequest) -> HttpResponse:
    """Show the register form, and change it."""
    with_cards(request)
    shown = read_details(request.member.pk)
    initial = {name: getattr(shown, name) for name in DetailsForm.base_fields if name != "id_number"}
    form = DetailsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_details(member_id=request.member.pk, form=form.filled, by=By(member_id=request.member.pk))
        except CardNotValidError as error:
            form.add_error(error.field if error.field in form.fields else None, said(error.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("web:member_card", request.programme.code)
    return render(request, "web/card_details.html", {"tab": "me", "shown": shown, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page
def bind(request: ProgrammeRequest) -> HttpResponse:
    """Ask for the card number or phone, and send a code to the phone that the store wrote down."""
    with_cards(request)
    form = CardForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and send_code(request, form):
        return redirect("web:card_bind_code", request.programme.code)
    return render(request, "web/card_bind.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page
def bind_code(request: ProgrammeRequest) -> HttpResponse:
    """Ask for the code and the first password; the card is bound, and its member is logged in."""
    with_cards(request)
    text = asked_for(request, CARD)
    if not text:
        return redirect("web:card_bind", request.programme.code)
    form = FirstPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = bind_card(
                programme_id=request.programme.pk, text=text, address=address_of(request), **form.cleaned_data
            )
        except WeakPasswordError as error:
            form.add_error("password", said(error.message))
        except WrongCodeError as error:
            form.add_error("code", said(error.message))
        except (CardError, TooManyTriesError) as error:
            form.add_error(None, said(error.message))
        else:
            forget(request, CARD)
            enter(request, member)
            messages.success(request, _("Bound. Welcome!"))
            return redirect("web:member_card", request.programme.code)
    return render(request, "web/card_bind_code.html", {"form": form, "minutes": MINUTES})


def send_code(request: ProgrammeRequest, form: CardForm) -> bool:
    """Send a code to the phone of what was typed, and remember that; or say on the form why not."""
    text = form.cleaned_data["text"]
    try:
        send_binding_code(programme_id=request.programme.pk, text=text, address=address_of(request))
    except CardError as error:
        form.add_error("text", said(error.message))
    except TooManyTriesError as error:
        form.add_error(None, said(error.message))
    else:
        ask_for(request, CARD, text)
        return True
    return False


def address_of(request: ProgrammeRequest) -> str:
    """Return the address of whoever asks, by which tries are counted."""
    return str(request.META.get("REMOTE_ADDR", ""))


def with_cards(request: ProgrammeRequest) -> None:
    """Answer 404 where the programme has no member cards."""
    if not has_member_cards(read_now(request.programme.pk).terms):
        raise Http404
