"""The living programme of tests/settlement, rolled back or in a database of its own."""

from tests.settlement.conftest import lasting_life, life

__all__ = ["lasting_life", "life"]
