"""The official account: pages opened from it, the binding, and the simulated account itself (S3-07, S3-19)."""

from secrets import token_urlsafe

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.cards.binding import bind_wechat
from jifen.cards.errors import CardError
from jifen.members.codes import MINUTES, WrongCodeError
from jifen.members.login import TooManyTriesError
from jifen.web.asked import asked_for, forget
from jifen.web.card_forms import CardForm, FollowForm
from jifen.web.forms import CodeForm
from jifen.web.pages import MemberRequest, ProgrammeRequest, member_page, programme_page
from jifen.web.reads.wechat import read_account, read_mine
from jifen.web.sessions import enter, member_of
from jifen.web.templatetags.jifen import said
from jifen.web.views.member_card import CARD, address_of, send_code, with_cards
from jifen.wechat.accounts import bind_follower, member_of_openid, set_muted, unbind_follower
from jifen.wechat.chosen import is_open, wechat
from jifen.wechat.errors import WechatError
from jifen.wechat.menus import PAGES, page_path
from jifen.wechat.models import SimFollower
from jifen.wechat.simulated import UNKNOWN, person, set_follows, somebody

OPENIDS, PEOPLE, STATES = "jifen_openid", "jifen_sim_wechat", "jifen_wechat_state"  # in the session, by programme


@require_safe
@programme_page
def enter_from_wechat(request: ProgrammeRequest) -> HttpResponse:
    """Open one of our pages from WeChat: who is bound is logged in, everybody else binds first.

    The address carries the state of this session: a link that somebody else made for another WeChat opens nothing.
    Whoever is logged in with another account stays so.
    """
    _with_wechat(request)
    page = request.GET.get("page", "card")
    follow = _page_address(request, page)
    try:
        _refuse_other_state(request)
        openid = wechat().openid_of(programme_id=request.programme.pk, code=request.GET.get("code", ""))
    except WechatError as error:
        messages.error(request, said(error.message))
        return redirect("web:login", request.programme.code)
    _remember(request, OPENIDS, openid)
    bound = member_of_openid(request.programme.pk, openid)
    if bound is None:
        return redirect("web:wechat_bind", request.programme.code)
    known = member_of(request.session, request.programme.pk)
    if known is not None and known != bound:
        told = {"name": known.nickname}
        messages.error(request, _("You stay logged in as %(name)s; this WeChat is bound to another account.") % told)
    elif known is None:
        enter(request, bound)
    return redirect(follow)


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page
def bind(request: ProgrammeRequest) -> HttpResponse:
    """Ask for the card number or phone; whoever is logged in confirms that account by its name, and binds no other."""
    _with_wechat(request)
    openid, member = _known(request, OPENIDS), member_of(request.session, request.programme.pk)
    form = CardForm(request.POST if "text" in request.POST else None)
    if request.method == "POST" and openid and member is not None:
        if request.POST.get("own") != member.code:
            return redirect("web:wechat_bind", request.programme.code)
        try:
            bind_follower(programme_id=request.programme.pk, openid=openid, member_id=member.pk)
        except WechatError as error:
            messages.error(request, said(error.message))
        else:
            return _bound(request)
    elif request.method == "POST" and openid and form.is_valid() and send_code(request, form):
        return redirect("web:wechat_bind_code", request.programme.code)
    return render(request, "web/wechat_bind.html", {"form": form, "from_wechat": bool(openid), "known": member})


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page
def bind_code(request: ProgrammeRequest) -> HttpResponse:
    """Ask for the code: the follower is bound to the member of the card, and logged in."""
    _with_wechat(request)
    text, openid = asked_for(request, CARD), _known(request, OPENIDS)
    if not text or not openid or member_of(request.session, request.programme.pk) is not None:
        return redirect("web:wechat_bind", request.programme.code)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = bind_wechat(
                programme_id=request.programme.pk,
                openid=openid,
                text=text,
                code=form.cleaned_data["code"],
                address=address_of(request),
            )
        except WrongCodeError as error:
            form.add_error("code", said(error.message))
        except (CardError, WechatError, TooManyTriesError) as error:
            form.add_error(None, said(error.message))
        else:
            forget(request, CARD)
            enter(request, member)
            return _bound(request)
    return render(request, "web/wechat_bind_code.html", {"form": form, "minutes": MINUTES})


