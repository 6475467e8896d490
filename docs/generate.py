"""Writes the reference pages that follow from the code: every rule, and every programme of the catalogue.

`python docs/generate.py` writes them; `pages()` returns them, so that a test can tell when they are stale.
"""

import dataclasses
import inspect
import io
import re
import runpy
import textwrap
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from jifen import catalogue
from jifen.engine.amounts import RATE_DECIMALS_MAX, RATE_MAX, Rate, Share, format_amount
from jifen.engine.document import SINGLE, load_programme
from jifen.engine.example_run import run_example
from jifen.engine.examples import Example
from jifen.engine.programme import Programme
from jifen.engine.rule import Cny, CnyOrNone, Points, Rule, Slug
from jifen.engine.rules import RULES

REFERENCE = Path(__file__).resolve().parent / "reference"
FRAGMENTS_FROM = (
    "release",
    "parking",
    "parking_early",
    "parking_exchange",
    "growth",
    "growth_team",
    "airdrop",
    "airdrop_sport",
    "alliance",
)  # the first that uses a rule
WIDTH = 120
NOTE = "This page is written by `make docs` from the code."

REQUIREMENT = re.compile(r"S\d-[A-Z]?\d+(?: … S\d-[A-Z]?\d+)?")

# What a setting means; what a comment beside it in the code says is added.
MEANINGS = {
    "repurchase.kind": "the points kind that may be paid with; the kind that orders grant",
    "repurchase.points_share_max": "the largest part of an order's amount that may be paid in points",
    "reserve.share": "the part of a payment in money that the reserve gets, at most 1; the rest is the operator's cash",
    "grant_locked.kind": "the points kind that is granted",
    "grant_locked.tiers": "the multiples by order amount, ascending; a row holds from its amount to that of the next",
    "Tier.name": "the tier's name in the document; no two rows share one",
    "Tier.title": "its name for people, in Chinese",
    "Tier.title_en": "its name for people, in English",
    "Tier.amount": "from which order amount (CNY) the row holds",
    "Tier.below": "where the row ends (CNY); it may be left out",
    "Tier.multiple": "how many times the order amount is granted",
    "second_leg_rank.volume": "what counts as volume: whole order amounts, or only the part paid in money (S4-Q6)",
    "second_leg_rank.table": "the ranks, ascending by volume; a higher rank may not have a lower rate",
    "Rank.name": "the rank's name in tables and examples; no two rows share one",
    "Rank.title": "its name for people, in Chinese",
    "Rank.title_en": "its name for people, in English",
    "Rank.volume": "the volume of the second-largest leg (CNY) that reaches the rank",
    "Rank.below": "where the row ends (CNY); it may be left out",
    "Rank.rate": "what the rank earns of the releases of its team, for `rank_differential`",
    "scheduled_release.rate": "the part of the order amount that a lot releases each day",
    "generation_share.rates": "the part of a generation's releases that is paid, in the order",
    "peer_bonus.rate": "the part of the releases below a peer that is paid",
    "convert.kind": "the points kind that is converted",
    "convert.into": "the points kind that comes out",
    "convert.price": "the name of the declared value that is the price, in CNY, of one unit of `into`",
    "convert.price_age_minutes_max": "the greatest age, in minutes, of a price that is taken",
    "spend.kind": "the points kind that pays; money, or nothing, pays the rest",
    "spend.pays": (
        "whether it pays orders of units, the product of `grant_units`, or all other orders, goods; of these only "
        "those at a store, or only those of the catalogue that takes nothing but points"
    ),
    "spend.share_min": "the smallest part of an order's amount that has to be paid in points",
    "spend.share_max": "the largest part of an order's amount that may be paid in points, at most 1",
    "grant_units.kind": "the points kind that is granted, which lots hold",
    "grant_units.product": "the product that counts as units; an order of any other product is one of goods",
    "grant_units.price": "what one unit costs (CNY); the amount of an order is its quantity times this",
    "grant_units.tiers": "the multiples by the number of units bought at once, ascending; a row holds up to the next",
    "grant_units.channel": "the only channel by which units are bought; left empty, every channel is good",
    "UnitTier.name": "the tier's name in the document; no two rows share one",
    "UnitTier.title": "its name for people, in Chinese",
    "UnitTier.title_en": "its name for people, in English",
    "UnitTier.quantity": "from which number of units in one order the row holds",
    "UnitTier.multiple": "how many times the price paid is granted",
    "referral_bonus.rate": "the part of the price that the referrer gets",
    "referral_bonus.rank_rates": "other rates by the names of ranks",
    "referral_bonus.kind": "the points kind that the bonus is paid in",
    "referral_bonus.second_kind": "the points kind of the second part",
    "referral_bonus.second_share": "the part of the bonus that is paid in `second_kind`, at most 1",
    "referral_bonus.consumes_lots": "whether the bonus is drawn from the referrer's lots, and cut to what they hold",
    "top_up.kind": "the points kind that bank transfers become",
    "top_up.balance_max": "the most that a member may have of it (CNY); 0 is no limit",
    "agency.referrer_must_be_agent": "whether a member whose referrer is no agent is refused",
    "unit_rank.table": "the ranks, ascending by units; a higher rank may not earn less for a unit",
    "unit_rank.agents_only": "whether only agents have ranks",
    "unit_rank.active_sellers": "how many active sellers a ranked member has below, at least",
    "unit_rank.units_below": "how many units a ranked member has below, its own not counted, at least",
    "UnitRankRow.name": "the rank's name in tables and examples; no two rows share one",
    "UnitRankRow.title": "its name for people, in Chinese",
    "UnitRankRow.title_en": "its name for people, in English",
    "UnitRankRow.units": "the units of the member and everybody below that reach the rank",
    "UnitRankRow.to": "the last number of units that the source gives the row; `validate` warns of gaps and overlaps",
    "UnitRankRow.own_units": "the units that the member has to hold itself",
    "UnitRankRow.per_unit": "what the rank earns for each unit below and day (CNY), for `unit_differential`",
    "daily_amount.amount": "what a unit releases on a day for which nothing is declared and no seed is there (CNY)",
    "daily_amount.amount_min": "the least amount that is drawn, and usually declared (CNY)",
    "daily_amount.amount_max": "the greatest amount that is drawn, and usually declared (CNY)",
    "daily_amount.declared": "the name of the declared value that fixes the amount of a day, such as a holiday",
    "daily_amount.seed": "the name of the declared value that is the seed of a day's draw",
    "daily_amount.second_kind": "the points kind of the second part",
    "daily_amount.second_share": "the part of a release that is paid in `second_kind`, at most 1",
    "unit_differential.kind": "the points kind that is paid",
    "unit_differential.overflow": "whether what is cut off is lost, or waits until the lots hold something again",
    "unit_differential.consumes_lots": "whether it is drawn from the receiver's lots, and cut to what they hold",
    "unit_peer.basis": "what the rate or the amount is of",
    "unit_peer.rate": "the rate, for the two bases that are percentages",
    "unit_peer.amount": "the amount for each unit below the peer and day (CNY), for `fixed_per_unit`",
    "unit_peer.kind": "the points kind that is paid",
    "unit_peer.overflow": "whether what is cut off is lost, or waits until the lots hold something again",
    "unit_peer.consumes_lots": "whether it is drawn from the receiver's lots, and cut to what they hold",
    "monthly_release.first_months": "how many months of a lot pay `first_rate`",
    "monthly_release.first_rate": "the monthly rate of the first months",
    "monthly_release.rate": "the monthly rate of later months for which nothing is declared",
    "monthly_release.declared": "the name of the declared value that is the rate of later months",
    "monthly_release.usual_min": "the least rate that is usual; declaring less takes a second person",
    "monthly_release.usual_max": "the greatest rate that is usual; declaring more takes a second person",
    "monthly_release.first_month": "which month is a lot's first: the first whole one, or that of its order",
    "monthly_release.second_kind": "the points kind of the second part",
    "monthly_release.second_share": "the part of a release that is paid in `second_kind`, at most 1",
    "monthly_release.split_from": "from when on a second part is paid: after the price is back, or always",
    "weighted_dividend.rank": "the name of the rank that is needed, at least",
    "weighted_dividend.units_min": "how many units the agent and everybody below need together, at least",
    "weighted_dividend.rate": "the part of the revenue that is shared",
    "weighted_dividend.declared": "the name of the declared value that is the month's revenue (CNY)",
    "weighted_dividend.kind": "the points kind that is paid",
    "weighted_dividend.consumes_lots": "whether a share is drawn from the receiver's lots, and cut to what they hold",
    "sales_ranking.places": "how many agents share the prize",
    "sales_ranking.prize": "the prize (CNY) of a month for which nothing is declared",
    "sales_ranking.declared": "the name of the declared value that is the prize (CNY)",
    "sales_ranking.kind": "the points kind that is paid",
    "sales_ranking.consumes_lots": "whether the prize is drawn from the receiver's lots, and cut to what they hold",
    "sales_ranking.payout": "whether the prize is paid, or the ranking only shown",
    "rank_review.new_units": "how many units an agent is to sell each month",
    "rank_review.strikes": "after how many missed months in a row the qualification ends",
    "spend.product": "the one product that it pays; left empty, all goods that no other `spend` names",
    "order_split.commission": "the part of an order that is divided, at most 1; a store may have agreed on another",
    "order_split.platform": "the part of an order's amount that the platform keeps of the commission",
    "order_split.distribution": "the part of an order's amount that is shared out at the close of its day",
    "order_split.leftover": "who gets what of the distribution nobody has earned, at the close",
    "profit_pool.kind": "the points kind that has the price; it is minted, sold and burnt, never adjusted",
    "profit_pool.minted": "the part of what enters the pool that is granted in points, at most 1",
    "profit_pool.kept": "the part of a sale's worth that stays in the pool, at most 1",
    "profit_pool.start_price": "the price of the first points (CNY for one)",
    "profit_pool.exit_multiple": "how many times the consumption since the last exit points may be worth; 0: no exits",
    "profit_pool.minimum_supply": "how many points stay in circulation; what leaves fewer is refused, an exit waits",
    "profit_pool.mint_after_days": "at the close of which day after an order its points are minted; 0: at once",
    "shopping_grant.kind": "the points kind that is granted",
    "shopping_grant.multiple": "how many times the amount of an order at a store is granted",
    "sourced_goods.product": "the product that is bought cheaply; its orders are not divided and feed no pool",
    "sourced_goods.cost": "the part of the amount that the product costs the platform, at most 1",
    "new_user_reward.rate": "the part of the first order's amount that the store pays",
    "new_user_reward.payout": "whether it is paid, computed and paid elsewhere, or not computed",
    "card_reward.product": "the product that is a card",
    "card_reward.rate": "the part of the card's price that the store pays",
    "card_reward.payout": "whether it is paid, computed and paid elsewhere, or not computed",
    "subsidy.kind": "the points kind of the subsidy",
    "card_grant.kind": "the points kind that cards bring",
    "generation_share.of": "what it is a share of: what those below released, or their orders of the day",
    "generation_share.payout": "whether it is paid, computed and paid elsewhere, or not computed; of orders only",
    "rank_differential.of": "what it is a share of: what those below released, or their orders of the day",
    "rank_differential.payout": "whether it is paid, computed and paid elsewhere, or not computed; of orders only",
    "peer_bonus.of": "what it is a share of: what those below released, or their orders of the day",
    "peer_bonus.payout": "whether it is paid, computed and paid elsewhere, or not computed; of orders only",
    "store_referral_bonus.rate": "the part of the day's orders at a store that goes to whoever brought it",
    "store_referral_bonus.payout": "whether it is paid, computed and paid elsewhere, or not computed",
    "territory.district": "the part of an order that the holder of its district earns",
    "territory.city": "the part that the holder of its city earns, less what the district is paid",
    "territory.province": "the part that the holder of its province earns, less what district and city are paid",
    "territory.payout": "whether it is paid, computed and paid elsewhere, or not computed",
    "store_rebate.rate": "the part of the base that goes to the store's owner",
    "store_rebate.base": "the order's amount, or the part of it that points paid",
    "store_rebate.payout": "whether it is paid, computed and paid elsewhere, or not computed",
    "referrer_rebate.rate": "the part of the base that goes to the buyer's referrer",
    "referrer_rebate.base": "the order's amount, or the part of it that points paid",
    "referrer_rebate.payout": "whether it is paid, computed and paid elsewhere, or not computed",
    "store_partners.share": "the part of a day's takings after commission that is set aside, at most 1",
    "store_partners.threshold": "for how much (CNY) one has to have bought at the store to be its partner",
    "store_partners.product": "the product that makes its buyers partners, as long as it is not wholly refunded",
    "store_partners.weights": "whether all partners get the same, or each by what it has bought there",
    "store_partners.every": "when they are paid: at the close of Sundays, or of a month's last day",
    "store_shares.share": "the part of a day's turnover, before commission, that shareholders get by their shares",
    "store_shares.management": "the part of the turnover that the initiator gets besides",
    "store_shares.referral": "the part of the price of shares that goes to the buyer's referrer, if a shareholder too",
    "join_grant.name": "a short word for it in keys, tables and explanations; no two of `on_join` share one",
    "join_grant.event": "whether it is for a member who registers, or for a store that settles in",
    "join_grant.to": "whether the newcomer (of a store its owner) gets the points, or who brought it",
    "join_grant.kind": "the points kind that is given; the airdrop's tokens come out of the reserve",
    "join_grant.amount": "how many points are given",
    "join_grant.frozen": "whether they have to be unlocked before they are of use",
    "join_grant.active_only": "whether only an activated receiver gets them",
    "join_grant.per_day": "how many a referrer brings on a day count for him; 0 for all",
    "unlock.name": "a short word for it in keys, tables and explanations; no two of `on_join` share one",
    "unlock.event": "whether it is for a member who registers, or for a store that settles in",
    "unlock.kind": "the points kind of which frozen points become free",
    "unlock.amount": "how many become free at most",
    "pack_grant.kind": "the points kind of what is free at once",
    "pack_grant.frozen_kind": "the points kind of what has to be unlocked",
    "pack_grant.packs": "the products that are packs or service cards",
    "Pack.name": "the product, as orders name it; no two rows share one",
    "Pack.title": "its name for people, in Chinese",
    "Pack.title_en": "its name for people, in English",
    "Pack.price": "what one costs (CNY); an order of another amount is refused",
    "Pack.points": "how many points of `kind` one brings",
    "Pack.frozen": "how many points of `frozen_kind` one brings",
    "Pack.activates": "whether its buyer is activated for as long as it stands",
    "concession_grant.kind": "the points kind that is granted",
    "concession_grant.member": "how many times the concession the buyer gets",
    "concession_grant.store": "how many times the concession the store's owner gets",
    "concession_grant.active_only": "whether only an activated buyer gets anything; the store's owner always does",
    "concession_grant.least": "the smallest concession with which a store may settle in",
    "operation_center.pack": "the pack of which each centre takes one",
    "operation_center.rank": "the rank that its holder needs, or a higher one",
    "operation_center.levels": "the levels of regions that may have a centre; left out, all",
    "partner_rank.table": "the ranks, the lowest first; a member has the highest row that it meets",
    "partner_rank.scope": "where partners of the row before are looked for: anywhere below, or among direct referrals",
    "partner_rank.counts": "who counts as a referral: everybody, or the activated",
    "PartnerRow.name": "the rank's name in tables and examples",
    "PartnerRow.title": "its name for people, in Chinese",
    "PartnerRow.title_en": "its name for people, in English",
    "PartnerRow.direct": "how many direct referrals it takes, at least",
    "PartnerRow.team": "how many people below it takes, at any depth, at least",
    "PartnerRow.below": "how many partners of the row before, or of a higher one, it takes; not in the first row",
    "share_income.name": "a short word for it in keys, tables and explanations; no two of one rule share one",
    "share_income.kind": "the points kind that is paid; the airdrop's tokens come out of the reserve",
    "share_income.base": "what of an order is shared: its amount, its concession, or the points its buyer got",
    "share_income.priced": "whether it is paid in tokens by the price of the day; else a point is 1 CNY",
    "share_income.packs": "whether orders of packs and service cards count too",
    "share_income.paid_in_points": "whether the part of an amount that points paid counts",
    "share_income.frozen": "whether what it pays has to be unlocked",
    "partner_income.name": "a short word for it in keys, tables and explanations; no two of one rule share one",
    "partner_income.kind": "the points kind that is paid; the airdrop's tokens come out of the reserve",
    "partner_income.base": "what of an order is shared: its amount, its concession, or the points its buyer got",
    "partner_income.priced": "whether it is paid in tokens by the price of the day; else a point is 1 CNY",
    "partner_income.packs": "whether orders of packs and service cards count too",
    "partner_income.paid_in_points": "whether the part of an amount that points paid counts",
    "partner_income.frozen": "whether what it pays has to be unlocked",
    "center_income.name": "a short word for it in keys, tables and explanations; no two of one rule share one",
    "center_income.kind": "the points kind that is paid; the airdrop's tokens come out of the reserve",
    "center_income.base": "what of an order is shared: its amount, its concession, or the points its buyer got",
    "center_income.priced": "whether it is paid in tokens by the price of the day; else a point is 1 CNY",
    "center_income.packs": "whether orders of packs and service cards count too",
    "center_income.paid_in_points": "whether the part of an amount that points paid counts",
    "center_income.frozen": "whether what it pays has to be unlocked",
    "share_income.of": "whether it goes up from the buyer, or from whoever brought the store",
    "share_income.rates": "the part of the base that each generation gets, the nearest first",
    "share_income.active_only": "whether only activated receivers are paid; what others miss nobody gets",
    "partner_income.of": "whether it goes up from the buyer, or from whoever brought the store",
    "partner_income.rates": "the part of the base by the names of ranks",
    "partner_income.mode": "whether each partner above gets its own rate, or what that is above the rates paid below",
    "partner_income.active_only": "whether only activated partners are paid; others count for nobody",
    "center_income.of": "which centres: around the order, those that promoted these, or whose team brought the store",
    "center_income.rate": "the part of the base; it may be more than 1",
    "center_income.nested": "where centres lie in each other: whether all share, or the smallest region's alone",
    "airdrop.kind": "the points kind that is given out",
    "airdrop.weight": "the points kind by which it is shared",
    "airdrop.launch": "the first day; years go from one anniversary to the next",
    "airdrop.daily": "how many tokens each day of the first year gives; each later year half of the year before",
    "airdrop.years": "how many tokens each year gives, evenly over its days; after the last year none",
    "airdrop.cap": "how many tokens there can ever be, those of the reserve included",
    "airdrop.consumes": "whether the weight that shared is used up",
    "airdrop.carry": "whether the tokens of a day on which nobody shares wait for the next one",
    "airdrop.price_min": "the least usual price of a token (CNY); below it a second operator confirms",
    "airdrop.price_max": "the highest usual price of a token (CNY); above it a second operator confirms",
    "step_ladder.kind": "the points kind of which frozen points become free",
    "step_ladder.sport": "whether steps walked or steps run count",
    "step_ladder.ladder": "the rungs, each of more steps than the one before",
    "Rung.steps": "from how many steps a day the rung holds",
    "Rung.share": "the part of what is frozen that becomes free, at most 1",
    "sport_task.name": "a short word for it in keys, tables and explanations; no two share one",
    "sport_task.sport": "whether steps walked or steps run count",
    "sport_task.steps": "how many steps a day fulfil it",
    "sport_task.kind": "the points kind of which frozen points become free",
    "sport_task.amount": "how many become free at most",
    "sport_limits.steps_max": "how many steps of a day are counted, of walking and of running each",
    "sport_limits.entered_max": "how many steps that were typed by hand count",
    "sport_limits.cadence_max": "the most steps a minute of a report",
    "sport_limits.walk_cadence_max": "the most steps a minute of a walk",
    "sport_limits.run_cadence_min": "how many steps a minute a run has at least",
    "sport_limits.walk_speed_max": "the greatest speed of a walk (km/h)",
    "sport_limits.run_speed_max": "the greatest speed of a run (km/h)",
    "sport_limits.stride_min": "how long a step is at least, where steps and distance are both reported",
    "sport_limits.stride_max": "how long a step is at most (cm)",
    "sport_limits.late_max": "how many hours after its end a report is taken",
    "sport_limits.carry_max": "how long before the business day on which it comes a report may have ended",
    "sport_limits.clock_max": "how many seconds a report may lie ahead of our clock",
    "review_grant.kind": "the points kind that is granted",
    "review_grant.amount": "how many points a review brings",
    "review_grant.least": "how much of the order (CNY) has to stand; left out, anything",
    "review_grant.per_day": "how many reviews of a member and day bring points; 0 for all",
    "store_grant.kind": "the points kind that stores hold and give",
    "store_grant.own_members_only": "whether a sale brings points to those only whom the store registered",
    "store_grant.pays_owed": "whether what a store owes is paid when it says so, or as soon as it has points again",
    "point_sale.kind": "the points kind that is sold, the first of the document",
    "point_sale.prices": "the price list",
    "PointPrice.buyer": "who buys at this price: direct stores, branches, or the stores of branches",
    "PointPrice.at_least": "from how many points at a time",
    "PointPrice.price": "what one point costs (CNY)",
    "branch_grant.kind": "the points kind that is given",
    "branch_transfer.kind": "the points kind that is handed out",
    "store_transfer.kind": "the points kind that is given",
    "store_transfer.own_members_only": "whether a store gives to those only whom it registered",
    "credit_line.kind": "the points kind that stores hold",
    "credit_line.most": "the highest credit line that a store can have",
    "member_card.price": "what one card costs a store (CNY)",
    "member_card.digits": "how many digits the number of a card has",
    "shareholder_income.kind": "the points kind that is credited: that of the stores, or money",
    "shareholder_income.fee": "what becoming a shareholder costs (CNY)",
    "shareholder_income.base": "whether it is a share of what a store pays head office for points, or of its sales",
    "shareholder_income.rates": "the part of the base by level, the first for who brought the store",
    "period_settlement.rate": "the share of sales of stores that have none of their own",
    "opening_balance.kind": "the points kind that stores hold; opening balances of it are unfunded",
    "withdrawal.fee": "the part of a withdrawal that the programme keeps, at most 1",
    "withdrawal.reward": "the part of a withdrawal that comes back in `reward_kind`, at most 1",
    "withdrawal.reward_kind": "the points kind that comes back",
    "ticket.kind": "the points kind that is a ticket of the exchange",
    "ticket.multiple": "how many times the tickets released must have been bought",
    "freeze.stops": "the actions that a frozen member may not do",
    "refund.policy": "what happens when free points do not suffice; the three are explained above",
}


