"""The frame of every page: narrow screens, the dark, languages, keys, and names for whatever can be used."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Member, Operator
from tests.browser.visits import DESKTOP, NARROW, PHONE, Visits
from tests.running import Server

OF_MEMBERS = (
    "",
    "mall",
    "mall/tea",
    "mall/lock",
    "statement",
    "lots",
    "team",
    "team/1",
    "invite",
    "orders",
    "withdraw",
)
OF_MEMBERS_ALONE = ("me", "settings", "orders/none")
OF_THE_CONSOLE = (
    *("", "members/", "orders/", "products/", "products/add/", "withdrawals/", "adjustments/", "reserve/", "ledger/"),
    *("accounts/", "closes/", "runs/", "versions/", "versions/1/", "versions/draft/", "declared/", "orders/none/"),
)
OF_ALL_PROGRAMMES = ("acts/", "operators/", "password_change/")
FOUND_FROM = {"mall": ".goods a", "statement": "#lines a", "orders": "ul.rows a"}
FOUND_FROM_CONSOLE = ("members/", "orders/", "products/", "withdrawals/", "ledger/", "runs/")

CHECK = """() => {
    const shown = (element) => element.getClientRects().length > 0;
    const named = (element) => (element.labels && element.labels.length) || element.getAttribute("aria-label")
        || element.getAttribute("aria-labelledby") || element.title || element.textContent.trim();
    const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
    const told = (element) => element.outerHTML.slice(0, 120);
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    return {
        wide: Math.max(document.scrollingElement.scrollWidth - innerWidth, 0),
        headings: all("h1").length,
        language: document.documentElement.lang.toLowerCase(),
        title: document.title !== "",
        nameless: all("input, select, textarea, button, a[href], summary")
            .filter((one) => !one.closest("[aria-hidden=true]") && !named(one)).map(told),
        pictures: all("img:not([alt]), svg[role=img]:not([aria-label])").map(told),
        twice: ids.filter((id, place) => ids.indexOf(id) !== place),
        mains: all("main, [role=main]").length > 1,
    };
}"""


def looked_at(page: Page, addresses: Iterator[str], language: str) -> dict[str, Any]:
    """Return what is wrong with pages, by address."""
    wrong = {}
    right = {"wide": 0, "headings": 1, "language": language, "title": True, "nameless": [], "pictures": []}
    right |= {"twice": [], "mains": False}
    for address in addresses:
        page.goto(address)
        found = page.evaluate(CHECK)
        if found != right:
            wrong[address] = {name: value for name, value in found.items() if value != right[name]}
    return wrong


def found_on(page: Page, lists: Iterator[tuple[str, str]]) -> Iterator[str]:
    """Yield the first address that each list leads to."""
    for address, links in lists:
        page.goto(address)
        leads_to = page.locator(links).first.get_attribute("href")
        assert leads_to is not None
        yield leads_to


@pytest.mark.parametrize(("locale", "language"), [("zh-CN", "zh-hans"), ("en-GB", "en")])
def test_every_page_of_members_fits_the_narrowest_phone_and_names_what_it_offers(
    visits: Visits, platform: Server, locale: str, language: str
) -> None:
    page = visits.open(locale=locale, color_scheme="dark", **NARROW)
    wrong = looked_at(page, iter(("/release/login", "/release/join")), language)
    member = Member(page, platform)
    member.log_in()
    expect(page.locator(".hero")).to_be_visible()

    wrong |= looked_at(page, (f"/release/{path}" for path in OF_MEMBERS + OF_MEMBERS_ALONE), language)
    found = list(found_on(page, ((f"/release/{path}", links) for path, links in FOUND_FROM.items())))
    wrong |= looked_at(page, iter(found), language)

    assert wrong == {}


@pytest.mark.parametrize(("locale", "language"), [("zh-CN", "zh-hans"), ("en-GB", "en")])
def test_every_page_of_the_console_fits_the_narrowest_phone_and_names_what_it_offers(
    visits: Visits, platform: Server, locale: str, language: str
) -> None:
    page = visits.open(locale=locale, color_scheme="dark", **NARROW)
    wrong = looked_at(page, iter(("/console/login/",)), language)
    operator = Operator(page, platform, platform.operators[0])
    operator.log_in()

    wrong |= looked_at(page, (f"/console/p/release/{path}" for path in OF_THE_CONSOLE), language)
    wrong |= looked_at(page, (f"/console/{path}" for path in OF_ALL_PROGRAMMES), language)
    lists = ((f"/console/p/release/{path}", ".jf-table tbody a") for path in FOUND_FROM_CONSOLE)
    wrong |= looked_at(page, iter(list(found_on(page, lists))), language)

    assert wrong == {}


def test_keys_alone_skip_to_the_content_and_show_where_they_are(visits: Visits, platform: Server) -> None:
    page = visits.open(**DESKTOP)
    page.goto("/release/login")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    page.keyboard.press("Tab")
    expect(page.locator("input[name=phone]")).to_be_focused()
    page.keyboard.type(platform.member_phone)
    page.keyboard.press("Tab")
    page.keyboard.type(platform.password)
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="登录")
    expect(button).to_be_focused()
    assert button.evaluate("one => getComputedStyle(one).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.locator(".hero")).to_be_visible()


def test_the_dark_is_dark(visits: Visits, platform: Server) -> None:
    """Bright ink on a dark ground, for members and in the console."""
    brightness = """() => getComputedStyle(document.querySelector('input')).color.match(/\\d+/g).slice(0, 3)
        .reduce((sum, part) => sum + Number(part), 0)"""
    for address in ("/release/login", "/console/login/"):
        dark, light = (visits.open(color_scheme=scheme, **PHONE) for scheme in ("dark", "light"))
        for page in (dark, light):
            page.goto(address)
        assert dark.evaluate(brightness) > light.evaluate(brightness), address


def test_a_reader_changes_the_language_and_stays_on_the_page(phone: Page, desktop: Page) -> None:
    for page, address in ((phone, "/release/join"), (desktop, "/console/login/")):
        page.goto(address)
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert page.url.endswith(address)
