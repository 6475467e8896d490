"""A store's phone rings up sales without a line: they wait on it, go by themselves, and count once (S3-28)."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bazaar import sales_of
from tests.browser.people import Member
from tests.browser.test_frame import CHECK
from tests.browser.visits import NARROW, PHONE, Visits
from tests.counter.market import CODE, PHONES
from tests.running import Server

SALE = "counter/shop/sale"
LI, NOBODY = PHONES["li"], "13999999999"
KEPT = "Object.entries(localStorage).filter(([name]) => name.startsWith('jifen.counter.'))"
# Until the worker has kept the page and its parts.
READY = """async () => {
    await navigator.serviceWorker.ready;
    const cache = await caches.open("jifen-counter");
    while ((await cache.keys()).length < 5) await new Promise((go) => setTimeout(go, 50));
}"""
# What may be tapped, besides words in a sentence, and is smaller than a finger.
SMALL = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")]
    .filter((one) => one.getClientRects().length && !one.closest("p, dt, small, .skip"))
    .filter((one) => !one.matches("input[type=radio], input[type=checkbox], .skip"))
    .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
    .filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([told]) => told)"""
OF_THE_STORE = (
    "counter/shop", SALE, "counter/shop/sales", "counter/shop/points", "counter/shop/points/buy",
    "counter/shop/points/give", "counter/shop/points/owed", "counter/shop/points/purchases", "counter/shop/cards",
    "counter/shop/cards/open", "counter/shop/cards/hand", "counter/shop/periods",
)  # fmt: skip
OF_THE_BRANCH = ("branch/branch", "branch/branch/purchases", "branch/branch/stores/corner", "counter/branch")
OF_MEMBERS = ("", "me", "stored-value", "visits", "shareholder", "open-store")


def enter(visits: Visits, server: Server, name: str, **shape: Any) -> Member:
    """Let somebody log in on a phone."""
    member = Member(visits.open(**shape), server, CODE)
    member.phone = PHONES[name]
    member.log_in()
    expect(member.page.locator(".hero")).to_be_visible()
    return member


def ring_up(page: Page, card: str, amount: str) -> None:
    """Type a sale and tap twice."""
    page.fill("input[name=card]", card)
    page.fill("input[name=amount]", amount)
    page.locator("#counter form .button.wide").dblclick()


def waiting(page: Page) -> list[str]:
    """Return what the page shows of sales that are not done."""
    return page.locator("[data-part=queue] .notice").all_inner_texts()


def test_sales_without_a_line_wait_survive_a_reload_and_count_once(bazaar_visits: Visits, bazaar: Server) -> None:
    member = enter(bazaar_visits, bazaar, "wang", **PHONE)
    page, before = member.page, len(sales_of(bazaar))
    member.go(SALE)
    page.evaluate(READY)
    page.reload()
    page.context.set_offline(True)

    ring_up(page, LI, "100")
    ring_up(page, NOBODY, "30")
    expect(page.locator("[data-part=line]")).to_contain_text("网络")
    page.reload()  # the worker brings the page, and the phone its sales

    expect(page.locator("[data-part=queue] .notice")).to_have_count(2)
    assert all("等待" in one for one in waiting(page))
    kept = page.evaluate(KEPT)
    page.context.set_offline(False)
    expect(page.locator("[data-part=done] .notice")).to_contain_text("¥100.00")
    expect(page.locator("[data-part=queue] .notice.bad")).to_contain_text("没有")
    assert sales_of(bazaar)[before:] == [("李雷", 10_000, True)]
    _lose_the_answer(page, bazaar, kept, before)
    refused = [one for one in bazaar_visits.faults if one.endswith("/sale/send: 409")]
    assert len(refused) == 2  # the card that nobody has, each time it was sent
    bazaar_visits.faults[:] = [one for one in bazaar_visits.faults if one not in refused]


def _lose_the_answer(page: Page, bazaar: Server, kept: list[list[str]], before: int) -> None:
    """The answer was lost, say: both are sent again, one is the sale that was, the other is refused again."""
    page.evaluate("(kept) => kept.forEach(([name, text]) => localStorage.setItem(name, text))", kept)
    page.reload()
    expect(page.locator("[data-part=done] .notice")).to_contain_text("¥100.00")
    expect(page.locator("[data-part=queue] .notice.bad")).to_have_count(1)
    page.reload()
    expect(page.locator("[data-part=queue] .notice.bad")).to_contain_text("¥30")  # until it is dismissed
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("[data-part=queue] button").last.click()
    expect(page.locator("[data-part=queue] .notice")).to_have_count(0)
    assert page.evaluate(KEPT) == []
    assert len(sales_of(bazaar)) == before + 1


def test_stored_value_needs_a_line_and_the_code_on_the_member_s_phone(bazaar_visits: Visits, bazaar: Server) -> None:
    """In English on the narrowest phone; the member stands before it with a phone of his own."""
    store = enter(bazaar_visits, bazaar, "wang", locale="en-GB", **NARROW)
    li = enter(bazaar_visits, bazaar, "li", locale="en-GB", **PHONE)
    li.go("stored-value")
    code = re.sub(r"\D", "", li.page.locator(".paycode .digits").inner_text())
    store.go(SALE)
    page = store.page
    page.get_by_label("Stored value", exact=True).check()
    page.fill("input[name=card]", LI)
    page.fill("input[name=amount]", "20.50")
    expect(page.locator("[data-part=estimate]")).to_have_text("About 8.20 points")
    page.locator("#counter form .button.wide").click()
    expect(page.locator("[data-part=no_code]")).to_be_visible()
    page.fill("input[name=code]", code)
    page.locator("#counter form .button.wide").click()
    expect(page.locator("[data-part=done] .notice")).to_contain_text("¥20.50")
    li.go("stored-value")
    expect(li.page.locator(".hero .big")).to_have_text("¥279.50")
    assert sales_of(bazaar)[-1] == ("李雷", 2_050, False)


@pytest.mark.parametrize(("locale", "shape"), [("zh-CN", PHONE), ("en-GB", NARROW)], ids=["Chinese", "English"])
def test_every_page_fits_the_phone_and_the_finger(
    bazaar_visits: Visits, bazaar: Server, locale: str, shape: dict[str, Any]
) -> None:
    wrong = {}
    for name, pages in (("wang", OF_THE_STORE), ("zhao", OF_THE_BRANCH), ("li", OF_MEMBERS)):
        member = enter(bazaar_visits, bazaar, name, locale=locale, **shape)
        for path in pages:
            member.go(path)
            found = member.page.evaluate(CHECK)
            small = member.page.evaluate(SMALL)
            if found["wide"] or found["nameless"] or found["twice"] or found["headings"] != 1 or small:
                wrong[path] = found | {"small": small}

    assert wrong == {}
