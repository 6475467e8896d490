"""The pages of a programme with a pool: the price, one's own points, selling them (S1-05 … S1-11)."""

import pytest
from django.test import Client

from tests.web.growth_stage import GrowthStage, build_growth_stage
from tests.web.stage import text_of

MEMBER_PAGES = ["", "growth", "growth?span=day", "growth?span=all", "growth/holding", "growth/sell", "growth/sell?all"]
STORE_PAGES = ["stores", "s/teahouse", "shares", "partnerships", "cards", "wallets", "me", "mall", "statement"]
OWNER_PAGES = ["", "/orders", "/poster", "/partners", "/shareholders", "/cards", "/use"]


@pytest.fixture
def growth(db: None) -> GrowthStage:
    return build_growth_stage()


@pytest.fixture
def traded(growth: GrowthStage) -> GrowthStage:
    """Li and Zhao have bought, Li holds shares and Wang sells a card; a day is settled."""
    growth.card()
    growth.share("li", 4)
    growth.buy("li")
    growth.buy("zhao", 6000)
    growth.settle()
    return growth


def shown(client: Client, page: str) -> str:
    answer = client.get(f"/growth/{page}")
    assert answer.status_code == 200, page
    return text_of(answer)


def test_every_page_is_there_before_anything_was_sold(growth: GrowthStage) -> None:
    for client in (growth.browser("li"), growth.browser("li", language="zh-hans")):
        for page in MEMBER_PAGES + STORE_PAGES:
            shown(client, page)


def test_every_page_is_there_after_sales(traded: GrowthStage) -> None:
    li, wang = traded.browser("li"), traded.browser("wang", language="zh-hans")

    for page in MEMBER_PAGES + STORE_PAGES:
        shown(li, page)
    for page in OWNER_PAGES:
        shown(wang, f"store/teahouse{page}")
