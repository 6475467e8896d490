"""Every line of an alliance says why it is there (G11, S3)."""

import random

import pytest

from jifen.ledger.chart import STORES
from jifen.ledger.models import Entry
from jifen.settlement import why_growth
from jifen.settlement.why import why
from tests.settlement.alliance import STORED, begun, paid_for_sales, small


def lines_of_members() -> dict[tuple[str, str], Entry]:
    """Return a member's line of each rule and sort of fact, the last one."""
    rows = Entry.objects.filter(owner__lt=STORES).select_related("transfer").order_by("transfer_id", "owner")
    return {(row.transfer.key.split("/")[1], row.transfer.rule): row for row in rows}


@pytest.mark.django_db
@pytest.mark.parametrize("text", [small(), paid_for_sales("debt")], ids=["top_up", "sales"])
def test_each_rule_of_an_alliance_explains_its_lines(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    life, rng = begun(text), random.Random("why")
    life.do("give_points", 300, at="S3", name="D")
    life.do("open_balance", 700, name="D", kind=STORED)
    owed = life.sell("S3", "D", 9_000_000, life.has("D", STORED))
    life.do("set_credit", 1_000_000, at="S3")
    life.do("buy_points", 5_000_000, at="S3")
    if life.has("D") < 1_000_000:
        life.do("pay_owed", at="S3")
    life.redeem("D", 250)
    life.refund(owed, 500_000)
    life.live(rng, 15)
    life.settle()
    lines = lines_of_members()

    told = {
        rule: why(member_id=row.owner, transfer_id=row.transfer_id, business_date=row.business_date)
        for rule, row in lines.items()
    }

    assert {"store_grant", "store_transfer", "opening_balance", "shareholder_income", "refund"} <= {
        rule for _, rule in lines
    }
    assert ("action", "store_grant") in lines
    assert {rule for rule, one in told.items() if one is None or not one.formula} == set()
    members = {f"M{member.pk}" for member in life.members.values()}
    for rule, row in lines.items():
        found = told[rule]
        assert found is not None
        assert not any(entry.party in members - {f"M{row.owner}"} for entry in found.entries), rule
    grant = told["action", "store_grant"]
    assert grant is not None
    assert {entry.party for entry in grant.entries} >= {"store:S3"}

    monkeypatch.setattr(why_growth, "FACTS_MAX", 0)
    for row in lines.values():
        plain = why(member_id=row.owner, transfer_id=row.transfer_id, business_date=row.business_date)
        assert plain is not None
        assert plain.rule == row.transfer.rule
