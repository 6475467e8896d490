"""Facts whose amounts could not be added up exactly in 63 bits are refused as a whole."""

import pytest

from jifen import catalogue
from jifen.engine.bounds import TooLargeError
from jifen.engine.document import load_programme
from jifen.engine.replay import Replay
from tests.engine.people import World

RELEASE = load_programme(catalogue.read("release"))


def world(orders: int) -> World:
    family = World("A")
    for _ in range(orders):
        family.buys("A", "9999999999999", day=0)
    return family


def test_amounts_that_fit_are_settled() -> None:
    Replay(RELEASE, world(9).facts())


def test_amounts_that_do_not_fit_are_refused_with_a_sentence() -> None:
    with pytest.raises(TooLargeError, match="too large to be added up exactly"):
        Replay(RELEASE, world(10).facts())
