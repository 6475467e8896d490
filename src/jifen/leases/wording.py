"""The words of the agreement, Chinese and English side by side, from the programme's document (S0-58).

What is written here was consented to: a change of words needs a new CONSENT_TEXT.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from jifen.engine.amounts import MONEY_DECIMALS, Rate
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.daily_amount import DailyAmount
from jifen.engine.rules.monthly_release import MonthlyRelease
from jifen.leases.terms import DeviceTerms
from jifen.tables.report_figures import grouped

CONSENT_TEXT = "2026-11"
PERCENT_DECIMALS = 7  # of the finest rate
TITLE = ("设备租赁协议", "Device lease agreement")
CONSENT = (
    "我已阅读并理解本协议，同意按上述条款购买设备并租赁给公司，并以键入的姓名作为我的签名。",
    "I have read and understood this agreement, I agree to buy the devices and to lease them to the company on these "
    "terms, and the name that I type is my signature.",
)


@dataclass(frozen=True)
class Clause:
    """One clause in both languages; `title` of the template is that of the reader's."""

    title: str
    title_en: str
    text: str
    text_en: str


@dataclass(frozen=True, kw_only=True)
class Deal:
    """What an agreement is about; money in fen, points in minor units of the kinds."""

    company: str
    member: str
    member_code: str
    units: int
    points: int
    devices: DeviceTerms

    @property
    def price(self) -> int:
        """The price of all devices, in fen."""
        return self.devices.price(self.units)

    @property
    def cash(self) -> int:
        """What of the price is paid in money, in fen."""
        return self.price - self.points // self.devices.scale

    @property
    def multiple(self) -> str:
        """How many times the price is granted."""
        return str(self.devices.grant.multiple_of(self.units) or 0)


def clauses_of(deal: Deal) -> list[Clause]:
    """Return the clauses of an agreement, in their order."""
    return [
        _parties(deal),
        _purchase(deal),
        _grant(deal),
        *_releases(deal.devices.terms),
        _title(deal),
        _risk(),
        _law(deal),
    ]


def _parties(deal: Deal) -> Clause:
    member, company = f"{deal.member}（{deal.member_code}）", deal.company
    return Clause(
        "双方",
        "Parties",
        f"出租人（会员）：{member}。承租人（公司）：{company}。",
        f"Lessor (the member): {deal.member} ({deal.member_code}). Lessee (the company): {company}.",
    )


def _purchase(deal: Deal) -> Clause:
    units, price = f"{deal.units:,}", _money(deal.price)
    devices = "smart parking device" if deal.units == 1 else "smart parking devices"
    paid, paid_en = _payment(deal)
    each = _money(deal.devices.grant.unit_price)
    return Clause(
        "设备与价格",
        "Devices and price",
        f"会员购买智能停车设备 {units} 台，每台 {each}，合计 {price}，{paid}。"
        "订单生效之日起，会员将设备租赁给公司使用。",
        f"The member buys {units} {devices} at {each} each, {price} in all, {paid_en}. From the day the "
        "order counts, the member leases what was bought to the company.",
    )


def _payment(deal: Deal) -> tuple[str, str]:
    """Return how the price is paid."""
    spend = deal.devices.spend
    if not deal.points or spend is None:
        return f"以货币支付 {_money(deal.cash)}", f"paid in money: {_money(deal.cash)}"
    kind = deal.devices.terms.kinds[spend.kind]
    points = _shortest(deal.points, kind.decimals)
    if not deal.cash:
        return f"以 {points} {kind.title}支付", f"paid with {points} of {kind.title_en}"
    return (
        f"其中以 {points} {kind.title}支付，其余 {_money(deal.cash)} 以货币支付",
        f"paid with {points} of {kind.title_en}, and the rest of {_money(deal.cash)} in money",
    )


def _grant(deal: Deal) -> Clause:
    kind = deal.devices.terms.kinds[deal.devices.grant.kind]
    granted = _shortest(deal.devices.granted(deal.units), kind.decimals)
    return Clause(
        "锁仓积分",
        "Locked points",
        f"按一次购买的台数，公司锁定 {granted} {kind.title}，为价格的 {deal.multiple} 倍；分次购买不合并计算。",
        f"By the number of devices in one purchase the company locks {granted} of {kind.title_en}, {deal.multiple} "
        "times the price; separate purchases are not added up.",
    )


def _releases(terms: Terms) -> Iterator[Clause]:
    for rule in terms.rules:
        if isinstance(rule, MonthlyRelease):
            yield _monthly(rule, terms)
        elif isinstance(rule, DailyAmount):
            yield _daily(rule, terms)


