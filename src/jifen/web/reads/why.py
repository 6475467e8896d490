"""Why a line of the statement is there: the amounts, the rule with its clause, the formula, the people."""

from dataclasses import dataclass
from datetime import date

from jifen.engine.message import Message
from jifen.engine.programme import Programme as Terms
from jifen.explain import Explanation
from jifen.explain import Person as Named
from jifen.ledger.chart import REAL_MONEY
from jifen.ledger.models import Entry, Transfer
from jifen.members.models import Member
from jifen.messages import CLAUSE_OF, rule_title
from jifen.programmes.terms import in_force, load
from jifen.settlement.why import why
from jifen.web.amounts import Amount
from jifen.web.reads.statement import Line, order_lines


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
    formula: list[Message]
    people: list[Person]
    more_people: int
    blocked: Message | None


def read_why(member: Member, transfer_id: int) -> Why | None:
    """Return why a transfer moved the member's points; None when it did not."""
    found = Entry.objects.filter(owner=member.pk, transfer_id=transfer_id, account__programme_id=member.programme_id)
    entries = list(found.select_related("account"))
    if not entries:
        return None
    day = entries[0].business_date
    transfer = Transfer.objects.get(id=transfer_id, business_date=day)
    explanation = why(member_id=member.pk, transfer_id=transfer_id, business_date=day)
    version = in_force(member.programme_id, day)
    terms = load(version.pk)
    return Why(
        title=rule_title(transfer.rule),
        day=day,
        key=_key(transfer, member),
        version=version.number,
        source=explanation.source if explanation is not None else _source(transfer.rule, terms),
        lines=_lines(entries, transfer, member, terms),
        formula=explanation.formula if explanation is not None else [],
        people=[Person(_nickname(one), one.text) for one in explanation.people] if explanation is not None else [],
        more_people=_more(explanation),
        blocked=explanation.blocked if explanation is not None else None,
    )


def _lines(entries: list[Entry], transfer: Transfer, member: Member, terms: Terms) -> list[Line]:
    """Return what the transfer changed for the member, a line for each kind and state."""
    key, sums = _key(transfer, member), dict[tuple[str, str], int]()
    for entry in entries:
        place = (entry.account.kind, entry.account.role)
        sums[place] = sums.get(place, 0) + entry.amount
    return order_lines(
        Line(transfer.id, transfer.business_date, transfer.rule, Amount(amount, kind.decimals), kind, role, key)
        for (name, role), amount in sums.items()
        if amount and role not in REAL_MONEY and (kind := terms.kinds.get(name)) is not None
    )


def _key(transfer: Transfer, member: Member) -> str:
    return f"{transfer.key}{member.code}" if transfer.end_owner else transfer.key


def _source(rule: str, terms: Terms) -> str:
    """Return the clause that a rule comes from."""
    return next((one.source for one in terms.rules if one.use == CLAUSE_OF.get(rule, rule)), "")


def _nickname(person: Named) -> str:
    return f"{person.name[0]}** {person.code}" if person.name else person.code


def _more(explanation: Explanation | None) -> int:
    """Return how many people an amount came from besides those who are named."""
    return max(explanation.people_in_all - len(explanation.people), 0) if explanation is not None else 0
