"""The figures of a run's profit pool for its report."""

from jifen.engine.amounts import MONEY, MONEY_DECIMALS
from jifen.engine.days import date_of
from jifen.engine.lines import DIVIDENDS, TAKINGS
from jifen.engine.rules.profit_pool import ProfitPool
from jifen.tables.report_data import ExitLine, OneOrder, PoolPoint, PoolReport
from jifen.tables.run import Run
from jifen.tables.run_trade import pool_rule, price_of

EXITS_SHOWN = 20
ORDER = 1000 * 10**MONEY_DECIMALS  # fen of the order that is told of


def pool_report(run: Run, buyers: int) -> PoolReport | None:
    """Return what the report says of the pool, None where there is none; `buyers` are the members with an order."""
    rule, book = pool_rule(run.replay), run.replay.book
    if rule is None or book.pool is None or not run.totals.pools:
        return None
    kind, exits = run.replay.versions.kinds[rule.kind], run.totals.exits
    accounts = book.accounts[MONEY]
    return PoolReport(
        title=kind.title,
        title_en=kind.title_en,
        decimals=kind.decimals,
        days=tuple(
            PoolPoint(
                day=date_of(one.day),
                money=one.money,
                supply=one.supply,
                price=price_of(one.price_money, one.price_supply, kind.decimals),
            )
            for one in run.totals.pools
        ),
        order=_one_order(run, rule, kind.decimals),
        exits=tuple(_exit_lines(run)),
        exits_count=len(exits),
        paid_at_exits=sum(one.paid for _, one in exits),
        exited=len({one.member for _, one in exits}),
        buyers=buyers,
        balances=int(book.free[MONEY].sum()),
        stores=accounts[-1 - TAKINGS] + accounts[-1 - DIVIDENDS],
    )


def _exit_lines(run: Run) -> list[ExitLine]:
    members = run.replay.facts.members
    return [
        ExitLine(
            day=date_of(day),
            name=f"{members.codes[one.member]} {members.names[one.member]}".strip(),
            key=one.transfer,
            points=one.points,
            paid=one.paid,
            consumption=one.consumption,
        )
        for day, one in run.totals.exits[: -EXITS_SHOWN - 1 : -1]
    ]


def _one_order(run: Run, rule: ProfitPool, decimals: int) -> OneOrder | None:
    """Return what an order would bring after the last close."""
    split, pool = run.replay.programme.split, run.replay.book.pool
    assert pool is not None
    if split is None:
        return None
    points = pool.mintable(split.parts(ORDER, None, pooled=True).share, rule.minted)
    if not points:
        return None
    money, supply = pool.price
    multiple, kept = rule.exit_multiple, rule.kept
    return OneOrder(
        amount=ORDER,
        points=points,
        worth=points * money // supply,
        sold=points * money * (kept.den - kept.num) // (supply * kept.den),
        cap=str(multiple) if multiple.num else "",
        cap_price=price_of(multiple.num * ORDER, multiple.den * points, decimals),
    )
