"""An application of a merchant: to its applicant, and to the centre that reviews it (S2-59)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from jifen.members.models import Member
from jifen.merchants.applying import contact_of, newest_application
from jifen.merchants.models import ApplicationState, MerchantApplication, StepKind
from jifen.merchants.reviewing import center_of, waiting_page
from jifen.stores.regions import full_name

TONES = {
    ApplicationState.SENT: "wait",
    ApplicationState.APPROVED: "good",
    ApplicationState.REFUSED: "bad",
    ApplicationState.WITHDRAWN: "",
}
SHOWN = ("title", "title_en", "licence_number", "address", "latitude", "longitude", "services")


@dataclass(frozen=True)
class Fact:
    """A line of what was written."""

    title: str
    text: str


@dataclass(frozen=True)
class Step:
    """Something that happened to an application."""

    text: str
    at: datetime
    note: str


@dataclass(frozen=True)
class Shown:
    """An application with all that its page shows."""

    application: MerchantApplication
    state: str
    tone: str
    by_center: bool  # whether a centre of the area may review it
    facts: Sequence[Fact]
    steps: Sequence[Step]

    @property
    def waits(self) -> bool:
        """Whether it waits for its review."""
        return self.application.state == ApplicationState.SENT


@dataclass(frozen=True)
class Row:
    """An application in the list of those to review."""

    id: int
    title: str
    place: str
    sent_at: datetime


@dataclass(frozen=True)
class Waiting:
    """Some applications to review, and behind which one more of them stand; None at the end."""

    rows: Sequence[Row]
    next: int | None


def read_merchant(member: Member) -> Shown | None:
    """Return a member's newest application."""
    found = newest_application(member.pk)
    return shown(found) if found is not None else None


def initial_of(member: Member) -> tuple[dict[str, object], str]:
    """Return what the form begins with, of the last application, and its region."""
    found = newest_application(member.pk)
    if found is None or found.state == ApplicationState.APPROVED:
        return {}, ""
    contact = contact_of(found)
    initial: dict[str, object] = {name: getattr(found, name) for name in SHOWN}
    initial |= {"contact": contact.name, "phone": contact.phone}
    return initial | {"concession": percent_of(found.concession)}, found.region


def read_waiting(member: Member, after: int) -> Waiting:
    """Return what the member's centre has to review, behind an application."""
    page = waiting_page(member.pk, after=after)
    rows = [
        Row(one.pk, one.title, f"{full_name(one.region)} · {one.address}", one.sent_at) for one in page.applications
    ]
    return Waiting(rows, page.next)


def shown(found: MerchantApplication) -> Shown:
    """Return an application as its page shows it; who may see it is the caller's question."""
    state = ApplicationState(found.state)
    return Shown(
        application=found,
        state=str(state.label),
        tone=TONES[state],
        by_center=state == ApplicationState.SENT and center_of(found) is not None,
        facts=_facts(found),
        steps=_steps(found),
    )


def percent_of(share: Decimal | None) -> str:
    """Return a part in percent: "10", "7.5"; "" for none."""
    if share is None:
        return ""
    text = f"{share * 100:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _facts(found: MerchantApplication) -> list[Fact]:
    contact = contact_of(found)
    rows = [
        (_("English name"), found.title_en),
        (_("Unified social credit code"), found.licence_number),
        (_("Contact person"), contact.name),
        (_("Phone of the contact"), contact.phone),
        (_("Region"), full_name(found.region)),
        (_("Street and number"), found.address),
        (_("Latitude, longitude"), f"{found.latitude}, {found.longitude}"),
        (_("What the store offers"), found.services),
        (_("Concession"), f"{percent_of(found.concession)} %" if found.concession is not None else ""),
    ]
    return [Fact(title, text) for title, text in rows if text]


def _steps(found: MerchantApplication) -> list[Step]:
    """Return the history; who reviewed is told by the role, and the name of no operator."""
    steps = []
    for step in found.steps.order_by("pk"):
        text = str(StepKind(step.kind).label)
        if step.operator_id is not None:
            text = _("%(what)s by an operator") % {"what": text}
        elif step.member_id != found.member_id:
            text = _("%(what)s by the centre of the area") % {"what": text}
        steps.append(Step(text, step.at, step.reason))
    return steps
