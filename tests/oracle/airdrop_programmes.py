"""Strategies that make airdrop programmes: both documents with other numbers, and rules put together anyhow."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from jifen import catalogue

Draw = Callable[[st.SearchStrategy[Any]], Any]

HEAD = """\
code = "{code}"
title = "嗨"
title_en = "Hi"
effective_from = 2019-01-01
time_zone = "{zone}"
"""
KINDS = {"weight": 4, "token": 8, "challenge_credit": 4, "shopping_credit": 4}
POLICIES = ["within_balance", "debt", "debt", "only_locked"]
LAUNCHES = [0, 0, 0, 1, 2, -1, -364, -365, -366, -729, -730, -1461, 400]  # days from the first of the book
FIXED_LAUNCHES = [date(2020, 2, 29), date(2024, 2, 29)]
EMISSIONS = [
    "daily = 498",
    "daily = 0.00000007",
    "daily = 7.77",
    "years = [150000, 90000, 60000]",
    "years = [10]",
    "years = [100, 7, 1, 250.00000001]",
]
CAPS = [390000, 390000, 390000, 2000, 1000, 499, 3]
RATES = ["0.20", "0.05", "0.3333", "0.001", "1", "0"]
POINTS = {
    "weight": ["300", "100", "0.0001", "12.3456", "0"],
    "token": ["0.5", "1", "0.00000001", "40"],
    "challenge_credit": ["100", "50", "0.0003"],
    "shopping_credit": ["10", "0.5"],
}
PACKS: dict[str, dict[str, list[Any]]] = {
    "pack_a": {"price": ["99"], "points": ["99"], "frozen": ["99", "0"], "activates": [True]},
    "pack_b": {"price": ["399"], "points": ["599", "0.0001"], "frozen": ["499"], "activates": [True, True, False]},
    "pack_center": {"price": ["500"], "points": ["500"], "frozen": ["0"], "activates": [True, False]},
}
RANKS = [
    [{"direct": 1, "team": 2}, {"below": 1}, {"below": 1}],
    [{"direct": 2, "team": 3}, {"below": 1}, {"below": 1}],
    [{"direct": 2, "team": 2}, {"below": 2}, {"below": 1}],
    [{"team": 1}, {"below": 1, "direct": 2}, {"below": 2, "team": 5}],
    [{"direct": 1}, {"below": 1, "team": 2}],
    [{"direct": 3, "team": 6}],
    [{"direct": 3}, {"direct": 1, "team": 4}],
]
RANK_NAMES = ["junior", "middle", "senior"]


@st.composite
def programmes(draw: Draw, first: date) -> str:
    """Return the text of a programme for books that begin on that day."""
    form = draw(st.sampled_from(["random", "random", "centers", "airdrop", "airdrop_sport"]))
    launch = draw(st.sampled_from([*(first + timedelta(days=days) for days in LAUNCHES), *FIXED_LAUNCHES]))
    if form in {"random", "centers"}:
        return random_text(draw, launch, about_centers=form == "centers")
    return varied_text(draw, form, launch)


# Both documents with other numbers


def varied_text(draw: Draw, name: str, launch: date) -> str:
    """Return a document of the catalogue, with few people for a rank and its own launch, emission, cap and policy."""
    text = re.split(r"\n(?:# [^\n]*\n\n?)?\[\[(?:reading|example)\]\]", catalogue.read(name))[0]
    direct, team, below = draw(st.sampled_from([(1, 2, 1), (2, 3, 1), (3, 5, 2)]))
    changes = {
        "effective_from = 2024-01-01": "effective_from = 2019-01-01",
        "direct = 10, team = 100": f"direct = {direct}, team = {team}",
        "below = 3": f"below = {below}",
        "launch = 2024-01-01": f"launch = {launch}",
        "cap = 390000": f"cap = {draw(st.sampled_from(CAPS))}",
        'policy = "within_balance"': f'policy = "{draw(st.sampled_from(POLICIES))}"',
        r"(daily|years) = [^\n]*": draw(st.sampled_from(EMISSIONS)),
    }
    for place, (old, new) in enumerate(changes.items()):
        assert re.search(old, text), old
        if place < len(changes) - 1 or draw(st.booleans()):
            text = re.sub(old, new.replace("\\", ""), text)
    return text


# Rules put together anyhow


def random_text(draw: Draw, launch: date, *, about_centers: bool = False) -> str:
    zone = draw(st.sampled_from(["Asia/Shanghai", "Asia/Shanghai", "UTC"]))
    kinds = [
        f'\n[points.{kind}]\ntitle = "{kind}"\ntitle_en = "{kind}"\ndecimals = {decimals}\n'
        f"transferable = {written(kind == 'token' or draw(st.booleans()))}\n"
        for kind, decimals in KINDS.items()
    ]
    table = draw(st.sampled_from(RANKS))
    opening = some(draw, center_rule)
    daily = [*shares(draw), *partners(draw, len(table)), *(centers(draw) if opening else []), *some(draw, ladder)]
    if about_centers:
        opening = [rule("[[on_center]]", "operation_center", pack="pack_center")]
        daily = [plain_center(draw, number, of) for number, of in enumerate(["area", "sub", "team", "area", "sub"])]
    parts = [
        HEAD.format(code=draw(st.sampled_from(["airdrop", "hi"])), zone=zone),
        *kinds,
        *joins(draw),
        *orders(draw),
        ranks(draw, table),
        *opening,
        *sports(draw),
        *draw(st.permutations(daily)),
        airdrop(draw, launch),
        *others(draw),
    ]
    return "".join(parts)


def some(draw: Draw, make: Callable[[Draw], str]) -> list[str]:
    return [make(draw)] if draw(st.integers(0, 3)) else []


def written(value: Any) -> str:
    """Return a value as TOML; texts that are numbers are written as numbers."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(written(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{name} = {written(one)}' for name, one in value.items())} }}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9.]+", value):
        return f'"{value}"'
    return str(value)


