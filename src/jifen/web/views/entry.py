"""Coming in and going out: the programmes of this server, login, registration by invite, language."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.cards.finding import login_phone
from jifen.cards.numbers import read_number
from jifen.cards.terms import has_member_cards
from jifen.facts.days import NotNowError, open_day
from jifen.facts.joining import register
from jifen.members.invites import read_invite_code
from jifen.members.login import TooManyTriesError, WrongLoginError, log_in
from jifen.members.models import Member
from jifen.members.passwords import WeakPasswordError
from jifen.members.phones import PhoneNotValidError, RegistrationError
from jifen.members.registration import NameNotValidError, PhoneTakenError, UnknownInviteError
from jifen.programmes.models import Programme
from jifen.stores.models import Store
from jifen.web.forms import JoinForm, LoginForm
from jifen.web.pages import ProgrammeRequest, programme_page
from jifen.web.reads.activation import refers_when_active
from jifen.web.reads.features import has_pool
from jifen.web.reads.terms import read_now
from jifen.web.sessions import enter, leave, member_of
from jifen.web.templatetags.jifen import said

YEAR_SECONDS = 365 * 24 * 60 * 60


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Show the programmes of this server; where there is one, go to it."""
    found = list(Programme.objects.order_by("id"))
    if len(found) == 1:
        return redirect("web:home", found[0].code)
    return render(request, "web/programmes.html", {"programmes": found})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language that the reader chose, and go back to the page."""
    wanted = request.POST.get("language", "")
    answer = redirect(_own_address(request, request.POST.get("next", "")) or reverse("web:programmes"))
    if wanted in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=YEAR_SECONDS,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page
def login(request: ProgrammeRequest) -> HttpResponse:
    """Log a member in by phone, or the number of a member card, and password (S4-25, S3-19)."""
    follow = _own_address(request, request.POST.get("next") or request.GET.get("next", ""))
    form = LoginForm(request.POST or None)
    if request.method != "POST":
        known = member_of(request.session, request.programme.pk)
        return redirect("web:home", request.programme.code) if known else _show_login(request, form, follow)
    if not form.is_valid():
        return _show_login(request, form, follow)
    programme_id, typed = request.programme.pk, form.cleaned_data["phone"]
    try:
        member = log_in(
            programme_id=programme_id,
            phone=login_phone(programme_id, typed),
            password=form.cleaned_data["password"],
            address=request.META.get("REMOTE_ADDR", ""),
            card=str(read_number(typed) or ""),
        )
    except (WrongLoginError, TooManyTriesError) as error:
        form.add_error(None, said(error.message))
        return _show_login(request, form, follow)
    enter(request, member)
    return redirect(follow or reverse("web:home", args=[request.programme.code]))


@require_POST
@programme_page
def logout(request: ProgrammeRequest) -> HttpResponse:
    """Log the member out of this programme."""
    leave(request, request.programme.pk)
    messages.success(request, _("You are logged out."))
    return redirect("web:login", request.programme.code)


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page
def join(request: ProgrammeRequest, code: str = "") -> HttpResponse:
    """Register a member whom the owner of the invite code, or of the store, referred; it is bound for good (S1-19)."""
    code, store = read_invite_code(code), _store(request)
    inviter = Member.objects.filter(programme=request.programme, invite_code=code).first() if code else None
    data = {**request.POST.dict(), "invite_code": code} if inviter else request.POST
    form = JoinForm(data if request.method == "POST" else None, initial={"invite_code": code})
    form.fields["invite_code"].required = store is None
    if request.method == "POST" and form.is_valid():
        member = _register(request, form, store)
        if member is not None:
            enter(request, member)
            messages.success(request, _("Welcome!"))
            if store is not None:
                return redirect("web:store_page", request.programme.code, store.code)
            return redirect("web:home", request.programme.code)
    who = inviter or (store.owner if store is not None else None)
    return render(request, "web/join.html", {"form": form, **_shown(request, who, store)})


def _shown(request: ProgrammeRequest, who: Member | None, store: Store | None) -> dict[str, object]:
    """Return what the page of registration says besides its form; `idle` of an inviter who is given nothing (S2-08)."""
    terms = read_now(request.programme.pk).terms
    return {
        "inviter": who.nickname if who is not None else "",
        "store": store,
        "pool": has_pool(terms),
        "airdrop": terms.airdrop is not None,
        "idle": who is not None and refers_when_active(terms) and not who.standing.active,
    }


def _store(request: ProgrammeRequest) -> Store | None:
    """Return the store through whose QR code or link somebody comes."""
    code = request.GET.get("store", "")
    found = Store.objects.select_related("owner").filter(programme=request.programme, code=code, active=True)
    return found.first() if code else None


def _register(request: ProgrammeRequest, form: JoinForm, store: Store | None) -> Member | None:
    """Register whoever filled in the form; None when that was refused, and the form says why."""
    programme_id = request.programme.pk
    try:
        return register(
            programme_id=programme_id,
            phone=form.cleaned_data["phone"],
            password=form.cleaned_data["password"],
            name=form.cleaned_data["name"],
            invite_code=form.cleaned_data["invite_code"],
            store_id=store.pk if store is not None else None,
            joined_on=open_day(programme_id),
            language=get_language() or settings.LANGUAGE_CODE,
            address=str(request.META.get("REMOTE_ADDR", "")),
        )
    except (RegistrationError, TooManyTriesError, NotNowError) as error:
        fields = ((PhoneNotValidError, "phone"), (PhoneTakenError, "phone"), (WeakPasswordError, "password"))
        more = ((UnknownInviteError, "invite_code"), (NameNotValidError, "name"))
        field = next((name for kind, name in (*fields, *more) if isinstance(error, kind)), None)
        form.add_error(field, said(error.message))
    return None


def _show_login(request: ProgrammeRequest, form: LoginForm, follow: str) -> HttpResponse:
    cards = has_member_cards(read_now(request.programme.pk).terms)
    if cards:
        form.fields["phone"].label = _("Phone or card number")
    return render(request, "web/login.html", {"form": form, "next": follow, "cards": cards})


def _own_address(request: HttpRequest, address: str) -> str:
    """Return an address to go on to, or "" when it leads away from this server."""
    own = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if own else ""
