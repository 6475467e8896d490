"""What goes wrong is said in a sentence on the page, and nothing is lost."""

from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.people import Member, Operator
from tests.browser.visits import DESKTOP, PHONE, Visits
from tests.running import Server


def test_a_wrong_password_is_refused_and_the_phone_stays(phone: Page, platform: Server) -> None:
    member = Member(phone, platform)
    member.log_in(password="not the right one")

    expect(phone.get_by_role("alert")).to_have_text("手机号或密码不正确")
    expect(phone.locator("input[name=phone]")).to_have_value(member.phone)
    expect(phone.locator("input[name=password]")).to_have_value("")


def test_a_wrong_name_at_the_console_is_refused(desktop: Page, platform: Server) -> None:
    desktop.goto("/console/")
    desktop.fill("input[name=username]", "nobody")
    desktop.fill("input[name=password]", platform.password)
    desktop.press("input[name=password]", "Enter")

    expect(desktop.locator("main, body").first).to_contain_text("用户名")
    expect(desktop).to_have_url(f"{platform.address}/console/login/?next=/console/")


def test_too_many_points_are_refused_and_the_form_stays(visits: Visits, platform: Server) -> None:
    page = visits.open(locale="en-GB", **PHONE)
    member = Member(page, platform)
    member.log_in()
    expect(page.locator(".hero")).to_be_visible()

    member.go("mall/lock")
    page.fill("input[name=points]", "900.01")  # 30 % of 3000 is 900 (S4-19)
    member.say_where_to()
    page.click("main form button")

    expect(page.locator(".error")).to_have_text("at most 900.00 points may pay for this cart")
    expect(page.locator("input[name=points]")).to_have_value("900.01")
    page.fill("input[name=points]", "900")
    expect(page.locator("#quote .sum")).to_contain_text("¥2,100.00")


def test_what_belongs_to_somebody_else_is_not_there(visits: Visits, platform: Server) -> None:
    """The page that says so speaks both languages."""
    member, newcomer = (Member(visits.open(**PHONE), platform) for _ in range(2))
    member.log_in()
    number = member.order("lock")
    member.go("statement")
    why = member.page.locator("#lines a").first.get_attribute("href")
    newcomer.register(member.invite_link(), "韩梅梅")
    expect(newcomer.page.locator(".hero")).to_be_visible()

    for language, said in (("zh-hans", "没有这个页面。"), ("en", "There is no such page.")):
        newcomer.page.context.add_cookies(
            [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": platform.address}]
        )
        for address in (f"/release/orders/{number}", why or ""):
            answer = newcomer.page.goto(address)
            assert answer is not None
            assert answer.status == 404
            expect(newcomer.page.locator("h1")).to_have_text(said)


def test_what_is_sold_out_can_be_looked_at_only(visits: Visits, platform: Server) -> None:
    """The last piece is taken between two pages: the second order says so."""
    operator = Operator(visits.open(**DESKTOP), platform, platform.operators[0])
    operator.log_in()
    operator.go("products/")
    operator.page.get_by_role("link", name="chair").click()
    operator.page.fill("input[name=stock]", "1")
    operator.page.locator("form.jf-form button[type=submit]").click()
    operator.page.wait_for_url("**/products/")
    member = Member(visits.open(**PHONE), platform)
    member.log_in()
    expect(member.page.locator(".hero")).to_be_visible()
    late = member.page.context.new_page()
    late.goto("/release/mall/chair")

    number = member.order("chair")
    member.say_where_to(late)
    late.click("main form button")
    expect(late.locator("main")).to_contain_text("已售完")
    assert late.url.endswith("/mall/chair")
    member.go("mall")
    goods = member.page.locator(".goods li", has_text="按摩椅")
    expect(goods).to_contain_text("已售完")
    goods.get_by_role("link").click()
    expect(member.page.locator("main form")).to_have_count(0)

    member.go(f"orders/{number}")
    member.page.get_by_role("button", name="取消订单").click()
    member.go("mall")
    expect(goods).not_to_contain_text("已售完")


def test_a_payment_is_not_confirmed_when_the_points_have_gone_meanwhile(visits: Visits, platform: Server) -> None:
    member = Member(visits.open(**PHONE), platform)
    operator = Operator(visits.open(**DESKTOP), platform, platform.operators[0])
    member.log_in()
    expect(member.page.locator(".hero")).to_be_visible()
    free = member.free()
    number = member.order("lock", points="100")
    member.report_payment(number, "招行转账")
    member.withdraw(f"{free - 50:.2f}")
    left = member.free()

    operator.log_in()
    operator.go(f"orders/{number}/")
    operator.act("confirm", reason="已到账")
    expect(operator.page.get_by_role("alert")).to_have_text("可用积分不足")
    expect(operator.page.locator("input[name=confirm-reason]")).to_have_value("已到账")
    member.go(f"orders/{number}")
    expect(member.page.locator(".tag").first).to_have_text("已报付款")
    assert member.free() == left

    member.go("withdraw")
    member.page.locator("summary").first.click()
    member.page.get_by_role("button", name="取消提现").first.click()
    expect(member.page.locator("#toasts")).to_contain_text("已取消")
    assert member.free() == free
    operator.act("confirm", reason="积分已退回")
    expect(operator.page.locator("body")).to_contain_text("已确认收款")
    assert round(member.free() - free, 4) == -100
