"""What all views of members have in common: a programme by its code, and the member who asks."""

from collections.abc import Callable
from functools import wraps
from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from jifen.members.models import Member
from jifen.programmes.models import Programme
from jifen.web.sessions import member_of

View = Callable[..., HttpResponse]


class ProgrammeRequest(HttpRequest):
    """A request for a page of a programme."""

    htmx: HtmxDetails
    programme: Programme


class MemberRequest(ProgrammeRequest):
    """A request of a member who is logged in to the programme."""

    member: Member


def programme_page(view: View) -> View:
    """Give the view the programme named in the address; an unknown one answers 404."""

    @never_cache
    @wraps(view)
    def page(request: HttpRequest, *, programme: str, **named: object) -> HttpResponse:
        asked = cast(ProgrammeRequest, request)
        asked.programme = get_object_or_404(Programme, code=programme)
        return view(asked, **named)

    return page


def member_page(view: View) -> View:
    """Give the view the programme and the member who is logged in to it; others go to the login and come back."""

    @programme_page
    @wraps(view)
    def page(request: ProgrammeRequest, **named: object) -> HttpResponse:
        member = member_of(request.session, request.programme.pk)
        if member is None:
            return _to_login(request)
        asked = cast(MemberRequest, request)
        asked.member = member
        return view(asked, **named)

    return page


def _to_login(request: ProgrammeRequest) -> HttpResponse:
    """Send a guest to the login, and from there back to the page asked for, if that can be asked for again."""
    login = reverse("web:login", args=[request.programme.code])
    if request.htmx:
        return HttpResponseClientRedirect(login)
    return redirect(f"{login}?{urlencode({'next': request.path})}" if request.method == "GET" else login)
