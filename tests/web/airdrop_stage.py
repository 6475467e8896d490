"""What the stories of airdrop pages happen in: an airdrop programme, Wang who referred Li who referred Zhao."""

from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files

from django.test import Client

from jifen.airdrops.models import Emission
from jifen.facts.days import open_day
from jifen.facts.declaring import declare_value
from jifen.facts.joining import register
from jifen.facts.opening import open_programme
from jifen.members.models import Member, Operator
from jifen.payouts.token_reserve import approve_funding, propose_funding
from jifen.programmes.models import Programme
from jifen.sales.models import Order
from jifen.sales.orders import confirm_payment, place_order
from jifen.sales.packs import list_pack
from jifen.sales.receiving import confirm_receipt
from jifen.settlement.run import settle_day
from jifen.storefront.registering import register_store
from jifen.stores.models import Store
from tests.sales.homes import at_home
from tests.web.stage import LOGIN, guest, text_of

VERSION_1 = (files("jifen.catalogue") / "airdrop.toml").read_text("utf-8")
SPORT = (files("jifen.catalogue") / "airdrop_sport.toml").read_text("utf-8")
PHONES = {"wang": "13800000001", "li": "13800000002", "zhao": "13800000003"}
NAMES = {"wang": "王小明", "li": "李雷", "zhao": "赵敏"}
LUOHU = "440303"  # a district of Shenzhen
SHENZHEN = "440300"
TOKEN = 10**8  # minor units
YUAN = 100  # fen


@dataclass
class AirdropStage:
    """An airdrop programme at work."""

    programme: Programme
    members: dict[str, Member]
    operators: tuple[int, int]
    keys: int = 0

    @property
    def code(self) -> str:
        """What the programme is called in addresses."""
        return self.programme.code

    def browser(self, name: str, *, language: str = "en") -> Client:
        """Return a browser in which a member has logged in."""
        client = guest(language)
        answer = client.post(f"/{self.code}/login", {"phone": PHONES[name], "password": LOGIN})
        assert answer.status_code == 302, text_of(answer)
        return client

    def member(self, name: str) -> Member:
        """Return a member as the database has it now."""
        return Member.objects.select_related("standing").get(pk=self.members[name].pk)

    def key(self) -> str:
        """Return a key that was not used before."""
        self.keys += 1
        return f"key {self.keys}"

    def send(self, name: str, pack: str, quantity: int = 1) -> Order:
        """Let a member order packs, payment seen: they are on their way."""
        listed = list_pack(self.programme.pk, pack)
        order = place_order(member_id=self.members[name].pk, items={listed.pk: quantity}, points=0, key=self.key())
        return confirm_payment(order_id=order.pk, operator_id=self.operators[0])

    def activate(self, name: str, pack: str, quantity: int = 1) -> Order:
        """Let a member order packs and confirm their receipt."""
        return confirm_receipt(member_id=self.members[name].pk, order_id=self.send(name, pack, quantity).pk)

    def settle(self, days: int = 1) -> None:
        """Settle the next days."""
        for _ in range(days):
            settle_day(programme_id=self.programme.pk, day=open_day(self.programme.pk))

    def price(self, value: int) -> None:
        """Declare what a token is worth in CNY, from now on."""
        declare_value(
            programme_id=self.programme.pk,
            name="token_price",
            value=Decimal(value),
            starts_at=None,
            ends_at=None,
            operator_id=self.operators[0],
            note="agreed",
            key=self.key(),
        )

    def fund(self, tokens: int) -> Emission:
        """Put tokens into the reserve by two operators."""
        funding = propose_funding(
            programme_id=self.programme.pk,
            amount=tokens * TOKEN,
            reason="for rewards",
            operator_id=self.operators[0],
            key=self.key(),
        )
        approve_funding(funding_id=funding.pk, operator_id=self.operators[1])
        return Emission.objects.get(programme=self.programme)

    def store(self, owner: str = "zhao", referrer: str = "li") -> Store:
        """Register a store in Luohu that gives up 10 % of its orders."""
        return register_store(
            new={
                "programme_id": self.programme.pk,
                "code": "teahouse",
                "owner": self.members[owner].code,
                "referrer": self.members[referrer].code,
                "region": LUOHU,
            },
            title="茶馆",
            title_en="Tea house",
            address="东门路1号",
            phone="0755-1234567",
            rate=None,
            concession=Decimal("0.1"),
            operator_id=self.operators[0],
            reason="signed",
        )


def build_airdrop_stage(document: str = VERSION_1) -> AirdropStage:
    """Open the programme; register Wang, Li by Wang's invite code and Zhao by Li's."""
    operators = [Operator.objects.get_or_create(username=name)[0].pk for name in ("sun", "qian")]
    programme = open_programme(text=document, operator_id=operators[0])
    members: dict[str, Member] = {}
    for name, above in (("wang", ""), ("li", "wang"), ("zhao", "li")):
        members[name] = register(
            programme_id=programme.pk,
            phone=PHONES[name],
            password=LOGIN,
            name=NAMES[name],
            invite_code=members[above].invite_code if above else "",
            joined_on=open_day(programme.pk),
        )
    for member in members.values():
        at_home(member.pk)
    return AirdropStage(programme, members, (operators[0], operators[1]))
