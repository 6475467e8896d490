"""Recruiting meetings (S0-44) and reviews (S0-45 … S0-47)."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from jifen.agents.conditions import Asked, set_condition
from jifen.agents.meetings import DAYS_BACK, Held, MeetingNotValidError, NotAgentError, meetings_of, record_meeting
from jifen.agents.models import Meeting, Review
from jifen.agents.reviews import ReviewRow, save_reviews
from jifen.facts.days import open_day
from tests.agents.firm import Firm


@pytest.fixture
def wang(firm: Firm) -> int:
    """Wang, who is an agent."""
    return firm.appoint("Wang").member_id


def held(firm: Firm, *, ago: int = 0, people: int = 50, place: str = "Hall 1") -> Held:
    return Held(open_day(firm.programme.pk) - timedelta(days=ago), place, people, "with tea")


def test_meetings_that_are_large_enough_count(firm: Firm, wang: int) -> None:
    today = open_day(firm.programme.pk)
    for number, people in enumerate((49, 50, 120)):
        record_meeting(member_id=wang, held=held(firm, people=people), key=f"m{number}")

    before = meetings_of(wang, today.replace(day=1) - timedelta(days=1))

    assert (meetings_of(wang, today).held, meetings_of(wang, today).wanted, meetings_of(wang, today).met) == (
        2,
        2,
        True,
    )
    assert (before.held, before.met) == (0, False)


def test_an_operator_decides_how_many_and_how_large(firm: Firm, wang: int) -> None:
    record_meeting(member_id=wang, held=held(firm, people=20), key="m1")
    set_condition(
        programme_id=firm.programme.pk,
        rank="",
        asked=Asked(meetings=1, people=20),
        operator_id=firm.chief,
        reason="small town",
    )

    assert meetings_of(wang, open_day(firm.programme.pk)).met


def test_the_same_key_records_once(firm: Firm, wang: int) -> None:
    first = record_meeting(member_id=wang, held=held(firm), key="m1")
    again = record_meeting(member_id=wang, held=held(firm), key="m1")

    assert first.pk == again.pk
    with pytest.raises(MeetingNotValidError, match="already sent with other contents"):
        record_meeting(member_id=wang, held=held(firm, people=51), key="m1")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"place": " "}, "say where the meeting was"),
        ({"people": 0}, "a meeting has 1 to 100000 people"),
        ({"people": 100_001}, "a meeting has 1 to 100000 people"),
        ({"ago": -1}, "the meeting is still to come"),
        ({"ago": DAYS_BACK + 1}, f"meetings are recorded within {DAYS_BACK} days"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused(firm: Firm, wang: int, change: dict[str, int], said: str) -> None:
    with pytest.raises(MeetingNotValidError, match=said):
        record_meeting(member_id=wang, held=held(firm, **change), key="m1")  # type: ignore[arg-type] # words of a table

    assert not Meeting.objects.exists()


def test_who_is_no_agent_records_nothing(firm: Firm) -> None:
    with pytest.raises(NotAgentError, match="the member is no agent"):
        record_meeting(member_id=firm.member("Li").pk, held=held(firm), key="m1")


def test_meetings_and_reviews_never_change(firm: Firm, wang: int) -> None:
    record_meeting(member_id=wang, held=held(firm), key="m1")
    save_reviews(firm.programme.pk, date(2026, 3, 31), [ReviewRow(wang, 3, 3, 0, 0, dismissed=False)])

    for model, change in ((Meeting, {"people": 99}), (Review, {"sold": 9})):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            model.objects.update(**change)
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            model.objects.all().delete()


def test_reviews_are_saved_once_however_often_a_close_is_run(firm: Firm, wang: int) -> None:
    li = firm.member("Li").pk
    rows = [ReviewRow(wang, 3, 3, 0, 0, dismissed=False), ReviewRow(li, -1, 140, 141, 3, dismissed=True)]

    save_reviews(firm.programme.pk, date(2026, 3, 31), rows[:1])
    save_reviews(firm.programme.pk, date(2026, 3, 31), rows)

    kept = Review.objects.order_by("member_id").values_list("member_id", "month", "sold", "passed", "dismissed")
    assert list(kept) == [(wang, date(2026, 3, 1), 3, True, False), (li, date(2026, 3, 1), -1, False, True)]
