"""What is wrong with a document of an alliance is told where it stands (S3)."""

from datetime import date

import pytest

from jifen import catalogue
from jifen.engine.document import load_programme
from jifen.engine.example_facts import ExampleFacts
from jifen.engine.replay import Replay
from jifen.engine.versions import Versions
from tests.engine.test_document import changed, problems

TEXT = catalogue.read("alliance")

WRONG = {
    "floats of another kind than the first": (
        changed("[points.store_points]", "[points.other]", TEXT)
        .replace("[points.stored_value]", "[points.store_points]")
        .replace("[points.other]", "[points.stored_value]"),
        "on_float[1].kind",
        "stores hold the first kind of the document, stored_value",
    ),
    "points that could be withdrawn": (
        changed('title_en = "Coins"\ndecimals = 2', 'title_en = "Coins"\ndecimals = 2\nwithdrawable = true', TEXT),
        "points.store_points",
        "store_points are exchanged for goods, not withdrawn",
    ),
    "grants of another kind": (
        changed('kind = "store_points"\nmost', 'kind = "stored_value"\nmost', TEXT),
        "on_float[5].kind",
        "stores hold store_points only, as point_sale says",
    ),
    "shareholders paid in stored value": (
        changed('kind = "store_points"\nfee', 'kind = "stored_value"\nfee', TEXT),
        "on_shareholder[1].kind",
        "shareholders are paid in store_points or in money",
    ),
    "a price twice": (
        changed("at_least = 10000, price = 0.95", "price = 0.95", TEXT),
        "on_float[1]",
        "a buyer has two prices from the same number of points on; each number once",
    ),
    "points for nothing": (
        changed("price = 0.90", "price = 0", TEXT),
        "on_float[1]",
        "a price should be more than 0",
    ),
    "a number of points that there is not": (
        changed("at_least = 10000", "at_least = 0.001", TEXT),
        "on_float[1].prices[2].at_least",
        "store_points has 2 decimals",
    ),
    "a credit line finer than points": (
        changed("most = 10000", "most = 100.005", TEXT),
        "on_float[5].most",
        "store_points has 2 decimals",
    ),
    "an unknown buyer": (
        changed('buyer = "branch_store"', 'buyer = "franchise"', TEXT),
        "on_float[1].prices[5].buyer",
        "buyer should be one of 'direct', 'branch' or 'branch_store'",
    ),
    "four levels": (
        changed("rates = [0.05]", "rates = [0.05, 0.04, 0.03, 0.02]", TEXT),
        "on_shareholder[1].rates",
        "rates takes at most 3 entries",
    ),
    "grants that nothing can fill": (
        TEXT[: TEXT.index('[[on_float]]\nuse = "point_sale"')]
        + TEXT[TEXT.index('[[on_float]]\nuse = "branch_grant"') :],
        "on_order[3]",
        "store_grant needs point_sale: write one under [[on_float]]",
    ),
    "a short number of a card": (
        changed("digits = 10", "digits = 5", TEXT),
        "on_card[1].digits",
        "digits should be at least 6",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_an_alliance_is_told(case: str) -> None:
    text, path, sentence = WRONG[case]

    found = problems(text)

    assert (path, sentence) in [(at, told) for at, _, told in found], found


def test_sales_need_no_price_list_where_shareholders_share_in_them() -> None:
    """Only what is bought at head office needs a price (S3-Q1)."""
    parts = TEXT.split("\n[[")
    without = [
        part
        for part in parts
        if not part.startswith(("on_float", "example", "on_opening")) and "store_grant" not in part.split("\n")[1]
    ]
    text = "\n[[".join(without)

    assert ("on_shareholder[1]", "shareholder_income of bought points needs point_sale") in [
        (at, told) for at, _, told in problems(text)
    ]
    assert load_programme(text.replace('base = "top_up"', 'base = "sales"')).float_kind == ""


def test_sales_made_before_a_document_settles_periods_are_in_its_first_one() -> None:
    """The rule comes with the second version; the store's first period begins when the store joined (S3-17)."""
    later = load_programme(TEXT)
    first = load_programme(
        TEXT[: TEXT.index("[[on_period]]")] + TEXT[TEXT.index("[[on_opening]]") :].split("[[example]]")[0]
    )
    facts = ExampleFacts(later, later.examples[1]).facts(later)
    replay = Replay(Versions((0, 20), (first, later)), facts)

    (settled,) = [period for lines in replay.days(date(1970, 2, 1)) for period in lines.periods]

    assert (settled.sales, settled.due) == (10_000_000, 300_000)
