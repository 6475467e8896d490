"""What the pages of walks and runs show: today's steps, goals, recordings by day, devices (S2-44 … S2-48)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext as _

from jifen.airdrops.models import WalkDay
from jifen.engine.amounts import to_minor
from jifen.engine.digits import number_of
from jifen.engine.kinds import PointKind
from jifen.engine.message import Message
from jifen.engine.programme import Programme as Terms
from jifen.facts.days import zone_of
from jifen.ledger.reading import balances, daily_sums
from jifen.members.models import Member
from jifen.sport.limits import limits_of, sentence_of
from jifen.sport.models import Device, Recording, Sport
from jifen.sport.services import Steps, steps_of
from jifen.sport.terms import has_sport
from jifen.tables.charts import Columns, Series, draw_columns, legend, marks_of
from jifen.tables.report_figures import Figures
from jifen.web.amounts import Amount
from jifen.web.markup import Markup
from jifen.web.reads.terms import Now, read_now
from jifen.web.templatetags.jifen import language

RECORDINGS_SHOWN = 20
DEVICES_SHOWN = 20  # and those that hold, however old
DAYS_SHOWN = 14
ONE_DAY = timedelta(days=1)
FREEING = ("sport_task", "step_ladder")  # what unlocks by steps
METRES_OF_KM = 1000


@dataclass(frozen=True)
class Unlock:
    """An amount of a kind that is, or will be, free."""

    amount: Amount
    kind: PointKind


@dataclass(frozen=True)
class Goal:
    """A task of the day, or a rung of the ladder: so many steps, and what they unlock."""

    sport: str
    steps: int
    done: int
    unlock: Unlock | None = None  # of a task
    share: str = ""  # of a rung
    best: bool = False  # the highest rung that was reached

    @property
    def reached(self) -> bool:
        """Whether the steps are there."""
        return self.done >= self.steps

    @property
    def left(self) -> str:
        """How many steps are missing."""
        return f"{max(0, self.steps - self.done):,}"

    @property
    def wanted(self) -> str:
        """How many it takes."""
        return f"{self.steps:,}"

    @property
    def permille(self) -> int:
        """How far it is done, of 1000."""
        return min(1000, 1000 * self.done // self.steps)


@dataclass(frozen=True)
class Today:
    """The open day of a member; `expected` is what the ladder unlocks at its close, out of what is frozen now."""

    day: date
    walked: str
    run: str
    most: str
    typed: str
    full: bool
    tasks: list[Goal]
    rungs: list[Goal]
    ladder_sport: str
    unlocked: list[Unlock]
    expected: Unlock | None
    frozen: list[Unlock]

    @property
    def next(self) -> Goal | None:
        """The nearest task or rung that is not reached yet."""
        waiting = [one for one in (*self.tasks, *self.rungs) if not one.reached]
        return min(waiting, key=lambda one: one.steps - one.done, default=None)


@dataclass(frozen=True)
class Row:
    """A recording with everything there is to say of it."""

    recording: Recording
    took: str
    moved: str
    kilometres: str
    pace: str
    speed: str
    unlocked: list[Unlock]
    laddered: bool
    why: Message | None

    @property
    def steps(self) -> str:
        """The steps as they were reported."""
        return f"{self.recording.steps:,}"

    @property
    def counted(self) -> str:
        """The steps that count."""
        return f"{self.recording.counted:,}"


@dataclass(frozen=True)
class Day:
    """A day's recordings with their sums."""

    day: date
    walked: str
    run: str
    unlocked: list[Unlock]
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """Some recordings by day, newest first; `next` is where the following page begins, "" at the end."""

    days: list[Day]
    next: str


def sport_now(programme_id: int) -> Now | None:
    """Return the terms of a programme in which steps unlock something; None in another."""
    now = read_now(programme_id)
    return now if has_sport(now.terms) else None


