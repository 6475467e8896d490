"""Walks and runs on the phone: recording them, what was recorded, devices (S2-39, S2-44 … S2-49)."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.sport.devices import DEVICES_MAX, Paired, pair_device, revoke_own
from jifen.sport.errors import DeviceError, NoSportError, RecordingKeyReusedError, TooManyReportsError
from jifen.sport.limits import LONGEST, SHORTEST, limits_of
from jifen.sport.models import TITLE_MAX, Device
from jifen.sport.reading import NotReadError, read_recording
from jifen.sport.services import report as take_in
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.sport import devices_of, draw_steps, read_recordings, read_row, read_today, sport_now
from jifen.web.reads.terms import Now
from jifen.web.sport_words import words
from jifen.web.templatetags.jifen import said

View = Callable[..., HttpResponse]
# This page alone may ask where the phone is; what it is told stays there.
MAY_LOCATE = "camera=(), geolocation=(self), microphone=(), payment=()"
STATUS: dict[type[Exception], HTTPStatus] = {
    NotReadError: HTTPStatus.BAD_REQUEST,
    NoSportError: HTTPStatus.CONFLICT,
    RecordingKeyReusedError: HTTPStatus.CONFLICT,
    RefusedError: HTTPStatus.CONFLICT,
    TooManyReportsError: HTTPStatus.TOO_MANY_REQUESTS,
}


def sport_page(view: View) -> View:
    """Give the view the terms of a programme in which steps unlock something; in another the page is not there."""

    @member_page
    @wraps(view)
    def page(request: MemberRequest, **named: object) -> HttpResponse:
        now = sport_now(request.programme.pk)
        if now is None:
            raise Http404
        return view(request, now, **named)

    return page


@require_safe
@sport_page
def sport(request: MemberRequest, now: Now) -> HttpResponse:
    """Record a walk or a run; show today's steps and what they unlock."""
    limits = limits_of(now.terms)
    context = {
        "tab": "home",
        "today": read_today(request.member, now),
        "limits": limits,
        "walk_cadence": min(limits.walk_cadence_max, limits.cadence_max),
        "minutes": SHORTEST // 60,
        "hours": LONGEST // 3600,
        "token": get_token(request),
        "words": words(typed=bool(limits.entered_max)),
    }
    answer = render(request, "web/sport.html", context)
    answer["Permissions-Policy"] = MAY_LOCATE
    return answer


@require_POST
@sport_page
def report(request: MemberRequest, now: Now) -> JsonResponse:
    """Take in a recording of the phone, once for each nonce; the answer says what became of it."""
    try:
        new = read_recording(request.body, source=None)
        recording = take_in(member_id=request.member.pk, new=new)
    except NotNowError as error:
        return JsonResponse({"error": said(error.message)}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    except tuple(STATUS) as error:
        message = getattr(error, "message", str(error))
        return JsonResponse({"error": said(message)}, status=STATUS[type(error)])
    context = {"row": read_row(recording, now.terms), "today": read_today(request.member, now)}
    parts = {"html": "done", "hero": "hero", "goals": "goals"}
    drawn = {name: render_to_string(f"web/sport_{part}.html", context, request) for name, part in parts.items()}
    return JsonResponse({"recording": str(recording), "state": "refused" if recording.refusal else "kept"} | drawn)


@require_safe
@sport_page
def records(request: MemberRequest, now: Now) -> HttpResponse:
    """Show recordings by day with every field, a chart of steps, and how far the next goal is."""
    page = read_recordings(request.member, now, before=request.GET.get("before", ""))
    context = {"tab": "home", "page": page, "next": f"?before={page.next}" if page.next else "", "words": words()}
    if request.htmx:
        return render(request, "web/sport_rows.html", context)
    context |= {"today": read_today(request.member, now), "chart": draw_steps(request.member, now)}
    return render(request, "web/sport_records.html", context)


@require_safe
@sport_page
def devices(request: MemberRequest, now: Now) -> HttpResponse:
    """Show paired devices; pair one, or let one report no more."""
    del now
    return _devices(request)


@require_POST
@sport_page
def pair(request: MemberRequest, now: Now) -> HttpResponse:
    """Pair a device; its secret is in this answer, and never again."""
    del now
    title, key = request.POST.get("title", "")[:TITLE_MAX], request.POST.get("key", "")[:64]
    if not key:
        raise Http404
    try:
        return _devices(request, pair_device(member_id=request.member.pk, title=title, key=key))
    except DeviceError as error:
        return _devices(request, problem=said(error.message), title=title)


@require_POST
@sport_page
def revoke(request: MemberRequest, now: Now, device_id: int) -> HttpResponse:
    """Let a device report no more."""
    del now
    try:
        device = revoke_own(member_id=request.member.pk, device_id=device_id)
    except DeviceError:
        raise Http404 from None
    messages.success(request, _("%(device)s reports no more.") % {"device": device.title})
    return redirect("web:sport_devices", request.programme.code)


def _devices(
    request: MemberRequest, paired: Paired | None = None, *, problem: str = "", title: str = ""
) -> HttpResponse:
    found: list[Device] = devices_of(request.member)
    context = {
        "tab": "home",
        "devices": found,
        "room": sum(one.revoked_at is None for one in found) < DEVICES_MAX,
        "most": DEVICES_MAX,
        "paired": paired,
        "problem": problem,
        "title": title,
        "address": request.build_absolute_uri(f"/api/v1/{request.programme.code}/sport/recordings"),
        "key": uuid4().hex,
    }
    return render(request, "web/sport_devices.html", context)