class StalePageError(Exception):
    """A page cannot be written; the message says what is missing."""


def pages() -> dict[Path, str]:
    """Return the text of every generated page."""
    programmes = {name: load_programme(catalogue.read(name)) for name in catalogue.names()}
    written = {REFERENCE / "programmes" / f"{name}.md": programme_page(made) for name, made in programmes.items()}
    written[REFERENCE / "api.md"] = runpy.run_path(str(REFERENCE.parent / "generate_api.py"))["page"]()
    return {REFERENCE / "rules.md": rules_page({name: catalogue.read(name) for name in FRAGMENTS_FROM}), **written}


# Rules


def rules_page(documents: Mapping[str, str]) -> str:
    """Return the page of all rules; the fragment of each comes from the first document that uses it."""
    beginning = f"""\
# Rules

{NOTE}

A rule stands in a programme file under its section, with `use`, `source` and the settings listed here
([Programme files](programme.md)). Rules are listed in the order in which they act. What each pays, to the last unit,
is fixed in [What a settlement means](../explanation/settlement.md). The examples are from the programmes of the
catalogue.
"""
    return joined(beginning, *(rule_section(rule, documents) for rule in RULES.values()))


def rule_section(rule: type[Rule], documents: Mapping[str, str]) -> str:
    """Return one rule with its settings."""
    name, block = fragment(documents, rule.use)
    own = [field for field in dataclasses.fields(rule) if field.name != "source"]
    settings = [setting_section(rule, field) for field in own] or ["It has no settings of its own."]
    return joined(
        f"## {rule.use}",
        docstring_of(rule),
        facts_of(rule),
        f"In [`{name}`](programmes/{name}.md):",
        f"```toml\n{block}\n```",
        *settings,
    )


