"""The console of an alliance: purchases, points, periods, shareholders, stored value, imports (S3-03 … S3-31)."""

import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jifen.alliance.applying import Wish, apply_for_store
from jifen.alliance.models import (
    BranchGrant,
    CreditChange,
    MemberImport,
    Purchase,
    ShareholderFee,
    StoreApplication,
    StoredTopUp,
)
from jifen.alliance.purchases import apply
from jifen.backoffice.roles import ROLES
from jifen.ledger.reading import balances
from jifen.members.models import Member, Operator
from jifen.members.phones import find_by_phone
from jifen.stores.models import Conservation, Period, Store
from jifen.tables.sheets import read_sheet
from tests.alliance.harbor import COIN, COINS, LUOHU, Harbor, open_harbor
from tests.backoffice.office import LOGIN, Office, send, text_of
from tests.backoffice.test_ledger import QUERIES_MAX, cells_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}(?: [a-z]+)*")
NAMES = re.compile(
    r"English en|简体中文|商家联盟|门店\w+|深圳市|罗湖区|广东省|南山店|SHA-256|\S+/\S+|members\.csv|安娜|白云"
    r"|\b(?:approver|auditor|chief|finance|operator|system|wang|li|north|bob|ada)\b|[A-Z][a-z]+"
)
LISTS = (
    *("points-of-stores/", "stores/", "store-applications/", "purchases/", "grants/", "credit-lines/", "periods/"),
    *("stored-value/", "shareholders/", "conservation/", "finance/", "imports/"),
)


class Quay(Harbor):
    """A harbour with operators of every role at their desks."""

    def desk(self, role: str, *, language: str = "en") -> Client:
        """Return a browser in which an operator of a role has logged in."""
        operator, new = Operator.objects.get_or_create(username=role, defaults={"is_staff": True})
        if new:
            operator.is_superuser = role == "chief"
            operator.set_password(LOGIN)
            operator.save()
            operator.groups.set(Group.objects.filter(name=role))
        client = Client(headers={"accept-language": language})
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        client.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def address(self, rest: str = "") -> str:
        """Return the address of a page of the programme."""
        return f"/console/p/{self.programme.code}/{rest}"

    def page(self, role: str, rest: str, /) -> str:
        """Return what a page says to a role."""
        return text_of(self.desk(role).get(self.address(rest)))

    def act(self, role: str, rest: str, action: str, /, **values: str) -> str:
        """Send an action of a page and return what the page then says."""
        return send(self.desk(role), self.address(rest), action, **values)

    @property
    def shareholder_fee(self) -> int:
        """The row with which Hugo became a shareholder."""
        return ShareholderFee.objects.get().pk

    def file(self, role: str, text: str) -> str:
        """Upload a list of members."""
        sent = SimpleUploadedFile("members.csv", text.encode(), "text/csv")
        values = {"action": "upload", "upload-file": sent, "upload-key": self.key()}
        client = self.desk(role)
        answer = client.post(self.address("imports/"), values)
        return text_of(client.get(self.address("imports/")) if answer.status_code == 302 else answer)


@pytest.fixture
def quay(db: None) -> Quay:
    harbor = open_harbor()
    return Quay(harbor.programme, harbor.wang, harbor.li)


@pytest.fixture
def busy(quay: Quay) -> Quay:
    """A harbour in which something of everything has happened."""
    quay.shareholder("Hugo")
    quay.grant(quay.branch, 5_000)
    quay.credit(quay.bob, 100)
    quay.buy_points(quay.bob, 1_000)
    quay.welcome("Eve", quay.bob)
    quay.top_up("Eve", 300)
    quay.sell(quay.bob, "Eve", 500)
    quay.sell(quay.ada, "Eve", 200)  # its float is empty: owed
    quay.end_day()
    quay.close_period(quay.bob, quay.today)
    assert quay.bob.owner_id is not None
    apply(store_id=quay.bob.pk, member_id=quay.bob.owner_id, points=200 * COIN, key=quay.key(), note="6225")
    wish = Wish("store", "南山店", "", "91440300708461136T", LUOHU, "1-2", "0755 1", None)
    quay.member("Ivo")
    Member.objects.filter(pk=quay.member("Hugo")).update(invite_code="HUGO2345")
    apply_for_store(member_id=quay.member("Ivo"), wish=wish, invite_code="HUGO2345", key=quay.key())
    return quay


