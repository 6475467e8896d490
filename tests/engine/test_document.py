"""A document that is wrong says where, in which line, and what would be right."""

import pytest

from jifen import catalogue
from jifen.engine.document import ProgrammeError, load_programme
from tests.engine.people import TEXT

TIERS = '    { name = "small", title = "小", title_en = "small", amount = 1, multiple = 1 },'
BRONZE = '{ name = "bronze", title = "铜级", title_en = "bronze", volume = 5000, rate = 0.10 }'


def changed(old: str, new: str, text: str = TEXT) -> str:
    """Return the document with something else in place of a part that it has."""
    assert old in text, old
    return text.replace(old, new, 1)


def line_of(part: str, text: str) -> int:
    """Return the line of the first place of a part of a text."""
    return text[: text.index(part)].count("\n") + 1


def problems(text: str) -> list[tuple[str, int, str]]:
    with pytest.raises(ProgrammeError) as caught:
        load_programme(text)
    return [(problem.path, problem.line, str(problem.message)) for problem in caught.value.problems]


def tier(name: str, settings: str) -> str:
    return f'    {{ name = "{name}", title = "级", title_en = "tier", {settings} }},\n'


def tiers(*rows: str) -> str:
    """Return the document with another table of tiers."""
    begin, end = TEXT.index(TIERS), TEXT.index("]\n\n[ranks]")
    return TEXT[:begin] + "".join(rows) + TEXT[end:]


def ranks(*rows: str) -> str:
    """Return the document with another table of ranks."""
    return changed(BRONZE, ", ".join(f'{{ title = "级", title_en = "rank", {row} }}' for row in rows))


def test_the_document_of_these_tests_is_right() -> None:
    programme = load_programme(TEXT)

    assert (programme.code, programme.lot_kind, programme.lot_decimals) == ("trial", "points", 4)
    assert programme.digest == load_programme(TEXT).digest != load_programme(TEXT + "\n").digest


