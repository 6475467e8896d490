"""Strategies that make growth programmes whose numbers bring out every rule in a few days."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]

HEAD = """\
code = "growth"
title = "消费增值"
title_en = "Growth"
effective_from = 2024-01-01
time_zone = "{zone}"

[points.money]
title = "现金"
title_en = "money"
decimals = 2
withdrawable = {money_withdrawable}
transferable = {money_transferable}

[points.value_points]
title = "增值积分"
title_en = "value points"
decimals = 8
transferable = {value_transferable}

[points.shopping_points]
title = "购物积分"
title_en = "shopping points"
decimals = 2
transferable = {shopping_transferable}

[points.subsidy]
title = "补贴"
title_en = "subsidy"
decimals = 2
"""

RULES = {
    "spend_money": """
[[on_order]]
use = "spend"
kind = "money"
pays = "goods"
share_max = {money_most}
""",
    "spend_subsidy": """
[[on_order]]
use = "spend"
kind = "subsidy"
pays = "goods"
share_max = {subsidy_most}
""",
    "spend_shopping": """
[[on_order]]
use = "spend"
kind = "shopping_points"
pays = "goods"
product = "sourced"
share_min = {shopping_least}
share_max = {shopping_most}
""",
    "order_split": """
[[on_order]]
use = "order_split"
commission = {commission}
platform = {platform}
distribution = {distribution}
leftover = "{leftover}"
""",
    "profit_pool": """
[[on_order]]
use = "profit_pool"
kind = "value_points"
minted = {minted}
kept = {kept}
start_price = {start_price}
exit_multiple = {exit_multiple}
minimum_supply = {minimum_supply}
mint_after_days = {mint_after_days}
""",
    "shopping_grant": """
[[on_order]]
use = "shopping_grant"
kind = "shopping_points"
multiple = {shopping_multiple}
""",
    "sourced_goods": """
[[on_order]]
use = "sourced_goods"
product = "sourced"
cost = {cost}
""",
    "subsidy": """
[[on_subsidy]]
use = "subsidy"
kind = "subsidy"
""",
    "card_grant": """
[[on_card]]
use = "card_grant"
kind = "shopping_points"
""",
    "ranks": """
[ranks]
use = "second_leg_rank"
volume = "{volume}"
table = [
{table}
]
""",
    "store_rebate": """
[[daily]]
use = "store_rebate"
rate = {store_rebate}
base = "{store_base}"
payout = "{payout_1}"
""",
    "referrer_rebate": """
[[daily]]
use = "referrer_rebate"
rate = {referrer_rebate}
base = "{referrer_base}"
payout = "{payout_2}"
""",
    "generation_share": """
[[daily]]
use = "generation_share"
of = "amount"
rates = [{generations}]
payout = "{payout_3}"
""",
    "rank_differential": """
[[daily]]
use = "rank_differential"
of = "amount"
payout = "{payout_4}"
""",
    "peer_bonus": """
[[daily]]
use = "peer_bonus"
of = "amount"
rate = {peer}
payout = "{payout_5}"
""",
    "store_referral_bonus": """
[[daily]]
use = "store_referral_bonus"
rate = {store_referral}
payout = "{payout_6}"
""",
    "territory": """
[[daily]]
use = "territory"
district = {district}
city = {city}
province = {province}
payout = "{payout_7}"
""",
    "new_user_reward": """
[[on_order]]
use = "new_user_reward"
rate = {new_user}
payout = "{payout_8}"
""",
    "card_reward": """
[[on_order]]
use = "card_reward"
rate = {card}
product = "card"
payout = "{payout_9}"
""",
    "store_takings": """
[[daily]]
use = "store_takings"
""",
    "store_partners": """
[[daily]]
use = "store_partners"
share = {partners_share}
threshold = {threshold}
product = "{partners_product}"
weights = "{weights}"
every = "{every}"
""",
    "store_shares": """
[[daily]]
use = "store_shares"
share = {shares}
management = {management}
referral = {shares_referral}
""",
    "withdrawal": """
