"""Coming in and going out: the programmes of this server, login, language."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.cards.finding import login_phone
from jifen.cards.numbers import read_number
from jifen.cards.terms import has_member_cards
from jifen.members.login import TooManyTriesError, WrongLoginError, log_in
from jifen.programmes.models import Programme
from jifen.web.forms import LoginForm
from jifen.web.pages import ProgrammeRequest, programme_page
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


def _show_login(request: ProgrammeRequest, form: LoginForm, follow: str) -> HttpResponse:
    cards = has_member_cards(read_now(request.programme.pk).terms)
    if cards:
        form.fields["phone"].label = _("Phone or card number")
    return render(request, "web/login.html", {"form": form, "next": follow, "cards": cards})


def _own_address(request: HttpRequest, address: str) -> str:
    """Return an address to go on to, or "" when it leads away from this server."""
    own = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if own else ""