def addresses(quay: Quay) -> list[str]:
    """Return the address of every page."""
    ones = [
        *(f"purchases/{pk}/" for pk in Purchase.objects.values_list("pk", flat=True)),
        *(f"grants/{pk}/" for pk in BranchGrant.objects.values_list("pk", flat=True)),
        *(f"credit-lines/{pk}/" for pk in CreditChange.objects.values_list("pk", flat=True)),
        *(f"periods/{pk}/" for pk in Period.objects.values_list("pk", flat=True)),
        *(f"stored-value/{pk}/" for pk in StoredTopUp.objects.values_list("pk", flat=True)),
        *(f"store-applications/{pk}/" for pk in StoreApplication.objects.values_list("pk", flat=True)),
        *(f"imports/{pk}/" for pk in MemberImport.objects.values_list("pk", flat=True)),
        *(f"stores/{quay.bob.pk}/{rest}" for rest in ("", "points/", "open-period/")),
        f"shareholders/{quay.shareholder_fee}/",
    ]
    return [quay.address(one) for one in (*LISTS, *ones)]


def test_every_page_speaks_one_language_and_asks_little(busy: Quay) -> None:
    busy.file("operator", "姓名,手机,门店,积分\n安娜,13900000001,bob,5\n白云,x,bob,5\n")
    clients = {"en": busy.desk("chief"), "zh-hans": busy.desk("chief", language="zh-hans")}
    foreign = {"en": CHINESE, "zh-hans": ENGLISH}

    for address in addresses(busy):
        for language, client in clients.items():
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address)
            assert answer.status_code == 200, address
            left = foreign[language].findall(NAMES.sub(" ", text_of(answer)))
            assert [one for one in left if one not in "姓名手机门店积分"] == [], (address, language)
            assert len(queries) <= QUERIES_MAX, (address, [query["sql"][:120] for query in queries])


@pytest.mark.parametrize("role", list(ROLES))
def test_a_role_opens_its_pages_and_no_others(busy: Quay, role: str) -> None:
    seen = {busy.desk(role).get(busy.address(one)).status_code for one in LISTS}

    assert seen == ({403} if role == "system" else {200})


def test_a_programme_without_stores_points_has_none_of_the_pages(office: Office) -> None:
    client = office.desk("chief")

    found = {client.get(office.address(one)).status_code for one in LISTS if one != "stores/"}

    assert found == {404}
    assert "Points of stores" not in text_of(client.get(office.address("members/")))


def test_a_purchase_by_bank_needs_two_operators(busy: Quay) -> None:
    page = f"purchases/{Purchase.objects.latest('pk').pk}/"

    noted = busy.act("finance", page, "note", reference="B-77")
    own = busy.act("finance", page, "approve")
    approved = busy.act("approver", page, "approve")

    assert "Noted. Another operator approves it." in noted
    assert "You noted the money, so another operator must approve." in own
    assert "Approved. The points are there." in approved
    assert busy.holds(busy.bob) == 1_000 * COIN  # 1,000 bought, 200 given, 200 bought
    assert "approved a purchase of points" in text_of(busy.desk("auditor").get("/console/acts/"))


def test_grants_and_credit_lines_are_proposed_and_decided(busy: Quay) -> None:
    granted = busy.act("operator", "grants/", "grant", store="north", points="1,000.5", role="unfunded")
    lined = busy.act("operator", "credit-lines/", "credit", store="north", points="50")
    refused = busy.act("operator", "grants/", "grant", store="bob", points="5", role="funded")
    unknown = busy.act("operator", "grants/", "grant", store="nowhere", points="5", role="funded")
    grant, line = BranchGrant.objects.latest("pk"), CreditChange.objects.latest("pk")
    busy.act("approver", f"grants/{grant.pk}/", "approve")
    busy.act("approver", f"credit-lines/{line.pk}/", "reject", reason="not yet")

    assert "Proposed. Another operator approves it." in granted
    assert "Proposed. Another operator approves it." in lined
    assert "head office gives points to branches; a store buys them" in refused
    assert "there is no store nowhere" in unknown
    grant.refresh_from_db()
    line.refresh_from_db()
    assert (grant.state, grant.amount, line.state) == ("approved", 100_050, "rejected")
    assert "1,000.50 no because" in busy.page("auditor", "grants/")


