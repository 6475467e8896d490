"""Versions of a programme's document: a draft, two people who approve it, and the day from which it is in force."""

from datetime import date, timedelta
from difflib import unified_diff
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from jifen.engine.document import DocumentProblem, ProgrammeError, load_programme
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme as Terms
from jifen.programmes.compatible import refuse_incompatible
from jifen.programmes.models import Approval, Programme, Version
from jifen.programmes.terms import load

APPROVALS_NEEDED = 2


class ProgrammeExistsError(Exception):
    """Another programme has this code already."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class ApprovalRefusedError(Exception):
    """A version cannot be approved or withdrawn so; the message says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def create_programme(*, text: str, operator_id: int) -> Programme:
    """Make a programme of a document; its first version is approved at once, from the document's own date.

    Raises ProgrammeError with everything that is wrong in the document. The same document again changes nothing.
    """
    terms = read_document(text)
    with transaction.atomic():
        programme, new = Programme.objects.get_or_create(
            code=terms.code,
            defaults={"title": terms.title, "title_en": terms.title_en, "zone": terms.time_zone},
        )
        if new:
            version = _new_version(programme, number=1, terms=terms, operator_id=operator_id)
            version.state, version.approved_at = Version.State.APPROVED, timezone.now()
            version.effective_from = terms.effective_from
            version.save(force_insert=True)
        elif not programme.versions.filter(number=1, digest=terms.digest).exists():
            raise ProgrammeExistsError(
                say("there is a programme {code} already; draft a version of it", code=terms.code)
            )
    return programme


def draft(*, programme_id: int, text: str, operator_id: int, note: str = "") -> Version:
    """Store a draft. Raises ProgrammeError for a wrong document and IncompatibleVersionError for one of another book.

    The same text of the same author, while still a draft, is the same draft.
    """
    terms = read_document(text)
    with transaction.atomic():
        programme = _locked(programme_id)
        refuse_incompatible(programme, terms)
        same = {"digest": terms.digest, "author_id": operator_id, "state": Version.State.DRAFT}
        known = programme.versions.filter(**same).first()
        if known is not None:
            return known
        number = programme.versions.aggregate(last=Max("number"))["last"] + 1
        version = _new_version(programme, number=number, terms=terms, operator_id=operator_id)
        version.note = note
        version.save(force_insert=True)
    return version


def approve(*, version_id: int, operator_id: int, effective_from: date, open_day: date) -> Version:
    """Approve a draft; the second of two operators makes it effective, on the day that both name.

    `open_day` is the business day that facts get now; the version begins later than that.
    """
    with transaction.atomic():
        version = locked_version(version_id)
        if version.approvals.filter(operator_id=operator_id, effective_from=effective_from).exists():
            return version
        _refuse_approval(version, operator_id, effective_from, open_day)
        Approval.objects.create(version=version, operator_id=operator_id, effective_from=effective_from)
        if version.approvals.count() >= APPROVALS_NEEDED:
            _make_effective(version, effective_from)
    return version


def withdraw(*, version_id: int) -> Version:
    """Take a draft out of the way; what is approved stays approved."""
    with transaction.atomic():
        version = locked_version(version_id)
        if version.state == Version.State.APPROVED:
            raise ApprovalRefusedError(say("what is approved stays approved; draft another version"))
        if version.state == Version.State.DRAFT:
            version.state = Version.State.WITHDRAWN
            version.save(update_fields=["state"])
    return version


def difference(before: Version, after: Version) -> list[str]:
    """Return what changed between two versions, as unified lines of their documents."""
    old, new = before.text.splitlines(), after.text.splitlines()
    return list(unified_diff(old, new, str(before), str(after), lineterm=""))


def read_document(text: str) -> Terms:
    """Return the programme that a document writes, in a time zone that exists; raises ProgrammeError."""
    terms = load_programme(text)
    try:
        ZoneInfo(terms.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        line = next(n for n, row in enumerate(text.splitlines(), start=1) if row.lstrip().startswith("time_zone"))
        zone = say("there is no time zone {zone}; a name is for example Asia/Shanghai", zone=terms.time_zone)
        raise ProgrammeError([DocumentProblem("time_zone", line, zone)]) from None
    return terms


def _new_version(programme: Programme, *, number: int, terms: Terms, operator_id: int) -> Version:
    return Version(programme=programme, number=number, text=terms.text, digest=terms.digest, author_id=operator_id)


def _refuse_approval(version: Version, operator_id: int, effective_from: date, open_day: date) -> None:
    """Raise ApprovalRefusedError, or IncompatibleVersionError where another version came first."""
    if version.state != Version.State.DRAFT:
        raise ApprovalRefusedError(say("only a draft can be approved"))
    if effective_from <= open_day:
        raise ApprovalRefusedError(
            say("a version begins on a day that has not begun; the first is {day}", day=open_day + timedelta(days=1))
        )
    first = version.approvals.first()
    if first is not None and first.operator_id == operator_id:
        raise ApprovalRefusedError(say("the second approval is for somebody else to give"))
    if first is not None and first.effective_from != effective_from:
        raise ApprovalRefusedError(
            say("the first approval names {day}; approve that day, or withdraw the version", day=first.effective_from)
        )
    refuse_incompatible(version.programme, load(version.id))


def _make_effective(version: Version, effective_from: date) -> None:
    version.state, version.effective_from = Version.State.APPROVED, effective_from
    version.approved_at = timezone.now()
    version.save(update_fields=["state", "effective_from", "approved_at"])
    terms, programme = load(version.id), version.programme
    programme.title, programme.title_en = terms.title, terms.title_en
    programme.save(update_fields=["title", "title_en"])


def _locked(programme_id: int) -> Programme:
    """Return a programme whose versions nobody else changes until the transaction ends."""
    return Programme.objects.select_for_update(no_key=True).get(pk=programme_id)


def locked_version(version_id: int) -> Version:
    """Return a version, with all versions of its programme locked until the transaction ends."""
    programme = _locked(Version.objects.values_list("programme_id", flat=True).get(pk=version_id))
    version = Version.objects.get(pk=version_id)
    version.programme = programme
    return version
