"""Login: one answer for all that is wrong, and only so many tries by phone and by address."""

from collections.abc import Callable
from datetime import timedelta
from time import perf_counter

import pytest
from django.utils import timezone

from jifen.members import login
from jifen.members.login import (
    PHONE_TRIES_MAX,
    LoginError,
    TooManyTriesError,
    WrongLoginError,
    change_password,
    log_in,
    session_mark,
)
from jifen.members.models import LoginTry, Member
from jifen.members.passwords import WeakPasswordError
from jifen.programmes.models import Programme
from tests.members.people import WORDS, in_parallel, join, make_programme

PHONE, ADDRESS = "13800000001", "192.0.2.7"
WRONG, OTHERS = "wrong", "another long walk"


def log_in_to(programme: Programme, *, phone: str = PHONE, password: str = WORDS, address: str = ADDRESS) -> Member:
    return log_in(programme_id=programme.id, phone=phone, password=password, address=address)


def guess(programme: Programme, times: int, *, phone: str = PHONE, address: str = ADDRESS) -> None:
    """Try wrong passwords that are still looked at."""
    for _ in range(times):
        with pytest.raises(WrongLoginError):
            log_in_to(programme, phone=phone, password=WRONG, address=address)


def let_the_window_pass() -> None:
    LoginTry.objects.update(since=timezone.now() - timedelta(minutes=15))


def refusal(call: Callable[[], object]) -> LoginError:
    with pytest.raises(LoginError) as caught:
        call()
    return caught.value


def test_a_member_logs_in_by_phone_and_password(release: Programme) -> None:
    anna = join(release, PHONE)

    assert log_in_to(release, phone="+86 138 0000 0001") == anna


def test_nothing_tells_an_unknown_phone_from_a_wrong_password(release: Programme) -> None:
    join(release, PHONE)

    wrong = refusal(lambda: log_in_to(release, password=WRONG))
    unknown = refusal(lambda: log_in_to(release, phone="13800000002"))
    no_phone = refusal(lambda: log_in_to(release, phone="anna"))
    elsewhere = refusal(lambda: log_in_to(make_programme("other")))

    answers = [(type(error), error.message) for error in (wrong, unknown, no_phone, elsewhere)]
    assert answers == [(WrongLoginError, wrong.message)] * 4


def test_an_unknown_phone_takes_as_long_as_a_wrong_password(release: Programme, installed_passwords: None) -> None:
    join(release, PHONE)
    refusal(lambda: log_in_to(release, phone="13800000002"))  # the hash that nobody has is made once

    def seconds(phone: str) -> float:
        began = perf_counter()
        guess(release, 1, phone=phone)
        return perf_counter() - began

    known, unknown = (min(seconds(phone) for _ in range(3)) for phone in (PHONE, "13800000003"))
    assert unknown > known / 3


def test_a_phone_is_closed_after_five_wrong_tries_even_for_the_right_password(release: Programme) -> None:
    join(release, PHONE)
    guess(release, PHONE_TRIES_MAX)

    with pytest.raises(TooManyTriesError, match="wait 15 minutes"):
        log_in_to(release)
    with pytest.raises(TooManyTriesError):
        log_in_to(release, address="192.0.2.8")


def test_an_unknown_phone_is_closed_like_a_known_one(release: Programme) -> None:
    guess(release, PHONE_TRIES_MAX)

    with pytest.raises(TooManyTriesError):
        log_in_to(release)


def test_a_phone_opens_again_when_the_window_has_passed(release: Programme) -> None:
    anna = join(release, PHONE)
    guess(release, PHONE_TRIES_MAX)
    let_the_window_pass()

    assert log_in_to(release) == anna


def test_a_right_password_begins_the_count_anew(release: Programme) -> None:
    anna = join(release, PHONE)

    for _ in range(3):
        guess(release, PHONE_TRIES_MAX - 1)
        assert log_in_to(release) == anna


def test_an_address_is_closed_after_many_tries_and_locks_no_further_phones(
    release: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "ADDRESS_TRIES_MAX", 7)
    anna = join(release, PHONE)
    for number in range(7):
        guess(release, 1, phone=f"anybody {number}")

    for _ in range(PHONE_TRIES_MAX + 1):
        with pytest.raises(TooManyTriesError):
            log_in_to(release)
    assert log_in_to(release, address="192.0.2.8") == anna


def test_right_passwords_do_not_close_an_address(release: Programme) -> None:
    anna = join(release, PHONE)
    LoginTry.objects.all().delete()

    for _ in range(3):
        assert log_in_to(release) == anna

    assert list(LoginTry.objects.values_list("tries", flat=True)) == [0]


def test_old_tries_are_forgotten_with_the_next_login(release: Programme) -> None:
    join(release, PHONE)
    guess(release, 1, phone="13800000002", address="192.0.2.9")
    let_the_window_pass()

    log_in_to(release)

    assert LoginTry.objects.count() == 1


def test_who_tried_is_not_to_be_read_from_the_table(release: Programme) -> None:
    join(release, PHONE)
    guess(release, 1)

    subjects = "".join(LoginTry.objects.values_list("subject", flat=True))

    assert PHONE not in subjects
    assert ADDRESS not in subjects


def test_parallel_guesses_are_no_more_than_the_limit(fresh_database: str) -> None:
    programme = make_programme()
    join(programme, PHONE)

    answers = in_parallel([lambda: log_in_to(programme, password=WRONG)] * 12)

    kinds = [type(answer) for answer in answers]
    assert (kinds.count(WrongLoginError), kinds.count(TooManyTriesError)) == (PHONE_TRIES_MAX, 12 - PHONE_TRIES_MAX)


def test_a_try_counts_only_outside_of_a_transaction_that_could_take_it_back(fresh_database: str) -> None:
    from django.db import transaction

    programme = make_programme()

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        log_in_to(programme)


def test_a_password_changes_with_the_old_one_and_ends_other_sessions(release: Programme) -> None:
    anna = join(release, PHONE)
    before = session_mark(anna)

    change_password(member_id=anna.id, old=WORDS, new=OTHERS)

    after = log_in_to(release, password=OTHERS)
    assert session_mark(after) != before
    with pytest.raises(WrongLoginError):
        log_in_to(release)


def test_a_password_does_not_change_without_the_old_one_or_to_a_weak_one(release: Programme) -> None:
    anna = join(release, PHONE)

    with pytest.raises(WrongLoginError):
        change_password(member_id=anna.id, old=WRONG, new=OTHERS)
    with pytest.raises(WeakPasswordError):
        change_password(member_id=anna.id, old=WORDS, new="12345678")

    assert log_in_to(release) == anna


def test_the_old_password_is_not_to_be_guessed_without_end(release: Programme) -> None:
    anna = join(release, PHONE)

    for _ in range(PHONE_TRIES_MAX):
        with pytest.raises(WrongLoginError):
            change_password(member_id=anna.id, old=WRONG, new=OTHERS)
    with pytest.raises(TooManyTriesError):
        change_password(member_id=anna.id, old=WORDS, new=OTHERS)
