"""Why a line of the statement is there."""

from dataclasses import dataclass
from datetime import date

from jifen.engine.message import Message
from jifen.members.models import Member
from jifen.settlement.why import why


@dataclass(frozen=True)
class Why:
    title: object
    amounts: list
    formula: list[Message]
    blocked: object
    people: list
    more_people: int
    source: str
    day: date
    version: int
    key: str


def read_why(member: Member, transfer_id: int) -> Why | None:
    return why(member_id=member.pk, transfer_id=transfer_id)