def facts_of(rule: type[Rule]) -> str:
    """Return where a rule stands, which actions it answers and which requirements it carries out."""
    facts = [f"Section: `{header_of(rule.section)}`"]
    actions = getattr(rule, "actions", ())
    if actions:
        facts.append(f"Answers: {listed(actions)}")
    facts.append("Requirements: " + ", ".join(requirements_of(rule)))
    return " · ".join(facts)


def docstring_of(rule: type[Rule]) -> str:
    """Return a rule's docstring, paragraph by paragraph."""
    paragraphs = inspect.cleandoc(rule.__doc__ or "").split("\n\n")
    return "\n\n".join(wrapped(" ".join(paragraph.split())) for paragraph in paragraphs)


def requirements_of(rule: type[Rule]) -> list[str]:
    """Return the requirement numbers that a rule's class names, in docstring and comments, each once."""
    return list(dict.fromkeys(REQUIREMENT.findall(inspect.getsource(rule))))


def header_of(section: str) -> str:
    """Return a section's header as a document writes it."""
    return f"[{section}]" if section in SINGLE else f"[[{section}]]"


def fragment(documents: Mapping[str, str], use: str) -> tuple[str, str]:
    """Return the first document that uses a rule, and the first of its tables that does."""
    for name, document in documents.items():
        for block in document.split("\n\n"):
            if f'use = "{use}"' in block.splitlines():
                return name, block.strip()
    raise StalePageError(f"no programme of the catalogue uses {use}")


