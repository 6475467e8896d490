"""Versions: drafted by one, approved by two, in force from a day to come, and never changed."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from jifen import catalogue
from jifen.engine.document import ProgrammeError, load_programme
from jifen.engine.rules.scheduled_release import ScheduledRelease
from jifen.programmes.compatible import IncompatibleVersionError
from jifen.programmes.models import Approval, Programme, Version
from jifen.programmes.terms import all_versions, in_force, load
from jifen.programmes.versions import (
    ApprovalRefusedError,
    ProgrammeExistsError,
    approve,
    create_programme,
    difference,
    draft,
    withdraw,
)
from tests.members.people import in_parallel, make_programme, operator

TEXT = catalogue.read("release")
OPEN = date(2026, 3, 2)
NEXT, LATER = OPEN + timedelta(days=1), OPEN + timedelta(days=5)


@pytest.fixture
def release(db: None) -> Programme:
    return make_programme()


def edited(old: str, new: str, text: str = TEXT) -> str:
    """Return the document with one change, which must be one."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def slower(percent: str = "0.010") -> str:
    """Return the document with another daily rate."""
    return edited("rate = 0.012", f"rate = {percent}")


def draft_of(programme: Programme, text: str, *, by: str = "olga") -> Version:
    return draft(programme_id=programme.id, text=text, operator_id=operator(by).id)


def approve_by(name: str, version: Version, *, day: date = NEXT, open_day: date = OPEN) -> Version:
    return approve(version_id=version.id, operator_id=operator(name).id, effective_from=day, open_day=open_day)


def approved(programme: Programme, text: str, day: date) -> Version:
    """Draft a version and approve it by two."""
    version = draft_of(programme, text)
    approve_by("olga", version, day=day)
    return approve_by("otto", version, day=day)


def test_a_programme_begins_with_its_document_approved(release: Programme) -> None:
    (version,) = release.versions.all()

    assert (release.code, release.title, release.title_en, release.zone) == (
        "release",
        "积分释放增值",
        "Points release",
        "Asia/Shanghai",
    )
    assert (version.number, version.state, version.author) == (1, "approved", operator())
    assert version.effective_from == date(2024, 1, 1)
    assert (version.text, version.digest) == (TEXT, load_programme(TEXT).digest)
    assert load(version.id) == load_programme(TEXT)


def test_the_same_document_again_is_the_same_programme(release: Programme) -> None:
    assert create_programme(text=TEXT, operator_id=operator("otto").id) == release

    with pytest.raises(ProgrammeExistsError):
        create_programme(text=slower(), operator_id=operator().id)
    assert Version.objects.count() == 1


def test_what_is_wrong_in_a_document_arrives_unchanged(release: Programme) -> None:
    wrong = edited("rate = 0.012", 'rate = "much"')
    with pytest.raises(ProgrammeError) as expected:
        load_programme(wrong)

    with pytest.raises(ProgrammeError) as refusal:
        draft_of(release, wrong)

    assert refusal.value.problems == expected.value.problems
    assert refusal.value.problems[0].line > 1


def test_a_time_zone_that_does_not_exist_is_refused_with_its_line(db: None) -> None:
    text = edited('time_zone = "Asia/Shanghai"', 'time_zone = "Asia/Shangai"')

    with pytest.raises(ProgrammeError) as refusal:
        create_programme(text=text, operator_id=operator().id)

    (problem,) = refusal.value.problems
    assert (problem.path, text.splitlines()[problem.line - 1]) == ("time_zone", 'time_zone = "Asia/Shangai"')


def test_a_version_needs_two_people_and_a_day_to_come(release: Programme) -> None:
    version = draft_of(release, slower())

    assert approve_by("olga", version).state == "draft"
    assert approve_by("otto", version).state == "approved"

    kept = Version.objects.get(pk=version.pk)
    assert (kept.number, kept.effective_from) == (2, NEXT)
    assert kept.approved_at is not None
    assert {approval.operator.username for approval in kept.approvals.all()} == {"olga", "otto"}


