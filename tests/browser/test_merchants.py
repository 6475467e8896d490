"""A merchant applies on the phone, the centre of the area approves, and the store stands among those nearby (S2-59)."""

import os
from pathlib import Path

from playwright.sync_api import Geolocation, Page, expect

from jifen.members.models import Member as Person
from jifen.members.ticks import next_tick
from jifen.programmes.models import Programme
from jifen.settlement.run import today
from jifen.stores.models import Center
from tests.agents.firm import LICENCES, png
from tests.browser.people import Member
from tests.browser.square import FIRST_VERSION
from tests.browser.test_frame import CHECK
from tests.browser.visits import NARROW, PHONE, Visits
from tests.databases import connected_to
from tests.running import Server

PLACES = ("440000", "440300", "440303")  # Guangdong, Shenzhen, Luohu
HERE: Geolocation = {"latitude": 22.546, "longitude": 114.125}
AWAY: Geolocation = {"latitude": 22.551, "longitude": 114.125}
SHOP, HOLDER = "老街面馆", "陈主任"


def look(page: Page, name: str) -> None:
    """Check that nothing is wider than the phone; keep a picture where one is asked for."""
    assert page.evaluate(CHECK)["wide"] == 0, page.url
    folder = os.environ.get("JIFEN_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def have_center(server: Server, name: str) -> None:
    """Let somebody have the operation centre of the district."""
    with connected_to(server.database):
        programme = Programme.objects.get(code=FIRST_VERSION)
        holder = Person.objects.get(programme=programme, name=name)
        since = today(programme.pk)
        Center.objects.create(
            programme=programme, region=PLACES[-1], member=holder, since_tick=next_tick(), since_on=since
        )


def test_a_merchant_applies_the_centre_reviews_and_the_store_is_nearby(square_visits: Visits, square: Server) -> None:
    centre, merchant = (Member(square_visits.open(**PHONE), square, FIRST_VERSION) for _ in range(2))
    owner, guest = (Member(square_visits.open(**NARROW), square, FIRST_VERSION) for _ in range(2))
    owner.log_in()
    expect(owner.page.locator(".hero")).to_be_visible()
    link = owner.invite_link()
    for somebody, name in ((centre, HOLDER), (merchant, "韩梅梅"), (guest, "李雷")):
        somebody.register(link, name)
        expect(somebody.page.locator(".hero")).to_be_visible()
    have_center(square, HOLDER)  # and none who brought the merchant, which nobody reviews

    _apply(merchant)
    _review(centre)
    _is_nearby(merchant.page, merchant)
    _choose_a_region(guest)


def _choose(page: Page, codes: tuple[str, ...]) -> None:
    """Choose a region level by level, each in a list that is ready."""
    for number, code in enumerate(codes, start=1):
        expect(page.locator(f"#region{number}")).to_be_visible()
        expect(page.locator(".htmx-added")).to_have_count(0)
        page.select_option(f"#region{number}", code)
        expect(page.locator(f"#region{number} option:checked")).to_have_attribute("value", code)


def _apply(merchant: Member) -> None:
    page = merchant.page
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(HERE)
    merchant.go("merchant")
    look(page, "merchant-begin")
    page.get_by_role("link", name="开始申请").click()
    fields = {"title": SHOP, "licence_number": LICENCES[0], "contact": "韩梅梅", "phone": "13900000001"}
    for name, text in (fields | {"address": "东门老街8号", "services": "面 饺子 外卖", "concession": "10"}).items():
        page.fill(f"[name={name}]", text)
    page.set_input_files(
        "input[name=picture]", {"name": "licence.png", "mimeType": "image/png", "buffer": png(text="licence")}
    )
    _choose(page, PLACES)
    page.select_option("[name=coordinates]", "gcj02")
    page.get_by_role("button", name="使用当前位置").click()
    expect(page.locator("input[name=latitude]")).to_have_value("22.546000")
    expect(page.locator("[name=coordinates]")).to_have_value("wgs84")
    look(page, "merchant-apply")
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("main")).to_contain_text("等待审核")
    look(page, "merchant-sent")


def _review(centre: Member) -> None:
    page = centre.page
    centre.go("centers/apply")
    look(page, "centers")
    for code in PLACES[:2]:
        page.locator(f"a[href='?region={code}']").first.click()
    expect(page.locator("main")).to_contain_text("罗湖区")
    look(page, "centers-city")
    centre.go("center")
    look(page, "center")
    centre.go("center/merchants")
    look(page, "review-list")
    page.get_by_role("link", name=SHOP).click()
    expect(page.locator("main")).to_contain_text("13900000001")
    page.check("input[name=decision][value=approve]")
    page.fill("[name=reason]", "执照已核对")
    look(page, "review")
    page.get_by_role("button", name="提交审核结果").click()
    expect(page.locator("#toasts")).to_contain_text("门店已开通")


def _is_nearby(page: Page, merchant: Member) -> None:
    merchant.go("merchant")
    expect(page.locator("main")).to_contain_text("执照已核对")
    look(page, "merchant-approved")
    merchant.go("nearby")
    look(page, "nearby-begin")
    page.context.set_geolocation(AWAY)
    page.get_by_role("button", name="我附近的门店").click()
    first = page.locator("#found .rows > li").first
    expect(first).to_contain_text(SHOP)
    expect(first).to_contain_text("556 米")
    way = first.get_by_role("link", name="导航").get_attribute("href")
    assert way is not None
    assert way.startswith("https://uri.amap.com/navigation?to=114.1")
    look(page, "nearby")
    first.get_by_role("link", name=SHOP).click()
    expect(page.locator("h1")).to_have_text("到店付款")
    look(page, "store")


def _choose_a_region(guest: Member) -> None:
    """Without leave to know the place one chooses a region."""
    page = guest.page
    guest.go("nearby")
    page.get_by_role("button", name="我附近的门店").click()
    expect(page.locator("[data-located]")).to_contain_text("请选择地区")
    page.locator("details summary").click()
    _choose(page, PLACES[:2])
    expect(page.locator("#region3")).to_be_visible()
    page.get_by_role("button", name="显示门店").click()
    expect(page.locator("#found")).to_contain_text(SHOP)
    look(page, "nearby-region")
