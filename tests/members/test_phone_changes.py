"""Other phones: closed with the newest key while they wait, decided once; and how many codes a phone gets in a day."""

import base64
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from jifen.members import phone_changes
from jifen.members.codes import WrongCodeError
from jifen.members.login import DAY, PROOFS_A_DAY, WINDOW, TooManyTriesError, session_mark
from jifen.members.models import Arrival, LoginTry, Member, PhoneChange
from jifen.members.newcomers import KEPT, note_arrival, send_join_code
from jifen.members.phone_changes import (
    PhoneChangeError,
    WrongOldCodeError,
    approve_phone,
    change_phone,
    propose_phone,
    proposed_phone,
    reject_phone,
    send_change_code,
)
from jifen.members.phones import find_by_phone
from jifen.members.recovery import send_code
from jifen.members.registration import PhoneTakenError
from jifen.members.rotation import rotate_phones
from jifen.programmes.models import Programme
from tests.codes import newest_code
from tests.members.people import WORDS, join, make_programme, operator

OLD, NEW, ADDRESS = "13800000001", "13900000077", "192.0.2.7"
OLD_KEY, NEW_KEY = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))


def change_to(member: Member, phone: str = NEW, *, address: str = ADDRESS) -> None:
    """Give a member another phone, with the codes that both phones get."""
    send_change_code(member=member, password=WORDS, phone=phone, address=address)
    codes = {"old_code": newest_code(OLD), "code": newest_code(phone)}
    change_phone(member=member, phone=phone, **codes, address=address)


def quarter_of_an_hour_later() -> None:
    """Let what is counted for a quarter of an hour be long past; a day's rows lie ahead."""
    LoginTry.objects.filter(since__lte=timezone.now()).update(since=timezone.now() - WINDOW)


def proposed(member_id: int, phone: str = NEW, key: str = "a", reason: str = "lost") -> PhoneChange:
    """Return another phone that Olga proposes."""
    return propose_phone(member_id=member_id, phone=phone, reason=reason, key=key, operator_id=operator().pk)


@pytest.mark.django_db
def test_a_phone_that_waits_is_closed_anew_with_the_newest_key(settings: Settings) -> None:
    settings.FIELD_KEY = OLD_KEY
    change = proposed(join(make_programme(), OLD).pk)
    settings.FIELD_KEY = f"{NEW_KEY},{OLD_KEY}"

    rotate_phones()

    settings.FIELD_KEY = NEW_KEY
    change.refresh_from_db()
    assert proposed_phone(change) == NEW


def test_a_proposal_is_made_once_and_decided_once_by_another(release: Programme) -> None:
    anna, ben = join(release, OLD), join(release, "13800000002")
    change = proposed(anna.pk)

    assert proposed(anna.pk) == change
    for refused in ({"phone": "13900000078"}, {"phone": "13900000078", "key": "b"}, {"phone": OLD, "key": "c"}):
        with pytest.raises(PhoneChangeError):
            proposed(anna.pk, **refused)
    with pytest.raises(PhoneTakenError):
        proposed(ben.pk, phone=OLD, key="d")
    with pytest.raises(PhoneChangeError):
        approve_phone(change_id=change.pk, operator_id=operator().pk)
    approve_phone(change_id=change.pk, operator_id=operator("paul").pk)
    with pytest.raises(PhoneChangeError):
        reject_phone(change_id=change.pk, operator_id=operator("paul").pk, reason="late")
    with pytest.raises(IntegrityError), transaction.atomic():
        PhoneChange.objects.update(new="138****0009")
    assert (find_by_phone(release.pk, NEW), find_by_phone(release.pk, OLD)) == (anna, None)


def test_who_registered_meanwhile_keeps_the_phone(release: Programme) -> None:
    anna = join(release, OLD)
    change = proposed(anna.pk)
    join(release, NEW)

    with pytest.raises(PhoneTakenError):
        approve_phone(change_id=change.pk, operator_id=operator("paul").pk)

    assert find_by_phone(release.pk, OLD) == anna


def test_the_code_for_another_phone_is_the_member_s_own(release: Programme) -> None:
    anna, ben = join(release, OLD), join(release, "13800000002")
    send_change_code(member=anna, password=WORDS, phone=NEW, address=ADDRESS)
    codes = {"old_code": newest_code(OLD), "code": newest_code(NEW)}

    with pytest.raises(WrongCodeError):
        change_phone(member=ben, phone=NEW, **codes, address=ADDRESS)
    change_phone(member=anna, phone=NEW, **codes, address=ADDRESS)
    with pytest.raises(WrongCodeError):
        change_phone(member=anna, phone=NEW, **codes, address=ADDRESS)


