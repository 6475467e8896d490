"""Papers of applications: checked by their bytes, closed like phones, and read by their owner or an operator (S0-50).

Nothing trusts the name or the type that a browser sends. An operator's reading is noted in the audit log.
"""

import hashlib
from pathlib import PurePosixPath
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from jifen.agents.errors import AgentError
from jifen.agents.models import MENDABLE, PAPER_BYTES_MAX, Application, Paper, PaperKind
from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.members.pictures import PDF, Kind, NoPictureError, look_at
from jifen.members.sealed import is_newest, seal_file, unseal_file

PAPERS_MAX = {PaperKind.LICENCE: 2, PaperKind.OFFICE: 6}
NAME_MAX = 100


class PaperNotValidError(AgentError):
    """The file cannot be taken."""


class ApplicationSentError(AgentError):
    """The application is being reviewed or was approved, and stays as it is."""

    def __init__(self) -> None:
        super().__init__(say("this application was sent; withdraw it first to change it"))


class Opened(NamedTuple):
    """A paper as it was added."""

    content: bytes
    content_type: str
    name: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers of an answer in which the file can do nothing: a picture is shown, a PDF is saved."""
        shown, ending = "attachment" if self.content_type == PDF else "inline", self.content_type.rpartition("/")[2]
        return {
            "Content-Disposition": f'{shown}; filename="paper.{ending}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }


def add_paper(*, member_id: int, kind: str, name: str, content: bytes) -> Paper:
    """Add a file to the member's open application; the same file again answers with the one that is there."""
    if kind not in PaperKind.values:
        raise PaperNotValidError(say("choose what the file shows"))
    looked, digest = _checked(content), hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        application = open_application(member_id)
        mine = application.papers.defer("cipher").filter(kind=kind)
        known = mine.filter(digest=digest).first()
        if known is not None:
            return known
        most = PAPERS_MAX[PaperKind(kind)]
        if mine.count() >= most:
            raise PaperNotValidError(say("there are {count} such files already; remove one first", count=most))
        return Paper.objects.create(
            application=application,
            kind=kind,
            name=PurePosixPath(name.replace("\\", "/")).name.strip()[-NAME_MAX:] or kind,
            content_type=looked.content_type,
            size=len(content),
            width=looked.width,
            height=looked.height,
            digest=digest,
            cipher=seal(content, application_id=application.pk),
            added_at=timezone.now(),
        )


def remove_paper(*, member_id: int, paper_id: int) -> None:
    """Remove a file from the member's open application; one that is gone already stays gone."""
    with transaction.atomic():
        open_application(member_id).papers.filter(pk=paper_id).delete()


def read_own_paper(*, member_id: int, paper_id: int) -> Opened:
    """Return a file of the member's own applications; raises Paper.DoesNotExist for any other."""
    return _opened(Paper.objects.get(pk=paper_id, application__member_id=member_id))


def read_paper(*, application_id: int, paper_id: int, operator_id: int) -> Opened:
    """Return a file of an application for an operator, and note that it was read."""
    with transaction.atomic():
        paper = Paper.objects.get(pk=paper_id, application_id=application_id)
        note_act(
            operator_id=operator_id,
            act="read_paper",
            subject=f"application {application_id}",
            reason=f"{paper.kind} {paper.pk}: {paper.name}",
        )
        return _opened(paper)


def open_application(member_id: int) -> Application:
    """Return the member's application that may still be changed, locked; refuse where there is none."""
    found = Application.objects.select_for_update(no_key=True).filter(member_id=member_id).order_by("-id").first()
    if found is None:
        raise AgentError(say("begin an application first"))
    if found.state not in MENDABLE:
        raise ApplicationSentError
    return found


def seal(content: bytes, *, application_id: int) -> bytes:
    """Return a file closed with the newest key, bound to its application."""
    return seal_file(content, bound_to=_bound_to(application_id))


def unseal(closed: bytes, *, application_id: int) -> bytes:
    """Return the file that `seal` closed; raises members.keys.FieldKeyError where its key is gone."""
    return unseal_file(closed, bound_to=_bound_to(application_id))


def rotate_papers() -> int:
    """Close every file anew that is closed with an older key, one at a time; return how many."""
    done = 0
    for paper_id in list(Paper.objects.order_by("id").values_list("id", flat=True)):
        with transaction.atomic():
            paper = Paper.objects.select_for_update().filter(pk=paper_id).first()
            if paper is None or is_newest(bytes(paper.cipher)):
                continue
            content = unseal(bytes(paper.cipher), application_id=paper.application_id)
            paper.cipher = seal(content, application_id=paper.application_id)
            paper.save(update_fields=["cipher"])
            done += 1
    return done


def _checked(content: bytes) -> Kind:
    try:
        return look_at(content, bytes_max=PAPER_BYTES_MAX)
    except NoPictureError as error:
        raise PaperNotValidError(error.message) from None


def _opened(paper: Paper) -> Opened:
    content = unseal(bytes(paper.cipher), application_id=paper.application_id)
    return Opened(content, paper.content_type, paper.name)


def _bound_to(application_id: int) -> str:
    return f"paper of application {application_id}"