def setting_section(rule: type[Rule], field: "dataclasses.Field[Any]") -> str:
    """Return a setting with what may be written and what it means."""
    hint = get_type_hints(rule, include_extras=True)[field.name]
    text = f"{sentence(meaning(rule, rule.use, field.name))} {sentence(type_words(hint))} {default_words(field)}"
    row = row_type(hint)
    return joined(f"### {field.name}", wrapped(text), row_table(row) if row else "")


def row_type(hint: Any) -> type | None:
    """Return the dataclass of a table's rows, None for a plain value."""
    base = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    part = get_args(base)[0] if get_origin(base) is tuple else None
    return part if isinstance(part, type) and dataclasses.is_dataclass(part) and part is not Rate else None


def row_table(row: type) -> str:
    """Return the columns of a row of a table."""
    hints = get_type_hints(row, include_extras=True)
    rows = [
        (
            f"`{field.name}`",
            type_words(hints[field.name]),
            default_words(field).lower().strip("."),
            meaning(row, row.__name__, field.name),
        )
        for field in dataclasses.fields(row)
    ]
    return "Each row has:\n\n" + table(("key", "value", "default", "meaning"), rows)


def meaning(owner: type, prefix: str, name: str) -> str:
    """Return what a setting means: MEANINGS and the comment beside it in the code, at least one of them."""
    found = [text for text in (MEANINGS.get(f"{prefix}.{name}"), comments_of(owner).get(name)) if text]
    if not found:
        raise StalePageError(f"say what {prefix}.{name} means: in a comment beside the field, or in docs/generate.py")
    return "; ".join(found)


