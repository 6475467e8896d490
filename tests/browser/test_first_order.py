"""The first day of a platform: an order, its review, the night after it, why, and money going out again."""

from playwright.sync_api import Page, expect

from tests.browser.people import Member, Operator, number_in
from tests.browser.visits import DESKTOP, PHONE, Visits
from tests.running import Server


def test_an_order_is_reviewed_settled_and_explained(phone: Page, desktop: Page, platform: Server) -> None:
    """Member on a phone, operator at a desk, both in Chinese."""
    member, operator = Member(phone, platform), Operator(desktop, platform, platform.operators[0])
    member.log_in()
    expect(phone.locator("h1")).to_have_text("积分释放增值")
    expect(phone.locator(".hero")).to_contain_text("可用")
    member.go("mall")
    phone.get_by_role("link", name="购买 智能地锁").click()
    member.say_where_to()
    phone.locator("input[name=points]").fill("10")
    expect(phone.locator("#quote .sum")).to_contain_text("¥2,990.00")
    phone.get_by_role("button", name="提交订单").click()
    expect(phone.locator("#toasts")).to_contain_text("订单已提交。")
    number = phone.locator("main h2").first.inner_text()
    member.report_payment(number, "工行转账 14:20")
    expect(phone.locator(".notice")).to_have_text("您已报付款，运营人员正在核对。")

    operator.log_in()
    desktop.get_by_role("link", name="待确认收款").click()
    row = desktop.locator("tr", has_text=number)
    expect(row).to_contain_text("工行转账 14:20")
    row.get_by_role("link", name=number).click()
    operator.act("confirm", reason="已到账")
    expect(desktop.locator("body")).to_contain_text("已确认收款，方案规定的积分已入账。")
    operator.settle_next_day()
    day = operator.settle_next_day()

    member.go("lots")
    lot = phone.locator("article", has_text=number)
    expect(lot).to_contain_text("释放中")
    expect(lot).to_contain_text("7,500.00")  # the tier of 3000 CNY grants 2.5 times (S4-03)
    member.go("statement")
    expect(phone.locator("li.day").first).to_have_text(day)
    phone.locator("#lines a", has_text="按时间释放").first.click()
    why = phone.locator("dialog .why")
    expect(why).to_be_visible()
    expect(why).to_contain_text("怎么算的")
    expect(why.locator(".formula li").first).to_contain_text("1.2 %")
    expect(why.locator("blockquote")).to_contain_text("S4-06")
    expect(why).to_contain_text(day)
    phone.get_by_role("button", name="关闭").click()
    expect(why).not_to_be_visible()


def test_what_the_team_releases_names_the_people_it_came_from(phone: Page, platform: Server) -> None:
    member = Member(phone, platform)
    member.log_in()
    expect(phone.locator(".hero")).to_be_visible()

    member.go("statement?rule=generation_share")
    phone.locator("#lines a").first.click()
    people = phone.locator("dialog .why .chain li")
    expect(people.first).to_contain_text("** M")
    phone.get_by_role("button", name="关闭").click()

    member.go("team")
    expect(phone.locator("h1")).to_have_text("我的团队")
    expect(phone.locator("main")).to_contain_text("团队人数")
    phone.locator("summary", has_text="第 1 代").click()
    expect(phone.locator("details[open] li").first).to_contain_text("加入")


def test_a_withdrawal_needs_two_operators_and_tells_its_history(visits: Visits, platform: Server) -> None:
    phone = visits.open(**PHONE)
    member = Member(phone, platform)
    approver, payer = (Operator(visits.open(**DESKTOP), platform, name) for name in platform.operators)
    member.log_in()
    free = member.free()
    member.withdraw("100")
    expect(phone.locator("#toasts")).to_contain_text("已申请。")
    assert round(member.free() - free, 4) == -100

    approver.log_in()
    approver.page.get_by_role("link", name="待审核提现").click()
    approver.page.locator(".jf-table tbody a").first.click()
    approver.act("approve", reason="核对无误")
    expect(approver.page.locator("body")).to_contain_text("已批准，由另一位操作员打款。")
    expect(approver.page.locator("#actions")).to_contain_text("这是您批准的，须由另一位操作员打款。")
    payer.log_in()
    payer.page.goto(approver.page.url)
    payer.act("pay", reason="工行回单 8812")
    expect(payer.page.locator("body")).to_contain_text("已从准备金支付。")

    member.go("withdraw")
    phone.locator("summary", has_text="100.00").first.click()
    chain = phone.locator("details[open] .chain")
    expect(chain.locator("li")).to_have_count(3)
    expect(chain).to_contain_text("核对无误")
    expect(chain).to_contain_text("工行回单 8812")
    assert number_in(phone.locator("details[open] dd").last.inner_text()) == 100