def test_the_points_of_a_store_are_told_whole(busy: Quay) -> None:
    shown = busy.page("auditor", f"stores/{busy.bob.pk}/points/")
    owing = busy.page("auditor", f"stores/{busy.ada.pk}/points/")
    found = busy.page("auditor", "points-of-stores/?q=bob")

    assert "Holds 800.00 credit line 100.00" in shown
    assert re.search(r"\d+-\d+-\d+ bought at head office or the branch 1,000\.00", shown)
    assert re.search(r"\d+-\d+-\d+ given for sales at stores 200\.00", shown)
    assert "Owes 80.00" in owing
    assert "Eve" in owing
    assert "800.00 100.00" in found


def test_a_store_gives_what_it_owes(busy: Quay) -> None:
    page = f"stores/{busy.ada.pk}/points/"

    none = busy.act("operator", page, "owed", member="")
    busy.credit(busy.ada, 200)
    given = busy.act("operator", page, "owed", member=f"M{busy.member('Eve')}")

    assert "the store lacks 80.00 store_points to pay what it owes first" in none
    assert "80.00 points were given to those whom the store owed." in given
    assert busy.holds(busy.ada) == -80 * COIN


def test_a_period_is_settled_invoiced_and_paid_by_two(busy: Quay) -> None:
    busy.sell(busy.bob, "Eve", 100)
    busy.end_day()
    closed = busy.act("operator", f"stores/{busy.bob.pk}/open-period/", "close", until=busy.today.isoformat(), share="")
    page = f"periods/{Period.objects.latest('pk').pk}/"
    invoiced = busy.act("chief", page, "invoice", number="R-1")
    own = busy.act("chief", page, "pay", note="B-1")
    paid = busy.act("approver", page, "pay", note="B-1")
    book = busy.desk("finance").get(busy.address(page), {"export": "xlsx"})

    assert "The period is settled and takes no more input." in closed
    assert "Noted. Another operator notes the payment." in invoiced
    assert "You noted the invoice, so another operator notes the payment." in own
    assert "The period is paid." in paid
    assert "¥5.00" in paid  # 5 % of 100
    assert read_sheet(book.content, rows_max=100).rows


def test_a_share_of_nothing_is_refused_and_not_taken_for_the_agreed_one(busy: Quay) -> None:
    busy.sell(busy.bob, "Eve", 100)
    busy.end_day()
    periods = Period.objects.count()
    page = f"stores/{busy.bob.pk}/open-period/"

    refused = busy.act("operator", page, "close", until=busy.today.isoformat(), share="0")

    assert "Write a share above 0, or leave it empty: as agreed." in refused
    assert Period.objects.count() == periods
    busy.act("operator", page, "close", until=busy.today.isoformat(), share="0.01")
    assert Period.objects.latest("pk").rate == Decimal("0.0001")


def test_conservation_and_finance_tell_the_same_to_the_unit(busy: Quay) -> None:
    day = Conservation.objects.get()
    shown = busy.page("auditor", f"conservation/?from={day.day}&to={day.day}")
    finance = busy.page("finance", f"finance/?from={day.day}&to={day.day}")
    book = busy.desk("finance").get(busy.address("finance/"), {"export": "xlsx", "from": f"{day.day}"})

    assert day.issued + day.unfunded == day.branches + day.stores + day.members + day.spent + day.others
    assert f"{day.day} 6,000.00" in shown
    assert "✓ 0" in shown
    assert "Bought by stores and branches 1,000.00" in finance
    assert "Given to members 200.00" in finance
    assert f"M{busy.member('Hugo')} Hugo 50.00" in finance
    assert "Bought" in cells_of(book.content)


def test_a_shareholder_is_shown_and_ended(busy: Quay) -> None:
    page = f"shareholders/{busy.shareholder_fee}/"

    shown = busy.page("auditor", page)
    ended = busy.act("approver", page, "end", reason="moved away")

    assert "Credited in all 50.00" in shown
    assert "bob" in shown
    assert "The member is no shareholder any more." in ended
    assert "moved away" in busy.page("auditor", "shareholders/?state=left")


