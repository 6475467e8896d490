"""A refund after a month's share-out goes back through the pool, in whatever kind the share was paid (invariant 9)."""

import pytest

from jifen import catalogue
from jifen.engine.document import load_programme
from jifen.engine.example_run import run_example
from jifen.engine.examples import Example

SMALL = (
    ("units = 200, to = 499, own_units = 10", "units = 1, own_units = 1"),
    ("units = 500, to = 1000, own_units = 50", "units = 2, own_units = 1"),
    ("units = 2000, own_units = 100", "units = 3, own_units = 1"),
    ("active_sellers = 50", "active_sellers = 0"),
    ("units_below = 200", "units_below = 1"),
    ("units_min = 10000", "units_min = 1"),
)


@pytest.mark.parametrize("kind", ["sales_points", "lease_income"])
@pytest.mark.parametrize(("fen_back", "pool_and_converted"), [(0, 100), (14_000, 50)])
def test_a_dividend_is_taken_back_in_proportion(kind: str, fen_back: int, pool_and_converted: int) -> None:
    text = catalogue.read("parking")
    for old, new in SMALL:
        text = text.replace(old, new)
    text = text.replace('rate = 0.10\nkind = "sales_points"', 'rate = 0\nkind = "sales_points"')
    text = text.replace("per_unit = 1 }", "per_unit = 0 }").replace("per_unit = 1.5 }", "per_unit = 0 }")
    text = text.replace("per_unit = 2.5 }", "per_unit = 0 }").replace('rank = "city"', f'rank = "city" # {kind}')
    head, dividend = text.split('declared = "parking_revenue"', 1)
    text = head + 'declared = "parking_revenue"' + dividend.replace("sales_points", kind, 1)
    example = Example(
        name="a dividend of 100 of which a half was earned by B's devices",
        source="S0-37",
        tree="A > B",
        orders=("A 14000 for 2", "B 14000 for 2"),
        actions=("A appoint",),
        declared=("parking_revenue 2000 to day 30",),
        refunds=(f"O2 {fen_back} day 40",) if fen_back else (),
        change={"referral_bonus.rate": 0, "monthly_release.first_rate": 0},
        days=41,
        expect=(
            "A weighted_dividend 100 on day 30",
            f"A {kind} {pool_and_converted}",
            f"programme converted {pool_and_converted}",
            "programme pool 0",
        ),
    )
    assert [(one.text, one.found) for one in run_example(load_programme(text), example) if not one.holds] == []
