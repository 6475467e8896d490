"""What a programme asks of an agent's office and meetings: set by operators, with a reason (S0-38, S0-43, S0-44)."""

from typing import NamedTuple

from django.db import transaction

from jifen.agents.errors import AgentError, given
from jifen.agents.models import AREA_MAX, AREA_MIN, MEETING_PEOPLE, MEETINGS_A_MONTH, Condition
from jifen.agents.terms import rank_titles, terms_now
from jifen.engine.message import say
from jifen.facts.acts import note_act


class Asked(NamedTuple):
    """An office between so many m², and so many meetings a month of at least so many people."""

    area_min: int = AREA_MIN
    area_max: int = AREA_MAX
    meetings: int = MEETINGS_A_MONTH
    people: int = MEETING_PEOPLE


class ConditionNotValidError(AgentError):
    """The condition contradicts itself, or names no rank."""


def asked_of(programme_id: int, rank: str = "") -> Asked:
    """Return what is asked of a rank: its own condition, else that of every rank, else the source's figures."""
    found = Condition.objects.filter(programme_id=programme_id, rank__in=["", rank]).order_by("-rank").first()
    return Asked() if found is None else Asked(found.area_min, found.area_max, found.meetings, found.people)


def set_condition(*, programme_id: int, rank: str, asked: Asked, operator_id: int, reason: str) -> Condition:
    """Set what is asked of a rank, or of every rank without a condition of its own (rank "")."""
    reason = given(reason)
    if rank and rank not in {one.name for one in rank_titles(terms_now(programme_id))}:
        raise ConditionNotValidError(say("the programme has no such rank"))
    if not 0 < asked.area_min <= asked.area_max or asked.meetings < 0 or asked.people < 1:
        raise ConditionNotValidError(say("the smallest office is larger than the largest, or a number is too small"))
    with transaction.atomic():
        condition, _new = Condition.objects.update_or_create(
            programme_id=programme_id, rank=rank, defaults=asked._asdict()
        )
        note_act(operator_id=operator_id, act="set_condition", subject=f"condition {rank or 'all'}", reason=reason)
    return condition
