"""Sentences for what the validation of a table finds wrong."""

from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from typing import Any, get_args, get_type_hints

from pydantic_core import ErrorDetails

from jifen.engine.message import Message, say

_EXAMPLES = {
    "source": say('quote the clause that the numbers come from, for example source = "S4-06: …"'),
}


def complaint(kind: Any, path: str, detail: ErrorDetails) -> tuple[str, Message]:
    """Return where a pydantic error detail of a table of type `kind` lies, and a sentence that says what to write."""
    location = [part for part in detail["loc"] if part not in ("int", "decimal", "constrained-int")]
    where = path + "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location)
    key = next((part for part in reversed(location) if isinstance(part, str)), path)
    context = {**detail.get("ctx", {}), "key": key}
    problem = detail["type"]
    if problem in ("missing", "missing_keyword_only_argument"):
        return where, _missing(key)
    if problem in ("unexpected_keyword_argument", "extra_forbidden"):
        return where, _unknown_key(_row_type(kind, location) or kind, key, nested=len(location) > 1)
    if problem in _SENTENCES:
        return where, Message(_SENTENCES[problem].template, context)
    if problem.endswith(("_type", "_parsing")):
        return where, _wrong_type(key, problem)
    return where, say("{key} is not right: {why}", key=key, why=detail["msg"])


def _row_type(kind: Any, location: list[Any]) -> Any:
    """Return the dataclass of the rows among which a detail lies, None where it lies in no table of rows."""
    hint = get_type_hints(kind).get(str(location[0])) if len(location) > 1 else None
    return next((part for part in get_args(hint) if is_dataclass(part)), None)


def _missing(key: str) -> Message:
    if key in _EXAMPLES:
        return say("{key} is missing: {example}", key=key, example=_EXAMPLES[key])
    return say("{key} is missing", key=key)


def _unknown_key(kind: Any, key: str, *, nested: bool) -> Message:
    known = [field.name for field in fields(kind)]
    near = get_close_matches(key, known, n=1)
    if nested and not near:
        return say("there is no key {key} here", key=key)
    if near:
        return say("there is no key {key}; did you mean {near}?", key=key, near=near[0])
    return say("there is no key {key}; there are {known}", key=key, known=", ".join(("use", *known)))


def _wrong_type(key: str, problem: str) -> Message:
    for beginning, word in _TYPE_WORDS.items():
        if problem.startswith(beginning):
            return say("{key} should be {kind}", key=key, kind=word)
    return say("{key} has the wrong type", key=key)


_TYPE_WORDS = {
    "string": say("text in quotes"),
    "bool": say("true or false"),
    "int": say("a whole number"),
    "decimal": say("a number"),
    "tuple": say("a list in [ ]"),
    "dict": say("a table"),
    "dataclass": say("a table"),
    "date": say("a date such as 2026-01-01"),
}

_SENTENCES = {
    "rate_type": say("{key} should be a number such as 0.012"),
    "rate_value": say("{key} is not a rate: {why}"),
    "cny_type": say("{key} should be an amount of CNY such as 3000"),
    "cny_value": say("{key} should be a positive amount of CNY, at most 1,000,000,000,000, with at most 2 decimals"),
    "points_type": say("{key} should be an amount of points such as 300"),
    "points_value": say("{key} should be an amount of points, at least 0, with at most 8 decimals"),
    "share_value": say("{key} should be at most 9"),
    "share_of_order": say("share_max should be at most 1, the whole order"),
    "shares_order": say("share_min should not be above share_max"),
    "share_of_reward": say("second_share should be at most 1, the whole bonus"),
    "share_of_release": say("second_share should be at most 1, the whole release"),
    "share_of_withdrawal": say("fee and reward should be at most 1, the whole withdrawal"),
    "second_kind": say("name the kind in which the second part is paid"),
    "usual_order": say("the least of the usual range should not be above its most"),
    "limits_order": say("nothing fits: stride_min is above stride_max, or run_cadence_min above cadence_max"),
    "peer_basis": say("{basis} needs an amount where it is fixed_per_unit, else a rate, and not both"),
    "share_of_whole": say("{key} should be at most 1, the whole payment"),
    "commission_of_order": say("commission should be at most 1, the whole order"),
    "cost_of_order": say("cost should be at most 1, the whole order"),
    "split_parts": say("platform and distribution together should be at most the commission, which they are parts of"),
    "share_of_pool": say("minted and kept should be at most 1, or the price of the points could fall"),
    "start_price": say("start_price should be more than 0"),
    "payout_of_releases": say('of = "released" is paid in the ledger only; leave payout out'),
    "overflow_of_orders": say('of = "amount" draws on no lot that it could wait for; leave overflow out'),
    "territory_rates": say("a larger region earns at least as much: district, then city, then province"),
    "share_of_takings": say("share should be at most 1, all of what the store has taken"),
    "partner_by": say("name a threshold or a product by which customers become partners"),
    "shares_of_turnover": say("share and management together should be at most 1, the whole turnover"),
    "share_of_price": say("referral should be at most 1, the whole price of the shares"),
    "airdrop_schedule": say("write either daily, which halves every year, or years, what each year gives in all"),
    "price_range": say("price_min is at most price_max"),
    "per_day_self": say('per_day limits what referrers get; leave it out with to = "self"'),
    "paid_in_points_base": say('paid_in_points = false is about amounts; write base = "amount" with it'),
    "priced_base": say('base = "points" has no worth in CNY; leave priced out, or let it be a share of money'),
    "pack_twice": say("{row} stands twice; each name once"),
    "first_partner": say("{row} is the first row; there is no row before it, whose partners below could count"),
    "partner_for_nothing": say("{row} asks for nothing; write direct, team or below"),
    "ladder_order": say("the ladder ascends: each rung takes more steps than the one before it"),
    "share_of_frozen": say("share should be at most 1, all that is frozen"),
    "prices_twice": say("a buyer has two prices from the same number of points on; each number once"),
    "price_of_nothing": say("a price should be more than 0"),
    "string_pattern_mismatch": say("{key} should be a short word of small letters, digits and _"),
    "literal_error": say("{key} should be one of {expected}"),
    "greater_than": say("{key} should be greater than {gt}"),
    "greater_than_equal": say("{key} should be at least {ge}"),
    "less_than_equal": say("{key} should be at most {le}"),
    "too_short": say("{key} needs at least {min_length} entry"),
    "too_long": say("{key} takes at most {max_length} entries"),
    "string_too_short": say("{key} needs at least {min_length} characters"),
    "string_too_long": say("{key} takes at most {max_length} characters"),
    "steps_order": say("{next} begins at {next_start}, but {row} before it begins at {start}; rows must ascend"),
    "steps_gap": say(
        "a gap: {row} ends below {below}, but {next} begins at {next_start}; let one begin where the other ends"
    ),
    "steps_overlap": say("an overlap: {row} ends below {below}, but {next} begins at {next_start} already"),
    "steps_end": say("{row} is the last row and has no end; leave its below out"),
    "steps_names": say("two rows are called {row}"),
    "rates_order": say("{next} pays a lower rate than {row} before it; a higher rank may not earn less"),
}
