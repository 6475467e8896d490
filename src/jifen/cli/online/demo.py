"""What a demo puts into the database and keeps running: the programme, its sample, the web server and the worker."""

import argparse
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import connections
from django.db.models import QuerySet, Sum
from rich.panel import Panel
from rich.text import Text

from jifen import catalogue
from jifen.cli.children import children, ignore_signals, wait_until_it_answers, watch
from jifen.cli.online import demo_alliance
from jifen.cli.online.migrate import migrate
from jifen.cli.online.operators import create_operator
from jifen.cli.online.settle import settle_days, waiting_days
from jifen.cli.screen import Screen
from jifen.engine.document import load_programme
from jifen.engine.message import Message, say
from jifen.facts.opening import open_programme
from jifen.ledger.models import Lot
from jifen.members.models import Member, Operator, Standing
from jifen.members.phones import decrypt
from jifen.pools.models import Holding
from jifen.programmes.models import Programme
from jifen.programmes.terms import in_force, load
from jifen.settlement.run import today
from jifen.settlement.sample import load_sample
from jifen.tables.sample import sample_of

HOST = "127.0.0.1"
OPERATORS = ("lin", "zhou")  # two, because what moves money needs two
ROLES = ("operator", "finance", "approver", "system")
SEED = 7
SHOWN = 2  # a member, and where there are any an agent


@dataclass(frozen=True)
class Sample:
    """What a demo begins with; all whom it shows have the same password."""

    programme: str  # a name of the catalogue
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
    asked = Sample(
        os.environ["JIFEN_DEMO_PROGRAMME"],
        int(os.environ["JIFEN_DEMO_MEMBERS"]),
        int(os.environ["JIFEN_DEMO_DAYS"]),
        password(),
    )
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
    text = catalogue.read(sample.programme)
    programme = Programme.objects.filter(code=load_programme(text).code).first()
    if programme is None:  # its past is drawn, too
        first = datetime.now(UTC).date() - timedelta(days=sample.days + 1)
        programme = open_programme(text=text, operator_id=author.pk, draws_from=first)
    if not Member.objects.filter(programme=programme).exists():
        _load(programme, sample, screen)
    settle_days(programme, waiting_days(programme), screen)
    return programme


def _load(programme: Programme, sample: Sample, screen: Screen) -> None:
    first = today(programme.pk) - timedelta(days=sample.days)
    terms = load(in_force(programme.pk, first).pk)
    tables = sample_of(terms, members=sample.members, days=sample.days, seed=SEED, start=first)
    what = say("settling {days} days of {members} members", days=sample.days, members=f"{sample.members:,}")
    with screen.share(what) as progress:
        load_sample(programme.pk, tables, progress)
    shown = [member.pk for member in interesting_members(programme)]
    Member.objects.filter(pk__in=shown).update(password=make_password(sample.password))


def logins_of(programme: Programme, address: str) -> list[Login]:
    """Return the logins that are shown; all of them have the demo's password."""
    members = interesting_members(programme).select_related("standing")
    agents = {True: say("agent"), False: say("member")}
    allied = demo_alliance.is_alliance(programme.pk)
    return [
        *(
            Login(
                demo_alliance.what_is(member) if allied else agents[member.standing.agent],
                f"{address}/{programme.code}/",
                decrypt(bytes(member.phone_cipher), programme_id=programme.pk),
            )
            for member in members
        ),
        *(Login(say("operator"), f"{address}/console/", name) for name in OPERATORS),
    ]


def interesting_members(programme: Programme) -> QuerySet[Member]:
    """Return the members to look at: those shown before, else one whose open lots have released much, and an agent."""
    members = Member.objects.filter(programme=programme)
    known = members.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("pk")
    if demo_alliance.is_alliance(programme.pk):
        shown = list(known.values_list("pk", flat=True)[: demo_alliance.SHOWN])
        shown = shown or demo_alliance.whom_to_show(programme.pk)
    else:
        shown = list(known.values_list("pk", flat=True)[:SHOWN]) or _whom_to_show(programme.pk)
    return members.filter(pk__in=shown).order_by("standing__agent", "pk")


def _whom_to_show(programme_id: int) -> list[int]:
    """Return a member whose open lots the team has released most of, and with agents one of high rank with a target.

    Where points have a price, one who holds some and owns a store.
    """
    holders = Holding.objects.filter(programme_id=programme_id, points__gt=0, member__stores__isnull=False)
    owners = holders.order_by("-member__stores__standing__turnover", "-points").values_list("pk", flat=True)
    if owners:
        return [owners[0]]
    agents = Standing.objects.filter(programme_id=programme_id, agent=True)
    ranked = agents.order_by("-rank", "member_id").values_list("member_id", flat=True)
    lots = Lot.objects.filter(programme_id=programme_id, closed=False).exclude(
        owner__in=list(agents.values_list("pk", flat=True))
    )
    best = lots.values("owner").annotate(released=Sum("accelerated")).order_by("-released", "owner").first()
    first = Member.objects.filter(programme_id=programme_id).order_by("pk").values_list("pk", flat=True)[0]
    return [best["owner"] if best is not None else first, *ranked[:1]]


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