def _monthly(rule: MonthlyRelease, terms: Terms) -> Clause:
    first, later, months = percent(rule.first_rate), percent(rule.rate), rule.first_months
    least, most = percent(rule.usual_min), percent(rule.usual_max)
    second, second_en = _second(rule, terms)
    begin, begin_en = _beginning(rule)
    return Clause(
        "按月释放",
        "Monthly release",
        f"每月最后一天按价格的比例释放锁仓积分：前 {months} 个月每月 {first}，之后按公司为该月公布的比例"
        f"（一般为 {least} 至 {most}，可能更低），未公布时为 {later}；{begin}。{second}释放到锁仓积分用完为止。",
        "On the last day of each month a share of the price is released from the locked points: "
        f"{first} a month for the first {months} months, later the share that the company declares for the month "
        f"(usually {least} to {most}, it may be less), {later} where it declares none; {begin_en}. "
        f"{second_en}Releases end when the locked points are used up.",
    )


def _beginning(rule: MonthlyRelease) -> tuple[str, str]:
    """Return which month is the first one."""
    if rule.first_month == "next":
        return "从第一个完整的自然月起算", "the first whole calendar month is the first one"
    return "购买当月即为第一个月", "the month of the purchase is the first one"


def _daily(rule: DailyAmount, terms: Terms) -> Clause:
    amount, least, most = (f"¥{value:,.2f}" for value in (rule.amount, rule.amount_min, rule.amount_max))
    second, second_en = _second(rule, terms)
    return Clause(
        "按日释放",
        "Daily release",
        f"每日按设备台数释放锁仓积分：金额以公司为该日公布的为准；公司为该日公布种子的，在每台 {least} 至 {most} 之间"
        f"按公开的方法抽取；都没有的，每台 {amount}。{second}释放到锁仓积分用完为止。",
        "Every day points are released for each device: the amount that the company declares for the day; where it "
        f"publishes a seed instead, an amount drawn between {least} and {most} by a published method; else {amount}. "
        f"{second_en}Releases end when the locked points are used up.",
    )


def _second(rule: MonthlyRelease | DailyAmount, terms: Terms) -> tuple[str, str]:
    """Return what part of a release becomes points of another kind, and from when."""
    if rule.second_kind is None or rule.second_share.num == 0:
        return "", ""
    kind, part = terms.kinds[rule.second_kind], percent(rule.second_share)
    if isinstance(rule, DailyAmount) or rule.split_from == "first_release":
        return f"每次释放的 {part} 为{kind.title}。", f"{part} of each release becomes {kind.title_en}. "
    return (
        f"累计释放达到价格（回本）之后，每次释放的 {part} 为{kind.title}。",
        f"Once the releases have returned the price, {part} of each release becomes {kind.title_en}. ",
    )


def _title(deal: Deal) -> Clause:
    if deal.devices.title_passes:
        return Clause(
            "设备归属",
            "Title",
            "累计释放达到价格（回本）之日起，设备归公司所有；尚未释放的锁仓积分继续按本协议释放。",
            "From the day on which the releases have returned the price, the devices belong to the company; "
            "what is still locked goes on being released.",
        )
    return Clause("设备归属", "Title", "设备归会员所有。", "The devices stay the member's.")


def _risk() -> Clause:
    return Clause(
        "风险提示",
        "Risk",
        "释放的比例与金额会变化，不承诺收益，也不承诺回本的时间。退款时，已发放和已释放的积分按计划规则按比例收回。"
        "本平台为试运行，不涉及真实款项与设备。",
        "Shares and amounts change; no income is promised, nor when the price will have been returned. A refund "
        "takes back in proportion what was granted and released, as the programme says. This is a trial platform: "
        "no real money and no real devices.",
    )


def _law(deal: Deal) -> Clause:
    version, terms = deal.devices.version, deal.devices.terms
    return Clause(
        "适用的计划",
        "Programme",
        f"适用“{terms.title}”计划第 {version.number} 版，其摘要（SHA-256）为 {terms.digest}。",
        f"Version {version.number} of the programme {terms.title_en} applies; its digest (SHA-256) is {terms.digest}.",
    )


def percent(rate: Rate) -> str:
    """Return a rate as a percentage: 0.03 is 3%."""
    return f"{_shortest(rate.num * 100 * 10**PERCENT_DECIMALS // rate.den, PERCENT_DECIMALS)}%"


def _shortest(minor: int, decimals: int) -> str:
    text = grouped(minor, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _money(fen: int) -> str:
    return "¥" + grouped(fen, MONEY_DECIMALS)
