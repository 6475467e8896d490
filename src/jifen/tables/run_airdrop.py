"""What a run says of airdrops: tables of days, centres and frozen points, checks, the summary (S2-13 … S2-37)."""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from jifen.engine.amounts import format_amount, to_minor
from jifen.engine.facts import NOBODY
from jifen.engine.lines import POOL, DayLines, Dropped
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay
from jifen.engine.rules.airdrop import Airdrop
from jifen.tables.result_columns import AmountColumn, Column, DecimalColumn

PRICE_DECIMALS = 12


class AirdropDay(NamedTuple):
    """A day's airdrop, and how things stand after its close; tokens in minor units."""

    day: int
    dropped: Dropped | None  # None where nothing was given
    dust: int  # that is left to share next
    reserve: int
    emitted: int  # by all airdrops so far
    funded: int  # put into the reserve so far
    price: Fraction | None  # CNY for one token, None where none is declared


def airdrop_rule(replay: Replay) -> Airdrop | None:
    """Return the rule of airdrops: of the last version that has one."""
    rules = (programme.airdrop for programme in reversed(replay.versions.programmes))
    return next((rule for rule in rules if rule is not None), None)


def closing_rules(programme: Programme) -> list[str]:
    """Return the rules of the close of a programme with airdrops, in the order of payment."""
    rules = [rule.use for rule in (*programme.rewards, programme.airdrop, programme.ladder) if rule is not None]
    return list(dict.fromkeys(rules))


def airdrop_day(replay: Replay, lines: DayLines) -> AirdropDay | None:
    """Return a day that was just closed, None where the programme has no airdrops."""
    rule, book = airdrop_rule(replay), replay.book
    if rule is None:
        return None
    price = replay.declared.on(rule.price, lines.day)
    return AirdropDay(
        day=lines.day,
        dropped=lines.airdrop,
        dust=book.dust.get(rule.use, 0),
        reserve=book.accounts[rule.kind][-1 - POOL],
        emitted=book.emitted,
        funded=book.funded,
        price=price.value if price is not None and price.value > 0 else None,
    )


def airdrop_tables(replay: Replay, days: list[AirdropDay]) -> dict[str, dict[str, Column]]:
    """Return the tables of programmes with airdrops; none of any other."""
    rule = airdrop_rule(replay)
    if rule is None:
        return {}
    tables = {"airdrops": _airdrops(days, rule), "frozen": _frozen(replay)}
    if any(programme.centers is not None for programme in replay.versions.programmes):
        tables["centers"] = _centers(replay)
    return tables


def _airdrops(days: list[AirdropDay], rule: Airdrop) -> dict[str, Column]:
    given = [one.dropped or Dropped(0, one.dust, 0, 0, 0) for one in days]
    tokens = {
        "emission": [one.emission for one in given],
        "dust_before": [one.dust_before for one in given],
        "given": [one.given for one in given],
        "dust": [one.dust for one in days],
        "reserve": [one.reserve for one in days],
    }
    return {
        "day": np.array([one.day for one in days], np.int64).astype("datetime64[D]"),
        **{name: AmountColumn(np.array(column, np.int64), rule.kind) for name, column in tokens.items()},
        "weight": AmountColumn(np.array([one.weight for one in given], np.int64), rule.weight),
        "members": np.array([one.members for one in given], np.int64),
        "price": DecimalColumn([_price(one.price) for one in days], PRICE_DECIMALS),
    }


def _price(price: Fraction | None) -> int:
    """Return a price with 12 places, rounded down, 0 where none is declared."""
    return price.numerator * 10**PRICE_DECIMALS // price.denominator if price is not None else 0


def _frozen(replay: Replay) -> dict[str, Column]:
    """Return what members hold and have to unlock (S2-37)."""
    position, codes = replay.book.forest.layout.position, replay.facts.members.codes
    party, kinds, amounts = list[str](), list[str](), list[int]()
    for kind, column in replay.book.held.items():
        held = column[position]
        some = np.flatnonzero(held).tolist()
        party += [codes[member] for member in some]
        kinds += [kind] * len(some)
        amounts += held[some].tolist()
    return {"party": party, "points": kinds, "amount": AmountColumn(np.array(amounts, np.int64), kinds)}


def _centers(replay: Replay) -> dict[str, Column]:
    codes, centers = replay.facts.members.codes, replay.book.centers
    return {
        "region": list(centers),
        "member": [codes[center.member] for center in centers.values()],
        "parent": [codes[center.parent] if center.parent != NOBODY else "" for center in centers.values()],
    }


def airdrop_checks(replay: Replay, days: list[AirdropDay]) -> dict[str, bool]:
    """Return the invariants of airdrops and of the reserve, as far as the programme has them."""
    rule, book = airdrop_rule(replay), replay.book
    if rule is None:
        return {}
    rules = (one.airdrop for one in replay.versions.programmes)
    cap = to_minor(max(one.cap for one in rules if one is not None), replay.versions.kinds[rule.kind].decimals)
    drops = [(one.dropped, one.dust) for one in days if one.dropped is not None]
    whole = all(drop.emission + drop.dust_before == drop.given + dust for drop, dust in drops)
    return {
        "never more tokens than the cap": book.emitted + book.funded <= cap,
        "every airdrop is shared out but for its dust": whole,
        "the reserve never pays more than it holds": all(one.reserve >= 0 for one in days),
        "no frozen points are missing": all(bool((column >= 0).all()) for column in book.held.values()),
    }


def airdrop_summary(replay: Replay, days: list[AirdropDay]) -> dict[str, object]:
    """Return what the summary says of airdrops after the last day."""
    rule, book = airdrop_rule(replay), replay.book
    if rule is None or not days:
        return {}
    decimals = replay.versions.kinds[rule.kind].decimals
    left = max(to_minor(rule.cap, decimals) - book.emitted - book.funded, 0)
    amounts = {"emitted": book.emitted, "funded": book.funded, "left": left}
    amounts |= {"dust": days[-1].dust, "reserve": days[-1].reserve}
    told: dict[str, object] = {name: format_amount(amount, decimals) for name, amount in amounts.items()}
    counts = {"activated": int(np.count_nonzero(book.active)), "centers": len(book.centers)}
    return {"airdrop": {"points": rule.kind, **told, **counts}}
