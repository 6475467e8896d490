"""Registration: one phone, one account; a referrer of the same programme; and many at once."""

import time
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from jifen.members.bulk import NOBODY, Newcomer, register_many
from jifen.members.invites import LETTERS, make_invite_codes
from jifen.members.login import JOINING_TRIES_MAX, TooManyTriesError
from jifen.members.models import Member, Standing
from jifen.members.registration import (
    NameNotValidError,
    PhoneNotValidError,
    PhoneTakenError,
    RegistrationError,
    UnknownInviteError,
    WeakPasswordError,
    register_member,
)
from jifen.programmes.models import Programme
from tests.members.people import DAY, NO_HASH, WORDS, forest, in_parallel, join, make_programme


def test_a_member_has_a_standing_a_code_and_a_moment(release: Programme) -> None:
    before = time.time_ns() // 1000

    anna = join(release, " 138 0000 0001 ", name=" 王  小明 ")

    kept = Member.objects.select_related("standing").get()
    assert (kept.code, kept.name, kept.nickname, kept.joined_on) == (f"M{anna.id}", "王 小明", "王**", DAY)
    assert (kept.standing.programme_id, kept.standing.volume, kept.standing.frozen) == (release.id, 0, False)
    assert kept.joined_tick >= before
    assert len(kept.invite_code) == 8
    assert set(kept.invite_code) <= set(LETTERS)


def test_passwords_are_kept_as_argon2_hashes(release: Programme, installed_passwords: None) -> None:
    anna = join(release, "13800000001")

    assert anna.password.startswith("argon2$argon2id$")
    assert WORDS not in anna.password


def test_a_referrer_is_named_by_the_invite_code_in_any_writing(release: Programme) -> None:
    anna = join(release, "13800000001")
    code = anna.invite_code.lower()

    ben = join(release, "13800000002", invite_code=f" {code[:4]}-{code[4:]} ")

    assert ben.referrer == anna
    assert ben.joined_tick > anna.joined_tick


def test_nobody_joins_before_the_referrer(release: Programme) -> None:
    anna = join(release, "13800000001")

    ben = register_member(
        programme_id=release.id,
        phone="13800000002",
        password=WORDS,
        name="Ben",
        invite_code=anna.invite_code,
        joined_on=DAY - timedelta(days=1),
    )

    assert ben.joined_on == DAY


def test_an_invite_code_of_another_programme_is_unknown(release: Programme) -> None:
    elsewhere = join(make_programme("other"), "13800000001")

    with pytest.raises(UnknownInviteError):
        join(release, "13800000002", invite_code=elsewhere.invite_code)


def test_a_phone_has_one_account_in_a_programme_and_one_in_another(release: Programme) -> None:
    join(release, "13800000001")

    with pytest.raises(PhoneTakenError):
        join(release, "+86 138 0000 0001")
    assert join(make_programme("other"), "13800000001").id
    assert Member.objects.count() == 2


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("abc1234", "from 8 to 128"),
        ("a" * 129, "from 8 to 128"),
        ("1357924680", "digits alone"),
        ("x13800000001", "contains the phone"),
        ("Password1", "many people"),
    ],
)
def test_a_weak_password_is_refused_with_its_weakness(release: Programme, password: str, sentence: str) -> None:
    with pytest.raises(WeakPasswordError, match=sentence):
        register_member(programme_id=release.id, phone="13800000001", password=password, name="A", joined_on=DAY)

    assert not Member.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "王\u202e明", "a\x00b"])
def test_a_name_that_cannot_be_shown_is_refused(release: Programme, name: str) -> None:
    with pytest.raises(NameNotValidError):
        join(release, "13800000001", name=name)


def test_every_refusal_of_a_registration_has_a_sentence() -> None:
    refusals = (NameNotValidError, PhoneNotValidError, PhoneTakenError, UnknownInviteError, WeakPasswordError)

    assert all(issubclass(refusal, RegistrationError) for refusal in refusals)


