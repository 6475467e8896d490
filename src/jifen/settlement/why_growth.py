"""Why a line of a growth programme is there: its price came out of everything before, so the facts are replayed."""

from dataclasses import replace

from jifen.engine.days import day_number
from jifen.engine.facts import Facts
from jifen.engine.replay import Replay
from jifen.explain import Explanation, explain_at
from jifen.facts.models import Fact
from jifen.facts.terms import Terms
from jifen.ledger.models import Transfer
from jifen.members.models import Member
from jifen.settlement.facts import Stored, stored_facts

FACTS_MAX = 50_000  # of more the line is told without its numbers


def why_replayed(member_id: int, transfer: Transfer, terms: Terms, key: str) -> Explanation | None:
    """Return why a transfer moved a member's points, by a replay up to its day; None where that would take too long."""
    earlier = Fact.objects.filter(programme_id=terms.programme_id, business_date__lte=transfer.business_date)
    if earlier[: FACTS_MAX + 1].count() > FACTS_MAX:
        return None
    stored = stored_facts(terms.programme_id, terms)
    replay, day = Replay(terms.versions, _nicknamed(stored.facts, stored)), day_number(transfer.business_date)
    replay.keeps_past = True
    assert replay.first_day is not None
    for before in range(replay.first_day, day):
        replay.run_day(before)
    explanation = explain_at(replay, replay.run_day(day), key)
    if explanation is not None:
        others = {code for code in replay.facts.members.codes if code != f"M{member_id}"}
        explanation.entries[:] = [entry for entry in explanation.entries if entry.party not in others]
    return explanation


def _nicknamed(facts: Facts, stored: Stored) -> Facts:
    """Return the facts with names as members see them of each other."""
    people = Member.objects.in_bulk(stored.ids.tolist())
    names = [people[member].nickname for member in stored.ids.tolist()]
    return replace(facts, members=replace(facts.members, names=names))
