"""Every line of random alliances is explained in both languages, with the numbers that moved (G11, S3)."""

import re
import tomllib
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from random import Random

import pytest

from jifen.engine.days import day_number
from jifen.engine.document import load_programme
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay
from jifen.explain import Explanation, explain_at
from jifen.messages import CLAUSE_OF, translator
from tests.oracle.alliance_books import random_book
from tests.oracle.alliance_engine import facts_of

BOOKS = 25
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
N = r"([\d,]+\.?\d*)"


def said(why: Explanation, language: str) -> str:
    """Return all that is said, sentence by sentence."""
    blocked = [why.blocked] if why.blocked is not None else []
    sentences = [*why.formula, *blocked, *(person.text for person in why.people)]
    return "\n".join(translator(language)(sentence) for sentence in sentences)


def numbers(pattern: str, text: str) -> list[Fraction]:
    """Return the numbers of the only place where a pattern stands."""
    (found,) = re.findall(pattern, text)
    groups = found if isinstance(found, tuple) else (found,)
    return [Fraction(Decimal(group.replace(",", ""))) for group in groups]


def moved(why: Explanation) -> Fraction:
    """Return what came to a member or to a store."""
    return sum((Fraction(one.amount) for one in why.entries if not one.amount.startswith("-")), Fraction(0))


def unit_of(programme: Programme, why: Explanation) -> int:
    return int(10 ** programme.kinds[why.entries[0].kind].decimals)


def check_grant(programme: Programme, why: Explanation, text: str) -> None:
    amount, ratio, points = numbers(rf": {N} at the store \w+ × {N} = {N} [^\n]*, rounded down", text)
    unit = unit_of(programme, why)

    assert floor(amount * ratio * unit) == points * unit
    waived = numbers(rf"have taken {N} off that", text) if "off that" in text else [Fraction(0)]
    assert moved(why) == points - waived[0]
    assert bool(waived[0]) <= ("/owed/" in why.key)


def check_purchase(programme: Programme, why: Explanation, text: str) -> None:
    points, price, cost = numbers(rf"{N} [^\n]* × {N} CNY, the price for .* = {N}, rounded up", text)

    assert Fraction(ceil(points * price * 100)) == cost * 100
    assert moved(why) == points


def check_rebate(programme: Programme, why: Explanation, text: str) -> None:
    amount, rate, points = numbers(rf"level \d: {N} × {N} % = {N} .*, rounded down", text)
    unit = unit_of(programme, why)

    assert floor(amount * rate / 100 * unit) == points * unit
    assert moved(why) == points


CHECKS = {"store_grant": check_grant, "point_sale": check_purchase, "shareholder_income": check_rebate}


@pytest.mark.parametrize("seed", range(4))
def test_every_line_says_why_with_its_numbers_in_both_languages(seed: int) -> None:
    chance, rules = Random(seed), set()
    for _ in range(BOOKS):
        text, book, until = random_book(chance)
        facts = facts_of(tomllib.loads(text, parse_float=Decimal), book)
        programme = load_programme(text)
        replay = Replay(programme, facts)
        for day in range(replay.first_day or 0, day_number(until) + 1):
            lines = replay.run_day(day)
            for key in dict.fromkeys([*lines.journal.transfer, *lines.late.transfer]):
                why = explain_at(replay, lines, key)
                assert why is not None, key
                check(programme, why)
                rules.add(why.rule)

    assert rules >= {*CHECKS, "branch_grant", "branch_transfer", "store_transfer", "opening_balance", "refund", "spend"}


def check(programme: Programme, why: Explanation) -> None:
    """Compare what is said with what was moved."""
    of_rule = [rule.source for rule in programme.rules if rule.use == CLAUSE_OF.get(why.rule, why.rule)]
    english, chinese = said(why, "en"), said(why, "zh_Hans")

    assert why.source in of_rule, why.key
    assert why.formula or why.rule in ("adjustment", "debt_repayment"), why.key
    assert not ENGLISH.search(chinese), chinese
    if why.rule in CHECKS:
        CHECKS[why.rule](programme, why, english)
