"""The shop of tests/sales, whose members withdraw what they earned."""

from tests.sales.conftest import busy_shop, shop

__all__ = ["busy_shop", "shop"]