WRONG = {
    "unknown rule": (
        'use = "generation_share"',
        'use = "generation_shares"',
        "daily[2].use",
        'use = "generation_shares"',
        "there is no rule generation_shares; did you mean generation_share?",
    ),
    "unknown key": (
        'overflow = "lose"',
        'overflw = "lose"',
        "daily[2].overflw",
        "overflw",
        "there is no key overflw; did you mean overflow?",
    ),
    "unknown section": (
        "[[on_withdrawal]]",
        "[[on_withdrawl]]",
        "on_withdrawl",
        "[[on_withdrawl]]",
        "there is no section or key on_withdrawl; did you mean on_withdrawal?",
    ),
    "wrong section": (
        "[[on_adjust]]",
        "[[on_freeze]]",
        "on_freeze[1]",
        "[[on_freeze]]",
        "the rule adjustment belongs under [[on_adjust]]",
    ),
    "rule of a single section": (
        "[refund]",
        "[[report]]",
        "report[1]",
        "[[report]]",
        "the rule refund belongs under [refund]",
    ),
    "missing use": (
        'use = "withdrawal"\n',
        "",
        "on_withdrawal[1]",
        "[[on_withdrawal]]",
        'use is missing: it names the rule, for example use = "grant_locked"',
    ),
    "missing source": (
        'source = "S4-21"\n',
        "",
        "on_withdrawal[1].source",
        "[[on_withdrawal]]",
        'source is missing: quote the clause that the numbers come from, for example source = "S4-06: …"',
    ),
    "missing key": (
        "rate = 0.1\n",
        "",
        "daily[1].rate",
        "[[daily]]",
        "rate is missing",
    ),
    "rate as text": (
        "rate = 0.1\n",
        'rate = "0.1"\n',
        "daily[1].rate",
        'rate = "0.1"',
        "rate should be a number such as 0.012",
    ),
    "negative rate": (
        "rate = 0.1\n",
        "rate = -0.1\n",
        "daily[1].rate",
        "rate = -0.1",
        "rate is not a rate: a rate is a number that is not negative",
    ),
    "ten decimals": (
        "rate = 0.1\n",
        "rate = 0.0123456789\n",
        "daily[1].rate",
        "rate = 0.0123456789",
        "rate is not a rate: a rate has at most 9 decimals",
    ),
    "no number": (
        "rate = 0.1\n",
        "rate = nan\n",
        "daily[1].rate",
        "rate = nan",
        "rate is not a rate: a rate is a number that is not negative",
    ),
    "text for a list": (
        "rates = [0.50]",
        "rates = 0.50",
        "daily[2].rates",
        "rates = 0.50",
        "rates should be a list in [ ]",
    ),
    "a choice": (
        'policy = "within_balance"',
        'policy = "mercy"',
        "refund.policy",
        'policy = "mercy"',
        "policy should be one of 'only_locked', 'within_balance' or 'debt'",
    ),
    "text for a whole number": (
        "price_age_minutes_max = 0",
        'price_age_minutes_max = "0"',
        "on_convert[1].price_age_minutes_max",
        'price_age_minutes_max = "0"',
        "price_age_minutes_max should be a whole number",
    ),
    "less than allowed": (
        "price_age_minutes_max = 0",
        "price_age_minutes_max = -1",
        "on_convert[1].price_age_minutes_max",
        "price_age_minutes_max = -1",
        "price_age_minutes_max should be at least 0",
    ),
    "number for text": (
        'price = "token_price"',
        "price = 3",
        "on_convert[1].price",
        "price = 3",
        "price should be text in quotes",
    ),
    "missing code": ('code = "trial"\n', "", "code", "", "code is missing at the top of the document"),
    "code of capitals": (
        'code = "trial"',
        'code = "Trial Run"',
        "code",
        "code =",
        "code is a short word of small letters, digits and _, beginning with a letter",
    ),
    "day as text": (
        "effective_from = 1970-01-01",
        'effective_from = "1970-01-01"',
        "effective_from",
        "effective_from",
        "effective_from should be a date such as 2026-01-01",
    ),
    "kind named money": (
        "[points.token]",
        "[points.money]",
        "points.money",
        "[points.money]",
        "money is a kind that every programme has; it has 2 decimals",
    ),
    "kind of capitals": (
        "[points.token]",
        "[points.Token]",
        "points.Token",
        "[points.Token]",
        "a kind is named with small letters, digits and _",
    ),
    "list of tables": (
        "[[on_adjust]]",
        "[on_adjust]",
        "on_adjust",
        "[on_adjust]",
        "on_adjust should be a list of tables: write [[on_adjust]]",
    ),
    "decimals beyond 8": (
        "decimals = 8",
        "decimals = 9",
        "points.token.decimals",
        "[points.token]",
        "decimals should be at most 8",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_problem_is_told_with_its_place_and_what_would_be_right(case: str) -> None:
    old, new, path, at_line, sentence = WRONG[case]
    text = changed(old, new)

    found = problems(text)

    if path == "code" and not at_line:
        assert found == [("code", 1, sentence)]
    else:
        assert (path, line_of(at_line, text), sentence) in found


def test_several_problems_are_told_at_once_from_top_to_bottom() -> None:
    text = changed('title = "试"\n', "", changed("rate = 0.1\n", 'rate = "x"\n', changed("[0.50]", '["a"]')))

    assert [path for path, _, _ in problems(text)][:2] == ["title", "daily[1].rate"]


def test_what_is_not_toml_is_told_with_its_line() -> None:
    text = changed("rate = 0.1\n", "rate = \n")

    ((path, line, sentence),) = problems(text)

    assert (path, line) == ("", line_of("rate = \n", text))
    assert sentence.startswith("not TOML: ")


def test_a_gap_between_tiers_is_told() -> None:
    text = tiers(tier("a", "amount = 100, below = 300, multiple = 1"), tier("b", "amount = 500, multiple = 2"))

    assert problems(text) == [
        (
            "on_order[2].tiers",
            line_of("tiers = [", text),
            "a gap: a ends below 300, but b begins at 500; let one begin where the other ends",
        )
    ]


TABLES = {
    "overlap": (
        tiers(tier("a", "amount = 100, below = 600, multiple = 1"), tier("b", "amount = 500, multiple = 2")),
        "an overlap: a ends below 600, but b begins at 500 already",
    ),
    "unordered": (
        tiers(tier("a", "amount = 500, multiple = 1"), tier("b", "amount = 100, multiple = 2")),
        "b begins at 100, but a before it begins at 500; rows must ascend",
    ),
    "an end": (
        tiers(tier("a", "amount = 500, below = 900, multiple = 1")),
        "a is the last row and has no end; leave its below out",
    ),
    "a name twice": (
        tiers(tier("a", "amount = 100, multiple = 1"), tier("a", "amount = 500, multiple = 2")),
        "two rows are called a",
    ),
    "falling rates": (
        ranks('name = "a", volume = 100, rate = 0.2', 'name = "b", volume = 500, rate = 0.1'),
        "b pays a lower rate than a before it; a higher rank may not earn less",
    ),
    "no rows": (ranks(), "table needs at least 1 entry"),
    "three decimals": (
        tiers(tier("a", "amount = 99.999, multiple = 1"), tier("b", "amount = 500, multiple = 2")),
        "amount should be a positive amount of CNY, at most 1,000,000,000,000, with at most 2 decimals",
    ),
    "amount as text": (
        tiers(tier("a", 'amount = "100", multiple = 1'), tier("b", "amount = 500, multiple = 2")),
        "amount should be an amount of CNY such as 3000",
    ),
    "unknown key in a row": (
        tiers(tier("a", "amount = 100, multipel = 1"), tier("b", "amount = 500, multiple = 2")),
        "there is no key multipel; did you mean multiple?",
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_wrong_table_of_steps_is_told(case: str) -> None:
    text, sentence = TABLES[case]

    found = problems(text)

    assert any(told.startswith(sentence) for _, _, told in found), found


def without(section: str) -> str:
    """Return the document without the first table of a section."""
    begin = TEXT.index(section)
    end = TEXT.find("\n[", begin + 1)
    return TEXT[:begin] + (TEXT[end + 1 :] if end >= 0 else "")


TOGETHER = {
    "no ranks": (without("[ranks]"), "daily", "rank_differential needs a [ranks] table"),
    "no grant": (
        changed(TEXT[TEXT.index('[[on_order]]\nuse = "grant') : TEXT.index("[ranks]")], ""),
        "daily",
        "generation_share draws on locked points, but nothing grants any",
    ),
    "a rule twice": (
        TEXT + '\n[[on_adjust]]\nuse = "adjustment"\nsource = "S4-27"\n',
        "on_adjust",
        "the rule adjustment stands more than once",
    ),
    "unknown kind": (
        changed('into = "token"', 'into = "tokn"'),
        "on_convert",
        "there is no points kind tokn; did you mean token?",
    ),
    "another kind than is granted": (
        changed('kind = "points"\npoints_share_max', 'kind = "token"\npoints_share_max'),
        "on_order",
        "repurchase should use the kind that is granted, points",
    ),
    "too few decimals": (
        changed("decimals = 4", "decimals = 1"),
        "points.points",
        "points is held in lots and needs from 2 to 6 decimals",
    ),
}


@pytest.mark.parametrize("case", TOGETHER)
def test_what_does_not_fit_together_is_told(case: str) -> None:
    text, path, sentence = TOGETHER[case]

    found = problems(text)

    assert any(at.startswith(path) and told == sentence for at, _, told in found), found


def test_a_document_without_a_points_kind_is_told_how_to_write_one() -> None:
    begin, end = TEXT.index("[points.points]"), TEXT.index("[[on_order]]")
    found = problems(TEXT[:begin] + TEXT[end:])

    assert "no points kind; write a table such as [points.points] with its decimals" in [told for _, _, told in found]


def test_an_amount_beyond_63_bits_is_told_and_does_not_overflow() -> None:
    text = changed("amount = 100, multiple", "amount = 1000000000001, multiple")

    assert [told for _, _, told in problems(text) if "at most 1,000,000,000,000" in told]


def test_an_error_reads_as_one_sentence_with_all_places() -> None:
    with pytest.raises(ProgrammeError) as caught:
        load_programme(changed("rate = 0.1\n", 'rate = "0.1"\n'))

    assert str(caught.value).endswith("daily[1].rate: rate should be a number such as 0.012")


@pytest.mark.parametrize("header", ["[refund]", "[ranks]"])
def test_an_empty_section_is_told(header: str) -> None:
    found = problems(without(header) + f"\n{header}\n")

    assert "use is missing" in " ".join(told for _, _, told in found)


def test_an_unknown_kind_is_told_at_the_table_that_names_it() -> None:
    text = changed(
        'use = "grant_locked"\nsource = "S4-02"\nkind = "points"',
        'use = "grant_locked"\nsource = "S4-02"\nkind = "pts"',
    )

    assert ("on_order[2].kind", line_of('kind = "pts"', text)) in [(path, line) for path, line, _ in problems(text)]


def test_an_unknown_key_at_the_top_is_told_with_its_line() -> None:
    text = changed("time_zone", "timezone")

    assert line_of("timezone", text) in [line for path, line, _ in problems(text) if path == "timezone"]


def test_rows_that_are_wrong_are_not_told_to_be_too_few() -> None:
    text = changed("multiple = 1", 'multiple = "1"', changed("multiple = 2", 'multiple = "2"'))

    assert not [told for _, _, told in problems(text) if "needs at least" in told]


def test_the_catalogue_has_no_problem() -> None:
    for name in catalogue.names():
        assert load_programme(catalogue.read(name)).code == name


GROWTH = catalogue.read("growth")


def table_of(use: str) -> str:
    """Return the table of a rule in the growth programme."""
    (block,) = [block for block in GROWTH.split("\n\n") if f'use = "{use}"' in block.splitlines()]
    return block


def growth(use: str, old: str, new: str) -> str:
    """Return the growth programme with something else in the table of a rule."""
    block = table_of(use)
    assert old in block, old
    return changed(block, block.replace(old, new, 1), GROWTH)


def without_rule(*uses: str) -> str:
    """Return the growth programme without some rules."""
    text = GROWTH
    for use in uses:
        text = changed(table_of(use), "", text)
    return text


OF_GROWTH = {
    "commission above the order": (
        growth("order_split", "commission = 0.20", "commission = 1.2"),
        "on_order[4]",
        "commission should be at most 1, the whole order",
    ),
    "parts above the commission": (
        growth("order_split", "platform = 0.02", "platform = 0.19"),
        "on_order[4]",
        "platform and distribution together should be at most the commission, which they are parts of",
    ),
    "nowhere for the leftover": (
        growth("order_split", 'leftover = "platform"', 'leftover = "owner"'),
        "on_order[4].leftover",
        "leftover should be one of 'platform' or 'pool'",
    ),
    "more minted than enters": (
        growth("profit_pool", "minted = 0.70", "minted = 1.1"),
        "on_order[5]",
        "minted and kept should be at most 1, or the price of the points could fall",
    ),
    "more kept than is sold": (
        growth("profit_pool", "kept = 0.20", "kept = 1.2"),
        "on_order[5]",
        "minted and kept should be at most 1, or the price of the points could fall",
    ),
    "no first price": (
        growth("profit_pool", "start_price = 1", "start_price = 0"),
        "on_order[5]",
        "start_price should be more than 0",
    ),
    "a cooling-off of years": (
        growth("profit_pool", "mint_after_days = 0", "mint_after_days = 366"),
        "on_order[5].mint_after_days",
        "mint_after_days should be at most 365",
    ),
    "less than nothing in circulation": (
        growth("profit_pool", "minimum_supply = 0", "minimum_supply = -1"),
        "on_order[5].minimum_supply",
        "minimum_supply should be at least 0",
    ),
    "cost above the price": (
        growth("sourced_goods", "cost = 0.10", "cost = 1.1"),
        "on_order[7]",
        "cost should be at most 1, the whole order",
    ),
    "releases that are only reported": (
        growth("generation_share", 'of = "amount"', 'of = "released"').replace(
            'payout = "ledger"', 'payout = "none"', 1
        ),
        "daily[1]",
        'of = "released" is paid in the ledger only; leave payout out',
    ),
    "orders that wait for a lot": (
        growth("generation_share", 'payout = "ledger"', 'overflow = "hold"'),
        "daily[1]",
        'of = "amount" draws on no lot that it could wait for; leave overflow out',
    ),
    "an unknown payout": (
        growth("territory", 'payout = "ledger"', 'payout = "later"'),
        "daily[3].payout",
        "payout should be one of 'ledger', 'report_only' or 'none'",
    ),
    "a city that earns less than a district": (
        growth("territory", "city = 0.002", "city = 0.0005"),
        "daily[3]",
        "a larger region earns at least as much: district, then city, then province",
    ),
    "rebates of the wind": (
        growth("store_rebate", 'base = "amount"', 'base = "wind"'),
        "daily[4].base",
        "base should be one of 'amount' or 'points'",
    ),
    "more than the takings": (
        growth("store_partners", "share = 0.15", "share = 1.5"),
        "daily[7]",
        "share should be at most 1, all of what the store has taken",
    ),
    "partners by nothing": (
        growth("store_partners", "threshold = 5000", "threshold = 0"),
        "daily[7]",
        "name a threshold or a product by which customers become partners",
    ),
    "partners on no day": (
        growth("store_partners", 'every = "month"', 'every = "year"'),
        "daily[7].every",
        "every should be one of 'week' or 'month'",
    ),
    "more than the turnover": (
        growth("store_shares", "share = 0.58", "share = 0.99"),
        "daily[8]",
        "share and management together should be at most 1, the whole turnover",
    ),
    "more than the shares cost": (
        growth("store_shares", "referral = 0.05", "referral = 1.05"),
        "daily[8]",
        "referral should be at most 1, the whole price of the shares",
    ),
    "money behind other kinds": (
        changed("[points.money]", "[points.cash]", GROWTH).replace('kind = "money"', 'kind = "cash"'),
        "points",
        "the first kind is money where orders are divided: begin with [points.money]",
    ),
    "money in tenths of a fen": (
        changed("decimals = 2", "decimals = 3", GROWTH),
        "points.money",
        "money is a kind that every programme has; it has 2 decimals",
    ),
    "value points to the bank": (
        changed("decimals = 8\n", "decimals = 8\nwithdrawable = true\n", GROWTH),
        "points.value_points",
        "value_points are sold to the pool, not withdrawn",
    ),
    "value points as payment": (
        growth("shopping_grant", 'kind = "shopping_points"', 'kind = "value_points"'),
        "on_order[6]",
        "value_points come from orders and leave by sales only",
    ),
    "something locked besides": (
        changed(
            table_of("order_split"),
            TEXT[TEXT.index('[[on_order]]\nuse = "grant_locked"') : TEXT.index("[ranks]")].replace("points", "subsidy")
            + table_of("order_split"),
            GROWTH,
        ),
        "on_order",
        "orders that are divided grant nothing locked",
    ),
    "a pool without a split": (
        without_rule("order_split"),
        "on_order[4]",
        "profit_pool needs order_split: write one under [[on_order]]",
    ),
    "a share of orders that nobody divides": (
        without_rule("order_split"),
        "daily[1]",
        "generation_share of amounts needs order_split",
    ),
    "partners without takings": (
        without_rule("store_takings"),
        "daily[6]",
        "store_partners needs store_takings",
    ),
    "rebates of nothing": (without_rule("sourced_goods"), "daily[4]", "store_rebate needs sourced_goods"),
    "new customers without partners": (
        without_rule("store_partners"),
        "on_order[8]",
        "new_user_reward needs store_partners",
    ),
    "cards without shareholders": (without_rule("store_shares"), "on_order[9]", "card_reward needs store_shares"),
    "two pools": (
        GROWTH + "\n" + table_of("profit_pool"),
        "on_order",
        "the rule profit_pool stands more than once",
    ),
    "one kind twice for one product": (
        GROWTH + '\n[[on_order]]\nuse = "spend"\nsource = "S1-25"\nkind = "shopping_points"\npays = "goods"\n'
        'product = "sourced"\n',
        "on_order",
        "the rule spend (shopping_points → goods → sourced) stands more than once",
    ),
}


@pytest.mark.parametrize("case", OF_GROWTH)
def test_what_is_wrong_with_a_pool_or_a_store_is_told(case: str) -> None:
    text, path, sentence = OF_GROWTH[case]

    found = problems(text)

    assert (path, sentence) in [(at, told) for at, _, told in found], found


AIRDROP, SPORT = catalogue.read("airdrop"), catalogue.read("airdrop_sport")

OF_AIRDROP = {
    "both a daily quantity and years": (
        changed("daily = 498", "daily = 498\nyears = [100, 50]", AIRDROP),
        "airdrop",
        "write either daily, which halves every year, or years, what each year gives in all",
    ),
    "neither a daily quantity nor years": (
        changed("daily = 498\n", "", AIRDROP),
        "airdrop",
        "write either daily, which halves every year, or years, what each year gives in all",
    ),
    "a launch some time": (
        changed("launch = 2024-01-01", 'launch = "soon"', AIRDROP),
        "airdrop.launch",
        "launch should be a date such as 2026-01-01",
    ),
    "tokens finer than their kind": (
        changed("daily = 498", "daily = 0.000000001", AIRDROP),
        "airdrop.daily",
        "daily should be an amount of points, at least 0, with at most 8 decimals",
    ),
    "weight finer than its kind": (
        changed("amount = 300", "amount = 0.00001", AIRDROP),
        "on_join[1].amount",
        "weight has 4 decimals",
    ),
    "weight of no kind": (
        changed('weight = "weight"', 'weight = "wait"', AIRDROP),
        "airdrop.weight",
        "there is no points kind wait; did you mean weight?",
    ),
    "tokens by themselves": (
        changed('kind = "token"\nweight = "weight"', 'kind = "token"\nweight = "token"', AIRDROP),
        "airdrop.weight",
        "tokens are shared out by another kind than themselves",
    ),
    "tokens as the first kind": (
        changed("[points.weight]", "[points.other]", AIRDROP)
        .replace("[points.token]", "[points.weight]")
        .replace("[points.other]", "[points.token]"),
        "points",
        "the tokens of an airdrop are not the first kind: begin with its weight",
    ),
    "weight worth a price": (
        changed("rates = [0.20]", "rates = [0.20]\npriced = true", AIRDROP),
        "daily[1]",
        'base = "points" has no worth in CNY; leave priced out, or let it be a share of money',
    ),
    "a price where no tokens are given out": (
        AIRDROP[: AIRDROP.index("[airdrop]")] + AIRDROP[AIRDROP.index("[[on_review]]") :],
        "daily[2].priced",
        "only the tokens of an airdrop have a price",
    ),
    "points as tokens": (
        changed('name = "referred_weight"\nkind = "weight"', 'name = "referred_weight"\nkind = "token"', AIRDROP),
        "daily[1].base",
        "a share of points is paid in a kind with as many decimals as concession_grant's",
    ),
    "an unknown rank": (
        changed("{ junior = 0.10, middle", "{ junor = 0.10, middle", AIRDROP),
        "daily[4]",
        "there is no rank junor; did you mean junior?",
    ),
    "a centre for an unknown rank": (
        changed('rank = "senior"', 'rank = "seniors"', SPORT),
        "on_center[1]",
        "there is no rank seniors; did you mean senior?",
    ),
    "a centre for an unknown pack": (
        changed('pack = "pack_center"', 'pack = "pack_centre"', AIRDROP),
        "on_center[1].pack",
        "there is no pack pack_centre; there are pack_center",
    ),
    "a pack twice": (
        changed('name = "pack_399"', 'name = "pack_99"', AIRDROP),
        "on_order[1].packs",
        "pack_99 stands twice; each name once",
    ),
    "a key misspelt in a row": (
        changed("price = 99, points = 99", "price = 99, point = 99", AIRDROP),
        "on_order[1].packs[1].point",
        "there is no key point; did you mean points?",
    ),
    "frozen points of no kind": (
        changed("points = 99 }", "points = 99, frozen = 9 }", AIRDROP),
        "on_order[1].packs[1].frozen",
        "name the kind of these points as frozen_kind",
    ),
    "partners below the first row": (
        changed("direct = 10, team = 100", "below = 2", AIRDROP),
        "ranks.table",
        "junior is the first row; there is no row before it, whose partners below could count",
    ),
    "partners for nothing": (
        changed('title_en = "Middle partner", below = 3', 'title_en = "Middle partner"', AIRDROP),
        "ranks.table",
        "middle asks for nothing; write direct, team or below",
    ),
    "partners anywhere": (
        changed('scope = "team"', 'scope = "world"', AIRDROP),
        "ranks.scope",
        "scope should be one of 'team' or 'direct'",
    ),
    "incomes of partners without a table": (
        AIRDROP[: AIRDROP.index("[ranks]")] + AIRDROP[AIRDROP.index("# The close of a day") :],
        "daily[4]",
        "partner_income needs a [ranks] table of partners",
    ),
    "incomes of centres that nobody can open": (
        AIRDROP[: AIRDROP.index("[[on_center]]")] + AIRDROP[AIRDROP.index("[ranks]") :],
        "daily[7]",
        "center_income needs operation_center: write one under [[on_center]]",
    ),
    "a ladder that descends": (
        changed("steps = 6000, share", "steps = 2000, share", SPORT),
        "daily[1].ladder",
        "the ladder ascends: each rung takes more steps than the one before it",
    ),
    "more than all that is frozen": (
        changed("share = 0.02", "share = 1.02", SPORT),
        "daily[1].ladder",
        "share should be at most 1, all that is frozen",
    ),
    "swimming": (
        changed('sport = "walk"', 'sport = "swim"', SPORT),
        "on_steps[2].sport",
        "sport should be one of 'walk' or 'run'",
    ),
    "steps without end": (
        changed("steps_max = 50000", "steps_max = 5000000", SPORT),
        "on_steps[1].steps_max",
        "steps_max should be at most 1000000",
    ),
    "one name for two gifts": (
        changed('name = "unlock_referral"', 'name = "referral"', SPORT),
        "on_join",
        "two rules of on_join are called referral",
    ),
    "a name that is no word of a key": (
        changed('name = "registration"', 'name = "a/1"', AIRDROP),
        "on_join[1].name",
        "name should be a short word of small letters, digits and _",
    ),
}


@pytest.mark.parametrize("case", OF_AIRDROP)
def test_what_is_wrong_with_an_airdrop_is_told(case: str) -> None:
    text, path, sentence = OF_AIRDROP[case]

    found = problems(text)

    assert (path, sentence) in [(at, told) for at, _, told in found], found


def test_what_an_airdrop_may_do_is_worth_a_second_look() -> None:
    """The schedule comes to less than the cap; nothing bounds what a line of partners takes (S2-E1, S2-Q6)."""
    bounded = AIRDROP.replace('mode = "stack"', 'mode = "differential"')
    exact = changed("daily = 498", "years = [200000, 190000]", bounded)

    warned = {text: [str(message) for message in load_programme(text).warnings()] for text in (AIRDROP, bounded, exact)}

    assert "the schedule gives 363,540 tokens in all, and the cap is 390,000" in warned[AIRDROP]
    assert any(message.startswith("team_weight: ") and "45 %" in message for message in warned[AIRDROP])
    assert not any(message.startswith("team_weight: ") for message in warned[bounded])
    assert not any("schedule" in message for message in warned[exact])
