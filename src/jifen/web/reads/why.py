"""Why a line of the statement is there: the amounts, the rule with its clause, the formula, the people."""

from dataclasses import dataclass, field
from datetime import date

from jifen.engine.message import Message
from jifen.ledger.models import Entry, Transfer
from jifen.members.models import Member
from jifen.messages import rule_title
from jifen.programmes.terms import in_force, load
from jifen.web.amounts import Amount
from jifen.web.reads.statement import Line, order_lines

SAID_OF = {"debt_repayment": "refund"}  # rules that another one's clause speaks of


@dataclass(frozen=True)
class Person:
    """Somebody the amount came from, as members see each other."""

    name: str
    text: Message


@dataclass(frozen=True)
class Why:
    """What one page says of one transfer."""

    title: Message
    day: date
    key: str
    version: int
    source: str
    lines: list[Line]
    formula: list[Message] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    more_people: int = 0
    blocked: Message | None = None


def read_why(member: Member, transfer_id: int) -> Why | None:
    """Return why a transfer moved the member's points; None when it did not."""
    entries = list(
        Entry.objects.filter(owner=member.pk, transfer_id=transfer_id)
        .select_related("account")
        .filter(account__programme_id=member.programme_id)
    )
    if not entries:
        return None
    day = entries[0].business_date
    transfer = Transfer.objects.get(id=transfer_id, business_date=day)
    version = in_force(member.programme_id, day)
    terms = load(version.pk)
    rule = SAID_OF.get(transfer.rule, transfer.rule)
    key = f"{transfer.key}{member.code}" if transfer.end_owner else transfer.key
    sums: dict[tuple[str, str], int] = {}
    for entry in entries:
        place = (entry.account.kind, entry.account.role)
        sums[place] = sums.get(place, 0) + entry.amount
    lines = [
        Line(transfer.id, day, transfer.rule, Amount(amount, terms.kinds[kind].decimals), terms.kinds[kind], role, key)
        for (kind, role), amount in sums.items()
        if kind in terms.kinds and amount
    ]
    return Why(
        title=rule_title(transfer.rule),
        day=day,
        key=key,
        version=version.number,
        source=next((one.source for one in terms.rules if one.use == rule), ""),
        lines=order_lines(lines),
    )
