"""Made-up members: when they join, who refers them, what they are called."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator
from numpy.typing import NDArray

from jifen.engine.facts import NOBODY, Int64s
from jifen.tables.times import DAY_SECONDS

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂玉华建国志红梅春雪琴文斌浩宇欣怡子涵雨晨嘉琪梓萱佳俊"
ROOTS_SHARE = 0.01  # members whom nobody referred
COPIED_SHARE = 0.5  # members who join under the referrer of somebody, so that those who refer many refer more
HOUR_WEIGHTS = (1, 1, 0, 0, 0, 1, 3, 8, 18, 30, 38, 34, 22, 20, 28, 34, 32, 24, 22, 34, 42, 36, 18, 6)
WEEKEND_WEIGHT = 1.4  # of a Saturday or Sunday, where a weekday has 1
RUSH_WEIGHT = 3.0  # how much more than later ones the first days have


@dataclass(frozen=True)
class People:
    """Members in the order of joining. Times are seconds since 1970 on the clocks of the programme's zone."""

    codes: pa.StringArray
    names: pa.StringArray
    joined: Int64s
    referrer: Int64s  # index or NOBODY

    def __len__(self) -> int:
        return len(self.joined)


def make_people(rng: Generator, *, members: int, first_day: int, days: int) -> People:
    """Return members who join over all days (numbered since 1970), more of them in the first weeks."""
    day = np.arange(days)
    # 1970-01-01 was a Thursday.
    weekend = (first_day + day + 3) % 7 >= 5
    weight = (1 + RUSH_WEIGHT * np.exp(-6 * day / days)) * np.where(weekend, WEEKEND_WEIGHT, 1)
    joined_on = first_day + rng.choice(days, members, p=weight / weight.sum())
    joined = np.sort(joined_on * DAY_SECONDS + clock_times(rng, members))
    return People(make_codes("M", members), _make_names(rng, members), joined, _make_referrers(rng, members))


def make_codes(letter: str, count: int) -> pa.StringArray:
    """Return count ids such as M0001, all of the same length."""
    width = max(4, len(str(count)))
    numbers = pc.cast(pa.array(np.arange(1, count + 1)), pa.string())
    return pc.binary_join_element_wise(letter, pc.utf8_lpad(numbers, width, "0"), "")


def clock_times(rng: Generator, count: int) -> Int64s:
    """Return times of day in seconds, most of them when people shop."""
    weights = np.array(HOUR_WEIGHTS) / sum(HOUR_WEIGHTS)
    return rng.choice(24, count, p=weights) * 3600 + rng.integers(0, 3600, count)


def _make_names(rng: Generator, count: int) -> pa.StringArray:
    surnames, given = pa.array(list(SURNAMES)), pa.array(["", *GIVEN])
    first = given.take(pa.array(rng.integers(1, len(given), count)))
    second = given.take(pa.array(np.where(rng.random(count) < 0.7, rng.integers(1, len(given), count), 0)))
    # The lower of two draws: the common surnames stand first.
    surname = surnames.take(pa.array(rng.integers(0, len(surnames), (2, count)).min(axis=0)))
    return pc.binary_join_element_wise(surname, first, second, "")


def _make_referrers(rng: Generator, count: int) -> Int64s:
    """Return for each member an earlier one: somebody, or whoever referred somebody."""
    chosen = (rng.random(count) * np.arange(count)).astype(np.int64)
    root = rng.random(count) < ROOTS_SHARE
    root[:1] = True
    copies = (rng.random(count) < COPIED_SHARE) & ~root
    referrer = np.where(root, NOBODY, chosen)
    waiting = np.flatnonzero(copies)
    done = ~copies
    while len(waiting):
        ready = waiting[done[chosen[waiting]]]
        above = referrer[chosen[ready]]
        referrer[ready] = np.where(above == NOBODY, chosen[ready], above)
        done[ready] = True
        waiting = waiting[~done[waiting]]
    return referrer


def member_columns(people: People) -> dict[str, pa.StringArray]:
    """Return the table members of a book."""
    referrers = people.codes.take(pa.array(np.maximum(people.referrer, 0)))
    return {
        "member": people.codes,
        "referrer": given_texts(people.referrer != NOBODY, referrers),
        "joined_at": time_texts(people.joined),
        "name": people.names,
    }


def time_texts(seconds: Int64s) -> pa.StringArray:
    """Return moments as texts of the programme's clocks."""
    return pa.array(np.datetime_as_string(seconds.astype("datetime64[s]")).astype(object), pa.string())


def given_texts(wanted: NDArray[np.bool_], texts: pa.StringArray) -> pa.StringArray:
    """Return the texts where they are wanted, and empty ones elsewhere."""
    return pc.if_else(pa.array(wanted), texts, "")
