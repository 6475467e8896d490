"""Stories at the command line: why each line of a leasing programme was posted, on a small book of five members."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from jifen import catalogue
from jifen.cli.load import facts_of, replay_of
from jifen.cli.screen import Screen
from jifen.engine.days import date_of
from jifen.engine.document import load_programme
from jifen.explain import explain_at
from jifen.messages import translator
from tests.flows.test_cli import english, jifen, rows_of
from tests.flows.test_cli_why import Story

SMALL = (  # thresholds that five members reach
    ("units = 200, to = 499, own_units = 10", "units = 3, own_units = 1"),
    ("units = 500, to = 1000, own_units = 50", "units = 6, own_units = 1"),
    ("units = 2000, own_units = 100", "units = 12, own_units = 2"),
    ("units = 50, to = 199", "units = 2"),
    ("units = 200, to = 499", "units = 4"),
    ("units = 500, to = 999", "units = 8"),
    ("units = 1000,", "units = 16,"),
    ("active_sellers = 50", "active_sellers = 0"),
    ("units_below = 200", "units_below = 1"),
    ("units_min = 10000", "units_min = 4"),
    ("prize = 0", "prize = 77.01"),
    ("price_age_minutes_max = 60", "price_age_minutes_max = 0"),
)
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
PRICE = {"parking": 7000, "parking_early": 6000, "parking_exchange": 7000}
LEASES = (
    *(("OA", "A", "01-01", 4), ("OB", "B", "01-01", 3), ("OC", "C", "01-01", 10), ("OD", "D", "01-01", 2)),
    *(("OE", "E", "01-01", 2), ("OE2", "E", "01-15", 3), ("OD2", "D", "02-10", 2)),
)
HEADS = {
    "members": "member,referrer,joined_at,name",
    "orders": "order,member,paid_at,amount,points_paid,quantity,product,points_kind,channel",
    "refunds": "order,refunded_at,amount",
    "actions": "at,action,party,to,points,amount",
    "declared": "name,from,to,value",
}
MEMBERS = ["A,,2026-01-01,甲", "B,A,2026-01-01,乙", "C,B,2026-01-01,丙", "D,C,2026-01-01,丁", "E,D,2026-01-01,戊"]
DECLARED = [
    "parking_revenue,2026-01-31,2026-02-01,5000.37",
    "monthly_rate,2026-03-01,,0.8",
    "daily_seed,2026-01-10,2026-01-20,1234567",
    "daily_amount,2026-02-01,2026-02-05,15.5",
    "ranking_prize,2026-02-28,2026-03-01,100.01",
    "ticket_price,2026-01-01,,2",
]
TICKETS = [
    "2026-03-03T09:00:00,adjust,C,,green_points,9",
    "2026-03-03T10:00:00,convert,C,ticket,green_points,3",
    "2026-03-04T10:00:00,exchange_buy,C,,ticket,3",
    "2026-03-04T11:00:00,release_tickets,C,,ticket,0.5",
    "2026-03-05T11:00:00,to_exchange,C,,ticket,0.2",
]

# Keys of each document, and what their explanations say beside the rule and the source.
REASONS = {
    ("parking", "action/1/top_up"): ["for money that came by bank, one point for 1 CNY"],
    ("parking", "order/OA/spend"): ["28,000.0000 of order OA over 28,000.00 is paid in lease credit"],
    ("parking", "order/OC/grant_units"): [
        "10 bought at once: from 10 devices, 3.5 times",
        "order OC: 10 × 7,000.00 × 3.5 = 245,000.0000",
    ],
    ("parking", "order/OB/referral_bonus"): [
        "order OB: 21,000.00 × 10 % = 2,100.0000",
        "20 % of 2,100.0000 is paid in mall points: 420.0000, rounded down",
        "from B 乙: bought 3 for 21,000.00",
    ],
    ("parking", "order/OC/referral_bonus"): ["order OC: 70,000.00 × 10 % = 7,000.0000"],
    ("parking", "2026-01-31/monthly_release/A"): [
        "month 1 of order OA: the rate of the first 2 months",
        "order OA: 28,000.0000 × 3 % = 840.0000",
        "of the price of 28,000.0000 was released before; it is not back yet",
    ],
    ("parking", "2026-03-31/monthly_release/mall_points/B"): [
        "month 3 of order OB: the declared rate (monthly_rate)",
        "order OB: 21,000.0000 × 80 % = 16,800.0000",
        "of 16,800.0000 lies beyond it",
        "is paid in mall points",
    ],
    ("parking", "2026-01-03/unit_differential/A"): [
        "own rank: City agent",
        "(2.5000 − 0.0000 paid below) × 3 devices of 1 members",
        "rounded down once: 7.5000",
        "from B 乙: generation 1, 3 devices, 2.5000 each",
    ],
    ("parking", "2026-01-03/unit_differential/sales_points/A"): ["rounded down once: 7.5000"],
    ("parking", "2026-01-03/unit_peer/sales_points/A"): ["10 % × 25.0000, which the peers B earned"],
    ("parking", "2026-01-31/weighted_dividend"): ["parking_revenue = 5000.37 CNY × 5 % = 250.0185"],
    ("parking", "2026-01-31/weighted_dividend/A"): [
        "250.0185 × 24 devices of the team ÷ 61 of all 3 agents = 98.3679, rounded down"
    ],
    ("parking", "withdrawal"): [
        "10.0100 less a fee of 6 %: 9.4000 is paid in whole fen, 0.6100 is the fee",
        "6 % of 10.0100 comes back in mall points: 0.6006",
    ],
    ("parking", "convert"): ["1.5000 referral points × 1 into lease credit", "source: S0-23, S0-24, S0-27"],
    ("parking", "refund/OE/1/parking/order/OE/referral_bonus"): ["F × 1,400.0000 paid as a bonus = 700.0000"],
    ("parking", "refund/OE/1/parking/2026-01-03/unit_differential/C"): [
        "8.0000 paid × 3.0000 for the devices of this order ÷ 8.0000 in all × F"
    ],
    ("parking", "refund/OE/1/parking/2026-01-31/weighted_dividend/A"): [
        "98.3679 paid × 2 for the devices of this order ÷ 24 in all × F"
    ],
    ("parking", "refund/OE/1/pool/parking/2026-01-31/weighted_dividend/A"): ["is given back, and shared out no more"],
    ("parking", "refund/OE2/1/claim"): ["then, as far as it is missing, from mall points"],
    ("parking_early", "2026-01-02/daily_amount/A"): [
        "each device earns 10 CNY a day where nothing is declared",
        "order OA: 4 devices × 10 = 40.0000",
        "20 % of 40.0000 is paid in mall points: 8.0000, rounded down",
    ],
    ("parking_early", "2026-01-12/daily_amount/A"): [
        "drawn between 10.00 and 20.00",
        "to check: SHA-256 of parking_early/",
    ],
    ("parking_early", "2026-02-02/daily_amount/mall_points/A"): ["each device earns 15.5 CNY that day, as declared"],
    ("parking_early", "2026-01-03/unit_peer/A"): ["0.2000 × 14 devices below the peers B"],
    ("parking_early", "2026-01-31/sales_ranking/D"): [
        "prize of the month: 77.0100",
        "place 2: 7 devices sold in the month",
        "77.0100 ÷ 4 agents = 19.2525, rounded down",
    ],
    ("parking_early", "2026-02-28/sales_ranking/D"): ["prize of the month: 100.0100, as declared (ranking_prize)"],
    ("parking_exchange", "2026-01-31/monthly_release/red_points/A"): [
        "30 % of 840.0000 is paid in red points: 252.0000"
    ],
    ("parking_exchange", "convert"): ["ticket_price = 2; points ÷ price, rounded down", "stays frozen"],
    ("parking_exchange", "release_tickets"): ["tickets are released when 2 times as many were bought"],
    ("parking_exchange", "to_exchange"): ["moved to the member's account at the exchange"],
}


def small(name: str) -> str:
    """Return a document of the catalogue in which refunds may leave a debt, with thresholds that few members reach."""
    text = catalogue.read(name).replace('"within_balance"', '"debt"')
    for old, new in SMALL:
        text = text.replace(old, new)
    return text


def write(folder: Path, name: str) -> None:
    """Write the book of a document: leases, agents, top-ups, conversions, withdrawals, refunds."""
    price, credit, channel = PRICE[name], name != "parking_early", "exchange" if name == "parking_exchange" else ""
    orders, actions = [], []
    for code, member, day, quantity in LEASES:
        amount = price * quantity
        paid = f"{amount if credit else ''},{quantity},device,{'lease_credit' if credit else ''},{channel}"
        orders.append(f"{code},{member},2026-{day}T10:00:00,{amount},{paid}")
        if credit:
            actions.append(f"2026-{day}T09:00:00,top_up,{member},,lease_credit,{amount}")
    actions += [f"2026-01-02,appoint,{member},,," for member in "ABCD"]
    actions += [
        "2026-02-05T10:00:00,top_up,A,,lease_credit,500",
        "2026-02-05T11:00:00,return_top_up,A,,lease_credit,200",
        "2026-02-06T10:00:00,convert,C,lease_credit,referral_points,1.5",
        "2026-02-06T11:00:00,withdraw,C,,referral_points,10.01",
        *(TICKETS if name == "parking_exchange" else ()),
    ]
    orders.append("G0,C,2026-03-06T10:00:00,10,3,1,tea,mall_points,")
    refunds = [f"OE,2026-03-10,{price}", f"OE2,2026-04-02,{price * 3}", "G0,2026-04-02,5"]
    tables = {"members": MEMBERS, "orders": orders, "actions": actions, "refunds": refunds, "declared": DECLARED}
    folder.mkdir()
    for table, rows in tables.items():
        (folder / f"{table}.csv").write_text("\n".join((HEADS[table], *rows)) + "\n", "utf-8")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with english():
        yield


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Story]:
    """Settle a book of each leasing document."""
    found = {}
    for name in PRICE:
        folder = tmp_path_factory.mktemp(name)
        (folder / "small.toml").write_text(small(name), "utf-8")
        write(folder / "book", name)
        found[name] = Story(folder / "book", folder / "result")
        with english():
            done = jifen(
                "run", folder / "small.toml", folder / "book", "--until", "2026-04-03", "--out", folder / "result"
            )
        assert done.code == 0, done.err
    return found


def full_key(story: Story, name: str, key: str) -> str:
    """Return a key with its programme; of an action named by what it posts, the last one."""
    if "/" in key:
        return f"{name}/{key}"
    return [row["transfer"] for row in rows_of(story.result / "entries.csv") if row["transfer"].endswith(f"/{key}")][-1]


@pytest.mark.parametrize(("name", "key"), REASONS)
def test_each_kind_of_transfer_is_explained(name: str, key: str, stories: dict[str, Story]) -> None:
    full = full_key(stories[name], name, key)

    shown = stories[name].why(full)

    assert shown.code == 0, shown.err
    lines = shown.out.splitlines()
    assert lines[0] == full
    assert re.fullmatch(r"  source: S0-\d\d.*", lines[2])
    for words in REASONS[name, key]:
        assert words in shown.out
    table = [line.split() for line in lines[1 + lines.index("") :]][1:]
    written = sorted((row["party"], row["amount"]) for row in stories[name].entries(full))
    assert sorted((cells[0], cells[-1]) for cells in table) == written


def shape(key: str) -> str:
    """Return what kind of key it is."""
    return re.sub(r"\d{4}-\d\d-\d\d|(?<=/)(O[A-E]2?|G0|[A-E]|\d+)(?=/|$)", "*", key)


@pytest.mark.parametrize("name", PRICE)
def test_every_line_of_a_book_is_explained_in_both_languages(name: str, stories: dict[str, Story]) -> None:
    programme = load_programme(small(name))
    replay = replay_of(programme, facts_of(str(stories[name].book), programme, Screen(translator("en"), "en")))
    chinese, asked = translator("zh_Hans"), Counter[str]()
    written = defaultdict(list)
    for row in rows_of(stories[name].result / "entries.csv"):
        written[row["day"]].append(row["transfer"])

    for lines in replay.days(date(2026, 4, 3)):
        for key in dict.fromkeys(written[date_of(lines.day).isoformat()]):
            asked[shape(key)] += 1
            if asked[shape(key)] > 3:
                continue
            why = explain_at(replay, lines, key)
            assert why is not None, key
            assert why.source.startswith("S0-"), key
            assert why.formula or why.rule == "debt_repayment", key
            assert not [m for m in (*why.formula, why.blocked or "") if ENGLISH.search(chinese(m))], key
    assert len(asked) > 20