@require_safe
@member_page
def mine(request: MemberRequest) -> HttpResponse:
    """Show one's binding, and what the account has told."""
    _with_wechat(request)
    return render(request, "web/wechat_mine.html", {"tab": "me", "shown": read_mine(request.member)})


@require_POST
@member_page
def mute(request: MemberRequest) -> HttpResponse:
    """Have messages, or none."""
    _with_wechat(request)
    muted = request.POST.get("muted") == "1"
    set_muted(request.member.pk, muted=muted)
    messages.success(request, _("No more messages.") if muted else _("Messages are on."))
    return redirect("web:wechat_mine", request.programme.code)


@require_POST
@member_page
def unbind(request: MemberRequest) -> HttpResponse:
    """End the binding: WeChat does not log in any more."""
    _with_wechat(request)
    unbind_follower(request.member.pk)
    messages.success(request, _("Unbound."))
    return redirect("web:wechat_mine", request.programme.code)


@require_safe
@programme_page
def account(request: ProgrammeRequest) -> HttpResponse:
    """Show the simulated account: its messages and menu, or the way to follow it."""
    _with_wechat(request)
    one = _person(request)
    if one is None or not one.follows:
        return render(request, "web/wechat_follow.html", {"form": FollowForm(), "person": one})
    return render(request, "web/wechat_account.html", {"shown": read_account(one, _state(request))})


@require_POST
@programme_page
def follow(request: ProgrammeRequest) -> HttpResponse:
    """Follow the simulated account, as somebody new or again."""
    _with_wechat(request)
    one, form = _person(request), FollowForm(request.POST)
    if one is not None:
        set_follows(one, follows=True)
    elif form.is_valid():
        one = somebody(request.programme.pk, form.cleaned_data["name"])
        _remember(request, PEOPLE, one.openid)
    else:
        return render(request, "web/wechat_follow.html", {"form": form, "person": None})
    return redirect("web:wechat_account", request.programme.code)


@require_POST
@programme_page
def stop_following(request: ProgrammeRequest) -> HttpResponse:
    """Follow the simulated account no more; it sends nothing then."""
    _with_wechat(request)
    one = _person(request)
    if one is not None:
        set_follows(one, follows=False)
    return redirect("web:wechat_account", request.programme.code)


def _bound(request: ProgrammeRequest) -> HttpResponse:
    messages.success(request, _("Bound. From WeChat you are logged in by yourself."))
    return redirect("web:member_card", request.programme.code)


def _page_address(request: ProgrammeRequest, page: str) -> str:
    """Return the address of a page of the menu; an unknown one is the start page."""
    return reverse("web:home", args=[request.programme.code]) + (page_path(page) if page in PAGES else "")


def _person(request: ProgrammeRequest) -> SimFollower | None:
    openid = _known(request, PEOPLE)
    return person(request.programme.pk, openid) if openid else None


def _state(request: ProgrammeRequest) -> str:
    """Return what ties addresses opened from WeChat to this session."""
    if not _known(request, STATES):
        _remember(request, STATES, token_urlsafe(24))
    return _known(request, STATES)


def _refuse_other_state(request: ProgrammeRequest) -> None:
    state = _known(request, STATES)
    if not state or not constant_time_compare(state, request.GET.get("state", "")):
        raise WechatError(UNKNOWN)


def _remember(request: ProgrammeRequest, what: str, openid: str) -> None:
    request.session[what] = {**request.session.get(what, {}), str(request.programme.pk): openid}


def _known(request: ProgrammeRequest, what: str) -> str:
    return str(request.session.get(what, {}).get(str(request.programme.pk), ""))


def _with_wechat(request: ProgrammeRequest) -> None:
    """Answer 404 where the programme has no cards, or the server no official account."""
    with_cards(request)
    if not is_open():
        raise Http404
