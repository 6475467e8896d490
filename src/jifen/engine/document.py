"""From TOML text to a typed programme, or an error that teaches."""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from pydantic import TypeAdapter, ValidationError

from jifen.engine.airdrop_checks import airdrop_problems
from jifen.engine.amounts import MONEY, MONEY_DECIMALS
from jifen.engine.complaints import complaint
from jifen.engine.examples import Example, Reading
from jifen.engine.kinds import PointKind
from jifen.engine.message import Message, say
from jifen.engine.programme import INCOMES, MONTH_REWARDS, REWARDS, SCHEDULED, Programme
from jifen.engine.rule import Rule
from jifen.engine.rules import RULES
from jifen.engine.rules.agency import Agency
from jifen.engine.rules.card_reward import CardReward
from jifen.engine.rules.center_income import CenterIncome
from jifen.engine.rules.convert import Convert
from jifen.engine.rules.daily_amount import DailyAmount
from jifen.engine.rules.grant_locked import GrantLocked
from jifen.engine.rules.grant_units import GrantUnits
from jifen.engine.rules.join_grant import JoinGrant
from jifen.engine.rules.monthly_release import MonthlyRelease
from jifen.engine.rules.new_user_reward import NewUserReward
from jifen.engine.rules.operation_center import OperationCenter
from jifen.engine.rules.order_split import OrderSplit
from jifen.engine.rules.partner_income import PartnerIncome
from jifen.engine.rules.partner_rank import PartnerRank
from jifen.engine.rules.peer_bonus import PeerBonus
from jifen.engine.rules.profit_pool import ProfitPool
from jifen.engine.rules.rank_differential import RankDifferential
from jifen.engine.rules.rank_review import RankReview
from jifen.engine.rules.referral_bonus import ReferralBonus
from jifen.engine.rules.referrer_rebate import ReferrerRebate
from jifen.engine.rules.repurchase import Repurchase
from jifen.engine.rules.sales_ranking import SalesRanking
from jifen.engine.rules.scheduled_release import ScheduledRelease
from jifen.engine.rules.second_leg_rank import SecondLegRank
from jifen.engine.rules.shopping_grant import ShoppingGrant
from jifen.engine.rules.sourced_goods import SourcedGoods
from jifen.engine.rules.spend import Spend
from jifen.engine.rules.sport_task import SportTask
from jifen.engine.rules.store_partners import StorePartners
from jifen.engine.rules.store_rebate import StoreRebate
from jifen.engine.rules.store_referral_bonus import StoreReferralBonus
from jifen.engine.rules.store_shares import StoreShares
from jifen.engine.rules.store_takings import StoreTakings
from jifen.engine.rules.territory import Territory
from jifen.engine.rules.unit_differential import UnitDifferential
from jifen.engine.rules.unit_peer import UnitPeer
from jifen.engine.rules.unit_rank import UnitRank
from jifen.engine.rules.unlock import Unlock
from jifen.engine.rules.weighted_dividend import WeightedDividend
from jifen.engine.sale_reward import TeamReward

GRANTS = (GrantLocked, GrantUnits)
SINGLE = ("agents", "ranks", "airdrop", "refund")
SECTIONS = (
    "on_order",
    "on_payment",
    "on_top_up",
    "on_subsidy",
    "on_card",
    "on_join",
    "on_steps",
    "on_center",
    "on_review",
    "agents",
    "ranks",
    "daily",
    "airdrop",
    "monthly",
    "on_transfer",
    "on_convert",
    "on_withdrawal",
    "on_ticket",
    "on_adjust",
    "on_freeze",
    "refund",
    "report",
)
HEAD: dict[str, type] = {"code": str, "title": str, "title_en": str, "effective_from": date, "time_zone": str}
OTHERS = ("points", "reading", "example")
LOT_DECIMALS_MAX = 6  # so that 9 000 billion CNY of volume fit 63 bits
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HEADER = re.compile(r"\s*\[\[?\s*([\w.\-]+)\s*\]\]?")


@dataclass(frozen=True)
class DocumentProblem:
    """What is wrong in a document: where (`daily[2].rate`), near which line, and what would be right."""

    path: str
    line: int
    message: Message


