"""A fair: an airdrop programme with members who referred one another, operators of each role, and merchants."""

from dataclasses import dataclass, field
from decimal import Decimal
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from jifen.backoffice.roles import ROLES
from jifen.facts.days import open_day
from jifen.facts.joining import register
from jifen.facts.models import Act
from jifen.facts.opening import open_programme
from jifen.ledger.reading import balances
from jifen.members.models import Member, Operator, Standing
from jifen.members.ticks import next_tick
from jifen.merchants.applying import Filled, apply_as_merchant
from jifen.merchants.models import MerchantApplication
from jifen.programmes.models import Programme
from jifen.sales.models import Order, Product
from jifen.sales.orders import confirm_payment, place_order
from jifen.sales.refunds import refund_order
from jifen.stores.models import Center, Store, StoreStanding
from tests.agents.firm import LICENCES, LOGIN, png
from tests.paying import paid_at_store

__all__ = ["AIRDROP", "LICENCES", "LOGIN", "LUOHU", "POINT", "SHENZHEN", "SPORT", "YUAN", "Fair", "open_fair", "png"]

AIRDROP, SPORT = (
    (files("jifen.catalogue") / f"{name}.toml").read_text("utf-8") for name in ("airdrop", "airdrop_sport")
)
GUANGDONG, SHENZHEN, LUOHU = "440000", "440300", "440303"
YUAN, POINT = 100, 10_000  # fen; minor units of weight
FILLED = Filled(
    title="三味茶馆",
    title_en="Three Flavours",
    licence_number=LICENCES[0],
    contact="王芳",
    phone="13900000001",
    region=LUOHU,
    address="东门路1号",
    latitude=Decimal("22.546"),
    longitude=Decimal("114.125"),
    services="茶 点心 外卖",
    concession=Decimal("0.1"),
)


@dataclass
class Fair:
    """What the stories happen in. Operators are called by their roles; "chief" may do everything."""

    programme: Programme
    operators: dict[str, Operator]
    members: dict[str, Member] = field(default_factory=dict)
    keys: int = 0

    @property
    def chief(self) -> int:
        """Who may do everything."""
        return self.operators["chief"].pk

    def member(self, name: str, referrer: str = "") -> int:
        """Return the id of a member, who joins when first named."""
        if name not in self.members:
            self.members[name] = register(
                programme_id=self.programme.pk,
                phone=f"1380000{len(self.members):04}",
                password=LOGIN,
                name=name,
                invite_code=self.members[referrer].invite_code if referrer else "",
                joined_on=open_day(self.programme.pk),
            )
        return self.members[name].pk

    def activate(self, name: str) -> None:
        """Let a member stand as if a pack had arrived."""
        Standing.objects.filter(member_id=self.member(name)).update(active=1)

    def apply(self, name: str, *, key: str = "", picture: bytes | None = b"", **changes: Any) -> MerchantApplication:
        """Let a member apply for the tea house."""
        shown = png(text="licence") if picture == b"" else picture
        filled = FILLED._replace(**changes)
        return apply_as_merchant(member_id=self.member(name), filled=filled, picture=shown, key=key or self.key())

    def center(self, name: str, region: str) -> Center:
        """Let a member have the operation centre of a region."""
        return Center.objects.create(
            programme=self.programme,
            region=region,
            member_id=self.member(name),
            since_tick=next_tick(),
            since_on=open_day(self.programme.pk),
        )

    def store(
        self, code: str = "cafe", *, owner: str = "Olga", concession: str | None = "0.1", **changes: Any
    ) -> Store:
        """Let a store be there, which gives a tenth."""
        store = Store.objects.create(
            programme=self.programme,
            code=code,
            title=f"门店{code}",
            owner_id=self.member(owner),
            region=LUOHU,
            concession=Decimal(concession) if concession is not None else None,
            joined_tick=next_tick(),
            joined_on=open_day(self.programme.pk),
            **changes,
        )
        StoreStanding.objects.create(store=store)
        return store

    def pay(self, name: str, store: Store, yuan: int) -> Order:
        """Let a member pay an amount at a store."""
        return paid_at_store(
            member_id=self.member(name), store_id=store.pk, amount=yuan * YUAN, points=0, key=self.key()
        )

    def product(self, code: str, yuan: int, concession: str | None = None) -> Product:
        """Put a product on sale."""
        return Product.objects.create(
            programme=self.programme,
            code=code,
            title=f"商品{code}",
            title_en=code,
            price=yuan * YUAN,
            concession=Decimal(concession) if concession is not None else None,
        )

    def buy(self, name: str, items: dict[Product, int]) -> Order:
        """Let a member order products, and have the payment confirmed."""
        pieces = {product.pk: quantity for product, quantity in items.items()}
        order = place_order(member_id=self.member(name), items=pieces, points=0, key=self.key())
        return confirm_payment(order_id=order.pk, operator_id=self.chief)

    def refund(self, order: Order, yuan: int) -> None:
        """Refund so many yuan of an order."""
        refund_order(order_id=order.pk, amount=yuan * YUAN, reason="broken", operator_id=self.chief, key=self.key())

    def has(self, name: str, kind: str = "weight", role: str = "free") -> int:
        """Return a member's points of a kind, in minor units."""
        return balances(self.member(name)).get((kind, role), 0)

    def acts(self, subject: str) -> list[str]:
        """Return what operators did to a subject, oldest first."""
        return list(Act.objects.filter(subject=subject).order_by("id").values_list("act", flat=True))

    def key(self) -> str:
        """Return a key that was never used."""
        self.keys += 1
        return f"key {self.keys}"

    def desk(self, role: str, *, language: str = "en") -> Client:
        """Return a browser in which an operator has logged in."""
        client = Client(headers={"accept-language": language})
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        client.force_login(self.operators[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def phone(self, name: str, *, language: str = "en") -> Client:
        """Return a browser in which a member has logged in."""
        self.member(name)
        number = list(self.members).index(name)
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answer = client.post(self.page("login"), {"phone": f"1380000{number:04}", "password": LOGIN})
        assert answer.status_code == 302
        return client

    def page(self, rest: str) -> str:
        """Return the address of a member page."""
        return f"/{self.programme.code}/{rest}"

    def address(self, rest: str) -> str:
        """Return the address of a page of the console."""
        return f"/console/p/{self.programme.code}/{rest}"


def open_fair(document: str = AIRDROP) -> Fair:
    """Open a programme and one operator of each role."""
    chief = Operator.objects.create_superuser("chief", password=LOGIN)
    operators = {"chief": chief}
    for role in ROLES:
        operators[role] = Operator.objects.create_user(role, password=LOGIN, is_staff=True)
        operators[role].groups.set(Group.objects.filter(name=role))
    return Fair(open_programme(text=document, operator_id=chief.pk), operators)
