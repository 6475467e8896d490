"""Teams: generations by page, counts, legs with volumes (S4-24), and how operators find members."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifen.engine.facts import NOBODY
from jifen.members import team
from jifen.members.models import Member, Standing
from jifen.members.search import search_members
from jifen.members.team import PAGE_SIZE, generation, legs, team_summary
from jifen.programmes.models import Programme
from tests.members.people import forest, join, make_programme


def test_a_generation_shows_nickname_and_month_only(release: Programme) -> None:
    anna = join(release, "13800000001", name="Anna")
    ben = join(release, "13800000002", name="王小明", invite_code=anna.invite_code)
    carl = join(release, "13800000003", name="Carl", invite_code=ben.invite_code)

    page = generation(anna.id, 1)

    (mate,) = page.people
    assert (mate.code, mate.nickname, mate.joined_in, mate.direct) == (ben.code, "王**", date(2026, 3, 1), 1)
    assert not page.more
    assert [mate.code for mate in generation(anna.id, 2).people] == [carl.code]
    assert generation(anna.id, 3).people == []


def test_a_large_generation_is_read_by_pages_without_a_gap(release: Programme) -> None:
    anna, *others = forest(release, [NOBODY] + [0] * (2 * PAGE_SIZE + 1))

    pages = [generation(anna, 1, page) for page in (1, 2, 3, 4)]

    assert [mate.member_id for page in pages for mate in page.people] == others
    assert [page.more for page in pages] == [True, True, False, False]


def test_a_page_asks_the_database_twice_whatever_its_length(release: Programme) -> None:
    anna, *_ = forest(release, [NOBODY] + [0] * 10)

    with CaptureQueriesContext(connection) as queries:
        generation(anna, 1)

    assert len(queries) == 2


def test_legs_are_the_volumes_of_heads_and_all_below_the_largest_first(release: Programme) -> None:
    anna, ben, carl, _ = forest(release, [NOBODY, 0, 0, 1])
    Standing.objects.filter(pk=ben).update(volume_amount=100, volume_points=10, team_amount=50, team_points=5)
    Standing.objects.filter(pk=carl).update(volume_amount=300)
    Standing.objects.filter(pk=anna).update(volume_amount=7, volume_points=1, team_amount=450, team_points=15)

    summary = team_summary(anna)

    assert [(leg.member_id, leg.amount, leg.points) for leg in summary.legs] == [(carl, 300, 0), (ben, 150, 15)]
    assert (summary.direct, summary.team, summary.counted_all) == (2, 3, True)
    assert (summary.own_amount, summary.own_points, summary.team_amount, summary.team_points) == (7, 1, 450, 15)
    assert legs(carl) == []


def test_a_huge_team_is_counted_up_to_a_limit(release: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "COUNTED_MAX", 3)
    anna, ben, *_ = forest(release, [NOBODY, 0, 1, 2, 3])

    assert (team_summary(anna).team, team_summary(anna).counted_all) == (3, False)
    assert (team_summary(ben).team, team_summary(ben).counted_all) == (3, True)


def plain_generation(referrers: list[int], member: int, number: int) -> list[int]:
    """Climb from everybody and see who arrives at the member after so many steps."""
    found = []
    for start in range(len(referrers)):
        at = start
        for _ in range(number):
            at = referrers[at] if at != NOBODY else NOBODY
        if at == member:
            found.append(start)
    return found


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(st.tuples(*(st.integers(NOBODY, number - 1) for number in range(9))), st.integers(0, 8), st.integers(1, 4))
def test_generations_are_those_that_one_would_count_by_hand(
    referrers: tuple[int, ...], member: int, number: int
) -> None:
    programme = Programme.objects.filter(code="release").first() or make_programme()
    ids = forest(programme, referrers)

    found = [mate.member_id for mate in generation(ids[member], number).people]

    assert found == [ids[other] for other in plain_generation(list(referrers), member, number)]


def test_an_operator_finds_members_by_phone_code_invite_code_and_name(release: Programme) -> None:
    anna = join(release, "13800000001", name="王小明")
    ben = join(release, "13800000002", name="王大明")
    join(make_programme("other"), "13800000001", name="王小明")

    def found(text: str) -> list[Member]:
        return search_members(release.id, text)

    assert found("+86 138 0000 0001") == [anna]
    assert found(f"M{ben.id}") == found(f"m{ben.id}") == found(str(ben.id)) == [ben]
    assert found(anna.invite_code.lower()) == [anna]
    assert found("王") == [anna, ben]
    assert found("王大") == [ben]
    assert found("") == found("  ") == found("nobody") == found("100%") == []


def test_a_search_uses_indexes_only(release: Programme) -> None:
    forest(release, [NOBODY] * 200)
    with CaptureQueriesContext(connection) as queries:
        search_members(release.id, "13800000001")

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {queries[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "Seq Scan" not in plan
