"""The official account: bindings, the menu, and what it tells members (S3-07, S3-19)."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.members.models import Member
from jifen.stores.models import Store
from jifen.web.sessions import member_of
from jifen.wechat.accounts import bind_follower, follower_of, member_of_openid, set_muted, unbind_follower
from jifen.wechat.errors import WechatError
from jifen.wechat.menus import Entry, MenuNotValidError, is_published, publish_menu, read_menu, save_menu
from jifen.wechat.messages import TRIES_MAX, send_waiting
from jifen.wechat.models import MenuPublication, MessageState, SimFollower, SimMessage, TemplateMessage
from jifen.wechat.news import write_news
from jifen.wechat.simulated import menu_of, set_follows, somebody
from tests.cards.town import LOGIN, Town

MENU = (Entry("会员", buttons=(Entry("我的会员卡", "card"), Entry("积分明细", "statement"))), Entry("商城", "mall"))


def bound(town: Town, name: str = "Ann") -> SimFollower:
    """Let a member follow the account and be bound."""
    one = somebody(town.programme.pk, name)
    bind_follower(programme_id=town.programme.pk, openid=one.openid, member_id=town.member(name))
    return one


def funded(town: Town) -> Store:
    """Return a store with a float."""
    store = town.store()
    act(town, "buy_points", store, 1000_00)
    return store


def act(town: Town, action: str, store: Store, amount: int, member_id: int | None = None) -> None:
    record_action(
        NewAction(
            programme_id=town.programme.pk,
            action=action,
            member_id=member_id,
            kind="store_points",
            amount=amount,
            store_id=store.pk,
            actor="test",
        )
    )


def told(name: str, town: Town) -> list[tuple[str, dict[str, str]]]:
    rows = TemplateMessage.objects.filter(member_id=town.member(name)).order_by("pk")
    return [(one.template, one.fields) for one in rows]


def test_one_openid_is_one_member_and_another_binding_ends_the_first(town: Town) -> None:
    first, second = bound(town), somebody(town.programme.pk, "other phone")
    ann = town.member("Ann")

    with pytest.raises(WechatError, match="another member"):
        bind_follower(programme_id=town.programme.pk, openid=first.openid, member_id=town.member("Bob"))
    bind_follower(programme_id=town.programme.pk, openid=second.openid, member_id=ann)

    assert member_of_openid(town.programme.pk, first.openid) is None
    assert member_of_openid(town.programme.pk, second.openid) == Member.objects.get(pk=ann)
    unbind_follower(ann)
    assert follower_of(ann) is None
    set_follows(second, follows=False)
    with pytest.raises(WechatError, match="follow the official account first"):
        bind_follower(programme_id=town.programme.pk, openid=second.openid, member_id=ann)


def test_points_that_come_are_told_once_and_only_from_the_binding_on(town: Town) -> None:
    store = funded(town)
    write_news(town.programme.pk)
    town.range(store)
    wang = town.open(store, 8801_000000)
    act(town, "give_points", store, 10_00, wang.pk)  # before the binding
    ann, fang = bound(town), somebody(town.programme.pk, "芳")
    bind_follower(programme_id=town.programme.pk, openid=fang.openid, member_id=wang.pk)
    act(town, "give_points", store, 25_50, wang.pk)

    assert (write_news(town.programme.pk), write_news(town.programme.pk)) == (2, 0)  # one of them is old news
    rows = TemplateMessage.objects.filter(member=wang).order_by("pk")
    assert [(one.template, one.fields.get("points")) for one in rows] == [("bound", None), ("grant", "25.50")]
    assert rows[1].fields["balance"] == "35.50"
    assert rows[1].fields["store"] == store.title
    assert [template for template, _fields in told("Ann", town)] == ["bound"]
    assert send_waiting() == 3
    assert send_waiting() == 0
    newest = SimMessage.objects.filter(follower=fang).latest("pk")
    assert newest.title == "积分到账"
    assert newest.link.endswith("/alliance/wechat?page=statement")
    assert SimMessage.objects.filter(follower=ann).count() == 1


def test_who_wants_no_messages_gets_none_and_a_silent_wechat_is_asked_again(town: Town) -> None:
    someone = bound(town)
    set_follows(someone, follows=False)

    for _ in range(TRIES_MAX + 1):
        send_waiting()

    message = TemplateMessage.objects.get()
    assert (message.state, message.tries) == (MessageState.FAILED, TRIES_MAX)
    assert "nobody follows" in message.failure
    set_muted(town.member("Ann"), muted=True)
    store = funded(town)
    write_news(town.programme.pk)
    town.range(store)
    assert TemplateMessage.objects.count() == 1


def test_the_menu_is_set_published_and_kept_as_it_was_sent(town: Town) -> None:
    save_menu(programme_id=town.programme.pk, entries=MENU, operator_id=town.chief)
    assert (read_menu(town.programme.pk), is_published(town.programme.pk)) == (list(MENU), False)
    assert menu_of(town.programme.pk) == []

    publish_menu(programme_id=town.programme.pk, operator_id=town.chief)

    shown = menu_of(town.programme.pk)
    assert [entry["title"] for entry in shown] == ["会员", "商城"]
    assert shown[0]["buttons"][0]["link"] == "/alliance/wechat?page=card"
    assert is_published(town.programme.pk)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        MenuPublication.objects.update(content=[])
    assert town.acts("wechat menu") == ["save_wechat_menu", "publish_wechat_menu"]


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ([Entry("一", "card")] * 4, "at most 3"),
        ([Entry("会员中心卡", "card")] * 1 + [Entry("很长很长的名字", "card")], "too long"),
        ([Entry("", "card")], "empty"),
        ([Entry("会员")], "opens a page, or has buttons"),
        ([Entry("会员", "card", (Entry("卡", "card"),))], "opens a page, or has buttons"),
        ([Entry("会员", "nowhere")], "no page of ours"),
        ([Entry("会员", buttons=(Entry("卡"),))], "opens a page"),
        ([Entry("会员", buttons=tuple(Entry(f"卡{n}", "card") for n in range(6)))], "at most 5"),
    ],
)
def test_a_menu_that_wechat_would_refuse_is_not_saved(town: Town, entries: list[Entry], why: str) -> None:
    with pytest.raises(MenuNotValidError, match=why):
        save_menu(programme_id=town.programme.pk, entries=entries, operator_id=town.chief)

    assert read_menu(town.programme.pk) == []
    with pytest.raises(MenuNotValidError, match="no buttons yet"):
        publish_menu(programme_id=town.programme.pk, operator_id=town.chief)


def test_a_follower_binds_the_card_from_the_account_and_is_logged_in_by_it(town: Town) -> None:
    store = town.store()
    town.range(store)
    wang = town.open(store, 8801_000000)
    save_menu(programme_id=town.programme.pk, entries=MENU, operator_id=town.chief)
    publish_menu(programme_id=town.programme.pk, operator_id=town.chief)
    phone = town.guest()

    followed = phone.post(town.page("wechat/account/follow"), {"name": "芳"}, follow=True).content.decode()
    link = followed.split('href="')[1:]
    card = next(part.split('"')[0] for part in link if "page=card" in part).replace("&amp;", "&")
    assert phone.get(card).headers["Location"] == town.page("wechat/bind")
    phone.post(town.page("wechat/bind"), {"text": "8801000000"})
    answer = phone.post(town.page("wechat/bind/code"), {"code": town.code()}, follow=True)
    assert b"8801 0000 00" in answer.content

    phone.post(town.page("logout"))
    again = phone.get(card)
    assert again.headers["Location"] == town.page("member-card")
    assert phone.get(town.page("member-card")).status_code == 200
    follower = follower_of(wang.pk)
    assert follower is not None
    forged = phone.get(town.page("wechat") + "?page=card&code=forged", follow=True)
    assert b"WeChat does not know who you are" in forged.content
    send_waiting()
    assert b"Open" in phone.get(town.page("wechat/account")).content
    mine = phone.get(town.page("wechat/mine")).content.decode()
    assert "已绑定" in mine or "bound" in mine
    phone.post(town.page("wechat/mine/unbind"))
    assert follower_of(wang.pk) is None


def test_without_an_account_at_wechat_there_are_no_pages(town: Town, settings: Any) -> None:
    settings.WECHAT = "none"

    assert town.guest().get(town.page("wechat/account")).status_code == 404
    assert "wechat/mine" not in town.phone("Ann").get(town.page("member-card")).content.decode()
    assert send_waiting() == 0


def test_an_address_from_wechat_opens_only_in_its_own_session_and_switches_nobody(town: Town) -> None:
    save_menu(programme_id=town.programme.pk, entries=MENU, operator_id=town.chief)
    publish_menu(programme_id=town.programme.pk, operator_id=town.chief)
    thief = town.guest()
    followed = thief.post(town.page("wechat/account/follow"), {"name": "thief"}, follow=True).content.decode()
    link = next(part.split('"')[0] for part in followed.split('href="')[1:] if "page=card" in part)
    link = link.replace("&amp;", "&")
    ann = town.phone("Ann")

    assert b"WeChat does not know who you are" in ann.get(link, follow=True).content
    assert "jifen_openid" not in ann.session

    follower = SimFollower.objects.get(name="thief")
    bind_follower(programme_id=town.programme.pk, openid=follower.openid, member_id=town.member("Bob"))
    thief.post(town.page("login"), {"phone": town.phone_of("Ann"), "password": LOGIN})
    assert b"bound to another account" in thief.get(link, follow=True).content
    assert member_of(thief.session, town.programme.pk) == Member.objects.get(pk=town.member("Ann"))


def test_whoever_is_logged_in_binds_the_account_that_the_page_names(town: Town) -> None:
    phone, ann = town.phone("Ann"), town.member("Ann")
    save_menu(programme_id=town.programme.pk, entries=MENU, operator_id=town.chief)
    publish_menu(programme_id=town.programme.pk, operator_id=town.chief)
    followed = phone.post(town.page("wechat/account/follow"), {"name": "安"}, follow=True).content.decode()
    link = next(part.split('"')[0] for part in followed.split('href="')[1:] if "page=card" in part)

    asked = phone.get(link.replace("&amp;", "&"), follow=True).content.decode()

    code = Member.objects.get(pk=ann).code
    assert f'value="{code}"' in asked
    assert "Yes, bind the account of A**" in asked
    for other in ({"own": "M0"}, {"own": "1"}, {"text": town.phone_of("Ann")}):
        phone.post(town.page("wechat/bind"), other)
        assert follower_of(ann) is None
    phone.post(town.page("wechat/bind"), {"own": code})
    assert follower_of(ann) is not None
