"""A street of stores: a café of Olga's, brought by Rita, with customers and two operators, Wang and Li."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from jifen.facts.days import open_day
from jifen.settlement.run import settle_day
from jifen.storefront.models import Card, CardItem, CardPlan, CardUse, ShareProposal
from jifen.storefront.plans import NewItem, NewPlan, add_plan
from jifen.storefront.registering import NewStore, StoreFields, register_store
from jifen.storefront.shares import Purchase, approve_shares, propose_purchase, propose_return
from jifen.storefront.uses import ask_use, confirm_use
from jifen.stores.models import Store
from tests.paying import bought_card
from tests.sales.shop import YUAN
from tests.sales.stores import DOCUMENT, LUOHU, Market, open_market

__all__ = ["DOCUMENT", "LUOHU", "POINT", "YUAN", "Street", "open_street"]

POINT = 100  # minor units of shopping points
PLAN = NewPlan(
    title="咖啡卡",
    title_en="Coffee card",
    price=300 * YUAN,
    days=365,
    points=500 * POINT,
    visit_off=2000,
    goods_price=7800,
    sourced_share=7000,
    items=(
        NewItem(title="咖啡", title_en="Coffee", days=90),
        NewItem(title="蛋糕", title_en="Cake", days=365, times=2),
        NewItem(title="套餐", title_en="Lunch", days=365, price=990),
    ),
)


@dataclass
class Street(Market):
    """What the stories of stores happen in; Olga's café is there when first named."""

    @cached_property
    def cafe(self) -> Store:
        """Olga's café, which Rita brought."""
        return self.register("cafe", owner="Olga", referrer="Rita")

    def register(self, code: str, *, owner: str = "", referrer: str = "", **changes: Any) -> Store:
        """Let Wang register a store."""
        return register_store(**self.asked(code, owner=owner, referrer=referrer, **changes))

    def asked(self, code: str, *, owner: str = "", referrer: str = "", **changes: Any) -> Any:
        """Return what the registration of a store says."""
        kept = StoreFields(title=f"门店{code}", title_en="", address="", phone="", rate=None)
        region = changes.pop("region", LUOHU)
        new = NewStore(
            programme_id=self.programme.pk,
            code=code,
            owner=self.code(owner) if owner else "",
            referrer=self.code(referrer) if referrer else "",
            region=region,
        )
        return {"new": new, "operator_id": self.wang, "reason": "contract signed", **kept, **changes}

    def code(self, name: str) -> str:
        """Return a member's code."""
        return f"M{self.member(name)}"

    def sell(self, name: str, share_bp: int, yuan: int, *, initiator: bool = False) -> ShareProposal:
        """Let a member buy shares of the café: Wang proposes, Li approves."""
        proposal = self.propose(name, share_bp, yuan, initiator=initiator)
        return approve_shares(proposal_id=proposal.pk, operator_id=self.li)

    def propose(self, name: str, share_bp: int, yuan: int, *, initiator: bool = False, key: str = "") -> ShareProposal:
        """Let Wang propose to sell shares of the café."""
        purchase = Purchase(
            store_id=self.cafe.pk,
            member_id=self.member(name),
            share_bp=share_bp,
            amount=yuan * YUAN,
            initiator=initiator,
        )
        return propose_purchase(purchase=purchase, reason="paid", operator_id=self.wang, key=key or self.key())

    def take_back(self, name: str) -> ShareProposal:
        """Let a member give up the shares of the café: Wang proposes, Li approves."""
        proposal = propose_return(
            store_id=self.cafe.pk,
            member_id=self.member(name),
            reason="leaves",
            operator_id=self.wang,
            key=self.key(),
        )
        return approve_shares(proposal_id=proposal.pk, operator_id=self.li)

    def plan(self, **changes: Any) -> CardPlan:
        """Let Wang put a card of the café on sale."""
        asked = replace(PLAN, **changes)
        return add_plan(store_id=self.cafe.pk, plan=asked, reason="as agreed", operator_id=self.wang, key=self.key())

    def card(self, name: str, plan: CardPlan | None = None) -> Card:
        """Let a member buy a card of the café."""
        return bought_card(member_id=self.member(name), plan_id=(plan or self.plan()).pk, key=self.key())

    def item(self, card: Card, title: str) -> CardItem:
        """Return an item of a card by its English title."""
        return card.plan.items.get(title_en=title)

    def ask(self, name: str, card: Card, title: str) -> CardUse:
        """Let a member ask for an item."""
        item = self.item(card, title)
        return ask_use(member_id=self.member(name), card_id=card.pk, item_id=item.pk, key=self.key())

    def use(self, name: str, card: Card, title: str) -> CardUse:
        """Let a member ask for an item, and Olga confirm it."""
        return confirm_use(member_id=self.member("Olga"), use_id=self.ask(name, card, title).pk)

    def close_day(self) -> None:
        """Settle the open day."""
        settle_day(programme_id=self.programme.pk, day=open_day(self.programme.pk))


def open_street(document: str = DOCUMENT) -> Street:
    """Open a street under the growth programme."""
    market = open_market(document)
    return Street(market.programme, market.wang, market.li)