class ProgrammeError(ValueError):
    """A document cannot be loaded; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: list[DocumentProblem]) -> None:
        super().__init__("; ".join(f"line {p.line}, {p.path}: {p.message}" for p in problems))
        self.problems = problems


def load_programme(text: str) -> Programme:
    """Return the programme that a TOML document writes; raises ProgrammeError with everything that is wrong."""
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        problem = DocumentProblem("", int(line[1]) if line else 0, say("not TOML: {why}", why=str(error)))
        raise ProgrammeError([problem]) from None
    return _Loader(text, document).load()


class _Loader:
    """Loads one document and collects what is wrong with it."""

    def __init__(self, text: str, document: dict[str, Any]) -> None:
        self.text = text
        self.document = document
        self.problems: list[DocumentProblem] = []

    def load(self) -> Programme:
        head = {key: self._head(key, kind) for key, kind in HEAD.items()}
        self._refuse_unknown()
        kinds = {name: self._typed(PointKind, f"points.{name}", table) for name, table in self._points()}
        placed = [(path, self._rule(path, table)) for path, table in self._rule_tables()]
        rules = [rule for _, rule in placed if rule is not None]
        readings = [self._typed(Reading, path, table) for path, table in self._tables("reading")]
        examples = [self._typed(Example, path, table) for path, table in self._tables("example")]
        if not self.problems:
            self._check_kinds(kinds, placed)
            self._check_whole(kinds, [(path, rule) for path, rule in placed if rule is not None])
        if self.problems:
            raise ProgrammeError(sorted(self.problems, key=lambda problem: problem.line))
        return Programme(
            **head,
            kinds=kinds,
            rules=tuple(rules),
            readings=tuple(readings),
            examples=tuple(examples),
            text=self.text,
            digest=hashlib.sha256(self.text.encode()).hexdigest(),
        )

    def _say(self, path: str, message: Message) -> None:
        self.problems.append(DocumentProblem(path, _line_of(self.text, path), message))

    def _head(self, key: str, kind: type) -> Any:
        value = self.document.get(key)
        if value is None:
            self._say(key, say("{key} is missing at the top of the document", key=key))
        elif type(value) is not kind:
            self._say(key, say("{key} should be {kind}", key=key, kind=_KIND_WORDS[kind]))
        elif key == "code" and not _CODE.fullmatch(str(value)):
            self._say(key, say("code is a short word of small letters, digits and _, beginning with a letter"))
        return value

    def _refuse_unknown(self) -> None:
        known = (*HEAD, *OTHERS, *SECTIONS)
        for key in self.document:
            if key not in known:
                self._say(key, _unknown(say("there is no section or key {key}", key=key), key, known))

    def _points(self) -> Iterator[tuple[str, Any]]:
        points = self.document.get("points")
        if not isinstance(points, dict) or not points:
            self._say("points", say("no points kind; write a table such as [points.points] with its decimals"))
            return
        for name, table in points.items():
            if name == MONEY and isinstance(table, dict) and table.get("decimals") != MONEY_DECIMALS:
                self._say(f"points.{name}", say("money is a kind that every programme has; it has 2 decimals"))
            elif not _CODE.fullmatch(name):
                self._say(f"points.{name}", say("a kind is named with small letters, digits and _"))
            yield name, table

    def _tables(self, section: str) -> Iterator[tuple[str, Any]]:
        if section not in self.document:
            return
        tables = [self.document[section]] if section in SINGLE else self.document[section]
        if not isinstance(tables, list):
            self._say(section, say("{key} should be a list of tables: write [[{key}]]", key=section))
            return
        for index, table in enumerate(tables):
            yield (section if section in SINGLE else f"{section}[{index + 1}]"), table

    def _rule_tables(self) -> Iterator[tuple[str, Any]]:
        for section in self.document:
            if section in SECTIONS:
                yield from self._tables(section)

    def _rule(self, path: str, table: Any) -> Rule | None:
        if not isinstance(table, dict):
            self._say(path, say("should be a table"))
            return None
        name = table.get("use")
        if not isinstance(name, str):
            self._say(
                path,
                say("use is missing: it names the rule, for example use = {example}", example='"grant_locked"'),
            )
            return None
        if name not in RULES:
            self._say(f"{path}.use", _unknown(say("there is no rule {name}", name=name), name, tuple(RULES)))
            return None
        section = re.sub(r"\[.*", "", path)
        if RULES[name].section != section:
            right = RULES[name].section
            header = f"[{right}]" if right in SINGLE else f"[[{right}]]"
            self._say(path, say("the rule {name} belongs under {header}", name=name, header=header))
            return None
        rule: Rule | None = self._typed(RULES[name], path, {key: value for key, value in table.items() if key != "use"})
        return rule

    def _typed(self, kind: Any, path: str, table: Any) -> Any:
        """Return `table` as a dataclass, or None after noting what is wrong."""
        try:
            return TypeAdapter(kind).validate_python(table)
        except ValidationError as error:
            details = error.errors(include_url=False)
            for detail in details:
                nested = any(len(other["loc"]) > len(detail["loc"]) for other in details)
                if detail["type"] != "too_short" or not nested:
                    self._say(*complaint(kind, path, detail))
            return None

    def _check_kinds(self, kinds: dict[str, PointKind], placed: list[tuple[str, Rule | None]]) -> None:
        for path, rule in placed:
            for field in ("kind", "into", "second_kind", "reward_kind", "frozen_kind", "weight"):
                name = getattr(rule, field, None)
                if name and name not in kinds:
                    message = _unknown(say("there is no points kind {name}", name=name), name, tuple(kinds))
                    self._say(f"{path}.{field}", message)
            if isinstance(rule, Convert) and rule.kind == rule.into:
                self._say(f"{path}.into", say("a kind cannot be converted into itself"))

    def _check_whole(self, kinds: dict[str, PointKind], placed: list[tuple[str, Rule]]) -> None:
        rules = [rule for _, rule in placed]
        self._check_once(rules)
        grants = [rule for rule in rules if isinstance(rule, GRANTS)]
        for path, rule in placed:
            self._check_needs(path, rule, rules)
            draws = isinstance(rule, (*REWARDS, *MONTH_REWARDS)) and rule.needs_lots
            if (draws or isinstance(rule, ReferralBonus)) and not grants:
                self._say(path, say("{rule} draws on locked points, but nothing grants any", rule=rule.use))
            if isinstance(rule, Repurchase) and grants and rule.kind != grants[0].kind:
                kind = grants[0].kind
                self._say(path, say("{rule} should use the kind that is granted, {kind}", rule=rule.use, kind=kind))
        self._check_alone(placed)
        for path, message in airdrop_problems(kinds, placed):
            self._say(path, message)
        self._check_pool(kinds, placed)
        lot_kind = grants[0].kind if grants else next(iter(kinds))
        for path, rule in placed:
            if isinstance(rule, Spend) and kinds[rule.kind].decimals != kinds[lot_kind].decimals:
                needs = say("{kind} pays orders and needs as many decimals as {other}", kind=rule.kind, other=lot_kind)
                self._say(f"{path}.kind", needs)
        if lot_kind in kinds and not MONEY_DECIMALS <= kinds[lot_kind].decimals <= LOT_DECIMALS_MAX:
            needs = say(
                "{kind} is held in lots and needs from {least} to {most} decimals",
                kind=lot_kind,
                least=MONEY_DECIMALS,
                most=LOT_DECIMALS_MAX,
            )
            self._say(f"points.{lot_kind}", needs)

    def _check_pool(self, kinds: dict[str, PointKind], placed: list[tuple[str, Rule]]) -> None:
        """Note what does not go with orders that are divided, or with points that have a price."""
        rules = [rule for _, rule in placed]
        if any(isinstance(rule, OrderSplit) for rule in rules) and next(iter(kinds)) != MONEY:
            self._say("points", say("the first kind is money where orders are divided: begin with [points.money]"))
        if any(isinstance(rule, OrderSplit) for rule in rules) and any(isinstance(rule, GRANTS) for rule in rules):
            self._say("on_order", say("orders that are divided grant nothing locked"))
        pool = next((rule for rule in rules if isinstance(rule, ProfitPool)), None)
        if pool is None:
            return
        if kinds[pool.kind].withdrawable:
            self._say(f"points.{pool.kind}", say("{kind} are sold to the pool, not withdrawn", kind=pool.kind))
        for path, rule in placed:
            if rule is not pool and pool.kind in (getattr(rule, name, None) for name in ("kind", "into")):
                self._say(path, say("{kind} come from orders and leave by sales only", kind=pool.kind))

    def _check_needs(self, path: str, rule: Rule, rules: list[Rule]) -> None:
        """Note what a rule needs beside it and does not find."""
        for kinds, needed, message in (*_NEEDS, *_needs_of_team(rule)):
            if isinstance(rule, kinds) and not any(isinstance(other, needed) for other in rules):
                self._say(path, Message(message.template, {"rule": rule.use}))
        table = next((other.table for other in rules if isinstance(other, SecondLegRank | UnitRank | PartnerRank)), ())
        named = [rule.rank] if isinstance(rule, WeightedDividend) else []
        named += list(rule.rank_rates) if isinstance(rule, ReferralBonus) else []
        named += list(rule.rates) if isinstance(rule, PartnerIncome) else []
        named += [rule.rank] if isinstance(rule, OperationCenter) and rule.rank else []
        known = tuple(row.name for row in table)
        for name in named:
            if name not in known:
                self._say(path, _unknown(say("there is no rank {name}", name=name), name, known))

    def _check_alone(self, placed: list[tuple[str, Rule]]) -> None:
        """Note rules of which a document has one at most, whatever their names."""
        for kinds in _ALONE:
            several = [(path, rule) for path, rule in placed if isinstance(rule, kinds)]
            for path, rule in several[1:]:
                if rule.repeats and isinstance(several[0][1], type(rule)):
                    continue
                message = say("{rule} and {other} cannot stand together", rule=rule.use, other=several[0][1].use)
                self._say(path, message)

    def _check_once(self, rules: list[Rule]) -> None:
        names = [rule.use for rule in rules if not rule.repeats]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._say(RULES[name].section, say("the rule {name} stands more than once", name=name))
        joining = [rule.name for rule in rules if isinstance(rule, JoinGrant | Unlock)]
        for name in sorted({name for name in joining if joining.count(name) > 1}):
            self._say("on_join", say("two rules of on_join are called {name}", name=name))
        named = (*INCOMES, SportTask)
        for rule_kind, fields in (
            *((kind, ("name",)) for kind in named),
            (Spend, ("kind", "pays", "product")),
            (Convert, ("kind", "into")),
        ):
            same = [tuple(getattr(rule, field) for field in fields) for rule in rules if isinstance(rule, rule_kind)]
            for pair in sorted({pair for pair in same if same.count(pair) > 1}):
                name = f"{rule_kind.use} ({' → '.join(part for part in pair if part)})"
                self._say(rule_kind.section, say("the rule {name} stands more than once", name=name))


def _needs_of_team(rule: Rule) -> tuple[tuple[tuple[type[Rule], ...], tuple[type[Rule], ...], Message], ...]:
    """Return what a team's reward needs: by what it is a share of."""
    if isinstance(rule, TeamReward) and rule.of == "amount":
        return (((TeamReward,), (OrderSplit,), say("{rule} of amounts needs order_split")),)
    return (((TeamReward,), (ScheduledRelease,), say("{rule} needs scheduled_release")),)


