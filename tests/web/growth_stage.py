"""What the stories of growth pages happen in: the growth programme, Wang who owns a store, Li and Zhao who buy."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files

from django.test import Client

from jifen.facts.days import open_day
from jifen.ledger.chart import MONEY, open_chart
from jifen.members.models import Member, Operator
from jifen.members.registration import register_member
from jifen.payouts.adjustments import Change, approve_adjustment, propose_adjustment
from jifen.programmes.models import Programme
from jifen.programmes.terms import in_force, load
from jifen.programmes.versions import create_programme
from jifen.sales.models import Order
from jifen.settlement.run import settle_day
from jifen.storefront.models import CardPlan
from jifen.storefront.plans import NewItem, NewPlan, add_plan
from jifen.storefront.registering import register_store
from jifen.storefront.shares import Purchase, approve_shares, propose_purchase
from jifen.stores.models import Store
from tests.paying import paid_at_store
from tests.web.stage import LOGIN, guest, text_of

DOCUMENT = (files("jifen.catalogue") / "growth.toml").read_text("utf-8")
PHONES = {"wang": "13800000001", "li": "13800000002", "zhao": "13800000003"}
NAMES = {"wang": "王小明", "li": "李雷", "zhao": "赵敏"}
LUOHU = "440303"  # a district of Shenzhen
YUAN = 100  # fen
POINT = 10**8  # minor units of growing points


@dataclass
class GrowthStage:
    """The growth programme at work."""

    programme: Programme
    members: dict[str, Member]
    operators: tuple[int, int]
    store: Store
    keys: Iterable[int] = field(default_factory=lambda: iter(range(1_000_000)))

    def browser(self, name: str, *, language: str = "en") -> Client:
        """Return a browser in which a member has logged in."""
        client = guest(language)
        answer = client.post("/growth/login", {"phone": PHONES[name], "password": LOGIN})
        assert answer.status_code == 302, text_of(answer)
        return client

    def key(self) -> str:
        """Return a key that was not used before."""
        return f"key {next(iter(self.keys))}"

    def buy(self, name: str, yuan: int = 1000, *, points: int = 0, kind: str = "") -> Order:
        """Let a member pay an amount at the store, points worth so many yuan a part of it."""
        return paid_at_store(
            member_id=self.members[name].pk,
            store_id=self.store.pk,
            amount=yuan * YUAN,
            points=points * YUAN,
            points_kind=kind,
            key=self.key(),
        )

    def grant(self, name: str, kind: str, yuan: int) -> None:
        """Let a member have free points of a kind that are worth so many yuan."""
        change = Change(member_id=self.members[name].pk, kind=kind, amount=yuan * YUAN)
        proposal = propose_adjustment(change=change, reason="a gift", operator_id=self.operators[0], key=self.key())
        approve_adjustment(adjustment_id=proposal.pk, operator_id=self.operators[1])

    def share(self, name: str, percent: int, *, initiator: bool = False) -> None:
        """Let a member buy shares of the store."""
        purchase = Purchase(
            store_id=self.store.pk,
            member_id=self.members[name].pk,
            share_bp=100 * percent,
            amount=32_800 * YUAN,
            initiator=initiator,
        )
        proposal = propose_purchase(
            purchase=purchase, reason="paid by bank", operator_id=self.operators[0], key=self.key()
        )
        approve_shares(proposal_id=proposal.pk, operator_id=self.operators[1])

    def card(self, *, visit_off: int = 2_000) -> CardPlan:
        """Put a card on sale: 20 % off each visit, 500 shopping points, a coffee a day for 90 days."""
        plan = NewPlan(
            title="咖啡卡",
            title_en="Coffee card",
            price=299 * YUAN,
            days=365,
            points=500 * YUAN,
            visit_off=visit_off,
            items=(NewItem(title="咖啡", title_en="Coffee", days=90),),
        )
        return add_plan(
            store_id=self.store.pk, plan=plan, reason="agreed", operator_id=self.operators[0], key=self.key()
        )

    def settle(self, days: int = 1) -> None:
        """Settle the next days."""
        for _ in range(days):
            settle_day(programme_id=self.programme.pk, day=open_day(self.programme.pk))


def build_growth_stage(document: str = DOCUMENT) -> GrowthStage:
    """Open the programme; register Wang, Li by Wang's invite code and Zhao by Li's; Wang owns a store."""
    operators = [Operator.objects.create_user(name).pk for name in ("sun", "qian")]
    programme = create_programme(text=document, operator_id=operators[0])
    terms = load(in_force(programme.pk, open_day(programme.pk)).pk)
    open_chart(
        programme_id=programme.pk, kinds={name: kind.decimals for name, kind in terms.kinds.items()} | {MONEY: 2}
    )
    members: dict[str, Member] = {}
    for name, code in (("wang", ""), ("li", "wang"), ("zhao", "li")):
        members[name] = register_member(
            programme_id=programme.pk,
            phone=PHONES[name],
            password=LOGIN,
            name=NAMES[name],
            invite_code=members[code].invite_code if code else "",
            joined_on=open_day(programme.pk),
        )
    store = register_store(
        new={
            "programme_id": programme.pk,
            "code": "teahouse",
            "owner": members["wang"].code,
            "referrer": "",
            "region": LUOHU,
        },
        title="茶馆",
        title_en="Tea house",
        address="东门路1号",
        phone="0755-1234567",
        rate=None,
        operator_id=operators[0],
        reason="signed",
    )
    return GrowthStage(programme, members, (operators[0], operators[1]), store)
