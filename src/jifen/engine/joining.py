"""What rules do when a member or a store joins (S2-01, S2-24, S2-38, S2-40)."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from jifen.engine.facts import NOBODY
from jifen.engine.lines import FREE, FROZEN, ISSUED, POOL
from jifen.engine.posting import Posting, Row

Event = Literal["member", "store"]


class JoinRule(Protocol):
    """A rule that answers somebody's joining."""

    @property
    def event(self) -> Event: ...

    def on_join(self, posting: Posting, newcomer: int, referrer: int, token: str) -> None: ...


def answer_join(posting: Posting, rules: Sequence[JoinRule], event: Event, who: tuple[int, int], token: str) -> None:
    """Let the rules of an event act; `who` are the newcomer and the referrer, each a member or NOBODY."""
    posting.book.brought[event, who[1]] += 1
    for rule in rules:
        if rule.event == event:
            rule.on_join(posting, *who, token)


class Name(NamedTuple):
    """The key of a transfer, and the rule that posts it."""

    key: str
    rule: str


def give(posting: Posting, name: Name, to: Row, token: str) -> None:
    """Post a gift of points to a member. Tokens come out of their reserve, as far as it goes (S2-Q1)."""
    source, given = ISSUED, to.amount
    if to.kind == token:
        source, given = POOL, min(to.amount, posting.book.accounts[to.kind][-1 - POOL])
        posting.block(to.party, name.rule, to.amount - given, to.kind)
    rows = (Row(source, to.kind, FREE, -given), to._replace(amount=given))
    posting.transfer(key=name.key, rule=name.rule, rows=rows)


def free_frozen(posting: Posting, name: Name, member: int, kind: str, most: int) -> None:
    """Let up to `most` frozen points of a member become free (S2-37)."""
    amount = min(most, posting.held(member, kind)) if member != NOBODY else 0
    rows = (Row(member, kind, FROZEN, -amount), Row(member, kind, FREE, amount))
    posting.transfer(key=name.key, rule=name.rule, rows=rows)