def read_today(member: Member, now: Now) -> Today:
    """Return a member's steps of the open day, and what they unlock."""
    terms, day = now.terms, max(now.next_close, now.today)
    steps, purse = steps_of(member.pk, day), balances(member.pk)
    kinds = [name for name in _kinds(terms) if purse.get((name, "frozen"))]
    rungs, expected = _ladder(terms, steps, purse)
    return Today(
        day=day,
        walked=f"{steps.walked:,}",
        run=f"{steps.run:,}",
        most=f"{terms.steps_max:,}",
        typed=f"{limits_of(terms).entered_max:,}",
        full=max(steps.walked, steps.run) >= terms.steps_max,
        tasks=[_task(terms, steps, number) for number in range(len(terms.tasks))],
        rungs=rungs,
        ladder_sport=terms.ladder.sport if terms.ladder is not None else "",
        unlocked=_freed(member, terms, day, day).get(day, []),
        expected=expected,
        frozen=[_unlock(terms, name, purse[name, "frozen"]) for name in kinds],
    )


def read_recordings(member: Member, now: Now, *, before: str) -> Page:
    """Return a page of a member's recordings, those that were refused among them."""
    found = Recording.objects.filter(member=member).select_related("device").prefetch_related("unlocked")
    last = number_of(before)
    if last is not None:
        found = found.filter(pk__lt=last)
    rows = list(found.order_by("-pk")[: RECORDINGS_SHOWN + 1])
    shown = rows[:RECORDINGS_SHOWN]
    return Page(_days(member, now, shown), str(shown[-1].pk) if len(rows) > RECORDINGS_SHOWN else "")


def read_row(recording: Recording, terms: Terms) -> Row:
    """Return a recording as pages show it."""
    seconds, metres = recording.moving, recording.distance
    far = bool(metres and seconds)
    return Row(
        recording=recording,
        took=_clock(int((recording.ended_at - recording.began_at).total_seconds())),
        moved=_clock(seconds),
        kilometres=f"{metres // METRES_OF_KM}.{metres % METRES_OF_KM // 10:02}" if metres is not None else "",
        pace=_pace(metres, seconds) if metres and far else "",
        speed=_speed(metres, seconds) if metres and far else "",
        unlocked=[_unlock(terms, one.kind, one.amount) for one in recording.unlocked.all() if one.kind in terms.kinds],
        laddered=terms.ladder is not None and terms.ladder.sport == recording.sport and recording.counted > 0,
        why=sentence_of(recording) if recording.refusal else None,
    )


def draw_steps(member: Member, now: Now) -> Markup:
    """Return columns of the steps of each of the last days, walked below and run above."""
    last = max(now.next_close, now.today)
    days = [last - n * ONE_DAY for n in reversed(range(DAYS_SHOWN))]
    found = WalkDay.objects.filter(member=member, day__range=(days[0], last)).values_list("day", "walked", "run")
    steps = {day: Steps(walked, run) for day, walked, run in found}
    walked, run = ([steps.get(day, Steps()).of(one) for day in days] for one in (Sport.WALK, Sport.RUN))
    chart = Columns(
        label=_("Steps in 14 days"),
        description=_("Each column is a business day: below walked, above run."),
        days=[f"{day.month}-{day.day}" for day in days],
        tips=[f"{day:%Y-%m-%d}: {w:,} + {r:,}" for day, w, r in zip(days, walked, run, strict=True)],
        series=[
            Series(name=_("Walked"), colour="c0", values=walked),
            Series(name=_("Run"), colour="c1", values=run),
        ],
    )
    marks = Figures(0, language()).marks(marks_of(chart), 0)
    drawn = (draw_columns(chart, marks), legend([(one.name, one.colour) for one in chart.series]))
    return Markup("".join(drawn))


