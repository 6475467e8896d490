"""Moves: never a ring, also with moves to come, at once, and against the engine's own forest (S0-05)."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifen.engine.facts import NOBODY
from jifen.engine.forest import CycleError, Forest
from jifen.members.forests import referrers_on
from jifen.members.models import Member, Move
from jifen.members.moves import CycleRefusedError, MoveRefusedError, move_referrer
from jifen.programmes.models import Programme
from tests.members.people import DAY, chain, forest, in_parallel, make_programme, operator

ONE_DAY = timedelta(days=1)


def move(member_id: int, to: int | None, *, on: date = DAY, reason: str = "asked for it") -> Move:
    return move_referrer(
        member_id=member_id, to_member_id=to, operator_id=operator().id, reason=reason, effective_on=on
    )


def referrer_of(member_id: int) -> int | None:
    return Member.objects.values_list("referrer_id", flat=True).get(pk=member_id)


def test_a_move_keeps_who_when_why_and_what_was_before(release: Programme) -> None:
    anna, ben, carl = forest(release, [NOBODY, 0, NOBODY])

    made = move(ben, carl, reason=" wrong code typed ")

    kept = Move.objects.get()
    assert kept == made
    assert (kept.member_id, kept.old_referrer_id, kept.new_referrer_id) == (ben, anna, carl)
    assert (kept.effective_on, kept.reason, kept.operator) == (DAY, "wrong code typed", operator())
    assert kept.tick > Member.objects.get(pk=carl).joined_tick
    assert referrer_of(ben) == carl


def test_a_member_may_stand_on_its_own(release: Programme) -> None:
    _, ben = chain(release, 2)

    move(ben, None)

    assert referrer_of(ben) is None


def test_a_ring_is_refused_and_named(release: Programme) -> None:
    anna, ben, carl = chain(release, 3)

    with pytest.raises(CycleRefusedError) as refusal:
        move(anna, carl)

    assert str(refusal.value) == f"the new referrer stands below the member: M{carl} < M{ben} < M{anna}"
    assert referrer_of(anna) is None
    assert not Move.objects.exists()


def test_nobody_is_moved_below_oneself(release: Programme) -> None:
    (anna,) = forest(release, [NOBODY])

    with pytest.raises(CycleRefusedError, match=f"M{anna}"):
        move(anna, anna)


def test_a_ring_that_only_a_later_day_would_close_is_refused(release: Programme) -> None:
    anna, ben = forest(release, [NOBODY, NOBODY])
    move(anna, ben, on=DAY + 2 * ONE_DAY)

    with pytest.raises(CycleRefusedError):
        move(ben, anna, on=DAY)
    assert referrer_of(ben) is None


def test_a_ring_that_is_opened_later_is_a_ring_until_then(release: Programme) -> None:
    anna, ben = chain(release, 2)
    move(ben, None, on=DAY + ONE_DAY)

    with pytest.raises(CycleRefusedError):
        move(anna, ben, on=DAY)
    move(anna, ben, on=DAY + ONE_DAY)

    assert referrers_of(release, DAY) == {anna: 0, ben: anna}
    assert referrers_of(release, DAY + ONE_DAY) == {anna: ben, ben: 0}


def referrers_of(programme: Programme, day: date) -> dict[int, int]:
    found = referrers_on(programme.id, day)
    return dict(zip(found.member.tolist(), found.referrer.tolist(), strict=True))


def test_what_makes_no_sense_is_refused_with_its_reason(release: Programme) -> None:
    anna, ben = chain(release, 2)
    (stranger,) = forest(make_programme("other"), [NOBODY])
    (late,) = forest(release, [NOBODY], joined_on=DAY + ONE_DAY)
    move(ben, None, on=DAY + ONE_DAY)

    for sentence, member_id, to, reason in (
        ("give a reason", anna, late, "  "),
        ("give a reason", anna, late, "x" * 201),
        ("another programme", anna, stranger, "r"),
        ("has this referrer already", anna, None, "r"),
        ("joins only on 2026-03-03", anna, late, "r"),
        ("moves on 2026-03-03 already", ben, anna, "r"),
    ):
        with pytest.raises(MoveRefusedError, match=sentence):
            move(member_id, to, reason=reason)


def test_history_says_who_was_where_on_every_day(release: Programme) -> None:
    anna, ben, carl, dora = forest(release, [NOBODY, 0, NOBODY, 1])

    move(dora, anna, on=DAY)
    move(dora, carl, on=DAY)
    move(dora, None, on=DAY + 2 * ONE_DAY)
    move(carl, ben, on=DAY + ONE_DAY)

    days = [DAY - ONE_DAY, DAY, DAY + ONE_DAY, DAY + 2 * ONE_DAY]
    assert [referrers_of(release, day)[dora] for day in days] == [ben, carl, carl, 0]
    assert [referrers_of(release, day)[carl] for day in days] == [0, 0, ben, ben]
    assert {referrers_of(release, day)[ben] for day in days} == {anna}


def test_referrers_of_a_programme_without_members_are_none(release: Programme) -> None:
    forest(make_programme("other"), [NOBODY])

    assert len(referrers_on(release.id, DAY).member) == 0


def test_the_history_of_moves_never_changes(release: Programme) -> None:
    _, ben = chain(release, 2)
    made = move(ben, None)

    for statement in ("UPDATE members_move SET reason = 'another'", "DELETE FROM members_move"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    assert Move.objects.get() == made


def test_two_moves_that_make_a_ring_together_are_one_move(fresh_database: str) -> None:
    anna, ben = forest(make_programme(), [NOBODY, NOBODY])
    operator()

    answers = in_parallel([lambda: move(anna, ben), lambda: move(ben, anna)])

    assert sorted(type(answer).__name__ for answer in answers) == ["CycleRefusedError", "Move"]
    assert sorted([referrer_of(anna) or 0, referrer_of(ben) or 0])[0] == 0


def test_a_move_of_a_deep_line_is_decided(release: Programme) -> None:
    line = chain(release, 3_000)

    with pytest.raises(CycleRefusedError):
        move(line[0], line[-1])
    move(line[-1], line[0])

    assert referrer_of(line[-1]) == line[0]


@dataclass
class PlainHistory:
    """Moves as the engine would replay them: by day, then in the order in which they were entered."""

    first: Forest
    moves: list[tuple[date, int, int]] = field(default_factory=list)

    def on(self, day: date) -> Forest:
        """Return the forest at the close of a day; raises CycleError."""
        found = self.first
        for move_day, member, referrer in sorted(self.moves, key=lambda move: move[0]):
            if move_day <= day:
                found = found.moved(member, referrer)
        return found

    def accepts(self, day: date, member: int, referrer: int) -> bool:
        """Add a move and say so, unless it is of no use, comes before another of the member, or closes a ring."""
        last = self.on(date.max)
        if int(last.referrer[member]) == referrer:
            return False
        if any(other == member and other_day > day for other_day, other, _ in self.moves):
            return False
        self.moves.append((day, member, referrer))
        try:
            self.on(date.max)
        except CycleError:
            self.moves.pop()
            return False
        return True


MEMBERS = 6
steps = st.tuples(st.integers(0, MEMBERS - 1), st.integers(NOBODY, MEMBERS - 1), st.integers(0, 3))
firsts = st.tuples(*(st.integers(NOBODY, number - 1) for number in range(MEMBERS)))


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(firsts, st.lists(steps, max_size=12))
def test_moves_are_those_of_the_engine_and_never_a_ring(
    first: tuple[int, ...], moves: list[tuple[int, int, int]]
) -> None:
    with transaction.atomic():
        programme = make_programme()
        ids = forest(programme, first)
        plain = PlainHistory(Forest(np.array(first, np.int32)))
        for member, referrer, days in moves:
            day = DAY + days * ONE_DAY
            expected = plain.accepts(day, member, referrer)

            try:
                move(ids[member], ids[referrer] if referrer != NOBODY else None, on=day)
                accepted = True
            except MoveRefusedError:
                accepted = False

            assert accepted == expected
        for days in range(-1, 5):
            day = DAY + days * ONE_DAY
            expected_ids = [ids[referrer] if referrer != NOBODY else 0 for referrer in plain.on(day).referrer]
            assert list(referrers_of(programme, day).values()) == expected_ids
            assert len(plain.on(day).layout.member) == MEMBERS  # raises CycleError for a ring
        newest = Member.objects.filter(programme=programme).order_by("id").values_list("referrer_id", flat=True)
        assert [referrer or 0 for referrer in newest] == expected_ids
        transaction.set_rollback(True)
