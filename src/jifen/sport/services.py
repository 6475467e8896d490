"""Taking a recording in: once for each key, held against what can be true, and counted as steps (S2-44 … S2-47).

Recordings of one member come one after the other, whichever device they come from: what overlaps is refused, and the
day's limit is kept. A recording counts on the business day of the server when it comes, and not at all where it ended
long before that day began. What several members report with the same times and figures is marked, not refused: hours of
bracelets are often alike.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from jifen.airdrops.models import WalkDay
from jifen.engine.programme import Programme as Terms
from jifen.facts.days import open_day, waiting, zone_of
from jifen.facts.record import Recorded, record_steps
from jifen.ledger.models import DayClose
from jifen.ledger.reading import statement
from jifen.members.models import Member
from jifen.sport.errors import RecordingKeyReusedError, TooManyReportsError
from jifen.sport.limits import HOUR, OVERLAP, SECOND, NewRecording, Refusal, limits_of, refusal_of
from jifen.sport.models import Recording, Source, Sport, Unlocked
from jifen.sport.reading import digest_of
from jifen.sport.terms import sport_terms

AN_HOUR = timedelta(hours=1)
AN_HOUR_MAX = 60  # recordings of a member that are kept, so that nobody fills the table
_LOCK_CLASS = 1_146_308_433  # of recordings that say the same; beyond programme ids, with which the ledger's own begin
_LOCK_BYTES = 4


@dataclass(frozen=True)
class Steps:
    """Steps that were walked and run."""

    walked: int = 0
    run: int = 0

    def of(self, sport: str) -> int:
        """Return the steps of a sport."""
        return self.walked if sport == Sport.WALK else self.run


def report(*, member_id: int, new: NewRecording, device_id: int | None = None) -> Recording:
    """Keep a recording, and count its steps where it can be true; the same key answers with the same recording.

    A recording that cannot be true is kept as refused, with the reason. Raises RecordingKeyReusedError,
    TooManyReportsError, NoSportError, RefusedError and facts.days.NotNowError; then nothing was kept.
    """
    with waiting(), transaction.atomic():
        _lock_the_same(new)
        member = Member.objects.select_for_update(no_key=True).get(pk=member_id)  # one recording at a time
        known = Recording.objects.filter(member=member, key=new.key).first()
        if known is not None:
            if bytes(known.digest) != digest_of(new):
                raise RecordingKeyReusedError
            return known
        now = timezone.now()
        _pace(member, now)
        terms, day = sport_terms(member.programme_id), open_day(member.programme_id)
        recording = _row(member, device_id, new, now)
        began = _day_began(member.programme_id, day)
        refusal = refusal_of(new, limits_of(terms), now=now, day_began=began) or _overlap(member, new)
        if refusal is not None:
            recording.refusal, recording.found, recording.limit = refusal.code, refusal.found, refusal.limit
            recording.save(force_insert=True)
            return recording
        _count(recording, terms, day)
    return recording


def steps_of(member_id: int, day: date) -> Steps:
    """Return what a member walked and ran on a business day so far, as far as it counts."""
    found = WalkDay.objects.filter(member_id=member_id, day=day).values_list("walked", "run").first()
    return Steps(*found) if found is not None else Steps()


def _lock_the_same(new: NewRecording) -> None:
    """Let what several members report alike come one after the other, before anything else is locked."""
    number = int.from_bytes(digest_of(new)[:_LOCK_BYTES], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, number])


def _day_began(programme_id: int, day: date) -> datetime:
    """Return when a business day began: at its midnight, or earlier where the day before was closed before it ended."""
    midnight = datetime.combine(day, time.min, zone_of(programme_id)).astimezone(UTC)
    closed = DayClose.objects.filter(programme_id=programme_id, business_date__lt=day).order_by("-business_date")
    return min(midnight, closed.values_list("closed_at", flat=True).first() or midnight)


def _pace(member: Member, now: datetime) -> None:
    """Refuse more recordings than anybody can make."""
    recent = Recording.objects.filter(member=member, received_at__gt=now - AN_HOUR).order_by("-pk")
    moments = list(recent.values_list("received_at", flat=True)[:AN_HOUR_MAX])
    if len(moments) == AN_HOUR_MAX:
        raise TooManyReportsError(max(1, int((moments[-1] + AN_HOUR - now).total_seconds())))


def _overlap(member: Member, new: NewRecording) -> Refusal | None:
    """Refuse the time of another recording that counts, from whichever device."""
    others = Recording.objects.filter(member=member, refusal="")
    found = others.filter(began_at__lt=new.ended_at, ended_at__gt=new.began_at).exists()
    return Refusal(OVERLAP) if found else None


def _twin(member: Member, digest: bytes) -> Recording | None:
    """Return the first recording of another member that says the same."""
    alike = Recording.objects.filter(programme_id=member.programme_id, digest=digest).exclude(member=member)
    return alike.order_by("pk").first()


def _row(member: Member, device_id: int | None, new: NewRecording, now: datetime) -> Recording:
    digest = digest_of(new)
    return Recording(
        programme_id=member.programme_id,
        member=member,
        device_id=device_id,
        key=new.key,
        digest=digest,
        twin=_twin(member, digest),
        sport=new.sport,
        source=new.source,
        began_at=new.began_at,
        ended_at=new.ended_at,
        moving=new.moving,
        steps=new.steps,
        distance=new.distance,
        calories=new.calories,
        sent_at=new.sent_at,
        received_at=now,
    )


def _count(recording: Recording, terms: Terms, day: date) -> None:
    """Count what the day has room for, and note what that unlocked."""
    room = max(0, terms.steps_max - steps_of(recording.member_id, day).of(recording.sport))
    if recording.source == Source.ENTERED:
        room = max(0, min(room, limits_of(terms).entered_max - _typed(recording, terms, day)))
    recording.counted, recording.business_date = min(recording.steps, room), day
    recorded: Recorded | None = None
    if recording.counted:
        walk = recording.sport == Sport.WALK
        counted = (recording.counted, 0) if walk else (0, recording.counted)
        recorded = record_steps(recording.member_id, *counted, actor=_actor(recording))
        recording.fact_tick, recording.business_date = recorded.fact_id, recorded.business_date
    recording.save(force_insert=True)
    if recorded is not None and recorded.transfers:
        _note_unlocked(recording, recorded)


def _typed(recording: Recording, terms: Terms, day: date) -> int:
    """Return how many typed steps of a member count on a day, walked and run together."""
    earliest = _day_began(recording.programme_id, day) - limits_of(terms).carry_max * HOUR * SECOND
    found = Recording.objects.filter(member=recording.member, refusal="", ended_at__gte=earliest, business_date=day)
    return found.filter(source=Source.ENTERED).aggregate(sum=Sum("counted"))["sum"] or 0


def _note_unlocked(recording: Recording, recorded: Recorded) -> None:
    """Note what tasks unlocked, as the ledger has it."""
    posted = set(recorded.transfers)
    lines = statement(recording.member_id, rule="sport_task", limit=len(posted)).lines
    Unlocked.objects.bulk_create(
        Unlocked(
            recording=recording,
            task=line.key.rpartition("/")[2],
            kind=line.kind,
            amount=line.amount,
            transfer_id=line.transfer_id,
        )
        for line in lines
        if line.transfer_id in posted and line.role == "free"
    )


def _actor(recording: Recording) -> str:
    return recording.device.code if recording.device is not None else "phone"