[[on_withdrawal]]
use = "withdrawal"
fee = {fee}
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
    "money_most": ["1", "0.5"],
    "subsidy_most": ["0.2", "1", "0.3333"],
    "shopping_least": ["0", "0", "0.1"],
    "shopping_most": ["0.7", "1", "0.3333"],
    "leftover": ["platform", "pool"],
    "minted": ["0.70", "0.70", "1", "0.3333", "0.9"],
    "kept": ["0.20", "0.20", "0", "0.3333", "0.5"],
    "start_price": ["1", "1", "1", "0.5", "7.77", "0.000000001"],
    "exit_multiple": ["1.2", "1.2", "2", "1.05", "0.3"],
    "minimum_supply": ["0", "0", "0", "1", "100"],
    "mint_after_days": ["0", "0", "0", "2", "1"],
    "shopping_multiple": ["3", "0.3333", "0"],
    "cost": ["0.10", "0", "0.5"],
    "volume": ["amount", "cash"],
    "store_rebate": ["0.10", "0.3333"],
    "store_base": ["amount", "points"],
    "referrer_rebate": ["0.05", "0.3333"],
    "referrer_base": ["amount", "points"],
    "generations": ["0.003, 0.002", "0.3333", "0.003, 0.002, 0.0777"],
    "peer": ["0.03", "0.3333"],
    "store_referral": ["0.005", "0.3333"],
    "new_user": ["0.01", "0.3333", "1"],
    "card": ["0.02", "0.3333"],
    "partners_share": ["0.15", "0.15", "1", "0.3333"],
    "threshold": ["300", "0.01", "1000"],
    "partners_product": ["", "card", "card"],
    "weights": ["equal", "amount"],
    "every": ["week", "month"],
    "shares_referral": ["0", "0.05"],
    "fee": ["0", "0.06", "0.3333"],
    "policy": ["within_balance", "debt", "debt", "within_balance", "only_locked"],
}
GROUPS: dict[tuple[str, ...], list[tuple[str, ...]]] = {  # numbers that have to fit each other
    ("commission", "platform", "distribution"): [
        ("0.20", "0.02", "0.02"),
        ("0.20", "0.02", "0.02"),
        ("0.9", "0.02", "0.1"),
        ("0.05", "0", "0.0333"),
        ("0.3333", "0.1", "0"),
        ("0.02", "0", "0.02"),
    ],
    ("district", "city", "province"): [
        ("0.001", "0.002", "0.003"),
        ("0", "0.1", "0.1"),
        ("0.0333", "0.1", "0.3333"),
    ],
    ("shares", "management"): [("0.58", "0.02"), ("0.58", "0.02"), ("0.9", "0.1"), ("0.6", "0"), ("0.5", "0.3333")],
}
FLAGS = ["money_withdrawable", "money_transferable", "value_transferable", "shopping_transferable"]
RANKS = [  # name, volume, rate
    [("bronze", "100", "0.01"), ("silver", "500", "0.02"), ("gold", "2000", "0.3333")],
    [("guest", "1", "0"), ("bronze", "50", "0.0333")],
]
STOPS = [["withdraw", "sell"], ["withdraw"], ["sell", "member_transfer"]]
ALWAYS = {"order_split", "refund"}
REWARDS = ["store_rebate", "referrer_rebate", "generation_share", "rank_differential", "peer_bonus"]
REWARDS += ["store_referral_bonus", "territory"]
NEEDS = {  # the rules that a document may not have without another
    "ranks": {"rank_differential", "peer_bonus"},
    "sourced_goods": {"store_rebate", "referrer_rebate"},
    "store_takings": {"store_partners", "store_shares", "new_user_reward", "card_reward"},
    "store_partners": {"new_user_reward"},
    "store_shares": {"card_reward"},
}


@st.composite
def programmes(draw: Draw) -> str:
    """Return the text of a programme document; now and then some of its rules are absent."""
    values = {name: draw(st.sampled_from(choices)) for name, choices in NUMBERS.items()}
    for names, rows in GROUPS.items():
        values |= dict(zip(names, draw(st.sampled_from(rows)), strict=True))
    values |= {name: draw(st.sampled_from(["true", "true", "false"])) for name in FLAGS}
    values["value_transferable"] = draw(st.sampled_from(["true", "true", "true", "false"]))
    payouts = st.sampled_from(["ledger", "ledger", "ledger", "ledger", "report_only", "none"])
    values |= {f"payout_{number}": draw(payouts) for number in range(1, 10)}
    values["table"] = rank_rows(draw(st.sampled_from(RANKS)))
    values["stops"] = ", ".join(f'"{action}"' for action in draw(st.sampled_from(STOPS)))
    absent = draw(absences())
    if "profit_pool" in absent:
        values["leftover"] = "platform"
    return text_of(values, [name for name in ordered(draw) if name not in absent])


def text_of(values: dict[str, str], rules: list[str]) -> str:
    """Return the text of a document with these rules, in this order."""
    made = '\nsource = "made for a test"\nuse ='
    parts = [RULES[name].format(**values).replace("\nuse =", made, 1) for name in rules]
    return HEAD.format(**values) + "".join(parts)


def usual_text(absent: set[str] | None = None, **values: str) -> str:
    """Return a document with every rule but the absent, and the first of every number but the given."""
    usual = {name: choices[0] for name, choices in NUMBERS.items()} | dict.fromkeys(FLAGS, "true")
    for names, rows in GROUPS.items():
        usual |= dict(zip(names, rows[0], strict=True))
    usual |= {f"payout_{number}": "ledger" for number in range(1, 10)}
    usual |= {"table": rank_rows(RANKS[0]), "stops": '"withdraw"'}
    return text_of(usual | values, [name for name in RULES if name not in (absent or set())])


def ordered(draw: Draw) -> list[str]:
    """Return the rules, the rewards now and then in another order: refunds claim them in that of the document."""
    names = list(RULES)
    if draw(st.booleans()):
        places = sorted(names.index(name) for name in REWARDS)
        for place, name in zip(places, draw(st.permutations(REWARDS)), strict=True):
            names[place] = name
    return names


def rank_rows(table: list[tuple[str, str, str]]) -> str:
    return "\n".join(
        f'    {{ name = "{name}", title = "级", title_en = "rank", volume = {volume}, rate = {rate} }},'
        for name, volume, rate in table
    )


def absences() -> st.SearchStrategy[set[str]]:
    """Return mostly few rules, at times none."""
    optional = sorted(set(RULES) - ALWAYS)
    none: st.SearchStrategy[set[str]] = st.just(set())
    return st.one_of(none, none, st.sets(st.sampled_from(optional), max_size=4)).map(with_what_needs_them)


def with_what_needs_them(absent: set[str]) -> set[str]:
    """Return the absent rules and those that a document may not have without them."""
    return absent.union(*(NEEDS.get(name, set()) for name in absent | (NEEDS["store_takings"] & absent)))
