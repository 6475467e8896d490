"""Strategies that make release programmes whose small numbers bring out every rule in a few days."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]

POINTS = """\
code = "release"
title = "积分释放增值"
title_en = "Points release"
effective_from = 2024-01-01
time_zone = "{zone}"

[points.points]
title = "积分"
title_en = "points"
decimals = 4
withdrawable = {points_withdrawable}
transferable = {points_transferable}

[points.token]
title = "通证"
title_en = "token"
decimals = 8
withdrawable = {token_withdrawable}
transferable = {token_transferable}
"""

RULES = {
    "repurchase": """
[[on_order]]
use = "repurchase"
source = "made for a test"
points_share_max = {share}
kind = "points"
""",
    "grant_locked": """
[[on_order]]
use = "grant_locked"
source = "made for a test"
kind = "points"
tiers = [
{tiers}
]
""",
    "second_leg_rank": """
[ranks]
use = "second_leg_rank"
source = "made for a test"
volume = "{volume}"
table = [
{table}
]
""",
    "scheduled_release": """
[[daily]]
use = "scheduled_release"
source = "made for a test"
rate = {release}
""",
    "generation_share": """
[[daily]]
use = "generation_share"
source = "made for a test"
rates = [{generations}]
overflow = "{overflow}"
""",
    "rank_differential": """
[[daily]]
use = "rank_differential"
source = "made for a test"
overflow = "{overflow}"
""",
    "peer_bonus": """
[[daily]]
use = "peer_bonus"
source = "made for a test"
rate = {peer}
overflow = "{overflow}"
""",
    "member_transfer": """
[[on_transfer]]
use = "member_transfer"
source = "made for a test"
""",
    "convert": """
[[on_convert]]
use = "convert"
source = "made for a test"
kind = "points"
into = "token"
price = "token_price"
price_age_minutes_max = {age}
""",
    "withdrawal": """
[[on_withdrawal]]
use = "withdrawal"
source = "made for a test"
""",
    "adjustment": """
[[on_adjust]]
use = "adjustment"
source = "made for a test"
""",
    "freeze": """
[[on_freeze]]
use = "freeze"
source = "made for a test"
stops = [{stops}]
""",
    "refund": """
[refund]
use = "refund"
source = "made for a test"
policy = "{policy}"
""",
}

CORE = {"grant_locked", "scheduled_release", "refund"}
RANKED = {"rank_differential", "peer_bonus"}  # they mean nothing without ranks

NUMBERS = {
    "zone": ["Asia/Shanghai", "Asia/Shanghai", "UTC", "America/New_York"],
    "share": ["0.30", "0.3333", "1", "0.123456789"],
    "volume": ["amount", "cash"],
    "release": ["0.012", "0.0333", "0.1", "0.25", "0.5", "0.7", "0.333333333"],
    "overflow": ["lose", "hold"],
    "peer": ["0.03", "0.0333", "0.5", "1"],
    "age": ["0", "0", "60", "1440"],
    "policy": ["within_balance", "debt", "only_locked"],
    "points_withdrawable": ["true", "true", "true", "false"],
    "points_transferable": ["true", "true", "true", "false"],
    "token_withdrawable": ["true", "false"],
    "token_transferable": ["false", "true"],
}
TIERS = [
    [("3000", "2.5"), ("9000", "3"), ("27000", "3.5"), ("51000", "4")],
    [("3000", "3")],
    [("3000", "1"), ("3000.01", "1.0333")],
    [("3000", "0.5"), ("9000", "2.000000001")],
]
GENERATIONS = [
    ["0.50", "0.30"],
    ["0.50"],
    ["0.9", "0.0333", "0.5"],
    ["1", "1", "1"],
]
RANKS = [
    [
        ("bronze", "3000", "0.10"),
        ("silver", "9000", "0.20"),
        ("gold", "27000.50", "0.26"),
        ("king", "51000", "0.50"),
    ],
    [("bronze", "0.01", "0.0333"), ("silver", "6000", "0.5")],
    [("bronze", "2999.99", "0.9")],
    [("guest", "1000", "0"), ("bronze", "3000", "0.2")],
    [("bronze", "1000", "0.123456789"), ("silver", "3000", "0.2"), ("gold", "6000.01", "1")],
]
STOPS = [["withdraw", "convert", "member_transfer"], ["withdraw"], ["convert", "member_transfer"]]


@st.composite
def programmes(draw: Draw) -> str:
    """Return the text of a programme document; now and then one of its rules is absent."""
    numbers = {name: draw(st.sampled_from(values)) for name, values in NUMBERS.items()}
    tiers = draw(st.sampled_from(TIERS))
    table = draw(st.sampled_from(RANKS))
    numbers["tiers"] = "\n".join(
        f'    {{ name = "tier{row}", title = "档", title_en = "tier", amount = {least}, multiple = {times} }},'
        for row, (least, times) in enumerate(tiers)
    )
    numbers["table"] = "\n".join(
        f'    {{ name = "{name}", title = "级", title_en = "rank", volume = {volume}, rate = {rate} }},'
        for name, volume, rate in table
    )
    numbers["generations"] = ", ".join(draw(st.sampled_from(GENERATIONS)))
    numbers["stops"] = ", ".join(f'"{action}"' for action in draw(st.sampled_from(STOPS)))
    absent = draw(absences())
    return "".join(
        [
            POINTS.format(**numbers),
            *(text.format(**numbers) for name, text in RULES.items() if name not in absent),
        ]
    )


def absences() -> st.SearchStrategy[set[str]]:
    """Return mostly nothing, at times some rules."""
    optional = sorted(set(RULES) - CORE)
    some = st.sets(st.sampled_from(optional), max_size=3)
    none: st.SearchStrategy[set[str]] = st.just(set())
    core = st.sets(st.sampled_from(sorted(CORE)), min_size=1, max_size=1)
    return st.one_of(none, none, none, none, none, some, core).map(with_what_needs_them)


def with_what_needs_them(absent: set[str]) -> set[str]:
    """Return the absent rules and those that a document may not have without them."""
    if "second_leg_rank" in absent:
        absent = absent | RANKED
    if "scheduled_release" in absent or "grant_locked" in absent:
        absent = absent | RANKED | {"generation_share"}
    return absent
