"""Settlement of a day: load → settle → post → close, under the programme's lock; a killed run goes on."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import psycopg
from django.db import Error, OperationalError, connection, transaction

from jifen.engine.days import day_number, is_last_of_month
from jifen.engine.lines import Block, DayLines
from jifen.engine.message import Message, say
from jifen.facts.days import first_unclosed, lock_key, zone_of
from jifen.facts.models import Closing
from jifen.facts.terms import Terms, terms_of
from jifen.leases.leases import open_channel_leases
from jifen.leases.titles import pass_titles
from jifen.ledger.bulk import DayPosted, post_day
from jifen.ledger.close import close_day, last_closed
from jifen.ledger.errors import refusals
from jifen.programmes.draws import renew_chain
from jifen.settlement.airdrops import keep_airdrop
from jifen.settlement.batches import RewardWriter, batches_of
from jifen.settlement.conservation import keep_conservation
from jifen.settlement.ending import end_day, keep_kind_volumes, keep_month
from jifen.settlement.growth_end import keep_cuts, keep_growth
from jifen.settlement.load import Loaded, load_book
from jifen.settlement.models import Run, Skipped
from jifen.settlement.report import report_of
from jifen.settlement.resume import undo_posted

Progress = Callable[[int], None]  # percent
LOADED, SETTLED, POSTED = 20, 30, 90  # percent of a run
WAIT = "30s"  # how long a settlement waits for facts that are being recorded, and for another settlement
ONE_DAY = timedelta(days=1)


class SettlementError(Exception):
    """A day cannot be settled now; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass
class _Work:
    """A run at work: what it knows, and how long its steps took."""

    run: Run
    terms: Terms
    progress: Progress | None
    chunk_owners: int
    workers: int
    seconds: dict[str, float] = field(default_factory=dict)

    def reach(self, percent: int) -> None:
        """Note how far the run is, for the console and the caller."""
        Run.objects.filter(pk=self.run.pk).update(progress=percent)
        if self.progress is not None:
            self.progress(percent)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Note how long a step takes."""
        started = time.perf_counter()
        yield
        self.seconds[step] = round(time.perf_counter() - started, 3)


def settle_day(
    *, programme_id: int, day: date, progress: Progress | None = None, chunk_owners: int = 50_000, workers: int = 1
) -> Run:
    """Settle a day, the first one that is not closed, and return its run; a day that is closed stays as it is.

    Raises SettlementError when another day is due first, or when another process settles.
    """
    with _alone(programme_id):
        run = _begin(programme_id, day)
        if run.state == Run.State.DONE:
            return run
        work = _Work(run, terms_of(programme_id), progress, chunk_owners, workers)
        try:
            _settle(work)
        except Exception as error:
            Run.objects.filter(pk=run.pk).update(state=Run.State.FAILED, trouble=str(error)[:2_000])
            raise
        run.refresh_from_db()
        return run


def catch_up(programme_id: int, until: date | None = None, progress: Callable[[date], None] | None = None) -> list[Run]:
    """Settle every day that is due, in order, up to `until` (yesterday where it is not given)."""
    last = until or today(programme_id) - ONE_DAY
    runs = []
    while (day := first_unclosed(programme_id)) is not None and day <= last:
        if progress is not None:
            progress(day)
        runs.append(settle_day(programme_id=programme_id, day=day))
    return runs


def due_days(programme_id: int) -> list[date]:
    """Return the days before today that wait for their settlement."""
    day, end = first_unclosed(programme_id), today(programme_id)
    return [day + ONE_DAY * i for i in range((end - day).days)] if day is not None else []


def today(programme_id: int) -> date:
    """Return the date of the clock in the programme's zone."""
    return datetime.now(UTC).astimezone(zone_of(programme_id)).date()


