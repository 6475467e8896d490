"""Every line of random towns is explained in both languages, and the numbers said are those that moved (G11, S2)."""

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifen.engine.days import date_of
from jifen.engine.facts import NOBODY
from jifen.engine.programme import Programme
from jifen.explain import Explanation, UnknownKeyError, explain, explain_at, explain_largest
from jifen.messages import translator
from tests.engine.towns import DAYS, Town, small, towns

PROGRAMMES = {name: small(name) for name in ("airdrop", "airdrop_sport")}
TOWNS = st.sampled_from(list(PROGRAMMES)).flatmap(lambda name: st.tuples(st.just(name), towns(name)))
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
N = r"([\d,]+\.?\d*)"
CLAUSE = {"fund_reserve": "airdrop"}


def explained(programme: Programme, town: Town) -> Iterator[Explanation]:
    """Yield why each line of a town is there, and why each reward that the reserve could not pay at all is not."""
    replay = town.replay(programme)
    codes = replay.facts.members.codes
    for day in range(DAYS):
        lines = replay.run_day(day)
        of_blocks = [
            block.prefix + codes[member]
            for block in lines.blocks
            for member in (*block.member.tolist(), *block.blocked_member.tolist())
        ]
        for key in dict.fromkeys([*lines.journal.transfer, *of_blocks, *lines.late.transfer]):
            why = explain_at(replay, lines, key)
            assert why is not None, key
            yield why
        assert {why.rule for why in explain_largest(replay, lines)} <= {block.rule for block in lines.blocks}


def said(why: Explanation, language: str) -> str:
    """Return all that is said, sentence by sentence."""
    blocked = [why.blocked] if why.blocked is not None else []
    sentences = [*why.formula, *blocked, *(person.text for person in why.people)]
    return "\n".join(translator(language)(sentence) for sentence in sentences)


def numbers(pattern: str, text: str) -> list[Fraction]:
    """Return the numbers of the only place where a pattern stands, none where it stands nowhere."""
    found = re.findall(pattern, text)
    assert len(found) <= 1, text
    groups = found[0] if found and isinstance(found[0], tuple) else found
    return [Fraction(Decimal(group.replace(",", ""))) for group in groups]


def of_members(why: Explanation, kind: str, state: str = "free") -> list[Fraction]:
    return [
        Fraction(entry.amount)
        for entry in why.entries
        if (entry.kind, entry.state) == (kind, state) and not entry.party.startswith("programme:")
    ]


@settings(max_examples=50, deadline=None)
@given(TOWNS)
def test_every_line_says_why_with_its_numbers_in_both_languages(drawn: tuple[str, Town]) -> None:
    name, town = drawn
    for why in explained(PROGRAMMES[name], town):
        text = said(why, "en")
        rules = [rule for rule in PROGRAMMES[name].rules if rule.use == CLAUSE.get(why.rule, why.rule)]
        own = [rule for rule in rules if getattr(rule, "name", "") in ("", why.key.split("/")[3])]
        assert why.source == own[0].source, why.key
        assert why.formula, why.key
        assert not ENGLISH.search(said(why, "zh_Hans")), said(why, "zh_Hans")
        if why.rule in CHECKS:
            CHECKS[why.rule](why, text)


def check_airdrop(why: Explanation, text: str) -> None:
    found = numbers(rf"{N} × {N} of weight ÷ {N} of all activated members \(\d+\) = {N}", text)
    if found:
        total, weight, whole, share = found
        assert floor(total * weight / whole * 10**8) == share * 10**8
        assert of_members(why, "token") == [share]
    else:
        assert [-one for one in of_members(why, "weight")] == numbers(rf"uses up the weight .*: {N}", text)


def rows_of(pattern: str, text: str) -> list[list[Fraction]]:
    """Return the numbers of each place where a pattern stands."""
    return [[Fraction(part.replace(",", "")) for part in parts] for parts in re.findall(pattern, text)]


def check_concession(why: Explanation, text: str) -> None:
    found = rows_of(rf"{N} Hi = {N} × concession {N}", text)
    assert [points for points, *_ in found] == of_members(why, "weight")
    assert all(points == multiple * concession for points, multiple, concession in found)


def check_pack(why: Explanation, text: str) -> None:
    found = rows_of(rf": {N} × [^,]+, {N} [A-Za-z ]+ each = {N}", text)
    assert all(quantity * one == whole for quantity, one, whole in found)
    assert [whole for *_, whole in found] == [Fraction(entry.amount) for entry in why.entries if entry.party[0] == "M"]