def rule(section: str, use: str, **settings: Any) -> str:
    lines = [f"{name} = {written(value)}" for name, value in settings.items()]
    return "\n".join([f"\n{section}", f'use = "{use}"', 'source = "made for a test"', *lines, ""])


def one_of(draw: Draw, *values: Any) -> Any:
    return draw(st.sampled_from(values))


def joins(draw: Draw) -> list[str]:
    """Return grants and unlocks, for members and stores."""
    made = []
    for number in range(draw(st.sampled_from([4, 2, 6, 0]))):
        kind = one_of(draw, "weight", "token", "challenge_credit", "challenge_credit")
        to = one_of(draw, "self", "referrer")
        few: dict[str, Any] = one_of(draw, {}, {}, {"per_day": 1}, {"per_day": 2}) if to == "referrer" else {}
        made.append(
            rule(
                "[[on_join]]",
                "join_grant",
                name=f"gift_{number}",
                event=one_of(draw, "member", "member", "store"),
                to=to,
                kind=kind,
                amount=one_of(draw, *POINTS[kind]),
                frozen=kind == "challenge_credit" or draw(st.integers(0, 7)) == 7,
                active_only=one_of(draw, False, False, True),
                **few,
            )
        )
    for number in range(draw(st.sampled_from([2, 1, 3, 0]))):
        kind, event = one_of(draw, "challenge_credit", "challenge_credit", "weight"), one_of(draw, "member", "store")
        amount = one_of(draw, "10", "20", "0.0002")
        made.append(rule("[[on_join]]", "unlock", name=f"free_{number}", event=event, kind=kind, amount=amount))
    return made


