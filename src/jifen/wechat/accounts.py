"""Which follower of the official account is which member (S3-19): one openid, one member, until the binding ends."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.members.models import Member
from jifen.wechat.chosen import wechat
from jifen.wechat.errors import WechatError
from jifen.wechat.messages import write_message
from jifen.wechat.models import Follower, Template


def bind_follower(*, programme_id: int, openid: str, member_id: int) -> Follower:
    """Bind a follower to a member who proved to be that; again changes nothing.

    A binding of the same member to another openid ends: a phone that is lost does not stay logged in. Raises
    WechatError where the openid is another member's, or nobody follows with it.
    """
    if not wechat().follows(openid):
        raise WechatError(say("follow the official account first, then open this page from it"))
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(pk=member_id, programme_id=programme_id)
        open_ones = Follower.objects.filter(programme_id=programme_id, ended_at__isnull=True)
        known = open_ones.filter(openid=openid).first()
        if known is not None and known.member_id != member_id:
            raise WechatError(say("this WeChat is bound to another member; unbind it there first"))
        if known is not None:
            return known
        open_ones.filter(member=member).update(ended_at=timezone.now())
        follower = _made(Follower(programme_id=programme_id, openid=openid, member=member, bound_at=timezone.now()))
        write_message(follower, Template.BOUND, cause=f"binding {follower.pk}", values={"name": member.nickname})
    return follower


def unbind_follower(member_id: int) -> None:
    """End a member's binding; again changes nothing."""
    Follower.objects.filter(member_id=member_id, ended_at__isnull=True).update(ended_at=timezone.now())


def set_muted(member_id: int, *, muted: bool) -> None:
    """Let a member have messages, or none."""
    Follower.objects.filter(member_id=member_id, ended_at__isnull=True).update(muted=muted)


def follower_of(member_id: int) -> Follower | None:
    """Return a member's binding."""
    return Follower.objects.filter(member_id=member_id, ended_at__isnull=True).first()


def member_of_openid(programme_id: int, openid: str) -> Member | None:
    """Return the member to whom a follower is bound."""
    rows = Follower.objects.filter(programme_id=programme_id, openid=openid, ended_at__isnull=True)
    found = rows.select_related("member").first()
    return found.member if found is not None else None


def _made(follower: Follower) -> Follower:
    """Save a binding; of two members who bind one openid at once the second is refused."""
    try:
        with transaction.atomic():
            follower.save(force_insert=True)
    except IntegrityError as error:
        if "follower_openid_once" not in str(error):
            raise
        raise WechatError(say("this WeChat is bound to another member; unbind it there first")) from error
    return follower
