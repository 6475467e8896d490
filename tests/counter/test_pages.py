"""Every page of a store, a branch, a shareholder and a member answers, in both languages (S3-24 … S3-29)."""

import pytest

from tests.counter.market import CODE, Market, grant

STORE_PAGES = (
    "counter/shop", "counter/shop/sale", "counter/shop/sales", "counter/shop/points", "counter/shop/points/buy",
    "counter/shop/points/quote?points=100", "counter/shop/points/give", "counter/shop/points/owed",
    "counter/shop/points/purchases", "counter/shop/cards", "counter/shop/cards/open", "counter/shop/cards/hand",
    "counter/shop/periods",
)  # fmt: skip
MEMBER_PAGES = ("", "me", "stored-value", "stored-value/code", "visits", "shareholder", "open-store", "wallets")
BRANCH_PAGES = ("branch/branch", "branch/branch/purchases", "branch/branch/stores/corner", "counter/branch")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_answers_before_anything_happened_and_after_it(market: Market, language: str) -> None:
    phones = {name: market.browser(name, language=language) for name in ("wang", "zhao", "li")}
    asked = [("wang", STORE_PAGES), ("zhao", BRANCH_PAGES), ("li", MEMBER_PAGES)]

    empty = {page: phones[who].get(f"/{CODE}/{page}").status_code for who, pages in asked for page in pages}
    market.fill("shop", 300)
    grant(market, 1_000)
    market.prepay("li", 100)
    market.send(phones["wang"])
    market.send(phones["wang"], key="second", amount="1000")
    full = {page: phones[who].get(f"/{CODE}/{page}").status_code for who, pages in asked for page in pages}

    assert set(empty.values()) | set(full.values()) == {200}, (empty, full)
