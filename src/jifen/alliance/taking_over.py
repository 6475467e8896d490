"""Lines of an import become members, one transaction each; and the proof that the ledger holds what the list said."""

from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.utils import timezone

from jifen.alliance.errors import AllianceError
from jifen.alliance.import_checks import form_of
from jifen.alliance.import_models import ImportLine, ImportState, LineState, MemberImport
from jifen.alliance.imports import Totals, kept_message, opened
from jifen.cards.details import By, checked, keep_details, today_of
from jifen.cards.errors import CardError
from jifen.cards.issuing import open_card
from jifen.engine.message import say
from jifen.facts.days import open_day, waiting
from jifen.facts.joining import register
from jifen.facts.new import NewAction
from jifen.facts.record import RefusedError, record_action
from jifen.members.models import Member
from jifen.members.registration import RegistrationError

REFUSALS = (AllianceError, CardError, RefusedError, RegistrationError)

# What the ledger holds of a kind by the openings of an import, whatever their members did since.
OPENED = """
SELECT count(DISTINCT l.member_id), coalesce(sum(e.amount), 0)::bigint
FROM alliance_importline l
JOIN ledger_entry e ON e.owner = l.member_id
JOIN ledger_transfer t ON t.id = e.transfer_id AND t.business_date = e.business_date
JOIN ledger_chart c ON c.id = e.chart
WHERE l.imported_id = %s AND t.rule = 'opening_balance' AND c.kind = %s AND c.of_member
"""


@dataclass(frozen=True)
class Progress:
    """How far an import is."""

    done: int
    refused: int
    waiting: int

    @property
    def percent(self) -> int:
        """The part of all lines that was tried, 100 where nothing waits."""
        tried = self.done + self.refused
        return 100 if not self.waiting else tried * 100 // (tried + self.waiting)


@dataclass(frozen=True)
class Proof:
    """The same three figures four times: of the old system, of the list, of registered members, and in the ledger."""

    there: Totals
    listed: Totals
    registered: Totals
    ledger: Totals

    @property
    def matches(self) -> bool:
        """Whether all say the same, to the unit."""
        return self.there == self.listed == self.registered == self.ledger


def take_over(import_id: int, *, most: int | None = None) -> Progress:
    """Take over the lines that wait, at most so many, and end the import after the last one.

    May be stopped at any moment and started again; two at once do no line twice. Raises facts.days.NotNowError while
    a day is being settled: what was taken over stays, and it goes on later.
    """
    done = 0
    while (most is None or done < most) and _next(import_id):
        done += 1
    return progress_of(import_id)


def progress_of(import_id: int) -> Progress:
    """Return how far an import is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, count(*) FROM alliance_importline WHERE imported_id = %s GROUP BY state", [import_id]
        )
        counts = dict(cursor.fetchall())
    return Progress(*(counts.get(state, 0) for state in (LineState.DONE, LineState.REFUSED, LineState.WAITING)))


def proof_of(found: MemberImport) -> Proof:
    """Return the figures of a list beside those of the members and of the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(sum(points), 0)::bigint, coalesce(sum(stored), 0)::bigint"
            " FROM alliance_importline WHERE imported_id = %s AND state = 'done'",
            [found.pk],
        )
        registered = Totals(*(cursor.fetchone() or (0, 0, 0)))
        held = []
        for kind in (found.points_kind, found.stored_kind):
            cursor.execute(OPENED, [found.pk, kind])
            held.append((cursor.fetchone() or (0, 0))[1])
    members = Member.objects.filter(import_line__imported=found).count()
    listed = Totals(found.members, found.points, found.stored)
    there = Totals(found.members_there or 0, found.points_there or 0, found.stored_there or 0)
    return Proof(there, listed, registered, Totals(members, held[0], held[1]))


def _next(import_id: int) -> bool:
    """Take over one line; without one, end the import. Returns whether there was one."""
    with waiting(), transaction.atomic():
        found = MemberImport.objects.select_for_update(no_key=True, of=("self",)).get(pk=import_id)
        if found.state != ImportState.RUNNING:
            return False
        line = found.lines.filter(state=LineState.WAITING).order_by("position").first()
        if line is None:
            found.state, found.finished_at = ImportState.DONE, timezone.now()
            found.save(update_fields=["state", "finished_at"])
            return False
        try:
            with transaction.atomic():
                _take(found, line)
        except REFUSALS as refusal:
            refused = ImportLine.objects.get(pk=line.pk)
            refused.state, refused.why = LineState.REFUSED, kept_message(refusal.message)
            refused.save(update_fields=["state", "why"])
    return True


def _take(found: MemberImport, line: ImportLine) -> None:
    member = _register(found, line)
    line.member, line.state, line.sealed = member, LineState.DONE, b""
    line.points_fact = _open(found, line, found.points_kind, line.points)
    line.stored_fact = _open(found, line, found.stored_kind, line.stored)
    line.save()


def _register(found: MemberImport, line: ImportLine) -> Member:
    """Register the person with the form, in the home store and with the card that the line names, if any."""
    said, by = opened(line), By(operator_id=found.decided_by_id)
    form = form_of(said, name=said["name"], mobile=said["mobile"])
    invite = _invite_of(found, line, said["referrer_id"])
    if said["card"]:
        key = f"import/{found.pk}/{line.line}"
        return open_card(
            store_id=said["store_id"],
            number=said["card"],
            form=replace(form, invite_code=invite),
            key=key,
            operator_id=found.decided_by_id,
        )
    member = register(
        programme_id=found.programme_id,
        phone=form.mobile,
        password=None,
        name=form.name,
        invite_code=invite,
        store_id=said["store_id"],
        joined_on=open_day(found.programme_id),
    )
    keep_details(member, checked(form, today=today_of(found.programme_id)), by)
    return member


def _invite_of(found: MemberImport, line: ImportLine, referrer_id: int | None) -> str:
    """Return the invite code of who refers the person, "" for nobody."""
    if line.referrer is not None:
        referrer_id = found.lines.values_list("member_id", flat=True).get(line=line.referrer)
        if referrer_id is None:
            raise AllianceError(say("line {line}, which refers this one, was not taken over", line=line.referrer))
    if referrer_id is None:
        return ""
    return Member.objects.values_list("invite_code", flat=True).get(pk=referrer_id)


def _open(found: MemberImport, line: ImportLine, kind: str, amount: int) -> int | None:
    """Record what the member held, and return the fact; nothing where it was nothing."""
    if not amount:
        return None
    recorded = record_action(
        NewAction(
            programme_id=found.programme_id,
            action="open_balance",
            member_id=line.member_id,
            kind=kind,
            amount=amount,
            actor=f"operator/{found.decided_by_id}",
            reason=f"import {found.pk}, line {line.line}",
        )
    )
    return recorded.fact_id
