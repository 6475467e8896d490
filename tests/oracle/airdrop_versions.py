"""Strategies that make the life of an airdrop programme: a document, and one or two versions that follow it (S2-61)."""

import copy
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.oracle.airdrop_programmes import (
    CAPS,
    EMISSIONS,
    LAUNCHES,
    POLICIES,
    RANK_NAMES,
    RANKS,
    RATES,
    Draw,
    one_of,
    programmes,
    written,
)

Document = dict[str, Any]
LOWER_CAPS = [3, 400, 498, 499, 700, 1000, 10**6]
LEVELS = [[], ["district"], ["city", "district"], ["province"], ["city"]]


@st.composite
def lives(draw: Draw, first: date, calendar: list[int]) -> tuple[list[str], list[date]]:
    """Return the texts of the versions of a programme, and the days from which they are in force."""
    text = draw(programmes(first))
    ends = [*calendar[1:], calendar[-1] + 1]  # the last begins after the book's end, and its ranks are found before
    cuts = sorted(draw(st.sets(st.sampled_from(ends), min_size=1, max_size=2)))
    documents = [tomllib.loads(text, parse_float=Decimal)]
    for _ in cuts:
        following = copy.deepcopy(draw(st.sampled_from(documents)))  # often what was before comes back
        if draw(st.integers(0, 3)) == 3:
            following = tomllib.loads(draw(programmes(first)), parse_float=Decimal)
        for _ in range(draw(st.sampled_from([1, 2, 4, 8, 0]))):
            draw(st.sampled_from(CHANGES))(draw, following, first)
        documents.append(mended(following, documents[-1]))
    return [toml(document) for document in documents], [first, *(first + timedelta(days=cut) for cut in cuts)]


def toml(document: Document) -> str:
    """Write a document as TOML."""
    lines, tables = [], []
    for name, value in document.items():
        if name == "points":
            tables += [(f"[points.{kind}]", flags) for kind, flags in value.items()]
        elif isinstance(value, dict):
            tables.append((f"[{name}]", value))
        elif isinstance(value, list):
            tables += [(f"[[{name}]]", rule) for rule in value]
        else:
            lines.append(f"{name} = {written(value)}")
    for head, rows in tables:
        lines += ["", head, *(f"{name} = {written(value)}" for name, value in rows.items())]
    return "\n".join([*lines, ""])


def mended(document: Document, before: Document) -> Document:
    """Keep what a version has to keep, and drop what refers to something that is gone."""
    document |= {name: before[name] for name in ("code", "time_zone")}
    kinds = dict.fromkeys([*before["points"], *document["points"]])
    document["points"] = {kind: document["points"].get(kind) or before["points"][kind] for kind in kinds}
    names = [row["name"] for row in document.get("ranks", {}).get("table", [])]
    packs = [pack["name"] for rule in of_use(document, "pack_grant") for pack in rule["packs"]]
    for center in of_use(document, "operation_center"):
        if center.get("rank", "") not in names:
            center.pop("rank", None)
        if center.get("pack", "") not in packs:
            center.pop("pack", None)
    rules = [rule for rule in document.get("daily", []) if stands(document, rule)]
    for rule in of_use(document, "join_grant"):
        if rule["to"] == "self":
            rule.pop("per_day", None)
    for rule in rules:
        if rule.get("base", "amount") != "amount":
            rule.pop("paid_in_points", None)
        if rule["use"] == "partner_income":
            rule["rates"] = {name: rate for name, rate in rule["rates"].items() if name in names}
        if "airdrop" not in document:
            rule.pop("priced", None)
    document["daily"] = [rule for rule in rules if rule["use"] != "partner_income" or rule["rates"]]
    return {name: value for name, value in document.items() if value != []}


def stands(document: Document, rule: Document) -> bool:
    return rule["use"] != "center_income" or bool(document.get("on_center"))


def of_use(document: Document, *uses: str) -> list[Document]:
    rules = [rule for section in document.values() if isinstance(section, list) for rule in section]
    return [rule for rule in rules if rule["use"] in uses]


# What a later version changes


def rates(draw: Draw, document: Document, _: date) -> None:
    """Another rate somewhere."""
    rules = of_use(document, "share_income", "partner_income", "center_income")
    if not rules:
        return
    rule, rate = draw(st.sampled_from(rules)), Decimal(draw(st.sampled_from(RATES)))
    if rule["use"] == "share_income":
        rule["rates"] = [rate, *rule["rates"][: draw(st.integers(0, 1))]]
    elif rule["use"] == "partner_income":
        rule["rates"] = dict.fromkeys(draw(st.sampled_from([RANK_NAMES, RANK_NAMES[:2]])), rate)
    else:
        rule["rate"] = rate or Decimal("0.07")


def modes(draw: Draw, document: Document, _: date) -> None:
    """Another way to find who gets an income, or of what."""
    for rule in of_use(document, "share_income", "partner_income", "center_income"):
        choices: dict[str, list[Any]] = {"packs": [True, False], "paid_in_points": [True, False]}
        if rule["use"] == "center_income":
            choices |= {"nested": ["all", "nearest"], "of": ["area", "sub", "team"]}
        else:
            choices |= {"active_only": [True, False], "of": ["buyer", "store"]}
        if rule["use"] == "partner_income":
            choices["mode"] = ["stack", "differential"]
        name = draw(st.sampled_from(list(choices)))
        rule[name] = one_of(draw, *choices[name])


