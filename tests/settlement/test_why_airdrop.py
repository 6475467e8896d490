"""Every line of a programme with airdrops says why it is there (G11, S2)."""

import random

import pytest

from jifen.ledger.chart import PROGRAMME
from jifen.ledger.models import Entry
from jifen.settlement import why_growth
from jifen.settlement.why import why
from tests.settlement.test_airdrops import begun


def one_line_of_each_rule() -> dict[str, Entry]:
    """Return a member's line of each rule, the last one."""
    rows = Entry.objects.filter(owner__lt=PROGRAMME).select_related("transfer").order_by("transfer_id", "owner")
    return {row.transfer.rule: row for row in rows}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["airdrop", "airdrop_sport"])
def test_each_rule_of_airdrops_explains_its_lines(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    life, rng = begun(name), random.Random(f"why {name}")
    life.shop("D", 90_000, at="S1", concession=20_000)
    life.walk("D", 9_000, 7_000)
    life.do("D", "review")
    life.live(rng, 25)
    life.settle()
    lines = one_line_of_each_rule()

    told = {
        rule: why(member_id=row.owner, transfer_id=row.transfer_id, business_date=row.business_date)
        for rule, row in lines.items()
    }

    assert {"airdrop", "join_grant", "pack_grant", "share_income", "review_grant"} <= lines.keys()
    assert {rule for rule, one in told.items() if one is None or not one.formula} == set()
    members = {f"M{member.pk}" for member in life.members.values()}
    for rule, row in lines.items():
        found = told[rule]
        assert found is not None
        others = members - {f"M{row.owner}"}
        assert not any(entry.party in others for entry in found.entries), rule

    monkeypatch.setattr(why_growth, "FACTS_MAX", 0)
    for row in lines.values():
        plain = why(member_id=row.owner, transfer_id=row.transfer_id, business_date=row.business_date)
        assert plain is not None
        assert plain.rule == row.transfer.rule