def test_the_old_phone_agrees_to_this_new_one_and_other_sessions_end(release: Programme) -> None:
    """The password alone takes nobody's account over (S4-25)."""
    anna = join(release, OLD)
    mark, other = session_mark(anna), "13900000078"
    for phone in (other, NEW):
        send_change_code(member=anna, password=WORDS, phone=phone, address=ADDRESS)
    codes = {"old_code": newest_code(OLD), "code": newest_code(NEW)}

    with pytest.raises(WrongOldCodeError):
        change_phone(member=anna, phone=NEW, old_code=codes["code"], code=codes["code"], address=ADDRESS)
    with pytest.raises(WrongOldCodeError):  # the old phone agreed to another one
        change_phone(member=anna, phone=other, old_code=codes["old_code"], code=newest_code(other), address=ADDRESS)
    assert session_mark(anna) == mark
    changed = change_phone(member=anna, phone=NEW, **codes, address=ADDRESS)

    assert session_mark(changed.member) != mark


def test_a_member_sends_so_many_codes_only_whatever_the_password(release: Programme) -> None:
    anna = join(release, OLD)

    def ask(number: int) -> None:
        send_change_code(member=anna, password=WORDS, phone=f"139000001{number:02}", address=f"192.0.2.{number}")

    for number in range(3):
        ask(number)
    with pytest.raises(TooManyTriesError, match="wait 15 minutes"):
        ask(3)
    quarter_of_an_hour_later()
    for number in range(4, 6):
        ask(number)
    with pytest.raises(TooManyTriesError, match="tomorrow"):
        ask(6)


def test_a_network_changes_so_many_phones_a_day_only(release: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jifen.members.login.CHANGE_CODES_OF_NETWORK", 1)
    anna, ben = join(release, OLD), join(release, "13800000002")
    send_change_code(member=anna, password=WORDS, phone=NEW, address="2001:db8::1")

    with pytest.raises(TooManyTriesError, match="tomorrow"):
        send_change_code(member=ben, password=WORDS, phone="13900000078", address="2001:db8::2")


def test_a_proposal_does_not_outlive_the_phone_it_is_for(release: Programme) -> None:
    anna = join(release, OLD)
    stale = proposed(anna.pk)

    change_to(anna, "13900000078")

    stale.refresh_from_db()
    assert stale.state == "rejected"
    with pytest.raises(PhoneChangeError, match="already decided"):
        approve_phone(change_id=stale.pk, operator_id=operator("paul").pk)


def test_a_proposal_of_another_phone_or_an_old_one_is_not_approved(
    release: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale, late = proposed(join(release, OLD).pk), proposed(join(release, "13800000002").pk, "13900000078", key="b")
    PhoneChange.objects.filter(pk=stale.pk).update(old="138****0009")
    with pytest.raises(PhoneChangeError, match="has another phone"):
        approve_phone(change_id=stale.pk, operator_id=operator("paul").pk)
    monkeypatch.setattr(phone_changes, "PROPOSAL_HOLDS", timedelta(0))
    with pytest.raises(PhoneChangeError, match="older than"):
        approve_phone(change_id=late.pk, operator_id=operator("paul").pk)


def test_a_phone_gets_so_many_codes_in_a_day_whoever_asks(release: Programme) -> None:
    def ask(number: int) -> None:
        send_join_code(programme_id=release.pk, phone=NEW, address=f"192.0.2.{number}", language="en")

    anna = join(release, NEW)
    for number in range(PROOFS_A_DAY):
        ask(number)
        quarter_of_an_hour_later()
    with pytest.raises(TooManyTriesError, match="tomorrow"):
        ask(99)
    assert send_code(programme_id=release.pk, phone=NEW, address=ADDRESS) == NEW  # its owner has an allowance apart
    send_change_code(member=anna, password=WORDS, phone=OLD, address=ADDRESS)
    LoginTry.objects.update(since=timezone.now() - WINDOW)  # of a day's rows: a day later
    ask(100)


def test_a_day_s_count_lasts_a_day(release: Programme) -> None:
    send_join_code(programme_id=release.pk, phone=NEW, address=ADDRESS, language="en")

    lasts = LoginTry.objects.latest("since").since + WINDOW - timezone.now()

    assert DAY - timedelta(minutes=1) < lasts <= DAY


def test_where_newcomers_came_from_is_forgotten(release: Programme) -> None:
    note_arrival(join(release, OLD), ADDRESS)
    assert ADDRESS not in Arrival.objects.get().network
    Arrival.objects.update(at=timezone.now() - KEPT)

    ben = join(release, "13800000002")
    note_arrival(ben, ADDRESS)

    assert Arrival.objects.get().member == ben
