"""A believable book of the release programme, made up but the same for the same seed."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import PCG64, Generator

from jifen.engine.facts import NOBODY, Int64s
from jifen.engine.programme import Programme
from jifen.tables.csv_text import write_lines
from jifen.tables.decimals import decimal_texts
from jifen.tables.sample_actions import Deeds, make_deeds, make_prices
from jifen.tables.sample_airdrop import make_airdrop_sample
from jifen.tables.sample_alliance import make_alliance_sample
from jifen.tables.sample_growth import make_growth_sample
from jifen.tables.sample_lease import make_lease_sample
from jifen.tables.sample_people import People, given_texts, make_codes, make_people, member_columns, time_texts
from jifen.tables.sample_sales import Paybacks, Sales, make_paybacks, make_sales
from jifen.tables.times import DAY_SECONDS, EPOCH

START = date(2026, 1, 1)
MONEY_DECIMALS, POINTS_DECIMALS, PRICE_DECIMALS = 2, 4, 4
PRICE_NAME = "token_price"

Columns = dict[str, pa.StringArray]


def sample_of(programme: Programme, *, members: int, days: int, seed: int, start: date = START) -> dict[str, Columns]:
    """Return the tables of a book that fits a programme: one with stores, one with floats of stores, one with
    airdrops, one that leases devices, or one that releases day by day.
    """
    make = partial(make_lease_sample, programme) if programme.counts_units else make_sample
    if members < 1 or days < 1:
        raise ValueError("a sample has at least one member and one day")
    if programme.split is not None:
        return make_growth_sample(programme, members=members, days=days, seed=seed, start=start).tables()
    if programme.float_kind:
        return make_alliance_sample(programme, members=members, days=days, seed=seed, start=start).tables()
    if programme.airdrop is not None:
        return make_airdrop_sample(programme, members=members, days=days, seed=seed, start=start).tables()
    return make(members=members, days=days, seed=seed, start=start)


def make_sample(*, members: int, days: int, seed: int, start: date = START) -> dict[str, Columns]:
    """Return the tables of a book by name: so many members (at least 1) who join and buy on so many days (at least 1).

    Times are local to the programme's zone. What members spend in points they have, but for a few who try too early.
    """
    if members < 1 or days < 1:
        raise ValueError("a sample has at least one member and one day")
    rng = Generator(PCG64(seed))
    first_day = (start - EPOCH.date()).days
    end = (first_day + days) * DAY_SECONDS
    people = make_people(rng, members=members, first_day=first_day, days=days)
    sales = make_sales(rng, people, end=end)
    paybacks = make_paybacks(rng, sales, end=end)
    deeds = make_deeds(rng, people, sales, end=end)
    prices = make_prices(rng, days)
    orders = _orders(people, sales)
    return {
        "members": member_columns(people),
        "orders": orders,
        "refunds": _refunds(orders["order"], paybacks),
        "actions": _actions(people, deeds),
        "declared": _declared(first_day, prices),
    }


def write_sample(folder: Path, *, members: int, days: int, seed: int, start: date = START) -> None:
    """Write the book of `make_sample` as CSV files into a new folder; FileExistsError when the folder is there."""
    write_tables(folder, make_sample(members=members, days=days, seed=seed, start=start))


def write_tables(folder: Path, tables: Mapping[str, Columns]) -> None:
    """Write tables as the CSV files of a book into a new folder; FileExistsError when the folder is there."""
    folder.mkdir(parents=True)
    for name, columns in tables.items():
        with (folder / f"{name}.csv").open("wb") as file:
            file.write((",".join(columns) + "\n").encode())
            write_lines(pa.table(columns), file)


def _orders(people: People, sales: Sales) -> Columns:
    points = decimal_texts(sales.points_paid, POINTS_DECIMALS)
    return {
        "order": make_codes("O", len(sales.member)),
        "member": people.codes.take(pa.array(sales.member)),
        "paid_at": time_texts(sales.paid),
        "amount": decimal_texts(sales.amount, MONEY_DECIMALS),
        "points_paid": given_texts(sales.points_paid > 0, points),
        "confirmed_at": given_texts(sales.confirmed != sales.paid, time_texts(sales.confirmed)),
    }


def _refunds(orders: pa.StringArray, paybacks: Paybacks) -> Columns:
    return {
        "order": orders.take(pa.array(paybacks.order)),
        "refunded_at": time_texts(paybacks.at),
        "amount": decimal_texts(paybacks.amount, MONEY_DECIMALS),
    }


def _actions(people: People, deeds: Deeds) -> Columns:
    order = np.lexsort((np.arange(len(deeds.at)), np.array(deeds.at, np.int64)))
    at, to, amount = (np.array(column, np.int64)[order] for column in (deeds.at, deeds.to, deeds.amount))
    actions = pa.array(deeds.action, pa.string()).take(pa.array(order))
    converts = np.asarray(pc.equal(actions, "convert").to_numpy(zero_copy_only=False), np.bool_)
    to_member = given_texts(to != NOBODY, people.codes.take(pa.array(np.maximum(to, 0))))
    return {
        "at": time_texts(at),
        "action": actions,
        "party": people.codes.take(pa.array(np.array(deeds.party, np.int64)[order])),
        "to": pc.if_else(pa.array(converts), "token", to_member),
        "points": given_texts(amount != 0, pa.repeat(pa.scalar("points"), len(at))),
        "amount": given_texts(amount != 0, decimal_texts(amount, POINTS_DECIMALS)),
    }


def _declared(first_day: int, prices: Int64s) -> Columns:
    days = (first_day + np.arange(len(prices))).astype("datetime64[D]")
    texts = pa.array(np.datetime_as_string(days).astype(object), pa.string())
    return {
        "name": pa.repeat(pa.scalar(PRICE_NAME), len(prices)),
        "from": texts,
        "to": texts,
        "value": decimal_texts(prices, PRICE_DECIMALS),
    }
