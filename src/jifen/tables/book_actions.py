"""The table actions: transfers, withdrawals, conversions, sales, adjustments and what operators do to a member."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jifen.engine.facts import Actions, Int32s, Int64s
from jifen.engine.message import Message, say
from jifen.tables.book_floats import check_float_kind, read_named_stores, read_until
from jifen.tables.book_members import MemberRows
from jifen.tables.book_orders import check_joined, check_opened
from jifen.tables.book_shares import read_roles, read_shares
from jifen.tables.book_stores import StoreRows, read_regions
from jifen.tables.cells import MONEY, PROGRAMME, Bools, Checks, Moments, filled, read_references, read_times, report
from jifen.tables.columns import TextTable
from jifen.tables.decimals import Sign, parse_amounts
from jifen.tables.nearest import nearest
from jifen.tables.problems import shown

MOVING_POINTS = (
    *("member_transfer", "convert", "sell", "withdraw", "top_up", "grant", "redeem", "adjust"),
    *("return_top_up", "exchange_buy", "release_tickets", "to_exchange"),
    *("inject", "subsidise", "card_grant", "card_return", "fund_reserve"),
    *("buy_points", "grant_points", "hand_out", "give_points", "set_credit", "open_float", "open_balance"),
)
MAY_COST = ("assign_territory", "buy_shares")  # money, or nothing
ACTION_NAMES = (
    *MOVING_POINTS,
    *("move_referrer", "freeze", "unfreeze", "appoint", "dismiss"),
    *("assign_territory", "return_territory", "buy_shares", "give_up_shares"),
    *("open_center", "close_center", "review"),
    *("pay_owed", "settle_period", "become_shareholder", "leave_shareholders"),
)
TO_MEMBER = ("member_transfer", "move_referrer")
TO_REGION = ("assign_territory", "return_territory", "open_center", "close_center")
TO_STORE = ("buy_shares", "give_up_shares")
IN_MONEY, IN_TOKENS = "inject", "fund_reserve"
OF_FLOATS = ("buy_points", "grant_points", "hand_out", "set_credit", "open_float")
NAMING_STORE = (*OF_FLOATS, "give_points", "pay_owed", "settle_period")  # have it in the column store
OF_PROGRAMME = (IN_MONEY, IN_TOKENS, *OF_FLOATS, "settle_period")  # are not a member's
OF_ONE_OR_ALL = ("pay_owed",)  # are a member's, or the programme's for all of them
MAY_BE_ZERO = ("set_credit",)
SIGNED = "adjust"


@dataclass
class _ActionRows:
    """The table's columns as far as they are read; rows with an unknown action are in none of the sets."""

    table: TextTable
    known: Bools
    moves: Bools  # actions that move points
    to_member: Bools
    to_kind: Bools
    amount: Int64s = field(init=False)

    def named(self, *names: str) -> Bools:
        """Return which rows have one of these actions."""
        return _is_in(self.table["action"], names)


def read_actions(checks: Checks, table: TextTable, members: MemberRows, stores: StoreRows | None = None) -> Actions:
    """Read and check the table; `stores` are None where the programme has none."""
    actions = table["action"]
    rows = _ActionRows(
        table,
        known=_is_in(actions, ACTION_NAMES),
        moves=_is_in(actions, MOVING_POINTS) | (_is_in(actions, MAY_COST) & filled(table["amount"])),
        to_member=_is_in(actions, TO_MEMBER),
        to_kind=_is_in(actions, ("convert",)),
    )
    report(checks, table, "action", ~rows.known, lambda row: _tell_unknown_action(actions[row].as_py()))
    at = read_times(checks, table, "at")
    party = _read_party(checks, rows, members)
    to = _read_to(checks, rows, members)
    check_joined(checks, table, "party", (members, party), at)
    check_joined(checks, table, "to", (members, to), at)
    kinds = _texts_where(rows.to_kind, table["to"])
    regions = read_regions(checks, table, "to", rows.named(*TO_REGION))
    shares, settles = rows.named("buy_shares"), rows.named("settle_period")
    return Actions(
        action=actions.to_pylist(),
        member=members.numbers(party),
        to_member=members.numbers(to),
        to_kind=[kind or region for kind, region in zip(kinds, regions, strict=True)],
        kind=_texts_where(rows.moves, table["points"]),
        at=at.at,
        day=at.day,
        amount=_read_moved(checks, rows),
        store=_read_store(checks, rows, stores, at) if stores is not None else None,
        share=read_shares(checks, table, shares, settles) if stores is not None else None,
        role=read_roles(checks, table, shares, rows.named("grant_points")) if stores is not None else None,
        until=read_until(checks, table, settles) if checks.float_kind else None,
    )


def _is_in(texts: pa.StringArray, names: tuple[str, ...]) -> Bools:
    found = pc.is_in(texts, value_set=pa.array(names, pa.string()))
    return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)


def _texts_where(wanted: Bools, texts: pa.StringArray) -> list[str]:
    chosen: list[str] = pc.if_else(pa.array(wanted), texts, "").to_pylist()
    return chosen


def _tell_unknown_action(text: str) -> Message:
    similar = nearest(text, ACTION_NAMES)
    if similar:
        return say("there is no action {action}; did you mean {similar}?", action=shown(text), similar=similar)
    return say('there is no action "{action}"; there are {names}', action=shown(text), names=", ".join(ACTION_NAMES))