def devices_of(member: Member) -> list[Device]:
    """Return a member's devices: those that hold, then the last that were revoked."""
    own = Device.objects.filter(member=member).order_by("-pk")
    paired = list(own.filter(revoked_at__isnull=True))
    return [*paired, *own.filter(revoked_at__isnull=False)[: max(0, DEVICES_SHOWN - len(paired))]]


def _days(member: Member, now: Now, recordings: list[Recording]) -> list[Day]:
    """Return recordings under the days on which they count; of what was refused, on which they came."""
    zone = zone_of(member.programme_id)

    def day_of(one: Recording) -> date:
        return one.business_date or one.received_at.astimezone(zone).date()

    if not recordings:
        return []
    every = sorted({day_of(one) for one in recordings})
    walks = {one.day: one for one in WalkDay.objects.filter(member=member, day__in=every)}
    freed = _freed(member, now.terms, every[0], every[-1])
    days = []
    for day, rows in groupby(recordings, key=day_of):
        walk = walks.get(day)
        walked, run = (f"{walk.walked:,}", f"{walk.run:,}") if walk is not None else ("0", "0")
        days.append(Day(day, walked, run, freed.get(day, []), [read_row(one, now.terms) for one in rows]))
    return days


def _task(terms: Terms, steps: Steps, number: int) -> Goal:
    task = terms.tasks[number]
    amount = to_minor(Decimal(task.amount), terms.kinds[task.kind].decimals)
    return Goal(task.sport, task.steps, steps.of(task.sport), unlock=_unlock(terms, task.kind, amount))


def _ladder(terms: Terms, steps: Steps, purse: dict[tuple[str, str], int]) -> tuple[list[Goal], Unlock | None]:
    """Return the rungs, and what the highest one reached unlocks of what is frozen now."""
    ladder = terms.ladder
    if ladder is None:
        return [], None
    done = steps.of(ladder.sport)
    best = max((rung.steps for rung in ladder.ladder if done >= rung.steps), default=0)
    rungs = [
        Goal(ladder.sport, rung.steps, done, share=_percent(rung.share.num, rung.share.den), best=rung.steps == best)
        for rung in ladder.ladder
    ]
    share = next((rung.share for rung in ladder.ladder if rung.steps == best), None)
    amount = share.floor(purse.get((ladder.kind, "frozen"), 0)) if share is not None else 0
    return rungs, _unlock(terms, ladder.kind, amount) if amount else None


def _freed(member: Member, terms: Terms, first: date, last: date) -> dict[date, list[Unlock]]:
    """Return what steps unlocked on each day, by kind."""
    found: dict[date, list[Unlock]] = {}
    for kind in _kinds(terms):
        sums: dict[date, int] = {}
        for (day, rule), amount in daily_sums(member.pk, kind, first, last).items():
            if rule in FREEING:
                sums[day] = sums.get(day, 0) + amount
        for day, amount in sums.items():
            found.setdefault(day, []).append(_unlock(terms, kind, amount))
    return found


def _kinds(terms: Terms) -> Iterable[str]:
    """Return the kinds that steps unlock."""
    ladder = [terms.ladder.kind] if terms.ladder is not None else []
    return dict.fromkeys([*(task.kind for task in terms.tasks), *ladder])


def _unlock(terms: Terms, kind: str, amount: int) -> Unlock:
    return Unlock(Amount(amount, terms.kinds[kind].decimals), terms.kinds[kind])


def _percent(num: int, den: int) -> str:
    """Return a share in percent, without zeros at its end."""
    text = f"{Decimal(100 * num) / Decimal(den):.4f}".rstrip("0").rstrip(".")
    return f"{text} %"


def _clock(seconds: int) -> str:
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def _pace(metres: int, seconds: int) -> str:
    each = seconds * METRES_OF_KM // metres
    return f"{each // 60}′{each % 60:02}″"


def _speed(metres: int, seconds: int) -> str:
    tenths = metres * 36 // seconds
    return f"{tenths // 10}.{tenths % 10}"
