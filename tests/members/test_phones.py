"""Phones: one way of writing them, closed at rest, found by a keyed hash, and opened anew with another key."""

import base64
import logging

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from jifen.members.keys import FieldKeyError
from jifen.members.models import Member
from jifen.members.phones import (
    PhoneNotValidError,
    blind_index,
    decrypt,
    encrypt,
    find_by_phone,
    mask,
    masked,
    normalise,
)
from jifen.members.rotation import rotate_phones
from jifen.programmes.models import Programme
from tests.members.people import forest, join, make_programme

OLD_KEY = base64.b64encode(b"o" * 32).decode()
NEW_KEY = base64.b64encode(b"n" * 32).decode()

phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    "written",
    [
        "13800000001",
        " 138 0000 0001 ",
        "138-0000-0001",
        "+86 138 0000 0001",
        "+8613800000001",
        "008613800000001",
        "8613800000001",
        "１３８０００００００１",
        "(138) 0000.0001",
    ],
)
def test_a_phone_is_kept_one_way_however_it_is_written(written: str) -> None:
    assert normalise(written) == "13800000001"


def test_a_phone_of_another_country_keeps_its_prefix() -> None:
    assert normalise("+49 1511 2345678") == "+4915112345678"
    assert normalise("0049 1511 2345678") == "+4915112345678"


@pytest.mark.parametrize(
    "written", ["", "1380000000", "138000000012", "12800000001", "+861280000001", "call me", "13800000001x", "-1", "+0"]
)
def test_what_is_no_phone_is_refused(written: str) -> None:
    with pytest.raises(PhoneNotValidError) as refusal:
        normalise(written)

    assert str(refusal.value) == "this is no phone number; write 11 digits, such as 13800000001"


@given(phones)
def test_a_mask_hides_the_middle(phone: str) -> None:
    assert mask(phone) == f"{phone[:3]}****{phone[7:]}"


@given(phones)
def test_a_closed_phone_opens_to_itself(phone: str) -> None:
    closed = encrypt(phone, programme_id=1)

    assert decrypt(closed, programme_id=1) == phone
    assert phone.encode() not in closed
    assert encrypt(phone, programme_id=1) != closed


def test_a_closed_phone_is_bound_to_its_programme_and_its_bytes() -> None:
    closed = encrypt("13800000001", programme_id=1)

    with pytest.raises(InvalidTag):
        decrypt(closed, programme_id=2)
    with pytest.raises(InvalidTag):
        decrypt(closed[:-1] + bytes([closed[-1] ^ 1]), programme_id=1)


@given(phones, phones)
def test_an_index_tells_phones_apart_but_nothing_else(one: str, other: str) -> None:
    index = blind_index(one, programme_id=1)

    assert (index == blind_index(other, programme_id=1)) == (one == other)
    assert index != blind_index(one, programme_id=2)
    assert len(index) == 32


def test_index_and_cipher_have_other_keys(settings: Settings) -> None:
    settings.FIELD_KEY = OLD_KEY
    old = blind_index("13800000001", programme_id=1)

    settings.FIELD_KEY = NEW_KEY

    assert blind_index("13800000001", programme_id=1) != old


@pytest.mark.parametrize("setting", ["", "short", base64.b64encode(b"x" * 31).decode(), "ü" * 44, f"{NEW_KEY},"])
def test_a_key_that_is_none_is_named_by_its_setting(setting: str, settings: Settings) -> None:
    settings.FIELD_KEY = setting

    with pytest.raises(FieldKeyError, match="JIFEN_FIELD_KEY should be 32 random bytes in base64"):
        encrypt("13800000001", programme_id=1)


def test_members_are_found_by_phone_in_their_own_programme_only(release: Programme) -> None:
    anna = join(release, "13800000001")
    other = make_programme("other")

    assert find_by_phone(release.id, "+86 138-0000-0001") == anna
    assert find_by_phone(release.id, "13800000002") is None
    assert find_by_phone(release.id, "nothing") is None
    assert find_by_phone(other.id, "13800000001") is None


def test_a_phone_is_nowhere_in_clear(release: Programme, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        anna = join(release, "13800000001")

    stored = Member.objects.values_list().get(pk=anna.pk)
    assert "13800000001" not in repr(stored)
    assert "13800000001" not in f"{anna} {anna!r} {caplog.text}"
    assert masked(anna) == "138****0001"


@pytest.mark.django_db
def test_phones_are_closed_anew_with_another_key(settings: Settings) -> None:
    settings.FIELD_KEY = OLD_KEY
    programme = make_programme()
    anna = join(programme, "13800000001")
    forest(programme, [-1, 0, 1])

    settings.FIELD_KEY = f"{NEW_KEY},{OLD_KEY}"
    assert find_by_phone(programme.id, "13800000001") == anna
    ben = join(programme, "13800000002")
    assert (rotate_phones(), rotate_phones()) == (4, 0)

    settings.FIELD_KEY = NEW_KEY
    assert find_by_phone(programme.id, "13800000001") == anna
    assert find_by_phone(programme.id, "13800000002") == ben
    assert {masked(member) for member in (anna_again(anna), ben)} == {"138****0001", "138****0002"}


def anna_again(anna: Member) -> Member:
    return Member.objects.get(pk=anna.pk)


@pytest.mark.django_db
def test_a_phone_whose_key_is_gone_says_so(settings: Settings) -> None:
    settings.FIELD_KEY = OLD_KEY
    anna = join(make_programme(), "13800000001")

    settings.FIELD_KEY = NEW_KEY

    with pytest.raises(FieldKeyError, match="no key"):
        masked(anna)