@contextmanager
def _alone(programme_id: int) -> Iterator[None]:
    """Keep facts and other settlements of the programme away; the lock falls with the connection."""
    key = lock_key(programme_id)
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{WAIT}'")
        try:
            cursor.execute("SELECT pg_advisory_lock(%s)", [key])
        except OperationalError as error:
            if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise
            raise SettlementError(say("another settlement of the programme is at work")) from error
        finally:
            cursor.execute("RESET lock_timeout")
    try:
        yield
    finally:
        with suppress(Error), connection.cursor() as cursor:  # where the connection is lost, so is the lock
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@transaction.atomic
def _begin(programme_id: int, day: date) -> Run:
    """Return the day's run, begun or begun again; from now on facts wait until the day is closed."""
    last, due = last_closed(programme_id), first_unclosed(programme_id)
    if last is not None and day <= last:
        known = Run.objects.filter(programme_id=programme_id, day=day).first()
        if known is None:
            raise SettlementError(say("the day {day} lies before the first that was settled", day=day.isoformat()))
        return known
    if due is not None and day != due:
        raise SettlementError(say("days are settled in order: {due} is next", due=due.isoformat()))
    version = terms_of(programme_id).version_on(day_number(day))
    run, _ = Run.objects.get_or_create(
        programme_id=programme_id, day=day, defaults={"version_id": version, "started_at": datetime.now(UTC)}
    )
    run.state, run.version_id, run.starts, run.trouble, run.progress = Run.State.RUNNING, version, run.starts + 1, "", 0
    run.save()
    Closing.objects.update_or_create(programme_id=programme_id, defaults={"day": day})
    return run


def _settle(work: _Work) -> None:
    """Load, settle, post, close."""
    run = work.run
    with work.timed("load"):
        again = run.starts > 1
        loaded = load_book(programme_id=run.programme_id, terms=work.terms, day=run.day, again=again)
        if again:
            undo_posted(loaded, programme_id=run.programme_id, day=run.day)
    work.reach(LOADED)
    with work.timed("settle"):
        lines = loaded.replay.close_day(day_number(run.day))
    work.reach(SETTLED)
    with work.timed("post"):
        rewards = RewardWriter(loaded, run.day)
        posted = _post(work, loaded, lines.blocks, rewards)
    work.reach(POSTED)
    _close(work, loaded, lines, (posted, rewards))


def _post(work: _Work, loaded: Loaded, blocks: list[Block], rewards: RewardWriter) -> DayPosted:
    run = work.run
    batches = batches_of(blocks, loaded, programme_id=run.programme_id)
    owners = max(len(loaded.ids), 1)
    return post_day(
        programme_id=run.programme_id,
        day=run.day,
        batches=batches,
        chunk_owners=work.chunk_owners,
        workers=work.workers,
        beside=rewards,
        progress=lambda done: work.reach(SETTLED + min(done, owners) * (POSTED - SETTLED) // owners),
    )


def _close(work: _Work, loaded: Loaded, lines: DayLines, done: tuple[DayPosted, RewardWriter]) -> None:
    """Everything that a day ends with, in one transaction: late payments, ranks, volumes, the digest."""
    run, (posted, rewards) = work.run, done
    with transaction.atomic(), refusals():
        with work.timed("end"):
            rewards.write_unpaid()
            left_out = {one.owner for one in posted.skipped}
            end_day(loaded, lines.late, programme_id=run.programme_id, day=run.day, left_out=left_out)
            keep_kind_volumes(loaded)
            keep_cuts(loaded, lines, run.day)
            keep_growth(loaded, lines)
            keep_airdrop(work.terms, loaded.replay, lines)
            if is_last_of_month(lines.day):
                keep_month(loaded, lines, programme_id=run.programme_id, day=run.day)
            open_channel_leases(run.programme_id, run.day)
            pass_titles(run.programme_id, run.day)
        with work.timed("close"):
            closed = close_day(programme_id=run.programme_id, day=run.day)
            keep_conservation(work.terms, run.day)
            renew_chain(run.programme_id, run.day)
        Skipped.objects.bulk_create(
            Skipped(run=run, member_id=one.owner, reason=one.reason[:500]) for one in posted.skipped
        )
        Closing.objects.filter(programme_id=run.programme_id).delete()
        run.state, run.progress, run.finished_at = Run.State.DONE, 100, datetime.now(UTC)
        run.seconds, run.report = work.seconds, report_of(lines, closed, posted)
        run.save()
    if work.progress is not None:
        work.progress(100)
