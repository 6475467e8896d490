"""A member finds another one by the whole phone or code only, and asks only so often."""

import pytest

from jifen.members.login import LOOKUPS_MAX, TooManyTriesError
from jifen.members.models import Member
from jifen.members.recipients import RecipientError, find_recipient
from jifen.programmes.models import Programme
from tests.members.people import forest, join, make_programme

NOBODY = "nobody in this programme has this phone or code; ask the person for it again"


@pytest.fixture
def ann(release: Programme) -> Member:
    return Member.objects.get(pk=forest(release, [-1])[0])


def test_a_member_is_found_by_phone_invite_code_and_code(release: Programme, ann: Member) -> None:
    bob = join(release, "13800000002", name="李雷")

    for text in (
        "13800000002",
        "+86 138 0000 0002",
        bob.invite_code,
        bob.invite_code.lower(),
        bob.code,
        bob.code.lower(),
    ):
        assert find_recipient(ann, f" {text} ") == bob, text


def test_nobody_is_found_by_a_part_a_name_or_in_another_programme(release: Programme, ann: Member) -> None:
    bob = join(release, "13800000002", name="李雷")
    far = join(make_programme("other"), "13800000003")

    for text in (
        "",
        "李雷",
        "1380000000",
        bob.invite_code[:7],
        "M",
        "M99999999999",
        str(bob.pk),
        far.code,
        far.invite_code,
        "13800000003",
    ):
        with pytest.raises(RecipientError) as refused:
            find_recipient(ann, text)
        assert str(refused.value) == NOBODY, text


def test_a_member_is_not_its_own_recipient(ann: Member) -> None:
    with pytest.raises(RecipientError) as refused:
        find_recipient(ann, ann.code)

    assert str(refused.value) == "this is you; name another member"


def test_a_member_asks_only_so_often(release: Programme, ann: Member) -> None:
    bob = join(release, "13800000002")
    for number in range(LOOKUPS_MAX):
        with pytest.raises(RecipientError):
            find_recipient(ann, f"1390000{number:04}")

    with pytest.raises(TooManyTriesError):
        find_recipient(ann, bob.code)
    assert find_recipient(bob, ann.code) == ann
