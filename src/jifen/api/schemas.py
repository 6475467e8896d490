"""What goes in and out, as the OpenAPI description tells it; what is right is decided by jifen.parking.checks."""

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from jifen.parking.checks import BATCH_MAX
from jifen.parking.models import CODE_MAX, FULL, REVENUE_MAX, SESSIONS_MAX, SPACES_MAX


class ReadingIn(Schema):
    """What one device had on one day. Exactly one of `occupied_minutes` and `occupancy` is sent."""

    device: Annotated[str, Field(max_length=CODE_MAX, description="The code of a device.", examples=["N-1"])]
    day: Annotated[date, Field(description="A business day of the programme's zone, at the latest today.")]
    spaces: Annotated[int, Field(ge=1, le=SPACES_MAX, description="Parking spaces that the device watches.")]
    sessions: Annotated[int, Field(ge=0, le=SESSIONS_MAX, description="Cars that parked.")]
    revenue_fen: Annotated[int, Field(ge=0, le=REVENUE_MAX, description="What they paid, in fen.", examples=[4650])]
    occupied_minutes: Annotated[
        int | None,
        Field(ge=0, description="Minutes for which its spaces were busy, all spaces together; of today: until now."),
    ] = None
    occupancy: Annotated[
        int | None, Field(ge=0, le=FULL, description="Or how busy they were over the whole day, of 10000.")
    ] = None


class Batch(Schema):
    """The readings of a report: all of them are kept, or none."""

    readings: Annotated[list[ReadingIn], Field(min_length=1, max_length=BATCH_MAX)]


class Kept(Schema):
    """The report as it is kept. The same report sent again gets the same answer."""

    report: Annotated[str, Field(description="What the report is called.", examples=["R12"])]
    received_at: datetime
    readings: int
    corrected: Annotated[int, Field(description="Readings that took the place of older ones.")]


class SumOut(Schema):
    """What readings add up to."""

    key: Annotated[str, Field(description="The day, the month as its first day, the code of the site, or the city.")]
    readings: int
    spaces: Annotated[int, Field(description="Parking spaces, counted once for each reading.")]
    occupancy: Annotated[int, Field(description="Of all spaces together, of 10000, rounded down.")]
    sessions: int
    revenue_fen: int


class SumsOut(Schema):
    """The sums of what the sender itself reported, where nobody reported it anew."""

    first: date
    last: date
    by: str
    sums: list[SumOut]
    total: SumOut


class Trouble(Schema):
    """Why a request was refused; nothing was written."""

    error: str


class ProblemOut(Schema):
    """What is wrong with a field of a reading, counted from 0, and what would be right."""

    index: Annotated[int | None, Field(description="Null where the body as a whole is wrong.")]
    field: str
    problem: str
    expected: str


class Refused(Trouble):
    """Everything that is wrong with the readings of a batch; none of them was kept."""

    problems: list[ProblemOut]
