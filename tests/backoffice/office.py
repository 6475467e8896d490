"""An office at work: operators by role, a programme, members who referred one another, and tea to buy."""

import html
import re
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files

from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from jifen.backoffice.roles import ROLES
from jifen.facts.days import open_day
from jifen.ledger.chart import MONEY, open_chart
from jifen.members.models import Member, Operator
from jifen.members.registration import register_member
from jifen.payouts.adjustments import Change, approve_adjustment, propose_adjustment
from jifen.payouts.models import Withdrawal
from jifen.payouts.withdrawals import request_withdrawal
from jifen.programmes.models import Programme
from jifen.programmes.terms import in_force, load
from jifen.programmes.versions import create_programme
from jifen.sales.models import Order, Product
from jifen.sales.orders import confirm_payment, place_order, report_payment
from jifen.settlement.run import settle_day

DOCUMENT = (files("jifen.catalogue") / "release.toml").read_text("utf-8")
LOGIN = "green tea leaves"
POINT = 10_000  # minor units
# Scripts, names of icons, and the labels that stand before values on phones only.
UNSEEN = re.compile(
    r'<(script|style).*?</\1>|<span class="(?:jf-label|[^"]*material-symbols[^"]*)".*?</span>', re.DOTALL
)
TAGS = re.compile(r'<[^>"]*(?:"[^"]*"[^>"]*)*>')


@dataclass
class Office:
    """What the stories happen in. Operators are called by their roles; "chief" may do everything."""

    programme: Programme
    operators: dict[str, Operator]
    tea: Product
    members: dict[str, Member] = field(default_factory=dict)
    keys: int = 0

    def desk(self, role: str, *, language: str = "en") -> Client:
        """Return a browser in which an operator has logged in."""
        client = Client(headers={"accept-language": language})
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        client.force_login(self.operators[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def address(self, rest: str = "") -> str:
        """Return the address of a page of the programme."""
        return f"/console/p/{self.programme.code}/{rest}"

    def member(self, name: str, referrer: str = "") -> Member:
        """Return a member, who joins when first named."""
        if name not in self.members:
            self.members[name] = register_member(
                programme_id=self.programme.pk,
                phone=f"1380000{len(self.members):04}",
                password=LOGIN,
                name=name,
                invite_code=self.members[referrer].invite_code if referrer else "",
                joined_on=open_day(self.programme.pk),
            )
        return self.members[name]

    def place(self, name: str, *, note: str = "") -> Order:
        """Let a member order tea, and say to have paid when there is a note."""
        member = self.member(name)
        order = place_order(member_id=member.pk, items={self.tea.pk: 1}, points=0, key=self.key())
        return report_payment(member_id=member.pk, order_id=order.pk, note=note) if note else order

    def buy(self, name: str) -> Order:
        """Let a member order tea, and have the payment confirmed."""
        order = self.place(name)
        return confirm_payment(order_id=order.pk, operator_id=self.operators["operator"].pk)

    def give(self, name: str, points: int) -> None:
        """Let a member have free points."""
        change = Change(member_id=self.member(name).pk, kind="points", amount=points * POINT)
        one, other = self.operators["operator"].pk, self.operators["approver"].pk
        proposal = propose_adjustment(change=change, reason="a gift", operator_id=one, key=self.key())
        approve_adjustment(adjustment_id=proposal.pk, operator_id=other)

    def ask(self, name: str, points: int) -> Withdrawal:
        """Let a member ask to withdraw points."""
        member = self.member(name)
        return request_withdrawal(member_id=member.pk, kind="points", amount=points * POINT, key=self.key())

    def settle(self) -> date:
        """Settle the open day."""
        day = open_day(self.programme.pk)
        settle_day(programme_id=self.programme.pk, day=day)
        return day

    def key(self) -> str:
        """Return a key that was never used."""
        self.keys += 1
        return f"key {self.keys}"


def open_office() -> Office:
    """Open an office with the release programme and one operator of each role."""
    chief = Operator.objects.create_superuser("chief", password=LOGIN)
    operators = {"chief": chief}
    for role in ROLES:
        operators[role] = Operator.objects.create_user(role, password=LOGIN, is_staff=True)
        operators[role].groups.set(Group.objects.filter(name=role))
    programme = open_programme(DOCUMENT, chief)
    tea = Product.objects.create(
        programme=programme, code="tea", title="普洱茶", title_en="Pu'er tea", price=300_000, stock=50
    )
    return Office(programme, operators, tea)


def open_programme(document: str, author: Operator) -> Programme:
    """Make a programme and its accounts."""
    programme = create_programme(text=document, operator_id=author.pk)
    terms = load(in_force(programme.pk, open_day(programme.pk)).pk)
    kinds = {name: kind.decimals for name, kind in terms.kinds.items()}
    open_chart(programme_id=programme.pk, kinds=kinds | {MONEY: 2})
    return programme


def text_of(answer: object) -> str:
    """Return what a page says on a wide screen, without its tags."""
    content = getattr(answer, "content", b"").decode("utf-8")
    return " ".join(html.unescape(TAGS.sub(" ", UNSEEN.sub(" ", content))).split())


def send(client: Client, address: str, action: str, **values: str) -> str:
    """Send an action's form and return what the page then says."""
    fields = {"reason": "because", "key": f"{action} {address}"} | values
    answer = client.post(address, {"action": action} | {f"{action}-{name}": value for name, value in fields.items()})
    return text_of(client.get(address) if answer.status_code == 302 else answer)
