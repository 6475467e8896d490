"""The ledger as one would write it first: dictionaries and loops."""

from collections import Counter
from dataclasses import dataclass, field

from jifen.ledger.chart import PROGRAMME
from jifen.ledger.posting import PARTS, NewTransfer

NEGATIVE = {"issued", "spent", "withdrawn", "converted", "adjusted", "debts", "paid", "topped_up"}
Account = tuple[int, str, str]


class RefusedError(Exception):
    """The plain ledger refuses."""


@dataclass
class PlainLedger:
    transfers: dict[str, NewTransfer] = field(default_factory=dict)
    balances: Counter[Account] = field(default_factory=Counter)
    lots: dict[tuple[int, int], Counter[str]] = field(default_factory=dict)
    reversed: dict[str, Counter[tuple[int, str, str, int]]] = field(default_factory=dict)

    def post(self, transfer: NewTransfer, original: str = "") -> bool:
        """Post a transfer, as a part of `original` taken back; return whether it is new."""
        if transfer.key in self.transfers:
            if self.transfers[transfer.key] != transfer:
                raise RefusedError("KeyReusedError")
            return False
        balances, lots = self.balances.copy(), {key: lot.copy() for key, lot in self.lots.items()}
        for line in transfer.lines:
            account = (line.owner, line.kind, line.role)
            if line.role == "locked":
                lot = lots.setdefault((line.owner, line.lot), Counter()) if line.part == "granted" else None
                lot = lots.get((line.owner, line.lot)) if lot is None else lot
                if lot is None:
                    raise RefusedError("UnknownAccountError")
                lot[line.part] += line.amount if line.part == "granted" else -line.amount
            balances[account] += line.amount
        back = self._taken_back(transfer, original)
        self._check(transfer, balances, lots)
        if original:
            self.reversed[original] = back
        self.transfers[transfer.key], self.balances, self.lots = transfer, balances, lots
        return True

    def _taken_back(self, transfer: NewTransfer, original: str) -> Counter[tuple[int, str, str, int]]:
        back = self.reversed.get(original, Counter()).copy()
        if original:
            was: Counter[tuple[int, str, str, int]] = Counter()
            for line in self.transfers[original].lines:
                was[line.owner, line.kind, line.role, line.lot] += line.amount
            for line in transfer.lines:
                back[line.owner, line.kind, line.role, line.lot] += line.amount
            for place, amount in back.items():
                if amount * was[place] > 0 or abs(amount) > abs(was[place]):
                    raise RefusedError("ReversalTooLargeError")
        return back

    def _check(
        self, transfer: NewTransfer, balances: Counter[Account], lots: dict[tuple[int, int], Counter[str]]
    ) -> None:
        touched = {(line.owner, line.kind, line.role) for line in transfer.lines if line.role not in NEGATIVE}
        if any(balances[account] < 0 for account in touched) or any(remaining(lot) < 0 for lot in lots.values()):
            raise RefusedError("OverdraftError")
        sums: Counter[str] = Counter()
        for line in transfer.lines:
            assert (line.owner == PROGRAMME) or line.part in PARTS
            sums[line.kind] += line.amount
        if any(sums.values()):
            raise RefusedError("UnbalancedTransferError")


def remaining(lot: Counter[str]) -> int:
    """Return what a lot of the plain ledger still holds."""
    return lot["granted"] - lot["scheduled"] - lot["accelerated"] - lot["cancelled"]
