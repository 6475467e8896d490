"""The settings of documents: where they stand in the text, what may be written there, and what a version changes."""

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from jifen import catalogue
from jifen.engine.document import load_programme
from jifen.engine.rules import RULES
from jifen.messages import translator
from jifen.programmes.changes import changes_of
from jifen.programmes.parameters import groups_of
from jifen.programmes.rewriting import Changes, NotValueError, change, first_settings, rewritten, row_of, toml_of
from jifen.programmes.setting_titles import TITLES
from jifen.programmes.spans import Path, spans_of

SPORT = catalogue.read("airdrop_sport")
ODD = '''\
a = "x] # no end, \\" neither" # a word
"quoted key" = 'literal "x"'
[points.p] # tail
list = [ # first
    1, 2, # two
    { k = 1970-01-02 }, """many
lines ] }""" ,
]
[[rows]]
n = 1
[[others]]
n = 1979-05-27 07:32:00
[[rows]]
n = +1_000.5e3
in.side = { b = {}, c = [[1], []] }
'''


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value, 1) if isinstance(value, list) else None
    if items is None:
        yield path, value
    else:
        for key, one in items:
            yield from leaves(one, (*path, key))


@pytest.mark.parametrize("text", [*map(catalogue.read, catalogue.names()), ODD], ids=[*catalogue.names(), "odd"])
def test_every_value_of_a_document_is_found_where_it_stands(text: str) -> None:
    spans = spans_of(text).values

    for path, value in leaves(tomllib.loads(text, parse_float=Decimal)):
        span = spans[path]
        assert tomllib.loads(f"x = {text[span.start : span.end]}", parse_float=Decimal)["x"] == value, path


@pytest.mark.parametrize("name", catalogue.names())
def test_every_setting_has_a_name_and_a_place_of_its_own(name: str) -> None:
    """And a form that is sent as it was shown changes nothing (S2-33)."""
    found = [one for group in groups_of(catalogue.read(name)) for one in group.parameters]
    untouched = Changes()

    assert len({one.key for one in found}) == len({one.path for one in found}) == len(found)
    for one in found:
        typed = [*one.value] if one.sort.name == "words" else _typed(one.value)
        assert not change(untouched, one, typed), one.name
    assert not untouched


def test_every_setting_of_every_rule_is_named_for_people() -> None:
    unnamed = {
        name
        for rule in RULES.values()
        for name in getattr(rule, "__pydantic_fields__", {})
        if name not in TITLES and name not in ("source", "name", "declared", "seed")
    }
    assert unnamed == set()


def test_a_changed_document_differs_only_there() -> None:
    groups = groups_of(SPORT)
    settings, changes = first_settings(groups), Changes()
    packs: Path = ("on_order", 2, "packs")
    new = next(group.more[packs] for group in groups if packs in group.more)
    for name, typed in {
        "airdrop.years[2]": "95,000.50", "airdrop.years[5]": "", "daily[5].rates.junior": "2.5%",
        "on_join[1].amount": "301", "on_order[2].packs[2].activates": "false", "airdrop.price_min": "",
        "ranks.table[1].title": '初级"甲"',
        "on_join[6].per_day": "7", "points.weight.withdrawable": "true",
    }.items():  # fmt: skip
        assert change(changes, settings[name], typed), name
    assert change(changes, settings["on_center[1].levels"], ["city"])
    changes.items_gone.append((*packs, 3))
    words = {"name": "card_d", "title": "卡", "title_en": "Card", "price": "5", "activates": "true"}
    typed_row = {one.name: words.get(str(one.path[-1]), "") for one in new.parameters}
    changes.items.append((packs, row_of(new.parameters, typed_row)))

    after = rewritten(SPORT, changes)

    before, now = SPORT.splitlines(), after.splitlines()
    assert [line for line in now if line not in before] == [
        "withdrawable = true",
        "amount = 301",
        "per_day = 7",
        before[145].replace("frozen = 499", "frozen = 499, activates = false"),
        '    { name = "card_d", title = "卡", title_en = "Card", price = 5, activates = true },',
        'levels = ["city"]',
        '    { name = "junior", title = "初级\\"甲\\"", title_en = "Junior partner", direct = 10, team = 100 },',
        "rates = { junior = 0.025, middle = 0.03, senior = 0.04 }",
        "years = [150000, 95000.50, 60000, 30000]",
    ]
    assert len(before) - len(now) == -2 + 1  # two keys came, the least price went
    assert load_programme(after).airdrop is not None

    lines = [line for one in changes_of(SPORT, after) for line in one.lines]
    said = {translator("en")(line.title): (str(line.old), str(line.new)) for line in lines}
    assert said["tokens of each year, No. 2"] == ("90,000", "95,000.5")
    assert said["tokens of each year, No. 5"] == ("20,000", "nothing")
    assert said["rates, Junior partner"] == ("2 %", "2.5 %")
    assert said["packs: Service card B, activates whoever buys it"] == ("yes", "no")
    assert said["levels of regions (none: any)"] == ("city · district", "city")


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("airdrop.cap", "many", "a number such as 12.5"),
        ("airdrop.cap", "12%", "without %"),
        ("airdrop.cap", "", "must not be empty"),
        ("airdrop.launch", "2026-02-30", "a day such as"),
        ("on_steps[2].steps", "5000.5", "a whole number"),
        ("ranks.table[1].title", "a\nb", "one line"),
    ],
)
def test_what_cannot_stand_there_is_refused(name: str, typed: str, sentence: str) -> None:
    with pytest.raises(NotValueError, match=sentence):
        toml_of(first_settings(groups_of(SPORT))[name], typed)


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
