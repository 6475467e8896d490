"""A company that leases devices: its programme, three operators, and members who are called by their names."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from jifen.facts.models import Act
from jifen.leases.accounts import AccountDetails, change_account
from jifen.leases.agreements import Consent, deal_of, shown_digest
from jifen.leases.models import Agreement, CreditTopUp
from jifen.leases.orders import Purchase, buy_devices
from jifen.leases.terms import device_terms
from jifen.leases.top_ups import TransferReport, confirm_top_up, credit_top_up, report_top_up
from jifen.ledger.chart import MONEY, open_chart
from jifen.ledger.reading import balances, programme_balances
from jifen.members.bulk import NOBODY, Newcomer, register_many
from jifen.members.models import Member, Operator
from jifen.members.ticks import next_tick
from jifen.programmes.models import Programme
from jifen.programmes.terms import in_force, load
from jifen.programmes.versions import create_programme

CREDIT, INCOME = "lease_credit", "lease_income"
YUAN = 100  # fen
POINT = 10_000  # minor units
PRICE = 7_000  # CNY of one device
JOINED = datetime(2026, 3, 1, tzinfo=UTC)
NO_LOGIN = "!"
COMPANY = "星河智慧停车（上海）有限公司"

HEAD = """
code = "{code}"
title = "智慧停车"
title_en = "Smart parking"
effective_from = 2024-01-01
time_zone = "Asia/Shanghai"

[points.lease_credit]
title = "租赁积分"
title_en = "lease credit"
decimals = 4

[points.lease_income]
title = "租赁收益积分"
title_en = "lease income"
decimals = 4
withdrawable = true

[points.mall_points]
title = "消费积分"
title_en = "mall points"
decimals = 4

[[on_order]]
use = "grant_units"
source = "S0-13: 1台3倍、10台3.5倍、50台4倍"
kind = "lease_income"
product = "device"
price = {price}
tiers = [
    {{ name = "one", title = "1台", title_en = "1", quantity = 1, multiple = 3 }},
    {{ name = "ten", title = "10台", title_en = "10", quantity = 10, multiple = 3.5 }},
    {{ name = "fifty", title = "50台", title_en = "50", quantity = 50, multiple = 4 }},
]

[[on_payment]]
use = "reserve"
source = "S0-08: 六成留作准备金"
share = 0.6

[refund]
use = "refund"
source = "G4: 退款按比例冲回"
policy = "within_balance"
"""
LEASED = """
[[on_order]]
use = "spend"
source = "S0-23: 租赁积分只兑换设备"
kind = "lease_credit"
pays = "units"
share_min = {least}

[[on_top_up]]
use = "top_up"
source = "S0-08: 公司回撥積分"
kind = "lease_credit"
"""
MONTHLY = """
[[monthly]]
use = "monthly_release"
source = "S0-18: 首两个月3%，之后5%—10%"
first_months = 2
first_rate = 0.03
rate = 0.05
declared = "monthly_rate"
usual_min = 0.05
usual_max = 0.10
second_kind = "mall_points"
second_share = 0.20
"""
DAILY = """
[[daily]]
use = "daily_amount"
source = "S0-59: 每日每台10—20元"
amount = 15
amount_min = 10
amount_max = 20
declared = "daily_amount"
seed = "daily_seed"
second_kind = "mall_points"
second_share = 0.20
"""
DOCUMENT = HEAD.format(code="parking", price=PRICE) + LEASED.format(least=1) + MONTHLY
EARLY = HEAD.format(code="early", price=6_000) + DAILY  # devices are paid in money
MIXED = HEAD.format(code="mixed", price=PRICE) + LEASED.format(least=0) + MONTHLY  # in credit, in money, or both


@dataclass
class Company:
    """What the stories of leases happen in; Wang, Li and Zhao are operators."""

    programme: Programme
    wang: int
    li: int
    zhao: int
    members: dict[str, int] = field(default_factory=dict)
    _keys: int = 0

    def member(self, name: str) -> int:
        """Return the id of a member, who joins when first named."""
        if name not in self.members:
            phone = f"138{len(self.members):08}"
            who = Newcomer(phone, name, NOBODY, next_tick(), date(2026, 3, 1), JOINED)
            (self.members[name],) = register_many(programme_id=self.programme.pk, people=[who], password=NO_LOGIN)
        return self.members[name]

    def key(self) -> str:
        """Return a key that was never used."""
        self._keys += 1
        return f"key {self._keys}"

    def report(self, name: str, amount: int, *, key: str = "", payer: str = "Anna") -> CreditTopUp:
        """Let a member report a transfer of an amount in yuan."""
        report = TransferReport(amount=amount * YUAN, payer=payer, paid_on=today(), reference="rent")
        return report_top_up(member_id=self.member(name), report=report, key=key or self.key())

    def top_up(self, name: str, amount: int) -> CreditTopUp:
        """Let a member have lease credit for a transfer, which Wang confirms and Li credits."""
        found = self.report(name, amount)
        confirm_top_up(top_up_id=found.pk, operator_id=self.wang, bank_reference=f"bank {found.pk}")
        return credit_top_up(top_up_id=found.pk, operator_id=self.li)

    def consent(self, name: str, units: int, points: int) -> Consent:
        """Return the consent of a member who read the agreement; `points` in minor units."""
        member = Member.objects.get(pk=self.member(name))
        deal = deal_of(member, device_terms(self.programme.pk), units=units, points=points)
        return Consent(agreed=True, name=name, shown=shown_digest(deal), address="192.0.2.7")

    def buy(self, name: str, units: int, *, points: int | None = None, key: str = "") -> Agreement:
        """Let a member buy devices, all of them for lease credit unless `points` (minor units) says otherwise."""
        paid = units * PRICE * POINT if points is None else points
        consent = self.consent(name, units, paid)
        purchase = Purchase(units=units, points=paid)
        return buy_devices(member_id=self.member(name), purchase=purchase, consent=consent, key=key or self.key())

    def points(self, name: str, kind: str = CREDIT, role: str = "free") -> int:
        """Return a member's points in minor units."""
        return balances(self.member(name)).get((kind, role), 0)

    def money(self, role: str) -> int:
        """Return what an account of the programme holds, in fen."""
        return programme_balances(self.programme.pk).get((MONEY, role), 0)

    def acts(self, subject: str) -> list[str]:
        """Return what operators did to a subject, oldest first."""
        return list(Act.objects.filter(subject=subject).order_by("id").values_list("act", flat=True))


def open_company(document: str = DOCUMENT) -> Company:
    """Open a company with the programme of a document; Wang names its account."""
    wang, li, zhao = (operator(name) for name in ("wang", "li", "zhao"))
    programme = create_programme(text=document, operator_id=wang)
    terms = load(in_force(programme.pk, date(2026, 3, 1)).pk)
    kinds = {name: kind.decimals for name, kind in terms.kinds.items()}
    open_chart(programme_id=programme.pk, kinds=kinds | {MONEY: 2})
    company = Company(programme, wang, li, zhao)
    change_account(programme_id=programme.pk, details=ACCOUNT, operator_id=wang, reason="opening")
    return company


def operator(name: str) -> int:
    """Return an operator of a name, who may be there already."""
    return Operator.objects.get_or_create(username=name)[0].pk


def today() -> date:
    """Return the date in Shanghai."""
    return (timezone.now() + timedelta(hours=8)).astimezone(UTC).date()


ACCOUNT = AccountDetails(company=COMPANY, bank="中国银行上海分行", number="6222 0000 1234 5678", note="写会员编号")
