"""Makes random alliance programmes: prices, ratios, rates, levels and what a document may leave out."""

from random import Random
from typing import Any

from tests.oracle.airdrop_programmes import rule

HEAD = """\
code = "{code}"
title = "联盟"
title_en = "Alliance"
effective_from = 2019-01-01
time_zone = "{zone}"
"""
PRICES = ["1", "0.95", "0.8", "0.333333333", "1.000000001", "0.000000001", "12.5"]
LEASTS = ["0", "0.01", "50", "100", "1000", "10000"]
POLICIES = ["within_balance", "debt", "debt", "debt", "only_locked"]
INCOME_RATES = ["0.05", "0.1", "0.3333", "0.001", "1", "0"]
OPTIONAL = ["branch_grant", "branch_transfer", "store_transfer", "credit_line", "income", "period", "opening"]
OPTIONAL += ["at_store", "top_up", "adjustment", "freeze", "withdrawal", "card", "refund", "grant", "redemption"]


def random_programme(chance: Random) -> str:
    """Return the text of a document; mostly it has every rule."""
    decimals = chance.choice([2, 2, 2, 4, 3])
    pays_money = chance.choice([True, True, False])
    absent = {*chance.sample(OPTIONAL, chance.randint(1, 4))} if chance.random() < 0.2 else set()
    kinds = {"store_points": decimals, "stored_value": decimals} | ({"money": 2} if pays_money else {})
    parts = [
        HEAD.format(code=chance.choice(["alliance", "a"]), zone=chance.choice(["Asia/Shanghai", "UTC"])),
        *(kind_text(kind, places) for kind, places in kinds.items()),
        *on_order(chance, absent),
        *on_float(chance, absent),
        *on_people(chance, absent, pays_money=pays_money),
    ]
    return "".join(parts)


def kind_text(kind: str, decimals: int) -> str:
    withdrawable = "true" if kind == "money" else "false"
    return (
        f'\n[points.{kind}]\ntitle = "{kind}"\ntitle_en = "{kind}"\ndecimals = {decimals}\n'
        f"transferable = false\nwithdrawable = {withdrawable}\n"
    )


def on_order(chance: Random, absent: set[str]) -> list[str]:
    """Return what sales give, and what pays them and the goods of the catalogue."""
    grant = rule(
        "[[on_order]]",
        "store_grant",
        kind="store_points",
        own_members_only=chance.choice([False] * 5 + [True]),
        pays_owed=chance.choice(["by_hand", "at_once"]),
    )
    shares: dict[str, Any] = {}
    if chance.random() < 0.2:
        shares = chance.choice([{"share_max": "0.5"}, {"share_max": "0.3333", "share_min": "0.1"}])
    at_store = rule("[[on_order]]", "spend", kind="stored_value", pays="at_store", **shares)
    redemption = rule("[[on_order]]", "spend", kind="store_points", pays="redemption")
    refund = rule("[refund]", "refund", policy=chance.choice(POLICIES))
    return unless(absent, grant=grant, at_store=at_store, redemption=redemption, refund=refund)


def unless(absent: set[str], **parts: str) -> list[str]:
    return [text for name, text in parts.items() if name not in absent]


def on_float(chance: Random, absent: set[str]) -> list[str]:
    """Return how points come to stores, and how they pass them on."""
    own = chance.choice([True, True, False])
    most = chance.choice(["1000", "50", "0", "0.01"])
    return unless(
        absent,
        point_sale=rule("[[on_float]]", "point_sale", kind="store_points", prices=price_list(chance)),
        branch_grant=rule("[[on_float]]", "branch_grant", kind="store_points"),
        branch_transfer=rule("[[on_float]]", "branch_transfer", kind="store_points"),
        store_transfer=rule("[[on_float]]", "store_transfer", kind="store_points", own_members_only=own),
        credit_line=rule("[[on_float]]", "credit_line", kind="store_points", most=most),
    )


def price_list(chance: Random) -> list[dict[str, str]]:
    """Return rows for the three classes of buyers; now and then one of them is left out."""
    rows = []
    for buyer in ("direct", "branch", "branch_store"):
        some = chance.sample(LEASTS, chance.randint(1, 3))
        leasts = chance.choice([["0"], ["0"], ["0", "100", "10000"], ["0", "0.01"], some, []])
        rows += [{"buyer": buyer, "at_least": least, "price": chance.choice(PRICES)} for least in leasts]
    return rows or [{"buyer": "direct", "at_least": "0", "price": "1"}]


def on_people(chance: Random, absent: set[str], *, pays_money: bool) -> list[str]:
    """Return what shareholders and members do, and how stores settle."""
    income = rule(
        "[[on_shareholder]]",
        "shareholder_income",
        kind=chance.choice(["store_points", "money"]) if pays_money else "store_points",
        fee="1000",
        base=chance.choice(["top_up", "sales", "sales"]),
        rates=[chance.choice(INCOME_RATES) for _ in range(chance.randint(1, 3))],
    )
    limit = chance.choice(["0", "0", "5000", "5000", "100"])
    parts = {
        "income": income,
        "period": rule("[[on_period]]", "period_settlement", rate=chance.choice(["0.03", "0.333333333", "1", "0"])),
        "opening": rule("[[on_opening]]", "opening_balance", kind="store_points"),
        "top_up": rule("[[on_top_up]]", "top_up", kind="stored_value", balance_max=limit),
        "adjustment": rule("[[on_adjust]]", "adjustment"),
        "freeze": rule("[[on_freeze]]", "freeze", stops=chance.choice([["withdraw"], ["withdraw", "member_transfer"]])),
        "card": rule("[[on_card]]", "member_card", price="2", digits="10"),
    }
    if pays_money:
        parts["withdrawal"] = rule("[[on_withdrawal]]", "withdrawal", fee=chance.choice(["0", "0.06", "0.3333"]))
    return unless(absent, **parts)
