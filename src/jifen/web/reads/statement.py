"""A member's statement, a page at a time."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from jifen.engine.kinds import PointKind
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme as Terms
from jifen.ledger.chart import REAL_MONEY
from jifen.ledger.reading import StatementLine, statement
from jifen.members.models import Member
from jifen.messages import CLAUSE_OF, RULE_TITLES
from jifen.web.amounts import Amount
from jifen.web.reads.terms import Now, read_now

LINES_SHOWN = 20
LATEST_SHOWN = 5
MONTHS_SHOWN = 24
MONTH = re.compile(r"(\d{4})-(\d\d)")
# What no member's points account is moved by, though the programme has the rule.
NOT_IN_STATEMENTS = {"network_volume", "second_leg_rank", "unit_rank", "agency", "rank_review", "freeze", "reserve"}
FREE = "free"
ORDER_PART, GENERATION_PART = 2, 3  # of keys: release/order/NUMBER/…, release/DAY/generation_share/1/M7
STATES = {"locked": say("locked"), "frozen": say("frozen")}


@dataclass(frozen=True)
class Kind:
    """A choice of the filter."""

    name: str
    title: str
    title_en: str


@dataclass(frozen=True)
class Filters:
    """What the reader wants to see, and what can be chosen."""

    kind: str
    month: date | None
    rule: str
    kinds: list[Kind]
    months: list[date]
    rules: list[str]
    lots: bool  # whether orders of the programme open lots

    @property
    def active(self) -> bool:
        """Whether anything is left out."""
        return bool(self.kind or self.month or self.rule)

    @property
    def chosen(self) -> dict[str, str]:
        """The filter as it stands in an address."""
        month = f"{self.month:%Y-%m}" if self.month else ""
        return {name: text for name, text in (("kind", self.kind), ("month", month), ("rule", self.rule)) if text}


@dataclass(frozen=True)
class Line:
    """One line: a change of one account of the member."""

    transfer_id: int
    day: date
    rule: str
    amount: Amount
    kind: PointKind
    role: str
    key: str

    @property
    def generation(self) -> str:
        """Which generation a share comes from; "" of what is no such share."""
        parts = self.key.split("/")
        return parts[3] if parts[2:3] == ["generation_share"] and len(parts) > GENERATION_PART else ""

    @property
    def order(self) -> str:
        """The number of the order that caused it, "" where none did."""
        parts = self.key.split("/")
        return parts[2] if parts[1:2] == ["order"] and len(parts) > ORDER_PART else ""

    @property
    def state(self) -> Message | None:
        """Where the points are, when they are not free."""
        return STATES.get(self.role)


@dataclass(frozen=True)
class Page:
    """Some lines, newest first; `next` is where the following page begins, "" at the end."""

    lines: list[Line]
    next: str


def read_filters(member: Member, query: Mapping[str, str]) -> Filters:
    """Return the filter that an address asks for; what makes no sense in it is left out."""
    now = read_now(member.programme_id)
    kinds, rules = now.terms.kinds, _rules(now.terms)
    months = _months(member.joined_on, now.closed_on or now.today)
    kind, rule, month = query.get("kind", ""), query.get("rule", ""), _month(query.get("month", ""))
    return Filters(
        kind=kind if kind in kinds else "",
        month=month if month in months else None,
        rule=rule if rule in rules else "",
        kinds=[Kind(name, one.title, one.title_en) for name, one in kinds.items()],
        months=months,
        rules=rules,
        lots=now.terms.grant is not None,
    )


def read_statement(member: Member, filters: Filters, *, before: str) -> Page:
    """Return a page of the member's statement."""
    now = read_now(member.programme_id)
    page = statement(
        member.pk,
        kind=filters.kind or None,
        rule=filters.rule or None,
        month=filters.month,
        before=before or None,
        limit=LINES_SHOWN,
    )
    return Page(_first_lines(_of_points(page.lines, now)), page.next or "")


def latest_lines(member: Member, kind: str) -> list[Line]:
    """Return the last few lines of one kind."""
    now = read_now(member.programme_id)
    page = statement(member.pk, kind=kind, limit=LATEST_SHOWN)
    return _first_lines(_of_points(page.lines, now))


def order_lines(lines: Iterable[Line]) -> list[Line]:
    """Return the lines of a transfer: free points before the others."""
    return sorted(lines, key=lambda line: line.role != FREE)


def _rules(terms: Terms) -> list[str]:
    """Return what lines of the programme can be called: its own rules, and what takes them back."""
    used = {rule.use for rule in terms.rules} - NOT_IN_STATEMENTS
    return [rule for rule in RULE_TITLES if CLAUSE_OF.get(rule, rule) in used or rule == "reversal"]


def _first_lines(lines: list[Line]) -> list[Line]:
    """Return one line for each transfer and kind: what became of the free points, where they moved."""
    first: dict[tuple[int, str], Line] = {}
    for line in order_lines(lines):
        first.setdefault((line.transfer_id, line.kind.title), line)
    return sorted(first.values(), key=lambda line: (line.day, line.transfer_id), reverse=True)


def _of_points(lines: Iterable[StatementLine], now: Now) -> list[Line]:
    """Return the lines of the programme's kinds; of money what is owed, and not what came by bank."""
    return [_line(line, now) for line in lines if line.kind in now.terms.kinds and line.role not in REAL_MONEY]


def _line(line: StatementLine, now: Now) -> Line:
    kind = now.terms.kinds[line.kind]
    amount = Amount(line.amount, kind.decimals)
    return Line(line.transfer_id, line.business_date, line.rule, amount, kind, line.role, line.key)


def _months(first: date, last: date) -> list[date]:
    """Return the months from the last one back to the first, at most MONTHS_SHOWN."""
    number, end = 12 * last.year + last.month - 1, 12 * first.year + first.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number, max(end, number - MONTHS_SHOWN + 1) - 1, -1)]


def _month(text: str) -> date | None:
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found and 1 <= int(found[2]) <= 12 else None
