"""A card that was opened offline is bound by a code to its phone: with a first password, or at WeChat (S3-19)."""

import pytest

from jifen.cards.binding import bind_card, bind_own, bind_wechat, send_binding_code
from jifen.cards.codes import CodeFor, send_code
from jifen.cards.errors import CardError
from jifen.cards.finding import card_of, login_phone
from jifen.cards.issuing import replace_card
from jifen.cards.lost import report_lost
from jifen.cards.models import CardState
from jifen.members.codes import WrongCodeError
from jifen.members.login import (
    PHONE_TRIES_MAX,
    RECOVERY_CODES_MAX,
    RECOVERY_TRIES_MAX,
    TooManyTriesError,
    WrongLoginError,
    log_in,
)
from jifen.members.models import Member, SandboxMessage
from jifen.members.passwords import WeakPasswordError
from jifen.members.recovery import reset_password
from jifen.wechat.accounts import member_of_openid
from jifen.wechat.simulated import somebody
from tests.cards.town import LOCAL, LOGIN, Town

FIRST, PHONE = 8801_000000, "13900000001"


@pytest.fixture
def member(town: Town) -> Member:
    store = town.store()
    town.range(store)
    return town.open(store, FIRST)


def ask(town: Town, text: str) -> str:
    """Ask for a code and return it, "" where nobody gets one."""
    before = SandboxMessage.objects.count()
    send_binding_code(programme_id=town.programme.pk, text=text, address=LOCAL)
    return town.code() if SandboxMessage.objects.count() > before else ""


def bind(town: Town, text: str, code: str, password: str = LOGIN) -> Member:
    return bind_card(programme_id=town.programme.pk, text=text, code=code, password=password, address=LOCAL)


def state(member: Member) -> str:
    card = card_of(member.pk)
    assert card is not None
    return card.state


@pytest.mark.parametrize("text", ["8801 0000 00", PHONE])
def test_a_code_binds_the_card_and_the_number_logs_in_from_then_on(town: Town, member: Member, text: str) -> None:
    with pytest.raises(WrongLoginError):
        log_in(programme_id=town.programme.pk, phone=PHONE, password="", address=LOCAL)

    assert bind(town, text, ask(town, text)) == member

    assert state(member) == CardState.BOUND
    phone = login_phone(town.programme.pk, str(FIRST))
    assert log_in(programme_id=town.programme.pk, phone=phone, password=LOGIN, address=LOCAL) == member
    report_lost(member_id=member.pk)
    assert login_phone(town.programme.pk, str(FIRST)) == str(FIRST)


def test_cards_that_nobody_has_are_answered_alike(town: Town, member: Member) -> None:
    for text in (str(FIRST + 1), str(FIRST + 900), "13900000077"):
        assert ask(town, text) == ""
        with pytest.raises(WrongCodeError):
            bind(town, text, "123456")
    for _ in range(RECOVERY_CODES_MAX):
        ask(town, str(FIRST + 2))
    with pytest.raises(TooManyTriesError):
        ask(town, str(FIRST + 2))
    with pytest.raises(CardError, match="type the number on the card"):
        ask(town, "my card")
    assert state(member) == CardState.ISSUED


def test_a_code_holds_once_and_for_cards_only(town: Town, member: Member) -> None:
    code = ask(town, str(FIRST))

    with pytest.raises(WrongCodeError):
        reset_password(programme_id=town.programme.pk, phone=PHONE, code=code, new=LOGIN, address=LOCAL)
    with pytest.raises(WeakPasswordError):
        bind(town, str(FIRST), code, "12345678")
    bind(town, str(FIRST), code)
    with pytest.raises(WrongCodeError):
        bind(town, str(FIRST), code, "another long walk")


def test_who_is_logged_in_binds_the_card_with_one_tap(town: Town, member: Member) -> None:
    for _ in range(2):
        assert bind_own(member.pk).state == CardState.BOUND

    with pytest.raises(CardError, match="you have no card"):
        bind_own(town.member("Ann"))


def test_wechat_binds_card_and_follower_without_a_password(town: Town, member: Member) -> None:
    someone = somebody(town.programme.pk, "芳")
    send_code(CodeFor.BIND, programme_id=town.programme.pk, phone=PHONE, address=LOCAL)

    bound = bind_wechat(
        programme_id=town.programme.pk, openid=someone.openid, text=str(FIRST), code=town.code(), address=LOCAL
    )

    assert bound == member == member_of_openid(town.programme.pk, someone.openid)
    assert state(member) == CardState.BOUND
    with pytest.raises(WrongLoginError):
        log_in(programme_id=town.programme.pk, phone=PHONE, password="", address=LOCAL)


def test_a_code_that_is_told_at_the_counter_opens_no_account(town: Town, member: Member) -> None:
    someone, card = somebody(town.programme.pk, "the store"), card_of(member.pk)
    assert card is not None
    send_code(CodeFor.COUNTER, programme_id=town.programme.pk, phone=PHONE, address=LOCAL)
    heard, told = town.code(), SandboxMessage.objects.latest("id").text

    with pytest.raises(WrongCodeError):
        bind(town, str(FIRST), heard)
    with pytest.raises(WrongCodeError):
        bind_wechat(programme_id=town.programme.pk, openid=someone.openid, text=str(FIRST), code=heard, address=LOCAL)
    code, number = ask(town, str(FIRST)), str(FIRST + 1)
    assert told.replace(heard, "") != SandboxMessage.objects.latest("id").text.replace(code, "")
    with pytest.raises(WrongCodeError):
        replace_card(store_id=card.store_id, number=number, member_id=member.pk, code=code, key=town.key())
    assert bind(town, str(FIRST), code) == member


def test_a_password_is_compared_with_the_phone_of_a_card_only_for_a_right_code(town: Town, member: Member) -> None:
    for text in (str(FIRST), str(FIRST + 1)):
        with pytest.raises(WrongCodeError):
            bind(town, text, "wrong", f"walk {PHONE}")
    with pytest.raises(WeakPasswordError, match="contains the phone"):
        bind(town, PHONE, "wrong", f"walk {PHONE}")
    with pytest.raises(WeakPasswordError, match="contains the phone"):
        bind(town, str(FIRST), ask(town, str(FIRST)), f"walk {PHONE}")
    for _ in range(RECOVERY_TRIES_MAX - 5):  # five were tried above: a weak password counts as well
        with pytest.raises(WeakPasswordError):
            bind(town, PHONE, "wrong", "12345678")
    with pytest.raises(TooManyTriesError):
        bind(town, PHONE, "wrong", "12345678")


def test_logins_are_counted_by_the_number_that_was_typed_whoever_has_the_card(town: Town, member: Member) -> None:
    page, guest = town.page("login"), town.guest()

    for number in (FIRST, FIRST + 1):
        ways = [str(number), f" {number}", f"{str(number)[:4]} {str(number)[4:]}"] * 2
        said = [guest.post(page, {"phone": text, "password": "wrong"}).content for text in ways]
        assert [b"too many tries" in one for one in said] == [False] * PHONE_TRIES_MAX + [True]
