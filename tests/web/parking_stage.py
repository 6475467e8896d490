"""What the stories of programmes with several kinds happen in: the parking programme, Wang, and Li whom Wang referred.

Lots are opened by the ledger's own functions, so that each story may say when a lot began and what it has released.
"""

from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from django.test import Client

from jifen.facts.days import open_day
from jifen.ledger.chart import MONEY, PROGRAMME, open_chart
from jifen.ledger.lots import note_lot
from jifen.ledger.posting import Line, NewTransfer, post
from jifen.members.models import Member, Operator
from jifen.members.registration import register_member
from jifen.payouts.adjustments import Change, approve_adjustment, propose_adjustment
from jifen.programmes.models import Programme
from jifen.programmes.terms import in_force, load
from jifen.programmes.versions import create_programme
from tests.web.stage import LOGIN, PHONES, guest, text_of

DOCUMENT = (files("jifen.catalogue") / "parking.toml").read_text("utf-8")
SWITCHED_ON = DOCUMENT.replace("transferable = false", "transferable = true")
POINT = 10_000  # minor units
DEVICE = 7_000


@dataclass
class ParkingStage:
    """A programme of several kinds at work."""

    programme: Programme
    members: dict[str, Member]
    operators: tuple[int, int]
    keys: int = 0

    def browser(self, name: str, *, language: str = "en") -> Client:
        """Return a browser in which a member has logged in."""
        client = guest(language)
        answer = client.post(self.at("login"), {"phone": PHONES[name], "password": LOGIN})
        assert answer.status_code == 302, text_of(answer)
        return client

    def at(self, page: str) -> str:
        """Return the address of a page."""
        return f"/{self.programme.code}/{page}"

    def give(self, name: str, kind: str, points: int) -> None:
        """Let a member have free points of a kind: one operator proposes, another approves (S0-86)."""
        change = Change(member_id=self.members[name].pk, kind=kind, amount=points * POINT)
        one, other = self.operators
        proposal = propose_adjustment(change=change, reason="a gift", operator_id=one, key=self.key())
        approve_adjustment(adjustment_id=proposal.pk, operator_id=other)

    def open_lot(self, name: str, *, day: date, devices: int = 1, units: bool = False, released: int = 0) -> int:
        """Open a lot of so many devices on a day; `units` makes devices its base, `released` is in points."""
        owner, self.keys = self.members[name].pk, self.keys + 1
        granted, lot = 3 * DEVICE * devices * POINT, self.keys
        self._post(owner, lot, granted, "grant_units", day)
        note_lot(owner=owner, lot=lot, base=devices * (POINT if units else DEVICE * POINT))
        if released:
            self._post(owner, lot, -released * POINT, "monthly_release", day)
        return lot

    def key(self) -> str:
        """Return a key that was never used."""
        self.keys += 1
        return f"key {self.keys}"

    def _post(self, owner: int, lot: int, amount: int, rule: str, day: date) -> None:
        kind, part = "lease_income", "granted" if amount > 0 else "scheduled"
        other = (
            Line(owner=PROGRAMME, kind=kind, role="issued", amount=-amount)
            if amount > 0
            else Line(owner=owner, kind=kind, role="free", amount=-amount)
        )
        lines = (other, Line(owner=owner, kind=kind, role="locked", amount=amount, lot=lot, part=part))
        transfer = NewTransfer(key=f"{self.programme.code}/{self.key()}", rule=rule, lines=lines, cause="")
        post(programme_id=self.programme.pk, day=day, transfer=transfer, actor="")


def build_parking_stage(document: str = DOCUMENT) -> ParkingStage:
    """Open a programme of several kinds, register Wang and then Li by Wang's invite code."""
    operators = [Operator.objects.create_user(name).pk for name in ("zhao", "qian")]
    programme = create_programme(text=document, operator_id=operators[0])
    today = open_day(programme.pk)
    terms = load(in_force(programme.pk, today).pk)
    open_chart(
        programme_id=programme.pk, kinds={name: kind.decimals for name, kind in terms.kinds.items()} | {MONEY: 2}
    )
    wang = _register(programme, "wang", "王小明", "", today)
    li = _register(programme, "li", "李雷", wang.invite_code, today)
    return ParkingStage(programme, {"wang": wang, "li": li}, (operators[0], operators[1]))


def _register(programme: Programme, name: str, called: str, invite_code: str, today: date) -> Member:
    return register_member(
        programme_id=programme.pk,
        phone=PHONES[name],
        password=LOGIN,
        name=called,
        invite_code=invite_code,
        joined_on=today,
    )