def test_an_application_becomes_a_store_with_its_terms(busy: Quay) -> None:
    page = f"store-applications/{StoreApplication.objects.get().pk}/"

    said = busy.act("operator", page, "approve", code="nanshan", ratio="0.4", rate="2.5")

    store = Store.objects.get(code="nanshan")
    assert "Approved. The store is there" in said
    assert (store.referrer_id, f"{store.ratio:.1f}", f"{store.rate:.3f}") == (busy.member("Hugo"), "0.4", "0.025")


def test_a_store_and_a_branch_are_registered_with_what_they_are_for_good(quay: Quay) -> None:
    olga = f"M{quay.member('Olga')}"

    branch = quay.act("operator", "stores/", "register", code="west", title="西部", owner=olga, type="branch", ratio="")
    store = quay.act(
        "operator", "stores/", "register", code="w1", title="一店", type="store", branch="west", ratio="0.3"
    )
    wrong = quay.act("operator", "stores/", "register", code="w2", title="二店", type="branch", branch="west")

    assert "Registered." in branch
    assert "Registered." in store
    assert "a branch has no branch above it; leave it out" in wrong
    assert Store.objects.get(code="w1").branch == Store.objects.get(code="west")
    assert "west" not in quay.page("auditor", "stores/?type=store").replace("store west 0.3", "")
    changed = quay.act(
        "operator", f"stores/{Store.objects.get(code='w1').pk}/", "change", title="一店", ratio="0.45", rate="3"
    )
    assert "Changed." in changed
    assert f"{Store.objects.get(code='w1').ratio:.2f}" == "0.45"


def test_stored_value_is_noted_credited_and_given_back(busy: Quay) -> None:
    eve = f"M{busy.member('Eve')}"
    noted = busy.act("finance", "stored-value/", "note", member=eve, amount="200", way="bank", reference="B-9")
    page = f"stored-value/{StoredTopUp.objects.latest('pk').pk}/"
    credited = busy.act("approver", page, "credit")
    own = busy.page("approver", page)
    noter = busy.page("finance", page)
    back = busy.act("chief", page, "return", reference="B-10")
    online = busy.page("chief", f"stored-value/{StoredTopUp.objects.filter(way='online').latest('pk').pk}/")

    assert "Noted. Another operator credits it." in noted
    assert "Credited. The member can pay with it." in credited
    assert "You noted or credited it, so another operator must give it back." in own
    assert "You noted or credited it, so another operator must give it back." in noter
    assert "Give back" not in online
    assert "¥200.00 went back to the member." in back


def test_a_list_of_members_is_uploaded_proposed_let_in_and_proved(quay: Quay) -> None:
    assert quay.bob
    wrong = quay.file("operator", "姓名,手机,门店\n安娜,1,bob\n")
    right = quay.file("operator", "姓名,手机,门店,积分,储值\n安娜,13900000001,bob,5,7.5\n白云,13900000002,bob,1,0\n")
    page = f"imports/{MemberImport.objects.latest('pk').pk}/"
    differs = quay.act("operator", page, "propose", members="2", points="7", stored="7.5")
    proposed = quay.act("operator", page, "propose", members="2", points="6", stored="7.5")
    own = quay.page("operator", page)
    let_in = quay.act("approver", page, "approve")
    book = quay.desk("finance").get(quay.address(page), {"export": "xlsx"})

    assert "The list has 1 errors. Open it to read them." in wrong
    assert "The list is in order." in right
    assert "the old system counts 7.00 store points, the list 6.00" in differs
    assert "Proposed. Another operator lets the list in." in proposed
    assert "What you can do" in own
    assert "✓ All totals match to the unit." in let_in
    assert "The ledger 2 6.00 7.50" in let_in
    assert {"The old system", "The ledger"} <= set(cells_of(book.content))
    anna = find_by_phone(quay.programme.pk, "13900000001")
    assert anna is not None
    assert balances(anna.pk)[COINS, "free"] == 500


def test_what_waits_is_counted_at_the_side(busy: Quay) -> None:
    page = busy.desk("approver").get(busy.address("purchases/")).content.decode()

    assert re.search(r"Purchases of points.*?>\s*1\s*<", page, re.DOTALL)
    assert re.search(r"Applications of stores.*?>\s*1\s*<", page, re.DOTALL)
