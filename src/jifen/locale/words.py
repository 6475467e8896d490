"""Words that reach the reader through variables; `make translations` collects them here beside the calls of say."""

from gettext import ngettext

from jifen.engine.message import say

HEADS_OF_TABLES = (
    say("amount"),
    say("blocked"),
    say("moved by orders and actions"),
    say("decimals"),
    say("examples"),
    say("lot"),
    say("name"),
    say("paid at the close of days"),
    say("party"),
    say("points"),
    say("programme"),
    say("released at the close of days"),
    say("rules"),
    say("state"),
    say("title"),
    say("transfers"),
)

STATES = (say("free"), say("locked"))

CHECKS = (
    say("every transfer sums to zero"),
    say("every balance is the sum of its entries"),
    say("every lot adds up"),
    say("never more tokens than the cap"),
    say("every airdrop is shared out but for its dust"),
    say("the reserve never pays more than it holds"),
    say("no frozen points are missing"),
    say("nothing is negative"),
    say("the pool is what its account holds"),
    say("the points in circulation are those of members"),
    say("the reserve holds what waits for the pool"),
    say("what stores are owed is in their account"),
    say("what partners are owed is in their account"),
    say("all points issued are with branches, stores and members, or redeemed"),
    say("no store gives more than it holds"),
    say("stores owe what their sales say"),
    say("no day is settled twice"),
)

# argparse speaks through gettext's own domain, which cli.main points here.
ARGPARSE = (
    say("usage: "),
    say("%(heading)s:"),
    say("options"),
    say("positional arguments"),
    say("show this help message and exit"),
    say("show program's version number and exit"),
    say("%(prog)s: error: %(message)s\n"),
    say("argument %(argument_name)s: %(message)s"),
    say("the following arguments are required: %s"),
    say("unrecognized arguments: %s"),
    say("invalid choice: %(value)r (choose from %(choices)s)"),
    say("invalid %(type)s value: %(value)r"),
    say("expected one argument"),
    say("expected at most one argument"),
    say("expected at least one argument"),
    ngettext("expected %s argument", "expected %s arguments", 1),
    say("ignored explicit argument %r"),
    say("not allowed with argument %s"),
)
