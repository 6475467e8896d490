"""A park where members walk and run: the airdrop programme 2.0, of which each member has 100 frozen challenge credit.

5,000 steps walked unlock 2, 3,000 run unlock 3, and the ladder of running 0.5 %, 1 % or 2 % at the close. A report of
yesterday counts, so that stories of some hours can be told at any hour; AS_IT_IS takes no more than an evening.
"""

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from jifen.backoffice.roles import ROLES
from jifen.facts.days import open_day
from jifen.facts.joining import register
from jifen.facts.opening import open_programme
from jifen.ledger.reading import balances
from jifen.members.models import Member, Operator
from jifen.members.signing import sign
from jifen.programmes.models import Programme
from jifen.sport.devices import Paired, pair_device
from jifen.sport.limits import NewRecording
from jifen.sport.models import Recording
from jifen.sport.services import report

AS_IT_IS = (files("jifen.catalogue") / "airdrop_sport.toml").read_text("utf-8")
DOCUMENT = AS_IT_IS.replace("steps_max = 50000\n", "steps_max = 50000\ncarry_max = 48\n", 1)
LOGIN = "green tea leaves"
POINT = 10_000  # minor units of challenge credit
MINUTE = timedelta(minutes=1)


@dataclass
class Park:
    """What the stories of walks and runs happen in. Operators are called by their roles."""

    programme: Programme
    operators: dict[str, Operator]
    members: dict[str, Member] = field(default_factory=dict)
    keys: int = 0

    def member(self, name: str) -> Member:
        """Return a member, who joins when first named."""
        if name not in self.members:
            self.members[name] = register(
                programme_id=self.programme.pk,
                phone=f"1380000{len(self.members):04}",
                password=LOGIN,
                name=name,
                joined_on=open_day(self.programme.pk),
            )
        return self.members[name]

    def walk(self, name: str, steps: int, **changed: Any) -> Recording:
        """Let a member's phone report a recording."""
        return report(member_id=self.member(name).pk, new=self.recording(steps, **changed))

    def run(self, name: str, steps: int, **changed: Any) -> Recording:
        """Let a member's phone report a run of 160 steps a minute, with a stride of a metre."""
        pace = {"sport": "run", "moving": steps * 60 // 160, "distance": steps}
        return self.walk(name, steps, **pace | changed)

    def recording(self, steps: int, **changed: Any) -> NewRecording:
        """Return a walk of an hour that ended as many minutes ago as `ago` says; `changed` replaces what it says."""
        self.keys += 1
        now = datetime.now(UTC).replace(microsecond=0)
        ended = changed.pop("ended_at", now - changed.pop("ago", 1) * MINUTE)
        said: dict[str, Any] = {
            "key": f"n{self.keys}",
            "sport": "walk",
            "source": "sensor",
            "began_at": ended - 60 * MINUTE,
            "ended_at": ended,
            "moving": 3600,
            "steps": steps,
            "distance": min(4_000, steps * 7 // 10) or None,
            "calories": 245,
            "sent_at": now,
        }
        return NewRecording(**said | changed)

    def credit(self, name: str) -> tuple[int, int]:
        """Return what a member has of challenge credit, free and frozen, in whole points where it is whole."""
        found = balances(self.member(name).pk)
        return found.get(("challenge_credit", "free"), 0), found.get(("challenge_credit", "frozen"), 0)

    def pair(self, name: str, title: str = "Band") -> Paired:
        """Pair a device of a member."""
        self.keys += 1
        return pair_device(member_id=self.member(name).pk, title=title, key=f"pair{self.keys}")

    def phone(self, name: str, *, language: str = "en") -> Client:
        """Return a browser in which a member has logged in."""
        self.member(name)
        number = list(self.members).index(name)
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answer = client.post(self.page("login"), {"phone": f"1380000{number:04}", "password": LOGIN})
        assert answer.status_code == 302
        return client

    def desk(self, role: str, *, language: str = "en") -> Client:
        """Return a browser in which an operator has logged in."""
        client = Client(headers={"accept-language": language})
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        client.force_login(self.operators[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def page(self, rest: str) -> str:
        """Return the address of a member page."""
        return f"/{self.programme.code}/{rest}"

    def address(self, rest: str) -> str:
        """Return the address of a page of the console."""
        return f"/console/p/{self.programme.code}/{rest}"

    def said(self, paired: Paired, **changed: Any) -> dict[str, Any]:
        """Return what a device says of a walk of an hour; None takes a field away."""
        self.keys += 1
        now = datetime.now(UTC).replace(microsecond=0)
        body = {
            "device": paired.device.code,
            "pairing": paired.device.pairing,
            "sport": "walk",
            "start": (now - 61 * MINUTE).isoformat(),
            "end": (now - MINUTE).isoformat(),
            "steps": 6_000,
            "distance_m": 4_200,
            "nonce": f"band-{self.keys}",
            "sent_at": now.isoformat(),
        } | changed
        return {name: value for name, value in body.items() if value is not None}

    def send(self, paired: Paired, body: dict[str, Any], /, *, language: str = "en", **changed: Any) -> Any:
        """Send a body to the interface, signed with the secret of the device; `changed` replaces what is right."""
        content = changed.get("signed", json.dumps(body).encode())
        key, timestamp = changed.get("key", body.get("nonce", "none")), changed.get("timestamp", int(time.time()))
        secret = changed.get("secret", paired.secret)
        headers = {
            "webhook-id": key,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(secret, key=key, timestamp=timestamp, content=content),
            "jifen-device": changed.get("device", paired.device.code),
            "accept-language": language,
        }
        return Client().post(
            changed.get("address", f"/api/v1/{self.programme.code}/sport/recordings"),
            changed.get("body", content),
            content_type="application/json",
            headers={name: value for name, value in headers.items() if name not in changed.get("without", ())},
        )


def open_park(document: str = DOCUMENT) -> Park:
    """Open the programme with one operator of each role."""
    chief = Operator.objects.create_superuser("chief", password=LOGIN)
    operators = {"chief": chief}
    for role in ROLES:
        operators[role] = Operator.objects.create_user(role, password=LOGIN, is_staff=True)
        operators[role].groups.set(Group.objects.filter(name=role))
    return Park(open_programme(text=document, operator_id=chief.pk), operators)
