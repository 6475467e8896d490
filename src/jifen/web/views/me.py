"""A member's own page and settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jifen.members.login import TooManyTriesError, WrongLoginError, change_password
from jifen.members.passwords import WeakPasswordError
from jifen.web.forms import PasswordForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.company import agents_here
from jifen.web.reads.exchange import has_exchange
from jifen.web.reads.features import features_of
from jifen.web.reads.me import read_me
from jifen.web.sessions import enter
from jifen.web.templatetags.jifen import said


@require_safe
@member_page
def me(request: MemberRequest) -> HttpResponse:
    """Show who the member is, and the ways to everything else."""
    context = {"tab": "me", "me": read_me(request.member), "exchange": has_exchange(request.member)}
    context |= {"agents": agents_here(request.programme.pk), "features": features_of(request.member)}
    return render(request, "web/me.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def settings(request: MemberRequest) -> HttpResponse:
    """Change the password; choose the language; log out."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = change_password(
                member_id=request.member.pk,
                old=form.cleaned_data["old_password"],
                new=form.cleaned_data["new_password"],
            )
        except (WrongLoginError, TooManyTriesError) as error:
            form.add_error("old_password", said(error.message))
        except WeakPasswordError as error:
            form.add_error("new_password", said(error.message))
        else:
            enter(request, member)
            messages.success(request, _("Password changed."))
            return redirect("web:settings", request.programme.code)
    return render(request, "web/settings.html", {"tab": "me", "me": read_me(request.member), "form": form})
