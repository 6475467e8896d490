"""Who acts in the stories: a member at the pages of the programme, an operator at the console."""

import re
from itertools import count

from playwright.sync_api import Page, expect

from tests.databases import connected_to
from tests.running import Server

NUMBERS = count()
WEST_LAKE = ("330000", "330100", "330106")  # province, city and district
NUMBER = re.compile(r"-?[\d,]+\.\d+")


def number_in(text: str) -> float:
    """Return the first amount in a text."""
    found = NUMBER.search(text)
    assert found is not None, text
    return float(found[0].replace(",", ""))


class Member:
    """Somebody at the member pages."""

    def __init__(self, page: Page, server: Server, programme: str = "release") -> None:
        self.page = page
        self.server = server
        self.programme = programme
        self.phone = server.member_phone

    def go(self, path: str = "") -> None:
        """Go to a page of the programme."""
        self.page.goto(f"/{self.programme}/{path}")

    def pay_at_cashier(self, provider: str = "alipay") -> None:
        """Choose who takes the money, pay at the simulated cashier, and come back to what was paid (S2-22)."""
        self.page.click(f"button[name=provider][value={provider}]")
        self.page.click("button[name=does][value=pay]")
        self.page.wait_for_url(lambda address: "/cashier/" not in address and "/payments/" not in address)

    def log_in(self, *, password: str = "") -> None:
        """Log in by phone and password."""
        self.go("login")
        self.page.fill("input[name=phone]", self.phone)
        self.page.fill("input[name=password]", password or self.server.password)
        self.page.press("input[name=password]", "Enter")

    def ask_to_join(self, link: str) -> None:
        """Go to an invite link, and have a code sent to a phone that nobody has."""
        self.phone = f"139{next(NUMBERS):08}"
        self.page.goto(link)
        self.page.fill("input[name=phone]", self.phone)
        self.page.click("main form button")
        self.page.wait_for_selector("input[name=code]")

    def code(self, phone: str = "") -> str:
        """Return the code of the newest text message to one's phone, or to any where the phone is "any"."""
        from tests.codes import newest_code

        with connected_to(self.server.database):
            return newest_code("" if phone == "any" else phone or self.phone)

    def register(self, link: str, name: str) -> None:
        """Register by an invite link, with a phone that nobody has, and the code that it gets."""
        self.ask_to_join(link)
        self.page.fill("input[name=code]", self.code())
        self.page.fill("input[name=name]", name)
        self.page.fill("input[name=password]", self.server.password)
        self.page.check("input[name=consent]")
        self.page.click("main form button")

    def invite_link(self) -> str:
        """Return the link that others register by."""
        self.go("invite")
        return self.page.locator("#link").input_value()

    def free(self) -> float:
        """Return the free points that home shows."""
        self.go()
        return number_in(self.page.locator(".hero .big").inner_text())

    def order(self, product: str, *, points: str = "0") -> str:
        """Order one piece; return the number of the order."""
        self.go(f"mall/{product}")
        self.page.fill("input[name=points]", points)
        self.say_where_to()
        self.page.click("main form button")
        self.page.wait_for_url(f"{self.server.address}/{self.programme}/orders/*")
        return self.page.url.rsplit("/", 1)[1]

    def say_where_to(self, page: Page | None = None) -> None:
        """Type an address into the order's form, where none is kept yet (S2-21)."""
        at = page or self.page
        if not at.locator(".another").is_visible():
            return
        at.fill("input[name=name]", "王小明")
        at.fill("input[name=phone]", "13800000009")
        for level, code in enumerate(WEST_LAKE, start=1):
            at.select_option(f"#region{level}", code)
            at.wait_for_load_state("networkidle")
        at.fill("textarea[name=address]", "文三路 90 号")

    def report_payment(self, number: str, note: str) -> None:
        """Say that an order is paid."""
        self.go(f"orders/{number}")
        self.page.fill("textarea[name=note]", note)
        self.page.click("main form button >> nth=0")
        expect(self.page.locator("main")).to_contain_text(note)

    def withdraw(self, amount: str, *, kind: str = "points") -> None:
        """Ask for a withdrawal of points."""
        self.go("withdraw")
        self.page.select_option("select[name=kind]", kind)
        self.page.fill("input[name=amount]", amount)
        self.page.click("main form button >> nth=0")


class Operator:
    """Somebody at the console."""

    def __init__(self, page: Page, server: Server, name: str, programme: str = "release") -> None:
        self.page = page
        self.server = server
        self.name = name
        self.programme = programme

    def go(self, path: str = "") -> None:
        """Go to a page of the programme."""
        self.page.goto(f"/console/p/{self.programme}/{path}")

    def log_in(self) -> None:
        """Log in by name and password."""
        self.page.goto("/console/")
        self.page.fill("input[name=username]", self.name)
        self.page.fill("input[name=password]", self.server.password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(f"{self.server.address}/console/p/*/")
        self.go()

    def act(self, action: str, *, reason: str = "", **fields: str) -> None:
        """Fill in the fields of an action on the page at hand, and send it."""
        block = self.page.locator(f"details:has(input[name=action][value={action}])")
        if block.get_attribute("open") is None:
            block.locator("summary").click()
        for name, value in (fields | ({"reason": reason} if reason else {})).items():
            block.locator(f"[name={action}-{name}]").fill(value)
        block.locator("button[type=submit]").click()

    def settle_next_day(self) -> str:
        """Settle the next day and wait until the worker has done it; return the day."""
        self.go("runs/")
        offer = self.page.locator("details:has(input[value=settle]) summary").inner_text()
        day = re.search(r"\d{4}-\d\d-\d\d", offer)
        assert day is not None
        self.act("settle", reason="trying out")
        expect(self.page.locator(f'.jf-table a[href$="/runs/{day[0]}/"]')).to_be_visible()
        expect(self.page.locator("#progress")).to_have_count(0)
        return day[0]
