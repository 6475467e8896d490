"""Another password by a code: one answer whoever has an account, only so many tries, and the code holds once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from jifen.members.login import (
    RECOVERY_CODES_MAX,
    RECOVERY_TRIES_MAX,
    TooManyTriesError,
    WrongLoginError,
    log_in,
    session_mark,
)
from jifen.members.models import LoginTry, Member, RecoveryCode, SandboxMessage
from jifen.members.passwords import WeakPasswordError
from jifen.members.phones import PhoneNotValidError
from jifen.members.recovery import TRIES_MAX, WrongCodeError, reset_password, send_code
from jifen.programmes.models import Programme
from tests.members.people import WORDS, in_parallel, join, make_programme

PHONE, UNKNOWN, ADDRESS, NEW = "13800000001", "13800000002", "192.0.2.7", "another long walk"
WRONG = "000000"


def ask(programme: Programme, phone: str = PHONE, address: str = ADDRESS) -> str:
    """Ask for a code and return the one that the newest message brings; "" where there is none."""
    before = SandboxMessage.objects.count()
    send_code(programme_id=programme.id, phone=phone, address=address)
    if SandboxMessage.objects.count() == before:
        return ""
    found = re.search(r"\d{6}", SandboxMessage.objects.latest("id").text)
    assert found is not None
    return found[0]


def reset(programme: Programme, code: str, *, phone: str = PHONE, new: str = NEW, address: str = ADDRESS) -> Member:
    return reset_password(programme_id=programme.id, phone=phone, code=code, new=new, address=address)


def other_than(code: str) -> str:
    return WRONG if code != WRONG else "000001"


def test_a_code_brings_another_password_and_ends_every_session(release: Programme) -> None:
    anna = join(release, PHONE)
    before = session_mark(anna)

    reset(release, ask(release, "+86 138 0000 0001"))

    anna.refresh_from_db()
    assert session_mark(anna) != before
    assert log_in(programme_id=release.id, phone=PHONE, password=NEW, address=ADDRESS) == anna


def test_the_code_is_kept_as_a_hash_and_the_phone_masked(release: Programme) -> None:
    join(release, PHONE)
    code = ask(release)

    row = RecoveryCode.objects.get()
    assert code not in (row.code_hash, row.subject)
    assert PHONE not in SandboxMessage.objects.get().phone


@pytest.mark.parametrize(("language", "begins"), [("zh-hans", "您重设密码的验证码是"), ("en", "")])
def test_the_message_speaks_the_member_s_language(release: Programme, language: str, begins: str) -> None:
    join(release, PHONE)
    Member.objects.update(language=language)
    ask(release)

    text = SandboxMessage.objects.get().text
    assert text.startswith(begins)
    assert ("is your code" in text) == (language == "en")


def test_a_phone_without_an_account_is_answered_alike_and_gets_no_message(release: Programme) -> None:
    join(release, PHONE)

    assert ask(release, UNKNOWN) == ""
    assert RecoveryCode.objects.count() == 1
    with pytest.raises(WrongCodeError) as unknown:
        reset(release, WRONG, phone=UNKNOWN)
    code = ask(release)
    with pytest.raises(WrongCodeError) as wrong:
        reset(release, other_than(code))
    assert str(unknown.value) == str(wrong.value)


def test_what_is_no_phone_is_said_at_once(release: Programme) -> None:
    with pytest.raises(PhoneNotValidError):
        send_code(programme_id=release.id, phone="12", address=ADDRESS)


def test_a_code_holds_once(release: Programme) -> None:
    join(release, PHONE)
    code = ask(release)
    reset(release, code)

    with pytest.raises(WrongCodeError):
        reset(release, code, new="and one more walk")


def test_a_code_holds_five_minutes(release: Programme) -> None:
    join(release, PHONE)
    code = ask(release)
    RecoveryCode.objects.update(sent_at=timezone.now() - timedelta(minutes=5, seconds=1))

    with pytest.raises(WrongCodeError):
        reset(release, code)


def test_a_code_holds_five_tries(release: Programme) -> None:
    join(release, PHONE)
    code = ask(release)
    for _ in range(TRIES_MAX):
        with pytest.raises(WrongCodeError):
            reset(release, other_than(code))

    with pytest.raises(WrongCodeError):
        reset(release, code)


def test_the_fifth_try_may_still_be_right(release: Programme) -> None:
    join(release, PHONE)
    code = ask(release)
    for _ in range(TRIES_MAX - 1):
        with pytest.raises(WrongCodeError):
            reset(release, other_than(code))

    assert reset(release, f" {code[:3]} {code[3:]} ")


def test_a_newer_code_takes_the_place_of_the_older_one(release: Programme) -> None:
    join(release, PHONE)
    older = ask(release)
    newer = ask(release)

    if older != newer:
        with pytest.raises(WrongCodeError):
            reset(release, older)
    assert reset(release, newer)


def test_a_weak_password_is_refused_and_costs_no_try(release: Programme) -> None:
    join(release, PHONE)
    code = ask(release)
    for _ in range(TRIES_MAX + 1):
        with pytest.raises(WeakPasswordError):
            reset(release, code, new="12345678")

    assert reset(release, code)


def test_a_phone_gets_only_so_many_codes(release: Programme) -> None:
    join(release, PHONE)
    for number in range(RECOVERY_CODES_MAX):
        ask(release, address=f"192.0.2.{number}")

    with pytest.raises(TooManyTriesError):
        ask(release, address="192.0.2.99")
    assert SandboxMessage.objects.count() == RECOVERY_CODES_MAX


def test_an_address_asks_only_so_often(release: Programme) -> None:
    for number in range(RECOVERY_TRIES_MAX):
        ask(release, f"139{number:08}")

    with pytest.raises(TooManyTriesError):
        ask(release, "13900009999")
    with pytest.raises(TooManyTriesError):
        reset(release, WRONG)
    assert ask(release, "13900009999", address="192.0.2.8") == ""


def test_of_ipv6_a_whole_network_counts(release: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jifen.members.login.RECOVERY_TRIES_MAX", 1)
    monkeypatch.setattr("jifen.members.login.ADDRESS_TRIES_MAX", 1)
    ask(release, "13900000001", address="2001:db8::1")
    with pytest.raises(WrongLoginError):
        log_in(programme_id=release.pk, phone="13900000001", password=WORDS, address="2001:db8::1")

    with pytest.raises(TooManyTriesError):
        ask(release, "13900000002", address="2001:db8::2")
    with pytest.raises(TooManyTriesError):
        log_in(programme_id=release.pk, phone="13900000002", password=WORDS, address="2001:db8::2")


def test_a_right_code_forgets_the_wrong_logins(release: Programme) -> None:
    join(release, PHONE)
    for _ in range(6):
        with pytest.raises(Exception, match=r"wrong|too many"):
            log_in(programme_id=release.id, phone=PHONE, password="no", address=ADDRESS)
    reset(release, ask(release))

    assert log_in(programme_id=release.id, phone=PHONE, password=NEW, address="192.0.2.50")
    assert LoginTry.objects.exists()


def test_a_code_of_one_programme_is_nothing_in_another(release: Programme) -> None:
    other = make_programme("other")
    join(release, PHONE)
    join(other, PHONE)
    code = ask(release)

    with pytest.raises(WrongCodeError):
        reset(other, code)


def test_of_two_who_use_a_code_at_once_one_does(fresh_database: str) -> None:
    programme = make_programme()
    join(programme, PHONE)
    code = ask(programme)

    answers = in_parallel([lambda: reset(programme, code), lambda: reset(programme, code, new="a third long walk")])

    assert [type(one) for one in answers if isinstance(one, Exception)] == [WrongCodeError]


def test_tries_at_once_are_no_more_than_five(fresh_database: str) -> None:
    programme = make_programme()
    anna = join(programme, PHONE)
    code = ask(programme)

    in_parallel([lambda: reset(programme, other_than(code))] * 8)

    with pytest.raises(WrongCodeError):
        reset(programme, code)
    anna.refresh_from_db()
    assert log_in(programme_id=programme.id, phone=PHONE, password=WORDS, address=ADDRESS) == anna
