"""A town: an alliance with stores, a batch of cards, and operators of each role."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from jifen.backoffice.roles import ROLES
from jifen.cards.batches import NewBatch, make_batch
from jifen.cards.issuing import Form, open_card
from jifen.cards.models import CardBatch, CardRange
from jifen.cards.ranges import apply_for_range, approve_range, pay_range
from jifen.facts.days import open_day
from jifen.facts.joining import register
from jifen.facts.models import Act
from jifen.facts.opening import open_programme
from jifen.members.models import Member, Operator, SandboxMessage
from jifen.members.ticks import next_tick
from jifen.programmes.models import Programme
from jifen.stores.models import Store, StoreStanding
from tests.agents.firm import LOGIN
from tests.paying import PROVIDER

__all__ = ["LOGIN", "YUAN", "Form", "Town", "open_town"]

ALLIANCE = (files("jifen.catalogue") / "alliance.toml").read_text("utf-8")
YUAN = 100  # fen
LOCAL = "192.0.2.7"


@dataclass
class Town:
    """What the stories happen in. Operators are called by their roles; "chief" may do everything."""

    programme: Programme
    operators: dict[str, Operator]
    members: dict[str, Member] = field(default_factory=dict)
    keys: int = 0

    @property
    def chief(self) -> int:
        """Who may do everything."""
        return self.operators["chief"].pk

    def member(self, name: str) -> int:
        """Return the id of a member, who joins online when first named."""
        if name not in self.members:
            self.members[name] = register(
                programme_id=self.programme.pk,
                phone=self.phone_of(name),
                password=LOGIN,
                name=name,
                joined_on=open_day(self.programme.pk),
            )
        return self.members[name].pk

    def phone_of(self, name: str) -> str:
        """Return the phone with which a member joins online."""
        names = list(self.members)
        return f"1380000{names.index(name) if name in names else len(names):04}"

    def store(self, code: str = "gold", *, owner: str = "Olga", **changes: Any) -> Store:
        """Let a store be there."""
        store = Store.objects.create(
            programme=self.programme,
            code=code,
            title=f"门店{code}",
            owner_id=self.member(owner) if owner else None,
            ratio=Decimal("0.4"),
            joined_tick=next_tick(),
            joined_on=open_day(self.programme.pk),
            **changes,
        )
        StoreStanding.objects.create(store=store)
        return store

    def batch(self, prefix: str = "8801", first: int = 0, last: int = 999) -> CardBatch:
        """Let head office have cards made."""
        new = NewBatch(prefix=prefix, first=first, last=last)
        return make_batch(programme_id=self.programme.pk, new=new, operator_id=self.chief, key=self.key())

    def range(self, store: Store, count: int = 10, batch: CardBatch | None = None) -> CardRange:
        """Let a store apply, pay, and be given its numbers."""
        assert store.owner_id is not None
        applied = apply_for_range(store_id=store.pk, member_id=store.owner_id, count=count, key=self.key())
        pay_range(range_id=applied.pk, member_id=store.owner_id, provider=PROVIDER)
        found = batch or CardBatch.objects.filter(programme=self.programme).first() or self.batch()
        return approve_range(range_id=applied.pk, operator_id=self.chief, batch_id=found.pk, reason="as ordered")

    def open(self, store: Store, number: int | str, **changes: Any) -> Member:
        """Let a store open a card."""
        form = Form(**{"name": "王芳", "mobile": "13900000001", **changes})
        return open_card(store_id=store.pk, number=str(number), form=form, key=self.key())

    def code(self) -> str:
        """Return the code that the newest message brings."""
        found = re.search(r"\d{6}", SandboxMessage.objects.latest("id").text)
        assert found is not None
        return found[0]

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

    def guest(self, *, language: str = "en") -> Client:
        """Return a browser in which nobody has logged in."""
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client

    def phone(self, name: str, *, language: str = "en") -> Client:
        """Return a browser in which a member has logged in."""
        self.member(name)
        client = self.guest(language=language)
        answer = client.post(self.page("login"), {"phone": self.phone_of(name), "password": LOGIN})
        assert answer.status_code == 302
        return client

    def page(self, rest: str) -> str:
        """Return the address of a member page."""
        return f"/{self.programme.code}/{rest}"

    def address(self, rest: str) -> str:
        """Return the address of a page of the console."""
        return f"/console/p/{self.programme.code}/{rest}"


def open_town(document: str = ALLIANCE) -> Town:
    """Open a programme and one operator of each role."""
    chief = Operator.objects.create_superuser("chief", password=LOGIN)
    operators = {"chief": chief}
    for role in ROLES:
        operators[role] = Operator.objects.create_user(role, password=LOGIN, is_staff=True)
        operators[role].groups.set(Group.objects.filter(name=role))
    return Town(open_programme(text=document, operator_id=chief.pk), operators)
