"""Registration by invite or at a store, in two steps: a code proves the phone, then the account is made (S4-25)."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jifen.facts.days import NotNowError, open_day
from jifen.facts.joining import join_by_code
from jifen.members.codes import MINUTES, WrongCodeError
from jifen.members.invites import read_invite_code
from jifen.members.login import TooManyTriesError
from jifen.members.models import Member
from jifen.members.newcomers import send_join_code
from jifen.members.passwords import WeakPasswordError
from jifen.members.phones import PhoneNotValidError, RegistrationError, mask
from jifen.members.registration import NameNotValidError, PhoneTakenError, UnknownInviteError, referrer_of
from jifen.stores.models import Store
from jifen.web.asked import ask_for, asked_for, forget
from jifen.web.forms import JoinForm, JoinPhoneForm
from jifen.web.pages import ProgrammeRequest, programme_page
from jifen.web.reads.activation import refers_when_active
from jifen.web.reads.features import has_pool
from jifen.web.reads.terms import read_now
from jifen.web.sessions import enter
from jifen.web.templatetags.jifen import said

JOIN = "join"  # what was asked for, in the session


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page
def join(request: ProgrammeRequest, code: str = "") -> HttpResponse:
    """Ask for the phone and who sent one, and send a code; the answer is the same whoever has an account."""
    code, store = read_invite_code(code), _store(request)
    inviter = Member.objects.filter(programme=request.programme, invite_code=code).first() if code else None
    data = {**request.POST.dict(), "invite_code": code} if inviter else request.POST
    form = JoinPhoneForm(data if request.method == "POST" else None, initial={"invite_code": code})
    form.fields["invite_code"].required = store is None
    if request.method == "POST" and form.is_valid() and _send(request, form):
        invite = read_invite_code(form.cleaned_data["invite_code"])
        return redirect(_step(request, "web:join_code", invite, store))
    who = inviter or (store.owner if store is not None else None)
    return render(request, "web/join.html", {"form": form, **_shown(request, who, store)})


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page
def join_code(request: ProgrammeRequest, code: str = "") -> HttpResponse:
    """Ask for the code, the name, a password and consent; the new member is bound for good to who sent him (S1-19)."""
    code, store, phone = read_invite_code(code), _store(request), asked_for(request, JOIN)
    again = _step(request, "web:join", code, store)
    if not phone:
        return redirect(again)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = _register(request, form, phone, (code, store))
        if member is not None:
            forget(request, JOIN)
            enter(request, member)
            messages.success(request, _("Welcome!"))
            if store is not None:
                return redirect("web:store_page", request.programme.code, store.code)
            return redirect("web:home", request.programme.code)
    inviter = Member.objects.filter(programme=request.programme, invite_code=code).first() if code else None
    shown = _shown(request, inviter or (store.owner if store is not None else None), store)
    context = {"form": form, "phone": mask(phone), "minutes": MINUTES, "again": again, **shown}
    return render(request, "web/join_code.html", context)


def _send(request: ProgrammeRequest, form: JoinPhoneForm) -> bool:
    """Send a code to the phone, and remember it; or say on the form why not. An unknown invite sends nothing."""
    try:
        referrer_of(request.programme.pk, form.cleaned_data["invite_code"])
        phone = send_join_code(
            programme_id=request.programme.pk,
            phone=form.cleaned_data["phone"],
            address=_address(request),
            language=_language(),
        )
    except UnknownInviteError as error:
        form.add_error("invite_code" if form.fields["invite_code"].required else None, said(error.message))
    except (PhoneNotValidError, TooManyTriesError) as error:
        form.add_error("phone" if isinstance(error, PhoneNotValidError) else None, said(error.message))
    else:
        ask_for(request, JOIN, phone)
        return True
    return False


def _register(
    request: ProgrammeRequest, form: JoinForm, phone: str, sent_by: tuple[str, Store | None]
) -> Member | None:
    """Register whoever filled in the form; None when that was refused, and the form says why."""
    programme_id, (invite, store) = request.programme.pk, sent_by
    try:
        return join_by_code(
            form.cleaned_data["code"],
            programme_id=programme_id,
            phone=phone,
            password=form.cleaned_data["password"],
            name=form.cleaned_data["name"],
            invite_code=invite,
            store_id=store.pk if store is not None else None,
            joined_on=open_day(programme_id),
            language=_language(),
            address=_address(request),
        )
    except (RegistrationError, WrongCodeError, TooManyTriesError, NotNowError) as error:
        fields = ((WrongCodeError, "code"), (WeakPasswordError, "password"), (NameNotValidError, "name"))
        field = next((name for kind, name in fields if isinstance(error, kind)), None)
        form.add_error(field, said(error.message))
        if isinstance(error, PhoneTakenError):
            forget(request, JOIN)
    return None


def _shown(request: ProgrammeRequest, who: Member | None, store: Store | None) -> dict[str, object]:
    """Return what the pages of registration say besides their forms; `idle` of an inviter who gets nothing (S2-08)."""
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


def _step(request: ProgrammeRequest, name: str, invite: str, store: Store | None) -> str:
    """Return the address of a step, with who sent one."""
    address = reverse(name, args=[request.programme.code, *([invite] if invite else [])])
    return f"{address}?{urlencode({'store': store.code})}" if store is not None else address


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _address(request: ProgrammeRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
