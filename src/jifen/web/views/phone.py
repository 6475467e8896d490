"""Another phone for one's account: the password, and codes to both phones (S4-25)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jifen.members.codes import MINUTES, WrongCodeError
from jifen.members.login import TooManyTriesError, WrongLoginError
from jifen.members.phone_changes import PhoneChangeError, WrongOldCodeError, change_phone, send_change_code
from jifen.members.phones import PhoneNotValidError, mask, masked
from jifen.members.registration import PhoneTakenError
from jifen.web.asked import ask_for, asked_for, forget
from jifen.web.forms import NewPhoneForm, PhoneCodesForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.sessions import enter
from jifen.web.templatetags.jifen import said


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new_phone(request: MemberRequest) -> HttpResponse:
    """Ask for the password and the new phone, and send both phones a code."""
    form = NewPhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            phone = send_change_code(
                member=request.member,
                password=form.cleaned_data["password"],
                phone=form.cleaned_data["phone"],
                address=_address(request),
            )
        except WrongLoginError as error:
            form.add_error("password", said(error.message))
        except (PhoneNotValidError, PhoneChangeError) as error:
            form.add_error("phone", said(error.message))
        except TooManyTriesError as error:
            form.add_error(None, said(error.message))
        else:
            ask_for(request, _what(request), phone)
            return redirect("web:new_phone_code", request.programme.code)
    return render(request, "web/new_phone.html", {"tab": "me", "form": form, "phone": masked(request.member)})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new_phone_code(request: MemberRequest) -> HttpResponse:
    """Ask for both codes; the new phone logs in from then on, and only this device stays logged in."""
    phone = asked_for(request, _what(request))
    if not phone:
        return redirect("web:new_phone", request.programme.code)
    form = PhoneCodesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change = change_phone(
                member=request.member,
                phone=phone,
                old_code=form.cleaned_data["old_code"],
                code=form.cleaned_data["code"],
                address=_address(request),
            )
        except WrongOldCodeError as error:
            form.add_error("old_code", said(error.message))
        except WrongCodeError as error:
            form.add_error("code", said(error.message))
        except (PhoneTakenError, TooManyTriesError) as error:
            form.add_error(None, said(error.message))
        else:
            forget(request, _what(request))
            enter(request, change.member)
            messages.success(request, _("Changed. From now on you log in with the new phone."))
            return redirect("web:settings", request.programme.code)
    context = {"tab": "me", "form": form, "old": masked(request.member), "phone": mask(phone), "minutes": MINUTES}
    return render(request, "web/new_phone_code.html", context)


def _what(request: MemberRequest) -> str:
    """Return what is asked for, in the session: of this member alone."""
    return f"phone of {request.member.code}"


def _address(request: MemberRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