def test_one_phone_registered_eight_times_at_once_is_one_member(fresh_database: str) -> None:
    programme = make_programme()

    answers = in_parallel([lambda: join(programme, "13800000001")] * 8)

    assert [type(answer) for answer in answers].count(Member) == 1
    assert [type(answer) for answer in answers].count(PhoneTakenError) == 7
    assert (Member.objects.count(), Standing.objects.count()) == (1, 1)


def test_members_who_register_at_once_have_moments_of_their_own(fresh_database: str) -> None:
    programme = make_programme()
    anna = join(programme, "13800000000")

    answers = in_parallel(
        [partial(join, programme, f"1380000000{number}", invite_code=anna.invite_code) for number in range(1, 9)]
    )

    members = [answer for answer in answers if isinstance(answer, Member)]
    assert len({member.joined_tick for member in members}) == 8
    assert min(member.joined_tick for member in members) > anna.joined_tick
    assert {member.referrer_id for member in members} == {anna.id}


def test_the_database_refuses_a_member_who_refers_itself_or_across_programmes(release: Programme) -> None:
    anna, stranger = join(release, "13800000001"), join(make_programme("other"), "13800000002")

    for referrer in (anna.id, stranger.id):
        with pytest.raises(IntegrityError), transaction.atomic():
            Member.objects.filter(pk=anna.id).update(referrer=referrer)


def test_the_database_refuses_a_negative_standing(release: Programme) -> None:
    anna = join(release, "13800000001")

    for column in ("debt", "volume", "volume_amount", "team_points", "second_leg", "rank"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Standing.objects.filter(pk=anna.id).update(**{column: -1})


def test_standings_leave_room_to_be_written_in_place(release: Programme) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'members_standing'")
        assert cursor.fetchone() == (["fillfactor=50"],)


def newcomer(number: int, *, referrer: int = NOBODY, tick: int | None = None) -> Newcomer:
    return Newcomer(
        phone=f"1390000{number:04}",
        name=f"member {number}",
        referrer=referrer,
        joined_tick=1_000_000 + number if tick is None else tick,
        joined_on=date(2026, 1, 5),
        entered_at=datetime(2026, 1, 5, 9, tzinfo=UTC),
    )


def test_many_register_at_once_and_log_in_like_others(release: Programme) -> None:
    ids = register_many(
        programme_id=release.id,
        people=[newcomer(0), newcomer(1, referrer=0), newcomer(2, referrer=1), newcomer(3)],
        password=NO_HASH,
    )

    members = list(Member.objects.select_related("standing").order_by("joined_tick"))
    assert [member.id for member in members] == ids
    assert [member.referrer_id for member in members] == [None, ids[0], ids[1], None]
    assert [member.standing.programme_id for member in members] == [release.id] * 4
    assert len({member.invite_code for member in members}) == 4
    assert join(release, "13800000001", invite_code=members[2].invite_code).referrer_id == ids[2]


def test_one_bad_row_of_many_leaves_nobody(release: Programme) -> None:
    people = [newcomer(0), newcomer(1, tick=2_000_000), newcomer(0, tick=3_000_000)]

    with pytest.raises(IntegrityError), transaction.atomic():
        register_many(programme_id=release.id, people=people, password=NO_HASH)

    assert not Member.objects.exists()


def test_rows_out_of_order_are_a_mistake_of_the_caller(release: Programme) -> None:
    for people in ([newcomer(1), newcomer(0)], [newcomer(0, referrer=0)], [newcomer(0, referrer=1), newcomer(1)]):
        with pytest.raises(AssertionError):
            register_many(programme_id=release.id, people=people, password=NO_HASH)


def test_invite_codes_of_many_are_all_different(release: Programme) -> None:
    forest(release, [NOBODY] * 50)

    codes = make_invite_codes(500)

    assert len(set(codes)) == 500
    assert not Member.objects.filter(invite_code__in=codes).exists()


def test_an_address_registers_only_so_many_in_a_time(release: Programme) -> None:
    for number in range(JOINING_TRIES_MAX):
        with pytest.raises(PhoneNotValidError):
            join(release, f"no phone {number}", address="203.0.113.7")

    with pytest.raises(TooManyTriesError):
        join(release, "13800000001", address="203.0.113.7")
    assert join(release, "13800000001", address="203.0.113.8").code