_ALONE = (GRANTS, SCHEDULED, (SecondLegRank, UnitRank, PartnerRank), (Repurchase, Spend))
_NEEDS = (
    ((RankDifferential, PeerBonus), (SecondLegRank,), say("{rule} needs a [ranks] table")),
    ((UnitDifferential, UnitPeer, WeightedDividend), (UnitRank,), say("{rule} needs a [ranks] table of units")),
    ((UnitRank, UnitDifferential, UnitPeer, MonthlyRelease, DailyAmount, ReferralBonus), (GrantUnits,),
     say("{rule} needs units: write a grant_units under [[on_order]]")),
    ((RankReview, SalesRanking), (Agency,), say("{rule} needs [agents]")),
    ((ProfitPool, ShoppingGrant, SourcedGoods, NewUserReward, CardReward, StoreTakings, StoreReferralBonus, Territory),
     (OrderSplit,), say("{rule} needs order_split: write one under [[on_order]]")),
    ((StorePartners, StoreShares, NewUserReward, CardReward), (StoreTakings,), say("{rule} needs store_takings")),
    ((StoreRebate, ReferrerRebate), (SourcedGoods,), say("{rule} needs sourced_goods")),
    ((NewUserReward,), (StorePartners,), say("{rule} needs store_partners")),
    ((CardReward,), (StoreShares,), say("{rule} needs store_shares")),
    ((PartnerIncome,), (PartnerRank,), say("{rule} needs a [ranks] table of partners")),
    ((CenterIncome,), (OperationCenter,), say("{rule} needs operation_center: write one under [[on_center]]")),
)  # fmt: skip
_KIND_WORDS = {str: say("text in quotes"), date: say("a date such as 2026-01-01")}


def _unknown(message: Message, name: str, known: tuple[str, ...]) -> Message:
    near = get_close_matches(name, known, n=1)
    if near:
        return say("{problem}; did you mean {near}?", problem=message, near=near[0])
    return say("{problem}; there are {known}", problem=message, known=", ".join(known))


def _line_of(text: str, path: str) -> int:
    """Return the line of a path such as daily[2].rates[1] as well as the text shows it; 1 where it is nowhere."""
    match = re.match(r"(\w+)(?:\[(\d+)\])?\.?([\w]*)", path)
    if not match:
        return 1
    section, wanted, key = match[1], int(match[2] or 1), match[3]
    seen, header_line, inside, top = 0, 0, False, True
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            top = False
            inside = header[1] in (section, f"{section}.{key}")
            seen += inside
            if inside and seen == wanted:
                header_line = number
                if header[1] != section:
                    return number
        name = section if top else key
        if (top or (inside and seen == wanted)) and name and re.match(rf"\s*{re.escape(name)}\s*=", line):
            return number
    return header_line or 1
