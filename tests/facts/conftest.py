"""The living programme of tests/settlement, rolled back or in a database of its own."""

from tests.settlement.conftest import _quick_passwords, lasting_life, life

__all__ = ["_quick_passwords", "lasting_life", "life"]