def check_income(why: Explanation, text: str) -> None:
    bases = re.findall(rf"(?:^|\n)(?:.*: )?(?:{N} %|\({N} % − {N} % paid below\)) × {N}", text)
    rates = [(Fraction(one or own) - Fraction(below or 0)) / 100 for one, own, below, _ in bases]
    worth = sum(rate * Fraction(base.replace(",", "")) for rate, (*_, base) in zip(rates, bases, strict=True))
    priced = numbers(rf"worth {N} CNY ÷ {N} CNY", text)
    if priced:
        assert abs(priced[0] - worth) <= Fraction(1, 10**6)
        worth /= priced[1]
    (due,) = numbers(rf"rounded down once: {N}", text)
    kind = next((entry.kind for entry in why.entries), "token")
    unit = 10**8 if kind == "token" else 10**4
    assert due == Fraction(floor(worth * unit), unit)
    paid = sum(of_members(why, kind) or of_members(why, kind, "frozen"))
    blocked = numbers(rf"{N} of {N} was blocked: the reserve had only {N} left", text)
    assert (blocked or [Fraction(0), due, due]) == [due - paid, due, paid]


def check_ladder(why: Explanation, text: str) -> None:
    frozen, rate, freed = numbers(rf"{N} challenge credit frozen × {N} % = {N}", text)
    assert freed == Fraction(floor(frozen * rate / 100 * 10**4), 10**4)
    assert of_members(why, "challenge_credit") == [freed]


def check_unlocked(why: Explanation, text: str) -> None:
    (most,) = numbers(rf": {N} challenge credit are unlocked", text)
    fewer = numbers(rf"no more than {N} were frozen", text)
    assert of_members(why, "challenge_credit") == [min([most, *fewer])]


def check_refund(why: Explanation, text: str) -> None:
    """Of packs and concessions: what is taken is the step of what was granted, less what is not there any more."""
    steps = [now for *_, now in rows_of(rf"F × .* = {N}, less {N} before = {N}", text)]
    taken = -sum(Fraction(entry.amount) for entry in why.entries if entry.party[0] == "M")
    if why.key.split("/")[4] in ("pack", "concession"):
        assert taken == sum(steps) if why.blocked is None else taken < sum(steps)


CHECKS = {
    "airdrop": check_airdrop,
    "concession_grant": check_concession,
    "pack_grant": check_pack,
    "share_income": check_income,
    "partner_income": check_income,
    "center_income": check_income,
    "step_ladder": check_ladder,
    "unlock": check_unlocked,
    "sport_task": check_unlocked,
    "refund": check_refund,
}


def test_a_key_is_explained_from_the_facts_alone() -> None:
    """Offline, as `jifen why` asks: A registers on day 0 and walks 6000 steps on day 1."""
    town = Town([NOBODY, 0], [0, 0])
    town.stores = [(1, 0, "110105")]
    town.orders = [(0, 0, 39_900, "card_b", 0, NOBODY)]
    town.steps = [(0, 1, 3_000, 0), (0, 1, 3_000, 12_000)]
    sport = PROGRAMMES["airdrop_sport"]
    expected = {
        "airdrop_sport/join/M1/registration": ["for registering: 300.0000 Hi"],
        "airdrop_sport/join/M1/referral_challenge": [
            "for bringing the member M1: 50.0000 challenge credit",
            "they are frozen until they are unlocked",
        ],
        "airdrop_sport/store/S0/unlock_store": ["for bringing the store S0: 20.0000 challenge credit are unlocked"],
        "airdrop_sport/steps/2/walk": ["6000 steps walked that day reach 5000: 2.0000 challenge credit are unlocked"],
        "airdrop_sport/1970-01-02/step_ladder/M0": [
            "12000 steps run that day reach 10000",
            "714.0000 challenge credit frozen × 2 % = 14.2800 are unlocked, rounded down",
        ],
    }

    for key, sentences in expected.items():
        assert [str(one) for one in explain(town.replay(sport), key, date_of(1)).formula] == sentences, key


@pytest.mark.parametrize("key", ["join/M9/registration", "store/S7/x", "steps/9/walk", "steps/walk/1"])
def test_a_key_that_nothing_can_have_posted_is_refused_at_once(key: str) -> None:
    town = Town([NOBODY], [0])

    with pytest.raises(UnknownKeyError):
        explain(town.replay(PROGRAMMES["airdrop_sport"]), f"airdrop_sport/{key}", date_of(1))
