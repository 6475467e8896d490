"""A programme with agents at work: members who referred one another, operators of each role, papers."""

import struct
import zlib
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from jifen.agents.applications import Filled, save_draft, submit
from jifen.agents.appointing import approve
from jifen.agents.models import Application
from jifen.agents.papers import add_paper
from jifen.backoffice.roles import ROLES
from jifen.facts.days import open_day
from jifen.facts.models import Act
from jifen.members.models import Member, Operator, Standing
from jifen.members.registration import register_member
from jifen.programmes.models import Programme
from tests.agents.document import DOCUMENT
from tests.backoffice.office import open_programme

LOGIN = "green tea leaves"
LICENCES = ("91350100M000100Y43", "91110000802100433B", "91440300708461136T")


@dataclass
class Firm:
    """What the stories happen in. Operators are called by their roles; "chief" may do everything."""

    programme: Programme
    operators: dict[str, Operator]
    members: dict[str, Member] = field(default_factory=dict)

    @property
    def chief(self) -> int:
        """Who may do everything."""
        return self.operators["chief"].pk

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

    def standing(self, name: str) -> Standing:
        """Return what is kept of a member now."""
        return Standing.objects.get(member=self.member(name))

    def set(self, name: str, **values: object) -> None:
        """Let a member stand as if closes had found it so."""
        Standing.objects.filter(member=self.member(name)).update(**values)

    def filled(self, name: str, *, licence: int = 0) -> Application:
        """Let a member fill in everything and add the papers, without sending."""
        member = self.member(name)
        filled = Filled(f"{name} Ltd", LICENCES[licence], name, "district", 80, "1 Tea Street")
        application = save_draft(member_id=member.pk, filled=filled)
        for kind in ("licence", "office"):
            add_paper(member_id=member.pk, kind=kind, name=f"{kind}.png", content=png(text=kind))
        return application

    def sent(self, name: str, *, licence: int = 0) -> Application:
        """Let a member send a whole application."""
        self.filled(name, licence=licence)
        return submit(member_id=self.member(name).pk)

    def appoint(self, name: str, *, licence: int = 0) -> Application:
        """Let a member become an agent."""
        application = self.sent(name, licence=licence)
        return approve(application_id=application.pk, operator_id=self.chief, reason="papers seen")

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


def open_firm() -> Firm:
    """Open a programme with agents and one operator of each role."""
    chief = Operator.objects.create_superuser("chief", password=LOGIN)
    operators = {"chief": chief}
    for role in ROLES:
        operators[role] = Operator.objects.create_user(role, password=LOGIN, is_staff=True)
        operators[role].groups.set(Group.objects.filter(name=role))
    return Firm(open_programme(DOCUMENT, chief), operators)


def png(*, width: int = 400, height: int = 300, text: str = "") -> bytes:
    """Return a white picture; another text makes other dots in its first row."""
    dots = b"\x00" + text.encode()[: width * 3].ljust(width * 3, b"\xff")
    rows = dots + (b"\x00" + b"\xff" * width * 3) * (height - 1)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg(*, width: int = 400, height: int = 300) -> bytes:
    """Return the segments of a JPEG up to its frame, and its end."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 8 + 3, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\x00" + bytes(9) + frame + b"\xff\xd9"


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