def comments_of(owner: type) -> dict[str, str]:
    """Return the comments that stand beside the fields of a class."""
    source = textwrap.dedent(inspect.getsource(owner))
    lines = source.splitlines()
    comments = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        field = re.match(r" {4}(\w+):", lines[token.start[0] - 1]) if token.type == tokenize.COMMENT else None
        if field and not token.string.startswith("# noqa"):
            comments[field[1]] = token.string.removeprefix("#").strip()
    return comments


# Values in plain words


def type_words(hint: Any) -> str:
    """Return what may be written for a setting, in plain words."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint in OWN_WORDS:
        return OWN_WORDS[hint]
    if origin is Annotated:
        return f"{type_words(parts[0])}{limit_words(parts[0], list(parts[1:]))}"
    if origin is UnionType or type(None) in parts:
        return type_words(next(part for part in parts if part is not type(None)))
    words = {
        Literal: lambda: f"one of {listed(parts)}",
        tuple: lambda: list_words(parts[0]),
        dict: lambda: f"a table of names in `{{ }}`; each value {type_words(parts[1])}",
    }
    return words[origin]() if origin in words else PLAIN_WORDS[hint]


OWN_WORDS = {
    Cny: "an amount of CNY above 0, with at most 2 decimals",
    Points: "a number of points, 0 or more, with at most the decimals of their kind",
    Slug: "a short word of small letters, digits and `_`, beginning with a letter",
    CnyOrNone: "an amount of CNY, with at most 2 decimals, or 0",
    Rate: f"a number from 0 to {RATE_MAX:,}, with at most {RATE_DECIMALS_MAX} decimals",
    Share: f"a number from 0 to 9, with at most {RATE_DECIMALS_MAX} decimals",
}
PLAIN_WORDS = {str: "text", int: "a whole number", bool: "`true` or `false`", date: "a date such as `2026-01-01`"}


def list_words(part: Any) -> str:
    """Return what a list holds."""
    if get_origin(part) is Literal:
        return f"a list of {listed(get_args(part), last='and')}, any of them"
    if part in OWN_WORDS:
        return f"a list; each entry {OWN_WORDS[part]}"
    return "a list of tables in `{ }`" if dataclasses.is_dataclass(part) else f"a list of {type_words(part)}"


def limit_words(base: Any, metadata: list[Any]) -> str:
    """Return the limits of a value: `, at least 0`, `, 1 to 60 characters`."""
    limits: dict[str, int] = {}
    for mark in (part for owner in metadata for part in getattr(owner, "metadata", ())):
        limits |= {name: getattr(mark, name) for name in ("ge", "min_length", "max_length") if hasattr(mark, name)}
    words = f", at least {limits['ge']}" if "ge" in limits else ""
    if "max_length" in limits:
        unit = "rows" if row_type(base) else "characters" if base is str else "entries"
        words += f", {limits.get('min_length', 0)} to {limits['max_length']} {unit}"
    return words


def default_words(field: "dataclasses.Field[Any]") -> str:
    """Return the default of a setting as a sentence."""
    value = default_of(field)
    if value is dataclasses.MISSING:
        return "Must be given."
    if value in (None, {}, "", ()):
        return "May be left out."
    return f"Default: `{toml(value)}`."


def default_of(field: "dataclasses.Field[Any]") -> Any:
    """Return the default of a setting, MISSING where it must be given."""
    if not isinstance(field.default, FieldInfo):
        return field.default
    return dataclasses.MISSING if field.default.is_required() else field.default.get_default(call_default_factory=True)


def toml(value: object) -> str:
    """Return a value as a document writes it."""
    if isinstance(value, tuple):
        return "[" + ", ".join(toml(part) for part in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {toml(part)}" for name, part in value.items()) + " }"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


# Programmes


def programme_page(programme: Programme) -> str:
    """Return the page of a programme of the catalogue."""
    return joined(
        f"# {programme.code}: {programme.title} ({programme.title_en})",
        NOTE,
        wrapped(
            f"In force from {programme.effective_from}; a day begins at midnight in {programme.time_zone}. "
            f"`jifen programmes show {programme.code}` prints rules, numbers and readings in a terminal."
        ),
        "## Points",
        kinds_table(programme),
        *warnings_of(programme),
        "## Rules",
        "In the order of the document; each links to its description.",
        *(rule_of_programme(rule) for rule in programme.rules),
        "## Readings",
        "Where the source text is open or contradicts itself, and the reading that is taken.",
        table(("open", "taken"), [(reading.source, reading.taken) for reading in programme.readings]),
        "## Worked examples",
        wrapped(
            "Given a referral tree and orders on day 0, the days after it are closed one by one. Every figure under "
            "*the engine gives* was computed when this page was written. The notations are explained in "
            "[Programme files](../programme.md#worked-examples-example)."
        ),
        *(example_section(programme, example) for example in programme.examples),
    )


def warnings_of(programme: Programme) -> list[str]:
    """Return what a programme may say and is worth a second look."""
    warnings = programme.warnings()
    if not warnings:
        return []
    text = "What `jifen programmes validate` warns of: the document may say it, and it is worth a second look."
    return ["## Warnings", text, "\n".join(f"- {warning(str(message))}" for message in warnings)]


def warning(words: str) -> str:
    """Return a warning as a sentence; one that begins with the name of a rule keeps it as it is."""
    name, colon, rest = words.partition(": ")
    return f"`{name}`{colon}{rest}." if colon and " " not in name else sentence(words)


def kinds_table(programme: Programme) -> str:
    """Return what each kind of points may do."""
    words = {True: "yes", False: "no"}
    rows = [
        (f"`{name}`", kind.title, kind.title_en, kind.decimals, words[kind.withdrawable], words[kind.transferable])
        for name, kind in programme.kinds.items()
    ]
    return table(("kind", "title", "in English", "decimals", "withdrawable", "transferable"), rows)


def rule_of_programme(rule: Rule) -> str:
    """Return one rule of a programme with its source and numbers."""
    settings = {field.name: getattr(rule, field.name) for field in dataclasses.fields(rule) if field.name != "source"}
    tables = {name: value for name, value in settings.items() if row_values(value)}
    given = {name: value for name, value in settings.items() if value not in (None, {}, "", ())}
    plain = [f"- `{name} = {toml(value)}`" for name, value in given.items() if name not in tables]
    return joined(
        f"### [{rule.use}](../rules.md#{rule.use})",
        f"`{header_of(rule.section)}` · source: {rule.source}",
        "\n".join(plain),
        *(rows_table(value) for value in tables.values()),
    )


def row_values(value: object) -> bool:
    """Return whether a value is a table of rows."""
    return (
        isinstance(value, tuple)
        and value != ()
        and all(dataclasses.is_dataclass(part) and not isinstance(part, Rate) for part in value)
    )


def rows_table(rows: tuple[Any, ...]) -> str:
    """Return the rows of a rule's table; columns that no row uses are left out."""
    names = [field.name for field in dataclasses.fields(rows[0])]
    used = [name for name in names if any(getattr(row, name) is not None for row in rows)]
    return table(used, [tuple(number(getattr(row, name)) for name in used) for row in rows])


