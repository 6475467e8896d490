"""Why a member got points or money: the lines of a growth programme are explained with their numbers (G11, S1)."""

import random

import pytest

from jifen.ledger.chart import PROGRAMME, REAL_MONEY
from jifen.ledger.models import Entry
from jifen.settlement.why import why
from tests.settlement.growth import Growth, small

LINES_OF_A_RULE = 2
EXPECTED = {
    *("profit_pool", "shopping_grant", "sell", "forced_exit", "refund", "generation_share", "territory"),
    *("store_takings", "store_shares", "store_management", "subsidy", "card_grant"),
}


@pytest.mark.django_db
def test_every_line_of_growth_says_why() -> None:
    life, rng = Growth(small(mint_after_days="0", minimum_supply="0")), random.Random(5)
    for name, under in (("A", ""), ("B", "A"), ("C", "B")):
        life.join(name, under)
    life.open_store("A", "B", "110105")
    life.do("C", "assign_territory", "money", 0, to="110105")
    life.do("B", "buy_shares", "money", 100, at="S1", share=400, role="initiator")
    life.do("C", "subsidise", "subsidy", 100)
    life.do("C", "card_grant", "shopping_points", 100)
    for _ in range(2):
        refundable = life.shop("A", 100_000, at="S1")
        for name in ("B", "C"):
            life.shop(name, 100_000, at="S1")
        life.live(rng, 15)
        life.settle()
    life.shop("C", 200_000)
    life.sell("C", life.has("C", "value_points") // 2)
    life.do("", "inject", "money", 300_000)
    life.refund(refundable, life.orders[refundable])

    told: dict[str, int] = {}
    entries = Entry.objects.filter(owner__lt=PROGRAMME).exclude(account__kind="money", account__role__in=REAL_MONEY)
    for entry in entries.select_related("transfer").order_by("transfer_id"):
        rule = entry.transfer.rule
        if told.get(rule, 0) < LINES_OF_A_RULE:
            explanation = why(member_id=entry.owner, transfer_id=entry.transfer_id, business_date=entry.business_date)
            assert explanation is not None, rule
            assert explanation.formula, rule
            assert all(
                one.party in (f"M{entry.owner}",) or one.party.startswith("programme") for one in explanation.entries
            )
            told[rule] = told.get(rule, 0) + 1
    assert told.keys() >= EXPECTED
