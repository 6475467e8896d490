"""Reviews of agents' months: written by the close of a month's last day, and only ever added to (S0-45 … S0-47)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from jifen.agents.models import Review

CHUNK = 1_000


class ReviewRow(NamedTuple):
    """How the rules reviewed one agent: devices sold and asked for, and what stands after the review."""

    member_id: int
    sold: int
    target: int
    carry: int
    strikes: int
    dismissed: bool


def save_reviews(programme_id: int, month_day: date, rows: Sequence[ReviewRow]) -> None:
    """Save the reviews of the month that a day lies in; what is there already stays, so a close may be run again."""
    month = month_day.replace(day=1)
    reviews = [
        Review(
            programme_id=programme_id,
            member_id=row.member_id,
            month=month,
            sold=row.sold,
            target=row.target,
            carry=row.carry,
            strikes=row.strikes,
            passed=row.sold >= row.target,
            dismissed=row.dismissed,
        )
        for row in rows
    ]
    Review.objects.bulk_create(reviews, batch_size=CHUNK, ignore_conflicts=True)
