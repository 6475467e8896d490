"""Single transfers: one call, one commit; our ledger, django-hordak and pgbench's TPC-B on one server."""

from dataclasses import dataclass, field
from statistics import median

import numpy as np

from benchmarks.report import Figures, times
from benchmarks.scene import Tell
from benchmarks.service.client_ours import FIRST_DAY, KINDS, PROGRAMME_ID
from benchmarks.service.clients import Caller, peers_in, run_clients
from benchmarks.service.place import SETTINGS, Place
from benchmarks.service.targets import Target, at_least
from benchmarks.service.tpcb import DATABASE as TPCB
from benchmarks.service.tpcb import make_tpcb, run_tpcb
from jifen.ledger.bulk import Batch, post_day
from jifen.ledger.chart import PROGRAMME, open_chart
from jifen.ledger.close import proofs
from jifen.ledger.posting import Line, NewTransfer, post_all

OURS, HORDAK = "bench_single", "bench_hordak"
TWO, SPEND, POOL, PEER, TPC_B, PREPARED = "two", "spend", "pool", "hordak", "TPC-B", "TPC-B prepared"
TITLES = {
    TWO: "our ledger: member to member",
    PEER: "django-hordak `transfer_to`",
    TPC_B: "pgbench TPC-B, plain",
    PREPARED: "pgbench TPC-B, `-M prepared`",
    SPEND: "our ledger: member to the programme (uniform accounts)",
    POOL: "our ledger: one pool account to members (hot)",
}
HOT = (SPEND, POOL)  # measured with the most clients only
PLENTY = 10**9
STRIPE_FILLS = 400  # payments into the pool, each into the stripe that its key says


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    clients: tuple[int, ...] = (1, 4, 16)
    seconds: float = 6
    rounds: int = 3
    accounts: int = 10_000
    peer_accounts: int = 500
    scale: int = 10


@dataclass
class Single:
    """Calls a second of each round, by what was called and how many clients called."""

    sizes: Sizes
    rates: dict[tuple[str, int], list[float]] = field(default_factory=dict)

    def rate(self, what: str, clients: int) -> float:
        """Return the median of the rounds."""
        return median(self.rates[what, clients])

    def ratio(self, what: str, peer: str, clients: int) -> float:
        """Return the median of the rounds' ratios: both were measured one after the other."""
        pairs = zip(self.rates[what, clients], self.rates[peer, clients], strict=True)
        return median(one / other for one, other in pairs)


def measure_single(place: Place, sizes: Sizes, tell: Tell) -> Single:
    """Measure round after round, so that all have the same machine."""
    found = Single(sizes)
    tell("single transfers: accounts")
    place.make(HORDAK, place.peers)
    try:
        peers_in(place, HORDAK).ask("client_hordak", "make", str(sizes.peer_accounts))
        make_tpcb(place, sizes.scale)
        with place.platform(OURS):
            open_accounts(sizes.accounts)
            for turn in range(sizes.rounds):
                for clients in sizes.clients:
                    for what, title in TITLES.items():
                        if what in HOT and clients < max(sizes.clients):
                            continue
                        tell(f"single transfers, round {turn + 1}: {title}, {clients} clients")
                        rate = _rate(place, sizes, (what, clients, turn))
                        found.rates.setdefault((what, clients), []).append(rate)
            _prove()
    finally:
        place.drop(HORDAK)
        place.drop(TPCB)
    return found


def open_accounts(accounts: int) -> None:
    """Open the chart; give every account, and every stripe of the pool, enough for the whole measurement."""
    chart = open_chart(programme_id=PROGRAMME_ID, kinds=KINDS)
    owner = np.arange(1, accounts + 1, dtype=np.int64)
    batch = Batch(
        rule="gift",
        prefix="gift/",
        owner=owner,
        chart=np.full(accounts, chart.id("points", "free"), np.int16),
        amount=np.full(accounts, PLENTY, np.int64),
        lot=np.zeros(accounts, np.int64),
        part=np.zeros(accounts, np.int8),
        to_programme=chart.id("points", "issued"),
    )
    post_day(programme_id=PROGRAMME_ID, day=FIRST_DAY, batches=[batch])
    fills = [
        NewTransfer(
            key=f"fill/{number}",
            rule="top_up",
            lines=(Line(PROGRAMME, "money", "topped_up", -PLENTY), Line(PROGRAMME, "money", "pool", PLENTY)),
        )
        for number in range(STRIPE_FILLS)
    ]
    post_all(programme_id=PROGRAMME_ID, day=FIRST_DAY, transfers=fills)


def _rate(place: Place, sizes: Sizes, which: tuple[str, int, int]) -> float:
    what, clients, turn = which
    place.checkpoint()
    if what in (TPC_B, PREPARED):
        return run_tpcb(place, clients, sizes.seconds, "simple" if what == TPC_B else "prepared")
    run = f"{what}/{clients}/{turn}"
    if what == PEER:
        return run_clients(
            peers_in(place, HORDAK), ["client_hordak", "transfer", str(sizes.seconds), run], clients
        ).per_second
    ours = Caller(SETTINGS, place.url(OURS))
    words = ["client_ours", what, str(sizes.accounts), str(sizes.seconds), run]
    return run_clients(ours, words, clients).per_second


def _prove() -> None:
    problems = proofs(PROGRAMME_ID)
    assert not problems, problems


def single_tables(found: Single) -> list[Figures]:
    """Return transfers a second, and the ratios."""
    clients = found.sizes.clients
    many = [f"{number} client" if number == 1 else f"{number} clients" for number in clients]
    table = Figures("Single transfers: calls a second, each its own commit", ("what", *many))
    for what, title in TITLES.items():
        rates = (f"{found.rate(what, n):,.0f}" if (what, n) in found.rates else "–" for n in clients)
        table.rows.append((title, *rates))
    table.rows.append(("member to member beside hordak", *(times(found.ratio(TWO, PEER, n)) for n in clients)))
    table.rows.append(("member to member beside TPC-B, plain", *(times(found.ratio(TWO, TPC_B, n)) for n in clients)))
    hot = times(found.ratio(POOL, SPEND, max(clients)))
    table.rows.append(("hot pool beside uniform accounts", *("–" for _ in clients[1:]), hot))
    return [table]


def single_targets(found: Single) -> list[Target]:
    """Return what is wanted of them."""
    few, most = [number for number in found.sizes.clients if number <= 4], max(found.sizes.clients)
    targets = [at_least(f"two lines beside hordak, clients: {n}", 4, found.ratio(TWO, PEER, n)) for n in few]
    targets.append(at_least("two lines beside TPC-B, clients: 1", 1.2, found.ratio(TWO, TPC_B, 1)))
    targets.append(at_least(f"hot pool beside uniform, clients: {most}", 0.8, found.ratio(POOL, SPEND, most)))
    return targets
