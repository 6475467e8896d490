"""Members of another system come over with what they held: checked, proposed, let in, proved (S3-02, S3-09).

A list that has an error anywhere is not taken over in parts. Whoever proposes types in what the old system counts; the
list has to say the same to the unit. Each line is one transaction, so that a killed worker goes on where it was.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from jifen.alliance.errors import AllianceError, DealKeyReusedError, DealStateError, SecondOperatorError, given
from jifen.alliance.import_checks import Places, place_people
from jifen.alliance.import_lists import HEADINGS, ROWS_MAX, Fault, Reading, in_order, read_people
from jifen.alliance.import_models import ImportLine, ImportState, LineState, MemberImport
from jifen.alliance.stored_value import stored_kind
from jifen.alliance.terms import NoStoredValueError, terms_now
from jifen.engine.amounts import format_amount
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.opening_balance import OpeningBalance
from jifen.facts.acts import note_act
from jifen.members.sealed import seal, unseal
from jifen.tables.sheets import SheetError, read_sheet

FAULTS_KEPT = 500
OPEN = (ImportState.FAULTY, ImportState.CHECKED, ImportState.PROPOSED)


class NoImportsError(AllianceError):
    """The programme takes over no balances."""

    def __init__(self) -> None:
        super().__init__(say("this programme takes over no balances"))


class TotalsDifferError(AllianceError):
    """The list and the old system do not say the same."""


class FileUsedError(AllianceError):
    """The same file was proposed before."""

    def __init__(self) -> None:
        super().__init__(say("this very file was proposed before; look at the list of imports"))


class Totals(NamedTuple):
    """How many members there are, and what they hold; minor units."""

    members: int
    points: int
    stored: int


@dataclass(frozen=True)
class Upload:
    """A file that an operator sends."""

    programme_id: int
    file_name: str
    content: bytes
    key: str


def takes_over(terms: Terms) -> bool:
    """Return whether members of other systems come over with their balances."""
    return bool(terms.float_kind) and terms.rule(OpeningBalance) is not None


def upload(new: Upload, *, operator_id: int) -> MemberImport:
    """Check a list and keep it: with its errors by line, or ready to be proposed. The same key is the same list."""
    now = terms_now(new.programme_id)
    if not takes_over(now.terms):
        raise NoImportsError
    digest = hashlib.sha256(new.content).hexdigest()
    known = MemberImport.objects.filter(programme_id=new.programme_id, key=new.key).first()
    if known is not None:
        if known.digest != digest:
            raise DealKeyReusedError
        return known
    stored, decimals = _stored_kind(now.terms), {"points": now.decimals}
    if stored:
        decimals["stored"] = now.terms.kinds[stored].decimals
    reading = _read(new.content, decimals)
    places = place_people(new.programme_id, reading)
    people = in_order(reading.people, places.above, reading)
    faults = sorted(reading.faults, key=lambda one: one.line)
    with transaction.atomic():
        found = MemberImport.objects.create(
            programme_id=new.programme_id,
            key=new.key,
            file_name=new.file_name[-100:],
            digest=digest,
            state=ImportState.FAULTY if faults else ImportState.CHECKED,
            points_kind=now.kind,
            stored_kind=stored,
            members=len(people),
            points=sum(person.points for person in people),
            stored=sum(person.stored for person in people),
            problems=[_kept(fault) for fault in faults[:FAULTS_KEPT]],
            problem_count=len(faults),
            uploaded_by_id=operator_id,
        )
        if not faults:
            _keep_lines(found, Reading(people), places)
        note_act(operator_id=operator_id, act="upload_import", subject=subject_of(found))
    return found


def propose(*, import_id: int, there: Totals, reason: str, operator_id: int) -> MemberImport:
    """Propose to take a list over, with what the old system counts; raises TotalsDifferError where it is not the same.

    Proposing the same again changes nothing.
    """
    reason = given(reason)
    with transaction.atomic():
        found = _locked(import_id)
        if found.state == ImportState.PROPOSED and found.proposed_by_id == operator_id:
            return found
        if found.state != ImportState.CHECKED:
            raise DealStateError
        _compare(found, there)
        found.members_there, found.points_there, found.stored_there = there
        found.state, found.reason, found.proposed_by_id = ImportState.PROPOSED, reason, operator_id
        found.proposed_at = timezone.now()
        try:
            with transaction.atomic():
                found.save()
        except IntegrityError as error:
            if "member_import_file_once" not in str(error):
                raise
            raise FileUsedError from error
        note_act(operator_id=operator_id, act="propose_import", subject=subject_of(found), reason=reason)
    return found


def approve(*, import_id: int, operator_id: int) -> MemberImport:
    """Let a proposed list in; a worker then registers its members. Approving again changes nothing."""
    with transaction.atomic():
        found = _locked(import_id)
        if found.state in (ImportState.RUNNING, ImportState.DONE) and found.decided_by_id == operator_id:
            return found
        if found.state != ImportState.PROPOSED:
            raise DealStateError
        if found.proposed_by_id == operator_id:
            raise SecondOperatorError
        found.state, found.decided_by_id, found.decided_at = ImportState.RUNNING, operator_id, timezone.now()
        found.save()
        note_act(operator_id=operator_id, act="approve_import", subject=subject_of(found), reason=found.reason)
    return found


def reject(*, import_id: int, operator_id: int, reason: str) -> MemberImport:
    """Reject a list that was not let in; what it said of people is forgotten. Rejecting again changes nothing."""
    reason = given(reason)
    with transaction.atomic():
        found = _locked(import_id)
        if found.state == ImportState.REJECTED:
            return found
        if found.state not in OPEN:
            raise DealStateError
        found.state, found.rejection, found.decided_by_id = ImportState.REJECTED, reason, operator_id
        found.decided_at = timezone.now()
        found.save()
        found.lines.all().delete()
        note_act(operator_id=operator_id, act="reject_import", subject=subject_of(found), reason=reason)
    return found


def try_again(*, import_id: int, operator_id: int, reason: str) -> MemberImport:
    """Let the lines that were refused try again, after what stood in their way was put right."""
    reason = given(reason)
    with transaction.atomic():
        found = _locked(import_id)
        if found.state == ImportState.RUNNING:
            return found
        if found.state != ImportState.DONE:
            raise DealStateError
        if found.lines.filter(state=LineState.REFUSED).update(state=LineState.WAITING, why={}):
            found.state, found.finished_at = ImportState.RUNNING, None
            found.save()
            note_act(operator_id=operator_id, act="try_import_again", subject=subject_of(found), reason=reason)
    return found


def faults_of(found: MemberImport) -> list[Fault]:
    """Return the first errors of a list, by line."""
    return [Fault(one["line"], one["column"], Message(one["template"], one["values"])) for one in found.problems]


def heading_of(column: str) -> str:
    """Return the usual Chinese heading of a column; a heading of the file as it is."""
    return HEADINGS[column][0] if column in HEADINGS else column


def subject_of(found: MemberImport) -> str:
    """Return what a list is called in the audit log."""
    return f"import {found.pk}"


def kept_message(message: Message) -> dict[str, Any]:
    """Return a sentence as it is kept in the database."""
    values = {name: value if isinstance(value, int) else str(value) for name, value in message.values.items()}
    return {"template": message.template, "values": values}


def opened(line: ImportLine) -> Mapping[str, Any]:
    """Return what a line says of its person."""
    said: dict[str, Any] = json.loads(unseal(bytes(line.sealed), bound_to=_bound_to(line)))
    return said


def _read(content: bytes, decimals: Mapping[str, int]) -> Reading:
    try:
        return read_people(read_sheet(content, rows_max=ROWS_MAX), decimals=decimals)
    except SheetError as error:
        return Reading(faults=[Fault(1, "", error.message)])


def _stored_kind(terms: Terms) -> str:
    try:
        return stored_kind(terms)
    except NoStoredValueError:
        return ""


def _keep_lines(found: MemberImport, reading: Reading, places: Places) -> None:
    lines = []
    for position, person in enumerate(reading.people):
        line = ImportLine(imported=found, position=position, line=person.line)
        said = {
            **person.texts,
            "mobile": person.mobile,
            "card": person.card,
            "store_id": places.stores[person.texts["store"]].pk,
            "referrer_id": places.referrers.get(person.line),
        }
        line.sealed = seal(json.dumps(said, ensure_ascii=False), bound_to=_bound_to(line))
        line.referrer = places.above.get(person.line)
        line.points, line.stored = person.points, person.stored
        lines.append(line)
    ImportLine.objects.bulk_create(lines, batch_size=5_000)


def _bound_to(line: ImportLine) -> str:
    return f"line {line.line} of import {line.imported_id}"


def _kept(fault: Fault) -> dict[str, Any]:
    return {"line": fault.line, "column": fault.column, **kept_message(fault.message)}


def _compare(found: MemberImport, there: Totals) -> None:
    """Refuse totals of which one is another than the list's."""
    kinds = terms_now(found.programme_id).terms.kinds
    points, stored = (
        [format_amount(one, kinds[kind or found.points_kind].decimals) for one in pair]
        for kind, pair in (
            (found.points_kind, (there.points, found.points)),
            (found.stored_kind, (there.stored, found.stored)),
        )
    )
    members = (there.members, found.members)
    if there.members != found.members:
        raise TotalsDifferError(
            say("the old system counts {there} members, the list {here}", there=members[0], here=members[1])
        )
    if there.points != found.points:
        raise TotalsDifferError(
            say("the old system counts {there} store points, the list {here}", there=points[0], here=points[1])
        )
    if there.stored != found.stored:
        raise TotalsDifferError(
            say("the old system counts {there} of stored value, the list {here}", there=stored[0], here=stored[1])
        )


def _locked(import_id: int) -> MemberImport:
    return MemberImport.objects.select_for_update(no_key=True, of=("self",)).get(pk=import_id)
