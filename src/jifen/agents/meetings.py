"""Recruiting meetings: agents record them, the review shows whether there were enough (S0-44)."""

from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from jifen.agents.conditions import asked_of
from jifen.agents.errors import AgentError
from jifen.agents.models import PEOPLE_MAX, Meeting
from jifen.agents.terms import month_end
from jifen.engine.message import say
from jifen.facts.days import open_day
from jifen.members.models import Member, Standing

DAYS_BACK = 45


class MeetingNotValidError(AgentError):
    """The meeting cannot be recorded so."""


class NotAgentError(AgentError):
    """The member is no agent."""

    def __init__(self) -> None:
        super().__init__(say("the member is no agent"))


class Held(NamedTuple):
    """What is recorded of a meeting."""

    held_on: date
    place: str
    people: int
    note: str = ""


class MonthMeetings(NamedTuple):
    """How many meetings of a month were large enough, and how many were asked for."""

    held: int
    wanted: int

    @property
    def met(self) -> bool:
        """Whether there were enough."""
        return self.held >= self.wanted


def record_meeting(*, member_id: int, held: Held, key: str) -> Meeting:
    """Record a meeting that an agent held; the same key answers with the same meeting."""
    programme_id = Member.objects.values_list("programme_id", flat=True).get(id=member_id)
    today = open_day(programme_id)
    with transaction.atomic():
        standing = Standing.objects.select_for_update(no_key=True).get(member_id=member_id)
        known = Meeting.objects.filter(member_id=member_id, key=key).first()
        if known is not None:
            if (known.held_on, known.place, known.people) != held[:3]:
                raise MeetingNotValidError(say("this meeting was already sent with other contents; look at the list"))
            return known
        if not standing.agent:
            raise NotAgentError
        _check(held, today)
        return Meeting.objects.create(
            programme_id=programme_id, member_id=member_id, **held._asdict(), key=key, recorded_at=timezone.now()
        )


def meetings_of(member_id: int, month: date, *, rank: str = "") -> MonthMeetings:
    """Return how an agent stands with the meetings of the month that a day lies in."""
    programme_id = Member.objects.values_list("programme_id", flat=True).get(id=member_id)
    return meetings_of_many(programme_id, [member_id], month, rank=rank)[member_id]


def meetings_of_many(
    programme_id: int, member_ids: list[int], month: date, *, rank: str = ""
) -> dict[int, MonthMeetings]:
    """Return the same for several agents at once."""
    asked = asked_of(programme_id, rank)
    days = (month.replace(day=1), month_end(month))
    large = Meeting.objects.filter(member_id__in=member_ids, held_on__range=days, people__gte=asked.people)
    counts = dict.fromkeys(member_ids, 0)
    for member_id in large.values_list("member_id", flat=True):
        counts[member_id] += 1
    return {member_id: MonthMeetings(count, asked.meetings) for member_id, count in counts.items()}


def _check(held: Held, today: date) -> None:
    if not held.place.strip():
        raise MeetingNotValidError(say("say where the meeting was"))
    if not 1 <= held.people <= PEOPLE_MAX:
        raise MeetingNotValidError(say("a meeting has 1 to {most} people", most=PEOPLE_MAX))
    if held.held_on > today:
        raise MeetingNotValidError(say("the meeting is still to come; record it when it was held"))
    if (today - held.held_on).days > DAYS_BACK:
        raise MeetingNotValidError(say("meetings are recorded within {days} days", days=DAYS_BACK))