def number(value: object) -> object:
    """Return a number with thousands separators, nothing for None, anything else as it is."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    return f"{value:,}" if isinstance(value, int | Decimal) else value


def example_section(programme: Programme, example: Example) -> str:
    """Return a worked example with what the engine gives."""
    rows = []
    for outcome in run_example(programme, example):
        if not outcome.holds:
            raise StalePageError(f"{example.name}: {outcome.text} does not hold")
        found = number(Decimal(format_amount(outcome.found, outcome.decimals)))
        rows.append((f"`{' '.join(outcome.text.split())}`", found))
    return joined(f"### {example.name}", "\n".join(given(example)), table(("expected", "the engine gives"), rows))


def given(example: Example) -> Iterator[str]:
    """Yield what an example starts from."""
    yield f"- Source: {example.source}"
    yield f"- Referrals: `{example.tree}`"
    if example.ranks:
        yield "- Given ranks: " + ", ".join(f"{member} is {rank}" for member, rank in example.ranks.items())
    if example.released:
        yield f"- Given scheduled releases: {listed(example.released)}"
    for what, rows in (
        ("Given units", example.units),
        ("Orders", example.orders),
        ("Stores", example.stores),
        ("Refunds", example.refunds),
        ("Actions", example.actions),
        ("Steps", example.steps),
        ("Declared", example.declared),
    ):
        if rows:
            yield f"- {what}: {listed(rows)}"
    if example.change:
        yield "- With other numbers: " + ", ".join(
            f"`{name} = {toml(value)}`" for name, value in example.change.items()
        )
    yield f"- Days closed: {example.days}"


# Markdown


def joined(*parts: str) -> str:
    """Return the parts with an empty line between them."""
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def listed(words: tuple[object, ...], last: str = "") -> str:
    """Return words as code, with commas between them; `last` stands before the last one."""
    marked = [f"`{word}`" for word in words]
    return f"{', '.join(marked[:-1])} {last} {marked[-1]}" if last and len(marked) > 1 else ", ".join(marked)


def wrapped(text: str) -> str:
    """Return a paragraph in lines of at most 120 characters."""
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def sentence(words: str) -> str:
    """Return words as a sentence."""
    return words[0].upper() + words[1:] + ("" if words.endswith(("…", ".")) else ".")


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
