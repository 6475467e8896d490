"""A forgotten password: a text message brings a code, and the code allows another password (S0-85)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jifen.members.keys import FieldKeyError
from jifen.members.login import TooManyTriesError
from jifen.members.passwords import WeakPasswordError
from jifen.members.phones import PhoneNotValidError
from jifen.members.recovery import HOLDS, WrongCodeError, reset_password, send_code
from jifen.members.sealed import seal, unseal
from jifen.web.forms import PhoneForm, RecoverForm
from jifen.web.pages import ProgrammeRequest, programme_page
from jifen.web.sessions import enter
from jifen.web.templatetags.jifen import said

ASKED_FOR = "jifen_recover"  # {programme id as text: the phone, closed}


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page
def recover(request: ProgrammeRequest) -> HttpResponse:
    """Ask for the phone, and send it a code; the answer is the same whoever has an account."""
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            phone = send_code(
                programme_id=request.programme.pk,
                phone=form.cleaned_data["phone"],
                address=str(request.META.get("REMOTE_ADDR", "")),
            )
        except (PhoneNotValidError, TooManyTriesError) as error:
            form.add_error("phone" if isinstance(error, PhoneNotValidError) else None, said(error.message))
        else:
            _remember(request, phone)
            return redirect("web:recover_code", request.programme.code)
    return render(request, "web/recover.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page
def recover_code(request: ProgrammeRequest) -> HttpResponse:
    """Ask for the code and another password; a right code logs in here, and out everywhere else."""
    phone = _asked_for(request)
    if not phone:
        return redirect("web:recover", request.programme.code)
    form = RecoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = reset_password(
                programme_id=request.programme.pk,
                phone=phone,
                code=form.cleaned_data["code"],
                new=form.cleaned_data["new_password"],
                address=str(request.META.get("REMOTE_ADDR", "")),
            )
        except WeakPasswordError as error:
            form.add_error("new_password", said(error.message))
        except (WrongCodeError, TooManyTriesError) as error:
            form.add_error("code" if isinstance(error, WrongCodeError) else None, said(error.message))
        else:
            del request.session[ASKED_FOR]
            enter(request, member)
            messages.success(request, _("Password changed."))
            return redirect("web:home", request.programme.code)
    minutes = HOLDS.seconds // 60
    return render(request, "web/recover_code.html", {"form": form, "minutes": minutes})


def _remember(request: ProgrammeRequest, phone: str) -> None:
    """Keep the phone in the session, closed: a session is a row of the database."""
    closed = seal(phone, bound_to=_owner(request)).hex()
    request.session[ASKED_FOR] = {str(request.programme.pk): closed}


def _asked_for(request: ProgrammeRequest) -> str:
    closed = request.session.get(ASKED_FOR, {}).get(str(request.programme.pk), "")
    try:
        return unseal(bytes.fromhex(closed), bound_to=_owner(request)) if closed else ""
    except FieldKeyError:
        return ""  # the key was changed meanwhile; the phone is asked for again


def _owner(request: ProgrammeRequest) -> str:
    return f"recovery of programme {request.programme.pk}"