def test_the_author_need_not_approve(release: Programme) -> None:
    version = draft_of(release, slower(), by="anna")

    approve_by("olga", version)

    assert approve_by("otto", version).state == "approved"


def test_one_person_is_not_two(release: Programme) -> None:
    version = draft_of(release, slower())
    approve_by("olga", version)

    assert approve_by("olga", version).state == "draft"  # the same approval again
    with pytest.raises(ApprovalRefusedError, match="somebody else"):
        approve_by("olga", version, day=LATER)

    assert Approval.objects.count() == 1


def test_both_approve_the_same_day(release: Programme) -> None:
    version = draft_of(release, slower())
    approve_by("olga", version, day=LATER)

    with pytest.raises(ApprovalRefusedError, match="the first approval names 2026-03-07"):
        approve_by("otto", version, day=NEXT)


@pytest.mark.parametrize("day", [OPEN, OPEN - timedelta(days=1)])
def test_no_version_begins_on_a_day_that_has_begun(release: Programme, day: date) -> None:
    version = draft_of(release, slower())

    with pytest.raises(ApprovalRefusedError, match="the first is 2026-03-03"):
        approve_by("olga", version, day=day)


def test_an_approval_that_comes_too_late_is_refused(release: Programme) -> None:
    version = draft_of(release, slower())
    approve_by("olga", version, day=NEXT)

    with pytest.raises(ApprovalRefusedError, match="the first is 2026-03-04"):
        approve_by("otto", version, day=NEXT, open_day=NEXT)


def test_a_draft_may_be_withdrawn_and_nothing_else(release: Programme) -> None:
    first, version = release.versions.get(), draft_of(release, slower())

    assert withdraw(version_id=version.id).state == "withdrawn"
    assert withdraw(version_id=version.id).state == "withdrawn"

    with pytest.raises(ApprovalRefusedError, match="only a draft"):
        approve_by("olga", version)
    with pytest.raises(ApprovalRefusedError, match="stays approved"):
        withdraw(version_id=first.id)


def test_the_same_draft_twice_is_one(release: Programme) -> None:
    version = draft_of(release, slower())

    assert draft_of(release, slower()) == version
    assert draft_of(release, slower(), by="otto") != version
    withdraw(version_id=version.id)
    assert draft_of(release, slower()).number == 4


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('code = "release"', 'code = "releases"', "the code of the programme stays release"),
        ('time_zone = "Asia/Shanghai"', 'time_zone = "Asia/Tokyo"', "the time zone of the programme stays"),
        ("decimals = 4", "decimals = 3", "points keeps its 4 decimals"),
        ("decimals = 8", "decimals = 6", "token keeps its 8 decimals"),
    ],
)
def test_a_version_of_another_book_is_refused(release: Programme, old: str, new: str, sentence: str) -> None:
    with pytest.raises(IncompatibleVersionError, match=sentence):
        draft_of(release, edited(old, new))

    assert release.versions.count() == 1


def test_another_lot_kind_is_refused_and_everything_is_said_at_once(release: Programme) -> None:
    renamed = TEXT.replace('kind = "points"', 'kind = "shells"').replace("[points.points]", "[points.shells]")

    with pytest.raises(IncompatibleVersionError) as refusal:
        draft_of(release, renamed)

    assert [str(problem) for problem in refusal.value.problems] == [
        "orders go on granting points; another kind cannot take its place",
        "the points kind points stays, because members may hold some",
    ]


def test_a_kind_may_be_added_and_then_stays(release: Programme) -> None:
    kind = '[points.shells]\ntitle = "贝壳"\ntitle_en = "shells"\ndecimals = {}\n\n[points.token]'
    twice = draft_of(release, edited("[points.token]", kind.format(2)))
    other = draft_of(release, edited("[points.token]", kind.format(3)))
    approve_by("olga", twice)
    approve_by("otto", twice)

    with pytest.raises(IncompatibleVersionError, match="shells stays"):
        draft_of(release, slower())
    with pytest.raises(IncompatibleVersionError, match="shells keeps its 2 decimals"):
        approve_by("olga", other)


