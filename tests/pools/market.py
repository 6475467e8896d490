"""The growth programme at work: members who buy, operators of each role, a pool that orders feed."""

from dataclasses import dataclass, field
from importlib.resources import files

from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from jifen.backoffice.roles import ROLES
from jifen.engine.rules.profit_pool import ProfitPool
from jifen.facts.days import open_day
from jifen.facts.models import Act
from jifen.facts.new import NewOrder
from jifen.facts.record import Recorded, record_order
from jifen.members.models import Member, Operator
from jifen.members.registration import register_member
from jifen.pools.models import Pool
from jifen.pools.terms import PoolTerms, pool_terms
from jifen.programmes.models import Programme
from jifen.programmes.terms import in_force, load
from tests.backoffice.office import open_programme

LOGIN = "green tea leaves"
DOCUMENT = (files("jifen.catalogue") / "growth.toml").read_text("utf-8")


@dataclass
class Market:
    """What the stories happen in. Operators are called by their roles; "chief" may do everything."""

    programme: Programme
    operators: dict[str, Operator]
    members: dict[str, Member] = field(default_factory=dict)
    orders: int = 0

    def member(self, name: str) -> Member:
        """Return a member, who joins when first named."""
        if name not in self.members:
            self.members[name] = register_member(
                programme_id=self.programme.pk,
                phone=f"1380000{len(self.members):04}",
                password=LOGIN,
                name=name,
                invite_code="",
                joined_on=open_day(self.programme.pk),
            )
        return self.members[name]

    def buy(self, name: str, amount: int, *, region: str = "") -> Recorded:
        """Let an order of a member count, in fen."""
        self.orders += 1
        return record_order(
            NewOrder(
                programme_id=self.programme.pk,
                member_id=self.member(name).pk,
                order_code=f"o{self.orders}",
                amount=amount,
                points_paid=0,
                version_id=in_force(self.programme.pk, open_day(self.programme.pk)).pk,
                region=region,
            )
        )

    @property
    def terms(self) -> PoolTerms:
        """How the pool works."""
        terms = load(in_force(self.programme.pk, open_day(self.programme.pk)).pk)
        assert terms.rule(ProfitPool) is not None
        found = pool_terms(terms)
        assert found is not None
        return found

    @property
    def pool(self) -> Pool:
        """The pool as it stands."""
        return Pool.objects.get(pk=self.programme.pk)

    def operator(self, role: str) -> int:
        """Return the operator of a role."""
        return self.operators[role].pk

    def acts(self, subject: str) -> list[str]:
        """Return what operators did to a subject, oldest first."""
        return list(Act.objects.filter(subject=subject).order_by("id").values_list("act", flat=True))

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


def open_market(document: str = DOCUMENT) -> Market:
    """Open the growth programme with one operator of each role."""
    chief = Operator.objects.create_superuser("chief", password=LOGIN)
    operators = {"chief": chief}
    for role in ROLES:
        operators[role] = Operator.objects.create_user(role, password=LOGIN, is_staff=True)
        operators[role].groups.set(Group.objects.filter(name=role))
    return Market(open_programme(document, chief), operators)