def _read_party(checks: Checks, rows: _ActionRows, members: MemberRows) -> Int64s:
    """Return the member (a row) who acts, or NOBODY for the programme itself."""
    table, ours = rows.table, rows.named(*OF_PROGRAMME)
    report(checks, table, "party", ours & ~_is_in(table["party"], (PROGRAMME,)), lambda row: say(
        "the action {action} is not a member's, but the party is {party}; write {programme}",
        action=table["action"][row].as_py(), party=shown(table["party"][row].as_py()), programme=PROGRAMME,
    ))  # fmt: skip
    for_all = rows.named(*OF_ONE_OR_ALL) & _is_in(table["party"], (PROGRAMME,))
    return read_references(checks, table, "party", members.ids, wanted=~ours & ~for_all)


def _read_store(checks: Checks, rows: _ActionRows, stores: StoreRows, at: Moments) -> Int32s:
    """Return the number of the store that an action is about, or NOBODY."""
    table = rows.table
    found = read_references(checks, table, "to", stores.ids, rows.named(*TO_STORE))
    check_opened(checks, table, "to", (stores, found), at)
    if checks.float_kind:
        about = rows.named(*NAMING_STORE)
        found = np.where(about, read_named_stores(checks, table, about, stores, at), found)
    return stores.numbers(found)


def _read_to(checks: Checks, rows: _ActionRows, members: MemberRows) -> Int64s:
    """Return the member (a row) to whom an action goes, or NOBODY; check kinds to convert into."""
    table = rows.table
    texts, given = table["to"], filled(table["to"])
    wanted = rows.to_member & (given | ~rows.named("move_referrer"))
    to = read_references(checks, table, "to", members.ids, wanted)

    kinds = tuple(checks.decimals)
    wrong_kind = rows.to_kind & ~_is_in(texts, kinds)
    report(checks, table, "to", wrong_kind, lambda row: _tell_unknown_kind(texts[row].as_py(), kinds))
    elsewhere = rows.to_kind | rows.named(*TO_REGION, *TO_STORE)
    in_vain = rows.known & ~rows.to_member & ~elsewhere & given
    report(checks, table, "to", in_vain, lambda row: say(
        'the action {action} goes to nobody, but "to" is {to}; leave the field empty',
        action=table["action"][row].as_py(), to=shown(texts[row].as_py()),
    ))  # fmt: skip
    return to


def _tell_unknown_kind(text: str, kinds: tuple[str, ...]) -> Message:
    if not text:
        return say("the kind of points is empty; write one of {kinds}", kinds=", ".join(kinds))
    similar = nearest(text, kinds)
    if similar:
        return say("there is no kind of points {kind}; did you mean {similar}?", kind=shown(text), similar=similar)
    return say("there is no kind of points {kind}; write one of {kinds}", kind=shown(text), kinds=", ".join(kinds))


def _read_moved(checks: Checks, rows: _ActionRows) -> Int64s:
    """Return what each action moves, in minor units of its kind; 0 for those that move nothing."""
    table, may_cost = rows.table, rows.named(*MAY_COST)
    for column in ("points", "amount"):
        in_vain = rows.known & ~rows.moves & ~may_cost & filled(table[column])
        report(checks, table, column, in_vain, lambda row: say(
            "the action {action} moves no points; leave the field empty", action=table["action"][row].as_py()
        ))  # fmt: skip
    kinds, texts = tuple(checks.decimals), table["points"]
    wrong_kind = rows.moves & ~_is_in(texts, kinds)
    report(checks, table, "points", wrong_kind, lambda row: _tell_unknown_kind(texts[row].as_py(), kinds))
    right = filled(texts) & ~wrong_kind
    in_money = (may_cost | rows.named(IN_MONEY)) & right & ~_is_in(texts, (MONEY,))
    report(checks, table, "points", in_money, lambda row: say(
        "the action {action} is of money, not of {kind}; write {money}",
        action=table["action"][row].as_py(), kind=shown(texts[row].as_py()), money=MONEY,
    ))  # fmt: skip
    if checks.token:
        _check_tokens(checks, table, rows.named(IN_TOKENS) & right)
    if checks.float_kind:
        check_float_kind(checks, table, rows.named(*OF_FLOATS, "give_points") & right)

    moved, signed = np.zeros(len(table), np.int64), rows.named(SIGNED)
    may_be_zero = may_cost | rows.named(*MAY_BE_ZERO)
    for kind in kinds:
        of_kind = rows.moves & _is_in(texts, (kind,))
        _read_moved_of(checks, table, kind, (moved, of_kind & ~signed & ~may_be_zero, "positive"))
        _read_moved_of(checks, table, kind, (moved, of_kind & may_be_zero, "not negative"))
        _read_moved_of(checks, table, kind, (moved, of_kind & signed, "not zero"))
    return moved


def _check_tokens(checks: Checks, table: TextTable, funds: Bools) -> None:
    """Note what a reserve is to get and does not hold (S2-Q1)."""
    texts = table["points"]
    report(checks, table, "points", funds & ~_is_in(texts, (checks.token,)), lambda row: say(
        "the reserve holds {token}, not {kind}; write {token}", token=checks.token, kind=shown(texts[row].as_py())
    ))  # fmt: skip


def _read_moved_of(checks: Checks, table: TextTable, kind: str, into: tuple[Int64s, Bools, Sign]) -> None:
    """Read the amounts of one kind. `into`: where they go, which rows they are, and the sign they must have."""
    moved, which, sign = into
    rows = np.flatnonzero(which)
    if not len(rows):
        return
    texts = table["amount"].take(pa.array(rows))
    moved[rows], wrong = parse_amounts(texts, kind=kind, decimals=checks.decimals[kind], sign=sign)
    if wrong:
        by_row = {int(rows[index]): message for index, message in wrong.items()}
        checks.findings.at_rows(table, "amount", np.array(list(by_row)), by_row.__getitem__)