def test_the_version_in_force_is_the_last_that_has_begun(release: Programme) -> None:
    first = release.versions.get()
    later = approved(release, slower("0.010"), LATER)
    sooner = approved(release, slower("0.011"), NEXT)
    draft_of(release, slower("0.009"))

    days = [date(2020, 1, 1), OPEN, NEXT, LATER - timedelta(days=1), LATER, date(2030, 1, 1)]
    assert [in_force(release.id, day) for day in days] == [first, first, sooner, sooner, later, later]


def test_of_two_versions_of_a_day_the_one_approved_last_is_in_force(release: Programme) -> None:
    first = release.versions.get()
    slow, slower_still = draft_of(release, slower("0.010")), draft_of(release, slower("0.009"))
    for version in (slower_still, slow):
        approve_by("olga", version)
        approve_by("otto", version)

    assert in_force(release.id, NEXT) == slow
    found = all_versions(release.id)
    assert [(day, version_id) for day, version_id, _ in found] == [(date(2024, 1, 1), first.id), (NEXT, slow.id)]
    rates = [terms.rule(ScheduledRelease) for *_, terms in found]
    assert [rule.rate.floor(1000) for rule in rates if rule is not None] == [12, 10]


def test_the_programme_goes_by_the_title_approved_last(release: Programme) -> None:
    approved(release, edited('title = "积分释放增值"', 'title = "积分"'), NEXT)

    assert Programme.objects.get().title == "积分"


def test_a_difference_shows_the_changed_lines(release: Programme) -> None:
    lines = difference(release.versions.get(), draft_of(release, slower()))

    assert [line for line in lines if line[:1] in "+-"][2:] == ["-rate = 0.012", "+rate = 0.010"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE programmes_version SET text = text || ' ' WHERE number = 2",
        "UPDATE programmes_version SET digest = 'other' WHERE number = 2",
        "UPDATE programmes_version SET author_id = author_id + 1 WHERE number = 2",
        "UPDATE programmes_version SET state = 'withdrawn', effective_from = NULL, approved_at = NULL WHERE number = 1",
        "UPDATE programmes_version SET effective_from = '2020-01-01' WHERE number = 1",
        "UPDATE programmes_version SET state = 'approved', effective_from = '2026-03-03', approved_at = now()"
        " WHERE number = 2",
        "DELETE FROM programmes_version WHERE number = 2",
        "UPDATE programmes_approval SET effective_from = '2020-01-01'",
        "DELETE FROM programmes_approval",
    ],
)
def test_the_database_keeps_versions_and_approvals(release: Programme, change: str) -> None:
    approve_by("olga", draft_of(release, slower()))

    refused = pytest.raises(DatabaseError, match=r"never changed|fewer than two")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_no_later_version_is_born_approved(release: Programme) -> None:
    first = release.versions.get()
    with pytest.raises(DatabaseError, match="begins as a draft"), transaction.atomic():
        Version.objects.create(
            programme=release, number=2, text=first.text, digest=first.digest, author=first.author,
            state="approved", effective_from=NEXT, approved_at=timezone.now(),
        )  # fmt: skip


def test_drafts_at_once_have_numbers_of_their_own(fresh_database: str) -> None:
    programme = make_programme()

    rates = ("0.001", "0.002", "0.003", "0.004")
    answers = in_parallel([partial(draft_of, programme, slower(rate)) for rate in rates])

    assert sorted(answer.number for answer in answers if isinstance(answer, Version)) == [2, 3, 4, 5]


def test_approvals_at_once_count_each_person_once(fresh_database: str) -> None:
    programme = make_programme()
    version = draft_of(programme, slower())
    operator("otto")

    alone = in_parallel([lambda: approve_by("olga", version)] * 4)
    assert {answer.state for answer in alone if isinstance(answer, Version)} == {"draft"}

    both = in_parallel([lambda: approve_by("otto", version), lambda: approve_by("olga", version)])
    assert len([answer for answer in both if isinstance(answer, Version)]) == 2
    assert Version.objects.get(pk=version.pk).state == "approved"
    assert Approval.objects.count() == 2
