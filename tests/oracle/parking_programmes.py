"""Strategies that make parking programmes whose small numbers bring out every rule in a few months."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]

HEAD = """\
code = "parking"
title = "租赁积分动态释放"
title_en = "Parking lease"
effective_from = 2024-01-01
time_zone = "{zone}"
"""

KIND = """
[points.{kind}]
title = "{kind}"
title_en = "{kind}"
decimals = 4
withdrawable = {withdrawable}
transferable = {transferable}
"""

KINDS = [
    "lease_credit",
    "lease_income",
    "mall_points",
    "referral_points",
    "sales_points",
    "spare_points",
    "red_points",
    "ticket",
]
MADE = '\nsource = "made for a test"\n'

RULES = {
    "spend_units": """
[[on_order]]
use = "spend"
kind = "lease_credit"
pays = "units"
share_min = {units_least}
share_max = 1
""",
    "spend_units_income": """
[[on_order]]
use = "spend"
kind = "lease_income"
pays = "units"
share_min = {income_least}
share_max = {income_most}
""",
    "spend_mall": """
[[on_order]]
use = "spend"
kind = "mall_points"
pays = "goods"
share_min = {mall_least}
share_max = {mall_most}
""",
    "spend_red": """
[[on_order]]
use = "spend"
kind = "red_points"
pays = "goods"
share_min = 0
share_max = 0.3
""",
    "grant_units": """
[[on_order]]
use = "grant_units"
kind = "lease_income"
product = "device"
price = {price}
tiers = [
{tiers}
]
{channel}
""",
    "referral_bonus": """
[[on_order]]
use = "referral_bonus"
rate = {bonus_rate}
rank_rates = {{ {rank_rates} }}
kind = "referral_points"
second_kind = "mall_points"
second_share = {bonus_second}
consumes_lots = {bonus_consumes}
""",
    "top_up": """
[[on_top_up]]
use = "top_up"
kind = "lease_credit"
""",
    "agency": """
[agents]
use = "agency"
referrer_must_be_agent = {referrer_must_be_agent}
""",
    "unit_rank": """
[ranks]
use = "unit_rank"
agents_only = {agents_only}
active_sellers = {active_sellers}
units_below = {units_below}
table = [
{table}
]
""",
    "daily_amount": """
[[daily]]
use = "daily_amount"
amount = {amount}
amount_min = {amount_min}
amount_max = {amount_max}
declared = "daily_amount"
seed = "daily_seed"
second_kind = "mall_points"
second_share = {release_second}
""",
    "unit_differential": """
[[daily]]
use = "unit_differential"
kind = "sales_points"
consumes_lots = {differential_consumes}
overflow = "{differential_overflow}"
""",
    "unit_peer": """
[[daily]]
use = "unit_peer"
{peer}
kind = "{peer_kind}"
consumes_lots = {peer_consumes}
overflow = "{peer_overflow}"
""",
    "monthly_release": """
[[monthly]]
use = "monthly_release"
first_months = {first_months}
first_rate = {first_rate}
rate = {rate}
declared = "monthly_rate"
usual_min = 0.05
usual_max = 0.10
first_month = "{first_month}"
second_kind = "mall_points"
second_share = {release_second}
split_from = "{split_from}"
""",
    "weighted_dividend": """
[[monthly]]
use = "weighted_dividend"
rank = "{dividend_rank}"
units_min = {dividend_units}
rate = {dividend_rate}
declared = "parking_revenue"
kind = "sales_points"
consumes_lots = {dividend_consumes}
""",
    "sales_ranking": """
[[monthly]]
use = "sales_ranking"
places = {places}
prize = {prize}
declared = "ranking_prize"
kind = "{ranking_kind}"
consumes_lots = {ranking_consumes}
payout = "{payout}"
""",
    "rank_review": """
[[monthly]]
use = "rank_review"
new_units = {new_units}
strikes = {strikes}
""",
    "convert": """
[[on_convert]]
use = "convert"
kind = "lease_income"
into = "lease_credit"

[[on_convert]]
use = "convert"
source = "made for a test"
kind = "referral_points"
into = "red_points"
rate = {convert_rate}

[[on_convert]]
use = "convert"
source = "made for a test"
kind = "sales_points"
into = "ticket"
price = "ticket_price"
held = {held}
""",
    "withdrawal": """