def orders(draw: Draw) -> list[str]:
    """Return what orders pay with and bring."""
    made = []
    if one_of(draw, True, True, False):
        most = one_of(draw, "1", "0.5", "0.3333")
        made.append(rule("[[on_order]]", "spend", kind="shopping_credit", pays="goods", share_max=most))
    packs = [
        {"name": name, "title": name, "title_en": name} | {key: one_of(draw, *few) for key, few in choices.items()}
        for name, choices in PACKS.items()
    ]
    settings: dict[str, Any] = {"kind": "weight"}
    if one_of(draw, True, True, False):
        settings["frozen_kind"] = "challenge_credit"
    else:
        packs = [{key: value for key, value in pack.items() if key != "frozen"} for pack in packs]
    made.append(rule("[[on_order]]", "pack_grant", **(settings | {"packs": packs})))
    member, store = one_of(draw, "10", "10", "0.3333", "0"), one_of(draw, "2", "2", "0.0007", "0")
    active = one_of(draw, True, True, False)
    made.append(rule("[[on_order]]", "concession_grant", kind="weight", member=member, store=store, active_only=active))
    return made


def ranks(draw: Draw, table: list[dict[str, int]]) -> str:
    rows = [{"name": name, "title": "级", "title_en": name} | row for name, row in zip(RANK_NAMES, table, strict=False)]
    scope, counts = one_of(draw, "team", "direct"), one_of(draw, "all", "active")
    return rule("[ranks]", "partner_rank", scope=scope, counts=counts, table=rows)


def income(draw: Draw, ofs: list[str]) -> dict[str, Any]:
    """Return what incomes have in common."""
    kind = one_of(draw, "weight", "weight", "token", "token", "challenge_credit")
    bases = ["amount", "concession"] if kind == "token" else ["amount", "concession", "points", "points"]
    base = one_of(draw, *bases)
    priced = {"priced": one_of(draw, True, True, False)} if kind == "token" else {}
    some = [{}, {"paid_in_points": True}, {"paid_in_points": False}] if base == "amount" else [{}]
    return {
        "kind": kind,
        "base": base,
        "of": one_of(draw, *ofs),
        "packs": one_of(draw, True, False),
        **one_of(draw, *some),
        **priced,
    }


def shares(draw: Draw) -> list[str]:
    made = []
    for number in range(draw(st.sampled_from([3, 2, 4, 0]))):
        common = income(draw, ["buyer", "buyer", "store"])
        if common["kind"] == "challenge_credit":
            common["frozen"] = one_of(draw, True, True, False)
        rates = draw(st.lists(st.sampled_from(RATES), min_size=1, max_size=3))
        active = one_of(draw, True, False)
        made.append(
            rule("[[daily]]", "share_income", name=f"share_{number}", rates=rates, active_only=active, **common)
        )
    return made


def partners(draw: Draw, ranks: int) -> list[str]:
    """Return what ranks get, of those that there are."""
    made = []
    for number in range(draw(st.sampled_from([2, 1, 3, 0]))):
        common, mode = income(draw, ["buyer", "buyer", "store"]), one_of(draw, "stack", "differential")
        numbers = one_of(draw, ["0.10", "0.15", "0.20"], ["0.02", "0.3333", "0.04"], ["0.0007"])
        common |= {"rates": dict(zip(RANK_NAMES[:ranks], numbers, strict=False)), "mode": mode}
        common |= one_of(draw, {}, {"active_only": True}, {"active_only": False}, {"active_only": False})
        made.append(rule("[[daily]]", "partner_income", name=f"partner_{number}", **common))
    return made


def centers(draw: Draw) -> list[str]:
    made = []
    for number in range(draw(st.sampled_from([3, 2, 4, 0]))):
        common = income(draw, ["area", "area", "sub", "team"])
        rate = one_of(draw, "0.08", "0.03", "1.2", "0.3333", "9")
        common |= one_of(draw, {}, {"nested": "all"}, {"nested": "nearest"})
        made.append(rule("[[daily]]", "center_income", name=f"center_{number}", rate=rate, **common))
    return made


