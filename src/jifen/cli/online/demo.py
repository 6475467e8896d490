"""What a demo puts into the database and keeps running: the programme, its sample, the web server and the worker."""

import argparse
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import connections
from django.db.models import Sum
from rich.panel import Panel
from rich.text import Text

from jifen import catalogue
from jifen.cli.children import children, ignore_signals, wait_until_it_answers, watch
from jifen.cli.online.migrate import migrate
from jifen.cli.online.operators import create_operator
from jifen.cli.online.settle import settle_days, waiting_days
from jifen.cli.screen import Screen
from jifen.engine.message import Message, say
from jifen.facts.opening import open_programme
from jifen.ledger.models import Lot
from jifen.members.models import Member, Operator
from jifen.members.phones import decrypt
from jifen.programmes.models import Programme
from jifen.settlement.run import today
from jifen.settlement.sample import load_sample
from jifen.tables.sample import make_sample

HOST = "127.0.0.1"
OPERATORS = ("lin", "zhou")  # two, because what moves money needs two
ROLES = ("operator", "finance", "approver", "system")
SEED = 7


@dataclass(frozen=True)
class Sample:
    """What a demo begins with; all whom it shows have the same password."""

    members: int
    days: int
    password: str


@dataclass(frozen=True)
class Login:
    """A name or phone to log in with, and where."""

    who: Message
    address: str
    name: str


def command(arguments: argparse.Namespace, screen: Screen) -> None:
    """Prepare the database, then run the web server and the worker until asked to end."""
    folder = Path(arguments.folder).absolute()
    asked = Sample(int(os.environ["JIFEN_DEMO_MEMBERS"]), int(os.environ["JIFEN_DEMO_DAYS"]), password())
    programme = prepare(asked, screen)
    logins = logins_of(programme, f"http://{HOST}:{arguments.port}")
    connections.close_all()
    commands = (
        (["serve", "--host", HOST, "--port", str(arguments.port), "--workers", "1"], folder / "log" / "web.log"),
        (["worker"], folder / "log" / "worker.log"),
    )
    with children(commands) as running:
        try:
            wait_until_it_answers(HOST, arguments.port, running)
            show(logins, folder, screen)
            watch(running)
        except KeyboardInterrupt:
            ignore_signals()
            screen.say(say("stopping; the data stay in {folder}, and the next start goes on with them", folder=folder))


def password() -> str:
    """Return the password of all logins of the demo."""
    return os.environ["JIFEN_DEMO_PASSWORD"]


def prepare(sample: Sample, screen: Screen) -> Programme:
    """Bring the database up to date, with its sample and every day up to yesterday settled."""
    migrate()
    for name in OPERATORS:
        if not Operator.objects.filter(username=name).exists():
            create_operator(name, sample.password, roles=ROLES)
    author = Operator.objects.get(username=OPERATORS[0])
    programme = open_programme(text=catalogue.read("release"), operator_id=author.pk)
    if not Member.objects.filter(programme=programme).exists():
        _load(programme, sample, screen)
    settle_days(programme, waiting_days(programme), screen)
    return programme


def _load(programme: Programme, sample: Sample, screen: Screen) -> None:
    first = today(programme.pk) - timedelta(days=sample.days)
    tables = make_sample(members=sample.members, days=sample.days, seed=SEED, start=first)
    what = say("settling {days} days of {members} members", days=sample.days, members=f"{sample.members:,}")
    with screen.share(what) as progress:
        load_sample(programme.pk, tables, progress)
    shown = interesting_member(programme)
    Member.objects.filter(pk=shown.pk).update(password=make_password(sample.password))


def logins_of(programme: Programme, address: str) -> list[Login]:
    """Return the logins that are shown; all of them have the demo's password."""
    member = interesting_member(programme)
    phone = decrypt(bytes(member.phone_cipher), programme_id=programme.pk)
    return [
        Login(say("member"), f"{address}/{programme.code}/", phone),
        *(Login(say("operator"), f"{address}/console/", name) for name in OPERATORS),
    ]


def interesting_member(programme: Programme) -> Member:
    """Return the member to look at: the one shown before, else whose open lots the team has released most of."""
    members = Member.objects.filter(programme=programme)
    shown = members.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("pk").first()
    if shown is not None:
        return shown
    lots = Lot.objects.filter(programme_id=programme.pk, closed=False).values("owner")
    best = lots.annotate(released=Sum("accelerated")).order_by("-released", "owner").first()
    return members.get(pk=best["owner"]) if best is not None else members.order_by("pk")[0]


def show(logins: list[Login], folder: Path, screen: Screen) -> None:
    """Print where the pages are, and who may log in."""
    text = Text()
    for login in logins:
        text.append(f"{screen.translate(login.who)}  ", style="bold")
        text.append(f"{login.address}  ")
        text.append(f"{login.name}  {password()}\n", style="green")
    text.append(
        screen.translate(say("Logs lie in {folder}. Ctrl-C ends the demo and keeps its data.", folder=folder / "log"))
    )
    screen.out.print(Panel(text, title="Jifen", expand=False, padding=(1, 2)))
