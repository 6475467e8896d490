"""The shop of tests/sales, whose members withdraw what they earned."""

from tests.sales.conftest import _quick_passwords, busy_shop, shop

__all__ = ["_quick_passwords", "busy_shop", "shop"]
