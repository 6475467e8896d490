"""What jifen run prints of an alliance: where its points are, who holds most, what stores owe (S3-29, S3-30)."""

from jifen.cli.screen import Screen
from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.message import say
from jifen.engine.replay import Replay
from jifen.tables.report_figures import grouped
from jifen.tables.run_alliance import Alliance, owed_by_stores


def show_alliance(replay: Replay, alliance: Alliance, screen: Screen) -> None:
    """Print where all points are after the last day, and what stores owe."""
    if not alliance.days:
        return
    translate, last, owed = screen.translate, alliance.days[-1], owed_by_stores(replay)
    decimals = replay.versions.kinds[alliance.kind].decimals
    rows = [
        (translate("with branches"), last.branches),
        (translate("with stores"), last.stores),
        (translate("with members"), last.members),
        (translate("redeemed at head office"), last.spent),
        (translate("elsewhere, as operators took away"), last.others),
        (translate("issued in all"), last.issued + last.unfunded),
        (translate("of them with nothing behind them"), last.unfunded),
    ]
    screen.say()
    head = [translate("where the points of the alliance are"), translate("amount")]
    screen.table(head, [(name, grouped(minor, decimals)) for name, minor in rows], right=1)
    screen.say()
    screen.say(
        say(
            "{stores} stores owe {owed} {points}; {periods} periods were settled, {due} CNY are due to head office",
            stores=int((owed > 0).sum()),
            owed=grouped(int(owed.sum()), decimals),
            points=alliance.kind,
            periods=len(alliance.periods),
            due=grouped(sum(period.due for _, period in alliance.periods), MONEY_DECIMALS),
        )
    )
