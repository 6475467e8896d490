"""The store through which somebody comes: home store for good, its owner the referrer (S1-19)."""

import pytest
from django.db import IntegrityError, transaction

from jifen.members.models import Member
from jifen.members.registration import UnknownStoreError, register_member
from jifen.members.ticks import next_tick
from jifen.programmes.models import Programme
from jifen.stores.models import Store
from tests.members.people import DAY, WORDS, join, make_programme


def open_store(programme: Programme, code: str, owner: Member | None = None, *, active: bool = True) -> Store:
    return Store.objects.create(
        programme=programme,
        code=code,
        title=f"门店{code}",
        owner=owner,
        joined_tick=next_tick(),
        joined_on=DAY,
        active=active,
    )


def come(programme: Programme, phone: str, store_id: int | None, *, invite_code: str = "") -> Member:
    """Register a member who comes through a store."""
    return register_member(
        programme_id=programme.id,
        phone=phone,
        password=WORDS,
        name="王小明",
        invite_code=invite_code,
        store_id=store_id,
        joined_on=DAY,
    )


def test_who_comes_through_a_store_is_below_its_owner(release: Programme) -> None:
    anna = join(release, "13800000001")
    cafe = open_store(release, "cafe", anna)

    ben = come(release, "13800000002", cafe.pk)

    kept = Member.objects.get(pk=ben.pk)
    assert (kept.home_store, kept.referrer) == (cafe, anna)


def test_an_inviter_s_code_goes_before_the_store_s_owner(release: Programme) -> None:
    anna, carl = join(release, "13800000001"), join(release, "13800000003")
    cafe = open_store(release, "cafe", anna)

    ben = come(release, "13800000002", cafe.pk, invite_code=carl.invite_code)

    kept = Member.objects.get(pk=ben.pk)
    assert (kept.home_store, kept.referrer) == (cafe, carl)


def test_head_office_s_own_store_refers_nobody(release: Programme) -> None:
    ben = come(release, "13800000002", open_store(release, "own").pk)

    assert Member.objects.get(pk=ben.pk).referrer is None


def test_without_a_store_there_is_no_home(release: Programme) -> None:
    assert join(release, "13800000002").home_store is None
    assert come(release, "13800000003", None).home_store is None


@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        ("closed", "this store is closed; register without it"),
        ("elsewhere", "no store of the programme has this code; look at it again, or leave it out"),
        ("gone", "no store of the programme has this code; look at it again, or leave it out"),
    ],
)
def test_a_store_that_takes_nobody_in_is_refused(release: Programme, which: str, sentence: str) -> None:
    stores = {
        "closed": open_store(release, "closed", active=False).pk,
        "elsewhere": open_store(make_programme("other"), "elsewhere").pk,
        "gone": 10**9,
    }

    with pytest.raises(UnknownStoreError) as refusal:
        come(release, "13800000002", stores[which])

    assert str(refusal.value.message) == sentence
    assert not Member.objects.filter(programme=release).exists()


def test_the_database_never_changes_a_home_store(release: Programme) -> None:
    cafe, bar = open_store(release, "cafe"), open_store(release, "bar")
    ben, carl = come(release, "13800000002", cafe.pk), join(release, "13800000003")

    for member, store in ((ben, bar), (ben, None), (carl, bar)):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Member.objects.filter(pk=member.pk).update(home_store=store)

    ben.name = "Ben"
    ben.save()
    assert Member.objects.get(pk=ben.pk).home_store == cafe


def test_the_database_refuses_a_store_of_another_programme(release: Programme) -> None:
    ben = join(release, "13800000002")
    bar = open_store(make_programme("other"), "bar")
    ben.pk, ben.phone_index, ben.invite_code, ben.home_store_id = None, b"other", "AAAAAAAA", bar.pk
    ben.joined_tick = next_tick()

    with pytest.raises(IntegrityError, match="member_home_store_within_programme"), transaction.atomic():
        ben.save(force_insert=True)