[[on_withdrawal]]
use = "withdrawal"
fee = {fee}
reward = {reward}
reward_kind = "mall_points"
""",
    "ticket": """
[[on_ticket]]
use = "ticket"
kind = "ticket"
multiple = {ticket_multiple}
""",
    "member_transfer": """
[[on_transfer]]
use = "member_transfer"
""",
    "adjustment": """
[[on_adjust]]
use = "adjustment"
""",
    "freeze": """
[[on_freeze]]
use = "freeze"
stops = [{stops}]
""",
    "refund": """
[refund]
use = "refund"
policy = "{policy}"
""",
}

NUMBERS = {
    "zone": ["Asia/Shanghai", "Asia/Shanghai", "UTC"],
    "price": ["7000", "6000", "333.33"],
    "units_least": ["0", "0", "0", "0", "0.5", "1"],
    "mall_least": ["0", "0", "0.25"],
    "mall_most": ["1", "0.3333", "0.5"],
    "bonus_rate": ["0.10", "0.0333", "1", "0"],
    "bonus_second": ["0.20", "0", "0.3333", "1"],
    "amount": ["15", "0.01", "12.34"],
    "release_second": ["0.20", "0", "0.3333", "1"],
    "first_months": ["2", "0", "1"],
    "first_rate": ["0.03", "0.5", "0.123456789"],
    "rate": ["0.05", "0.4", "1.5"],
    "first_month": ["next", "full"],
    "split_from": ["payback", "first_release"],
    "active_sellers": ["0", "0", "0", "1", "2"],
    "units_below": ["0", "0", "2"],
    "differential_overflow": ["lose", "lose", "hold"],
    "peer_overflow": ["lose", "lose", "hold"],
    "peer_kind": ["sales_points", "spare_points"],
    "dividend_units": ["1", "3", "8"],
    "dividend_rate": ["0.05", "1", "0.3333"],
    "places": ["1", "2", "3"],
    "prize": ["1000", "0.01", "333.33"],
    "ranking_kind": ["sales_points", "spare_points"],
    "payout": ["ledger", "ledger", "report_only"],
    "new_units": ["3", "1", "10"],
    "strikes": ["3", "1", "2"],
    "convert_rate": ["1", "0.5", "0.3333"],
    "held": ["true", "false"],
    "fee": ["0.06", "0.0333", "0.5"],
    "reward": ["0.06", "0", "0.3333"],
    "ticket_multiple": ["2", "1", "1.5"],
    "policy": ["within_balance", "debt", "debt", "within_balance", "only_locked"],
}
FLAGS = [
    "bonus_consumes",
    "differential_consumes",
    "peer_consumes",
    "dividend_consumes",
    "ranking_consumes",
    "agents_only",
    "referrer_must_be_agent",
]
TIERS = [
    [("1", "3"), ("10", "3.5"), ("50", "4")],
    [("1", "3"), ("2", "3.5"), ("5", "4")],
    [("1", "0.5"), ("3", "1.0333")],
    [("1", "0.05"), ("4", "3")],
]
RANKS = [  # name, units, to, own units, CNY for each device and day
    [("district", "2", "4", "0", "1"), ("county", "5", "8", "0", "1.5"), ("city", "9", "", "0", "2.5")],
    [("district", "2", "4", "1", "1"), ("county", "5", "6", "2", "1.5"), ("city", "9", "", "3", "2.5")],
    [("agent", "1", "", "0", "0.5"), ("district", "3", "", "0", "1"), ("city", "6", "", "0", "1.5")],
    [("guest", "1", "", "0", "0"), ("district", "2", "", "0", "30")],
    [("district", "1", "", "0", "0.03")],
]
PEERS = [
    'basis = "percent_of_peer_bonus"\nrate = 0.10',
    'basis = "percent_of_peer_bonus"\nrate = 0.3333',
    'basis = "percent_of_base"\nrate = 0.5',
    'basis = "fixed_per_unit"\namount = 0.2',
    'basis = "fixed_per_unit"\namount = 7.77',
]
INCOME_SHARES = [("0", "0.5"), ("0", "1"), ("0.1", "0.5"), ("1", "1")]
AMOUNT_RANGES = [("10", "20"), ("0.01", "0.03"), ("5", "5")]
STOPS = [["withdraw", "convert", "member_transfer"], ["withdraw"], ["convert", "member_transfer"]]


@st.composite
def programmes(draw: Draw) -> str:
    """Return the text of a programme document; now and then some of its rules are absent."""
    values = {name: draw(st.sampled_from(choices)) for name, choices in NUMBERS.items()}
    values |= {name: draw(st.sampled_from(["true", "true", "false"])) for name in FLAGS}
    values["tiers"] = tier_rows(draw(st.sampled_from(TIERS)))
    table = draw(st.sampled_from(RANKS))
    values["table"] = rank_rows(table)
    names = [name for name, *_ in table]
    values["dividend_rank"] = draw(st.sampled_from(names))
    values["rank_rates"] = ", ".join(draw(rank_rates(names)))
    values["peer"] = draw(st.sampled_from(PEERS))
    values["amount_min"], values["amount_max"] = draw(st.sampled_from(AMOUNT_RANGES))
    values["income_least"], values["income_most"] = draw(st.sampled_from(INCOME_SHARES))
    values["stops"] = ", ".join(f'"{action}"' for action in draw(st.sampled_from(STOPS)))
    values["channel"] = draw(st.sampled_from(["", "", "", 'channel = "exchange"']))
    absent = draw(absences()) | {draw(st.sampled_from(["daily_amount", "monthly_release", "daily_amount"]))}
    if "unit_rank" in absent:
        values["rank_rates"] = ""
    rules = [name for name in ordered(draw) if name not in absent]
    return text_of(values, draw(kinds()), rules)


def text_of(values: dict[str, str], kinds: list[str], rules: list[str]) -> str:
    """Return the text of a document with these rules, in this order."""
    parts = [RULES[name].format(**values) for name in rules]
    return (
        HEAD.format(**values) + "".join(kinds) + "".join(part.replace("\nuse =", MADE + "use =", 1) for part in parts)
    )


def ordered(draw: Draw) -> list[str]:
    """Return the rules, rewards now and then in another order: they pay in that of the document."""
    names = list(RULES)
    for one, other in (("unit_differential", "unit_peer"), ("weighted_dividend", "sales_ranking")):
        if draw(st.integers(0, 3)) == 3:
            first, second = names.index(one), names.index(other)
            names[first], names[second] = other, one
    return names


def tier_rows(tiers: list[tuple[str, str]]) -> str:
    return "\n".join(
        f'    {{ name = "tier{row}", title = "档", title_en = "tier", quantity = {least}, multiple = {times} }},'
        for row, (least, times) in enumerate(tiers)
    )


def rank_rows(table: list[tuple[str, str, str, str, str]]) -> str:
    return "\n".join(
        f'    {{ name = "{name}", title = "级", title_en = "rank", units = {units}, '
        + (f"to = {to}, " if to else "")
        + f"own_units = {own}, per_unit = {amount} }},"
        for name, units, to, own, amount in table
    )


def rank_rates(names: list[str]) -> st.SearchStrategy[list[str]]:
    """Return rates for none, some or all of the ranks."""
    rate = st.sampled_from(["0.12", "0.15", "0.0777"])
    return st.dictionaries(st.sampled_from(names), rate).map(
        lambda rates: [f"{name} = {rate}" for name, rate in rates.items()]
    )


@st.composite
def kinds(draw: Draw) -> list[str]:
    """Return the kinds in some order: claims are met in it."""
    return [
        KIND.format(
            kind=kind,
            withdrawable=draw(st.sampled_from(["true", "true", "false"])),
            transferable=draw(st.sampled_from(["true", "false"])),
        )
        for kind in draw(st.permutations(KINDS))
    ]


def absences() -> st.SearchStrategy[set[str]]:
    """Return mostly few rules, at times none."""
    optional = sorted(set(RULES) - {"grant_units", "monthly_release", "daily_amount", "refund"})
    often = st.sets(st.sampled_from(["spend_units", "spend_units_income", "spend_mall", "spend_red"]), max_size=3)
    some = st.sets(st.sampled_from(optional), max_size=4)
    none: st.SearchStrategy[set[str]] = st.just(set())
    return st.one_of(none, often, often, some).map(with_what_needs_them)


def with_what_needs_them(absent: set[str]) -> set[str]:
    """Return the absent rules and those that a document may not have without them."""
    if "unit_rank" in absent:
        absent = absent | {"unit_differential", "unit_peer", "weighted_dividend"}
    if "unit_differential" in absent:
        absent = absent | {"unit_peer"}
    if "agency" in absent:
        absent = absent | {"rank_review", "sales_ranking"}
    return absent
