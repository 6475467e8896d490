"""The programmes of parking as the stories need them: small thresholds, two operators, goods in both zones, one month.

The stories begin on the 1st of a month, whatever the clock says: the day before is settled while nothing is there yet.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

from jifen.cli.online.demo import OPERATORS, ROLES
from jifen.cli.online.migrate import migrate
from jifen.cli.online.operators import create_operator
from jifen.engine.days import date_of, day_number, is_last_of_month
from jifen.facts.days import open_day
from jifen.facts.opening import open_programme
from jifen.leases.accounts import AccountDetails, change_account
from jifen.leases.top_ups import TransferReport, confirm_top_up, credit_top_up, report_top_up
from jifen.members.models import Member, Operator
from jifen.members.registration import register_member
from jifen.programmes.models import Programme
from jifen.sales.models import PaymentShare, Product, Zone
from jifen.settlement.run import settle_day, today
from tests.browser.platform import served
from tests.databases import clone_database, connected_to, drop_database
from tests.running import OPENS, Server
from tests.settlement.leasing import small

CODES = ("parking", "parking_early", "parking_exchange")
ACCOUNT = AccountDetails(
    company="星河智慧停车（上海）有限公司", bank="中国工商银行上海分行", number="6222020200001234567"
)
PHONE = "13700000001"  # of the first member, who has no referrer
YUAN = 100


@contextmanager
def parking_lot(folder: Path) -> Iterator[Server]:
    """Run a platform with the three programmes, which the stories of parking share."""
    name = f"jifen_parking_{os.getpid()}"
    drop_database(name)
    clone_database(name)
    with connected_to(name):
        migrate()
        for operator in OPERATORS:
            create_operator(operator, OPENS, roles=ROLES)
        for code in CODES:
            _open(code)
    with served(name, folder) as address:
        yield Server(name, PHONE, OPERATORS, OPENS, address)
    drop_database(name)


def settle_until(server: Server, code: str, *, days: int = 0) -> date:
    """Settle so many days of a programme, else all up to the last of the month; return the day that is open then."""
    with connected_to(server.database):
        programme = Programme.objects.get(code=code)
        left = days
        while left or (not days and not is_last_of_month(day_number(open_day(programme.pk)))):
            settle_day(programme_id=programme.pk, day=open_day(programme.pk))
            left -= 1 if days else 0
        return open_day(programme.pk)


def credit(server: Server, code: str, *, yuan: int) -> None:
    """Let the first member of a programme have lease credit for a transfer, which one operator confirms."""
    with connected_to(server.database):
        programme = Programme.objects.get(code=code)
        member = Member.objects.filter(programme=programme).order_by("pk")[0]
        one, other = (Operator.objects.get(username=name).pk for name in OPERATORS)
        report = TransferReport(amount=yuan * YUAN, payer=member.name, paid_on=today(programme.pk))
        top_up = report_top_up(member_id=member.pk, report=report, key="of the story")
        confirm_top_up(top_up_id=top_up.pk, operator_id=one, bank_reference=f"{code} 1")
        credit_top_up(top_up_id=top_up.pk, operator_id=other)


def _open(code: str) -> None:
    operator = Operator.objects.get(username=OPERATORS[0])
    programme = open_programme(text=small(code), operator_id=operator.pk)
    change_account(programme_id=programme.pk, details=ACCOUNT, operator_id=operator.pk, reason="开户许可证")
    tea = Product.objects.create(
        programme=programme, code="tea", title="高山茶", title_en="Mountain tea", price=5 * YUAN, zone=Zone.POINTS
    )
    PaymentShare.objects.create(product=tea, kind="mall_points", share_min=Decimal(1), share_max=Decimal(1))
    register_member(programme_id=programme.pk, phone=PHONE, password=OPENS, name="王芳", joined_on=today(programme.pk))
    if code != "parking_early":
        settle_day(programme_id=programme.pk, day=_last_of_month(today(programme.pk)))


def _last_of_month(day: date) -> date:
    number = day_number(day)
    while not is_last_of_month(number):
        number += 1
    return date_of(number)
