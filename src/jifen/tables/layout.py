"""Which tables and columns a book has."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TableLayout:
    """A table of a book by its file's name, with the columns that it must have and those that it may have."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are read."""
        return self.required + self.optional


MEMBERS = TableLayout(
    "members", ("member", "referrer", "joined_at"), ("name", "region", "roles", "activated_at", "home_store")
)
STORES = TableLayout(
    "stores", ("store", "joined_at"), ("owner", "referrer", "region", "rate", "type", "branch", "ratio")
)
ORDERS = TableLayout(
    "orders",
    ("order", "member", "paid_at", "amount"),
    (
        *("quantity", "product", "store", "region", "concession", "points_paid", "points_kind", "channel"),
        *("confirmed_at", "ratio"),
    ),
)
REFUNDS = TableLayout("refunds", ("order", "refunded_at", "amount"))
ACTIONS = TableLayout(
    "actions", ("at", "action", "party", "to", "points", "amount"), ("share", "role", "store", "until")
)
DECLARED = TableLayout("declared", ("name", "from", "to", "value"))
STEPS = TableLayout("steps", ("member", "day", "walked", "run"), ("device",))

BOOK_TABLES = (MEMBERS, STORES, ORDERS, REFUNDS, ACTIONS, DECLARED, STEPS)
TABLES_OF_OTHERS = ("stores", "steps")  # read by some programmes only
SUFFIXES = (".csv", ".parquet")