def fewer_incomes(draw: Draw, document: Document, _: date) -> None:
    """No incomes, or one less, or in another order."""
    rules = document.get("daily", [])
    document["daily"] = one_of(draw, [], rules[1:], rules[:-1], rules[::-1])


def ranks(draw: Draw, document: Document, _: date) -> None:
    """Other ranks, other ways to count, or none."""
    if "ranks" not in document or draw(st.integers(0, 4)) == 4:
        document.pop("ranks", None)
        return
    rows = draw(st.sampled_from(RANKS))
    names = draw(st.permutations(RANK_NAMES)) if draw(st.integers(0, 4)) == 4 else RANK_NAMES
    document["ranks"]["table"] = [
        {"name": name, "title": "级", "title_en": name} | row for name, row in zip(names, rows, strict=False)
    ]
    document["ranks"] |= {"scope": one_of(draw, "team", "direct"), "counts": one_of(draw, "all", "active")}


def packs(draw: Draw, document: Document, _: date) -> None:
    """A pack fewer or more, one with another name, or one that gives something else."""
    for rule in of_use(document, "pack_grant"):
        pack = draw(st.sampled_from(rule["packs"]))
        what = one_of(draw, "remove", "rename", "rename", "points", "price", "activates", "add")
        if what == "remove" and len(rule["packs"]) > 1:
            rule["packs"].remove(pack)
        elif what == "rename":
            old, pack["name"] = pack["name"], one_of(draw, "pack_new", "pack_vip")
            rule["packs"] = list({one["name"]: one for one in rule["packs"]}.values())
            for center in of_use(document, "operation_center"):
                center["pack"] = pack["name"] if center.get("pack") == old else center.get("pack", "")
        elif what == "add":
            rule["packs"].append(pack | {"name": one_of(draw, "pack_x", "pack_a", "pack_center"), "price": 77})
            rule["packs"] = list({one["name"]: one for one in rule["packs"]}.values())
        else:
            pack |= {"points": {"points": 7}, "price": {"price": 88}, "activates": {"activates": False}}.get(what, {})


def center(draw: Draw, document: Document, _: date) -> None:
    """Another pack for a centre, another rank, other places."""
    names = [pack["name"] for rule in of_use(document, "pack_grant") for pack in rule["packs"]]
    for rule in of_use(document, "operation_center"):
        rule["pack"] = one_of(draw, "", *names)
        rule["rank"] = one_of(draw, "", "", "junior")
        rule["levels"] = one_of(draw, *LEVELS)


def cap(draw: Draw, document: Document, _: date) -> None:
    """A cap that is lower, often below what was given out, or higher."""
    if "airdrop" in document:
        document["airdrop"]["cap"] = one_of(draw, *LOWER_CAPS, *CAPS)


def schedule(draw: Draw, document: Document, _: date) -> None:
    """Tokens by the day in place of a table of years, or the other way round."""
    if "airdrop" in document:
        for name in ("daily", "years", "halving"):
            document["airdrop"].pop(name, None)
        document["airdrop"] |= tomllib.loads(draw(st.sampled_from(EMISSIONS)), parse_float=Decimal)


def airdrop(draw: Draw, document: Document, first: date) -> None:
    """The airdrop uses weight up, carries over, begins at another time or ends."""
    if "airdrop" not in document:
        return
    what = one_of(draw, "consumes", "carry", "launch", "none", "price")
    if what == "none":
        del document["airdrop"]
    elif what == "launch":
        document["airdrop"]["launch"] = first + timedelta(days=draw(st.sampled_from([*LAUNCHES, 3, 4])))
    elif what == "price":
        document["airdrop"]["price"] = one_of(draw, "token_price", "hi_price")
    else:
        document["airdrop"][what] = not document["airdrop"].get(what, False)


def flags(draw: Draw, document: Document, _: date) -> None:
    """What may be given to others."""
    for kind in document["points"].values():
        kind["transferable"] = draw(st.booleans())


def gifts(draw: Draw, document: Document, _: date) -> None:
    """What joining brings, how often a day, and what concessions bring."""
    for rule in of_use(document, "join_grant"):
        rule.update(one_of(draw, {"per_day": 0}, {"per_day": 1}, {"per_day": 2}, {"amount": 4}, {"active_only": True}))
    for rule in of_use(document, "concession_grant"):
        rule.update(one_of(draw, {"member": 3}, {"store": 0}, {"active_only": True}, {"active_only": False}))


def rights(draw: Draw, document: Document, _: date) -> None:
    """How refunds are made up, what orders may be paid with, and what is asked and no longer possible."""
    if "refund" in document:
        document["refund"]["policy"] = one_of(draw, *POLICIES)
    for rule in of_use(document, "spend"):
        rule["share_max"] = one_of(draw, 1, Decimal("0.25"))
    sections = ["on_review", "on_convert", "on_transfer", "on_adjust", "on_freeze", "refund", "on_steps", "on_join"]
    if draw(st.booleans()):
        document.pop(draw(st.sampled_from(sections)), None)


CHANGES: list[Callable[[Draw, Document, date], None]] = [
    rates, modes, fewer_incomes, ranks, packs, packs, center, cap, schedule, airdrop, airdrop, flags, gifts, rights,
]  # fmt: skip
