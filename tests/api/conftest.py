"""The town of tests/parking, seen from outside."""

from tests.parking.conftest import _quick_and_forgetful, town

__all__ = ["_quick_and_forgetful", "town"]
