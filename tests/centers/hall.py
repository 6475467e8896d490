"""A programme with operation centres, and operators of every role at the console."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.test import Client

from jifen.backoffice.roles import ROLES
from jifen.centers.applying import Wish, apply_for_center, approve_application
from jifen.centers.models import CenterApplication
from jifen.members.models import Operator
from jifen.stores.models import Center
from tests.backoffice.office import text_of
from tests.web.airdrop_stage import VERSION_1, AirdropStage, build_airdrop_stage


@dataclass
class Hall:
    """What the stories of centres happen in. Operators are called by their roles."""

    stage: AirdropStage
    operators: dict[str, Operator]

    def apply(self, name: str, region: str, key: str = "a") -> CenterApplication:
        """Let a member apply for a region."""
        wish = Wish(region, "I live there")
        return apply_for_center(member_id=self.stage.members[name].pk, wish=wish, key=key)

    def open(self, name: str, region: str) -> Center:
        """Let a member buy the pack, apply and be approved."""
        self.stage.activate(name, "pack_center")
        found = self.apply(name, region, key=self.stage.key())
        approve_application(application_id=found.pk, operator_id=self.operators["operator"].pk, reason="fits")
        return Center.objects.get(region=region, until_on__isnull=True)

    def desk(self, role: str, *, language: str = "en") -> Client:
        """Return a browser in which an operator has logged in."""
        client = Client(headers={"accept-language": language})
        client.cookies["django_language"] = language
        client.force_login(self.operators[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def address(self, rest: str) -> str:
        """Return the address of a page of the console."""
        return f"/console/p/{self.stage.code}/{rest}"

    def page(self, rest: str, *, role: str = "auditor", language: str = "en") -> str:
        """Return what a page of the console says."""
        answer = self.desk(role, language=language).get(self.address(rest))
        assert answer.status_code == 200, rest
        return text_of(answer)


def open_hall(document: str = VERSION_1) -> Hall:
    """Open the programme, that of version 1 unless told otherwise, with one operator of each role."""
    operators = {}
    for role in ROLES:
        operators[role] = Operator.objects.create_user(role, is_staff=True)
        operators[role].groups.set(Group.objects.filter(name=role))
    return Hall(build_airdrop_stage(document), operators)
