"""Browsers in which somebody is logged in: a member on the phone, an operator of a role at the console."""

import html
import re

from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from jifen.members.login import session_mark
from jifen.members.models import Member, Operator
from jifen.web.sessions import MEMBERS
from tests.leases.company import Company

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
UNSEEN = re.compile(
    r'<(script|style).*?</\1>|<span class="(?:jf-label|[^"]*material-symbols[^"]*)".*?</span>', re.DOTALL
)
TAGS = re.compile(r'<[^>"]*(?:"[^"]*"[^>"]*)*>')


def phone(company: Company, name: str, *, language: str = "en") -> Client:
    """Return a browser in which a member is logged in."""
    member = Member.objects.get(pk=company.member(name))
    client = Client()
    session = client.session
    session[MEMBERS] = {str(member.programme_id): [member.pk, session_mark(member)]}
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def desk(role: str, *, name: str = "", language: str = "en") -> Client:
    """Return a browser in which an operator of a role is logged in; `name` tells operators of one role apart."""
    operator, new = Operator.objects.get_or_create(username=name or role, defaults={"is_staff": True})
    if new:
        operator.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(answer: object) -> str:
    """Return what a page says, without its tags."""
    content = getattr(answer, "content", b"").decode("utf-8")
    return " ".join(html.unescape(TAGS.sub(" ", UNSEEN.sub(" ", content))).split())


def hidden_in(answer: object) -> dict[str, str]:
    """Return what a page's form carries unseen."""
    content = getattr(answer, "content", b"").decode("utf-8")
    return {name: value for name, value in HIDDEN.findall(content) if name != "csrfmiddlewaretoken"}


def send(client: Client, address: str, action: str, **values: str) -> str:
    """Send an action's form of the console and return what the page then says."""
    fields = {"reason": "because", "key": f"{action} {address}"} | values
    answer = client.post(address, {"action": action} | {f"{action}-{name}": value for name, value in fields.items()})
    return text_of(client.get(address) if answer.status_code == 302 else answer)
