"""A town with two car parks, three devices and one sender, in a programme that reads `parking_revenue`."""

import json
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from jifen.backoffice.roles import ROLES
from jifen.facts.opening import open_programme
from jifen.members.models import Operator
from jifen.members.signing import sign
from jifen.parking.models import Device, Report, Sender
from jifen.parking.places import NewDevice, add_devices, add_site
from jifen.parking.reports import receive
from jifen.parking.revenue import today_of
from jifen.parking.senders import add_secret, make_sender
from jifen.programmes.models import Programme

DOCUMENT = (files("jifen.catalogue") / "release.toml").read_text("utf-8").replace("token_price", "parking_revenue")
OTHER = DOCUMENT.replace('code = "release"', 'code = "other"')
ONE_DAY = timedelta(days=1)
BEGAN = 70  # days ago


@dataclass
class Town:
    """What the stories of parking data happen in; `other` is another programme with nothing in it."""

    programme: Programme
    other: Programme
    operators: dict[str, Operator]
    sender: Sender
    secret: str
    today: date
    sent: int = field(default=0)

    @property
    def chief(self) -> int:
        return self.operators["chief"].pk

    def device(self, code: str) -> Device:
        return Device.objects.get(programme=self.programme, code=code)

    def report(self, *readings: dict[str, Any], key: str = "", sender: Sender | None = None) -> Report:
        """Let the sender report readings, past the interface."""
        return receive(sender=sender or self.sender, key=key or self.key(), body=body_of(*readings))

    def desk(self, role: str, language: str = "en") -> Client:
        """Return a browser in which an operator has logged in."""
        client = Client(headers={"accept-language": language})
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        client.force_login(self.operators[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def send(self, body: bytes, /, *, language: str = "en", **changed: Any) -> Any:
        """Send a body to the interface, signed; `changed` replaces what is right."""
        key = changed.get("key", "") or self.key()
        timestamp = changed.get("timestamp", int(time.time()))
        secret = changed.get("secret", self.secret)
        signature = changed.get("signature", sign(secret, key=key, timestamp=timestamp, content=body))
        headers = {
            "webhook-id": key,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature,
            "jifen-sender": changed.get("sender", self.sender.code),
            "accept-language": language,
        }
        address = changed.get("address", f"/api/v1/{self.programme.code}/parking/readings")
        return Client().post(
            address,
            changed.get("body", body),
            content_type="application/json",
            headers={name: value for name, value in headers.items() if name not in changed.get("without", ())},
        )

    def key(self) -> str:
        """Return a key that was never used."""
        self.sent += 1
        return f"msg_{self.sent}"


def body_of(*readings: dict[str, Any]) -> bytes:
    """Return the body of a batch."""
    return json.dumps({"readings": list(readings)}).encode()


def reading(device: str, day: date, revenue_fen: int = 1_000, /, **changed: Any) -> dict[str, Any]:
    """Return a reading that is right; `changed` replaces fields, None takes one away."""
    one = {
        "device": device,
        "day": day.isoformat(),
        "spaces": 1,
        "occupied_minutes": 720,
        "sessions": 6,
        "revenue_fen": revenue_fen,
    } | changed
    return {name: value for name, value in one.items() if value is not None}


def build_town() -> Town:
    """Build the town."""
    operators = {"chief": Operator.objects.create_superuser("chief", password="green tea leaves")}
    for role in ROLES:
        operators[role] = Operator.objects.create_user(role, password="green tea leaves", is_staff=True)
        operators[role].groups.set(Group.objects.filter(name=role))
    chief = operators["chief"].pk
    programme = open_programme(text=DOCUMENT, operator_id=chief)
    other = open_programme(text=OTHER, operator_id=chief)
    today = today_of(programme.pk)
    sites = (("north", "北站停车场", "North Station", "上海", 20), ("lake", "湖滨停车场", "Lakeside", "杭州", 10))
    for code, name, name_en, city, spaces in sites:
        add_site(
            programme_id=programme.pk, code=code, name=name, name_en=name_en, city=city, address="", spaces=spaces,
            operator_id=chief, reason="opened",
        )  # fmt: skip
    add_devices(
        programme_id=programme.pk,
        devices=[NewDevice("N-1", "north"), NewDevice("N-2", "north"), NewDevice("L-1", "lake", order_tick=7)],
        active_from=today - BEGAN * ONE_DAY,
        operator_id=chief,
        reason="installed",
    )
    sender = make_sender(programme_id=programme.pk, code="gate", title="The gates", operator_id=chief, reason="new")
    secret = add_secret(sender_id=sender.pk, operator_id=chief, reason="new", key="first")
    return Town(programme, other, operators, sender, secret, today)
