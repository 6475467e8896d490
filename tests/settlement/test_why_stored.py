"""What was kept of a moment says the same of a line as a replay of everything before it (G11, S1-05 … S1-12)."""

import random
from collections import Counter, defaultdict
from decimal import Decimal

import pytest

from jifen.explain import Explanation
from jifen.facts.terms import terms_of
from jifen.ledger.chart import PROGRAMME, REAL_MONEY
from jifen.ledger.models import Entry
from jifen.settlement.why_growth import why_replayed
from jifen.settlement.why_stored import why_stored
from tests.settlement.growth import Growth, small

OF_A_RULE = 2
WHOLE_POINT = 10**8
EXPECTED = {"profit_pool", "shopping_grant", "sell", "forced_exit", "subsidy", "card_grant", "spend"}


def lived(seed: int) -> Growth:
    """Return a programme in which people buy, sell and are made to sell over some days."""
    life, rng = Growth(small(mint_after_days="0", minimum_supply="0")), random.Random(seed)
    for name, under in (("A", ""), ("B", "A"), ("C", "B"), ("D", "B")):
        life.join(name, under)
    life.open_store("A", "B", "110105")
    life.do("B", "buy_shares", "money", 100, at="S1", share=400, role="initiator")
    life.do("C", "buy_shares", "money", 10_000, at="S1", share=300)
    for day in range(3):
        life.do("C", "subsidise", "subsidy", 3_000)
        life.do("D", "card_grant", "shopping_points", 100)
        life.shop("A", 100_000, at="S1")
        life.shop("B" if day < 1 else "C", 100_000, at="S1")
        life.shop("C", 10_000, kind="subsidy", points=3_000)
        seller = "A" if day % 2 else "B"
        if life.has(seller, "value_points") > WHOLE_POINT:
            life.sell(seller)
        life.live(rng, 8)
        if day == 1:
            life.do("", "inject", "money", 200_000)
        life.settle()
    return life


def said(one: Explanation) -> tuple[object, ...]:
    """Return what is said; rows of one account are one, which the ledger may have split."""
    moved = defaultdict[tuple[str, str, str], Decimal](Decimal)
    for entry in one.entries:
        moved[entry.party, entry.kind, entry.state] += Decimal(entry.amount)
    return one.rule, one.source, one.formula, one.people, one.blocked, moved


@pytest.mark.django_db
def test_kept_moments_say_what_a_replay_says() -> None:
    life, told = lived(11), Counter[str]()
    terms = terms_of(life.id)
    lines = Entry.objects.filter(owner__lt=PROGRAMME).exclude(account__kind="money", account__role__in=REAL_MONEY)
    asked = {(one.owner, one.transfer_id): one.transfer for one in lines.select_related("transfer")}

    for (owner, _), transfer in sorted(asked.items()):
        if transfer.end_owner or told[transfer.rule] >= OF_A_RULE:
            continue
        kept = why_stored(owner, transfer, terms, transfer.key)
        if kept is not None:
            told[transfer.rule] += 1
            replayed = why_replayed(owner, transfer, terms, transfer.key)
            assert replayed is not None
            assert said(kept) == said(replayed), transfer.key
    assert told.keys() >= EXPECTED