def plain_center(draw: Draw, number: int, of: str) -> str:
    """Return an income of centres that nothing else holds back."""
    nested, rate = one_of(draw, "all", "nearest"), one_of(draw, "0.08", "1.2")
    common = {"kind": "weight", "base": one_of(draw, "amount", "concession"), "of": of, "packs": draw(st.booleans())}
    return rule("[[daily]]", "center_income", name=f"center_{number}", rate=rate, nested=nested, **common)


def ladder(draw: Draw) -> str:
    rows = [{"steps": 3000, "share": "0.005"}, {"steps": 6000, "share": "0.3333"}, {"steps": 10000, "share": "1"}]
    kind, sport = one_of(draw, "challenge_credit", "challenge_credit", "weight"), one_of(draw, "walk", "run")
    return rule("[[daily]]", "step_ladder", kind=kind, sport=sport, ladder=rows[: draw(st.integers(1, 3))])


def sports(draw: Draw) -> list[str]:
    """Return tasks, and now and then how many steps count."""
    made = []
    for number in range(draw(st.sampled_from([2, 1, 3, 0]))):
        sport, steps = one_of(draw, "walk", "run"), one_of(draw, 1, 3000, 5000, 12000)
        kind, amount = one_of(draw, "challenge_credit", "challenge_credit", "weight"), one_of(draw, "2", "0.0001", "99")
        made.append(
            rule(
                "[[on_steps]]", "sport_task", name=f"task_{number}", sport=sport, steps=steps, kind=kind, amount=amount
            )
        )
    if one_of(draw, True, False):
        made.append(rule("[[on_steps]]", "sport_limits", steps_max=one_of(draw, 50000, 11000, 5000)))
    return made


def center_rule(draw: Draw) -> str:
    asked: dict[str, Any] = one_of(draw, {}, {"pack": "pack_center"}, {"pack": "pack_center"}, {"rank": "junior"})
    if one_of(draw, False, False, False, True):
        asked = {"pack": "pack_center", "rank": "junior"}
    if one_of(draw, False, False, True):
        asked = asked | {"levels": one_of(draw, ["district"], ["city", "district"], ["province"])}
    return rule("[[on_center]]", "operation_center", **asked)


def airdrop(draw: Draw, launch: date) -> str:
    lines = [
        '\n[airdrop]\nuse = "airdrop"\nsource = "made for a test"\nkind = "token"\nweight = "weight"',
        f"launch = {launch}",
        draw(st.sampled_from(EMISSIONS)),
        f"cap = {draw(st.sampled_from(CAPS))}",
        f"consumes = {written(draw(st.booleans()))}",
        *([f"carry = {written(draw(st.booleans()))}"] if draw(st.booleans()) else []),
        *([one_of(draw, 'price = "token_price"', 'price = "hi_price"')] if draw(st.booleans()) else []),
        "",
    ]
    return "\n".join(lines)


def others(draw: Draw) -> list[str]:
    """Return what members and operators may do."""
    made = [
        rule("[[on_review]]", "review_grant", kind=one_of(draw, "weight", "shopping_credit"), amount="5"),
        rule("[[on_convert]]", "convert", kind="challenge_credit", into="shopping_credit",
             rate=one_of(draw, "0.97", "1", "0.3333")),
        rule("[[on_transfer]]", "member_transfer"),
        rule("[[on_adjust]]", "adjustment"),
        rule("[[on_freeze]]", "freeze", stops=one_of(draw, ["member_transfer"], ["member_transfer", "convert"])),
    ]  # fmt: skip
    kept = [part for part in made if draw(st.integers(0, 9)) < 9]
    if draw(st.integers(0, 9)) < 9:
        kept.append(rule("[refund]", "refund", policy=draw(st.sampled_from(POLICIES))))
    return [*kept, rule("[[report]]", "network_volume")]
