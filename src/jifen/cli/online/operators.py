"""jifen createoperator: who may work at the console."""

import argparse
import getpass
import os
import sys
from collections.abc import Sequence

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from jifen.cli.screen import Screen
from jifen.cli.trouble import Place, TroubleError
from jifen.engine.message import Message, say
from jifen.members.models import Operator

GIVEN = "JIFEN_OPERATOR_PASSWORD"


def command(arguments: argparse.Namespace, screen: Screen) -> None:
    """Run the command."""
    password = _password(screen)
    create_operator(arguments.name, password, roles=arguments.role, superuser=arguments.superuser)
    screen.say(say("{name} may log in at {address}", name=arguments.name, address="/console/"))


def create_operator(name: str, password: str, *, roles: Sequence[str] = (), superuser: bool = False) -> Operator:
    """Create an operator; a taken name, a weak password or an unknown role is trouble."""
    groups = {group.name: group for group in Group.objects.all()}
    unknown = [role for role in roles if role not in groups]
    if unknown:
        known = ", ".join(sorted(groups))
        raise TroubleError(say("there is no role {role}; there are {known}", role=unknown[0], known=known))
    operator = Operator(username=name, is_staff=True, is_superuser=superuser)
    try:
        operator.username = Operator.normalize_username(name)
        operator.clean_fields(exclude=["password"])
        operator.validate_unique()
        validate_password(password, operator)
    except ValidationError as error:
        places = [Place((name,), Message("{why}", {"why": why})) for why in error.messages]
        raise TroubleError(say("{name} cannot be created", name=name), places) from None
    operator.set_password(password)
    with transaction.atomic():
        operator.save(force_insert=True)
        operator.groups.set(groups[role] for role in roles)
    return operator


def _password(screen: Screen) -> str:
    """Return the password: of the environment, of a pipe, or asked for twice."""
    given = os.environ.get(GIVEN, "")
    if given:
        return given
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass(screen.translate("Password: "))
    if getpass.getpass(screen.translate("Once more: ")) != first:
        raise TroubleError(say("the two passwords differ"))
    return first
