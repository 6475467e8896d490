"""The section of docs/performance.md."""

from collections.abc import Iterable
from datetime import UTC, datetime

from benchmarks.report import Figures

HOW = """## Figures

One run of `make bench` on one machine: {machine}; {day}. Other machines give other times; compare the ratios, which
were taken within the run.

One day of the whole release programme is settled: scheduled release, two generations, differential, peer bonus, cut
and draw from the oldest lot, and the new ranks. Members hold 1.5 lots each on average (Poisson), 15 % of the lots are
used up, 6 % of the members have a rank. All columns of the result are compared with the engine's, to the last unit;
of PostgreSQL's at a million members the sums of all columns. Every figure is the best and the median of several runs
after one that does not count; what takes longer than five seconds runs two or three times.
"""

REPEAT = """## Repeat them

```
make bench                                               # everything; about 15 minutes, 12 GiB of memory
.venv/bin/python -m benchmarks --quick                   # 100,000 members, no PostgreSQL; under a minute
.venv/bin/python -m benchmarks --sizes 100000,1000000    # these sizes only
.venv/bin/python -m benchmarks --run                     # `jifen run` on 200,000 members and 90 days
.venv/bin/python -m benchmarks --markdown FILE           # this section, written to FILE
```

PostgreSQL is the server that `DATABASE_URL` names, or else one that the benchmark starts from the programs installed
on the machine, in a temporary directory, without syncing to disk, with 2 GB of `work_mem`, and stops afterwards.

## What stands beside the engine

- **NumPy by levels** (`benchmarks/levels.py`): the forest sorted by levels beforehand, siblings together; each level
  is summed into the one above with running sums of int64, all ranks at once. Both layouts are made once after a
  change of the forest and are not part of a day; what they take stands in the last column.
- **plain Python** (`benchmarks/plain.py`): lists and loops, one pass a rule.
- **PostgreSQL recursive query** (`benchmarks/release.sql`): tables loaded and analysed beforehand; each member's
  releases and volume walk up to the root in a `WITH RECURSIVE`; results go into unlogged tables. With and without
  JIT; the best counts.
- **copy floor**: how long this machine takes to read all arrays that a day reads and to write all that it returns.
"""


def page(machine: str, tables: Iterable[Figures]) -> str:
    """Return the section: how it was measured, the tables, how to repeat them."""
    how = HOW.format(machine=machine, day=datetime.now(UTC).date())
    return "\n".join([how, *(table.markdown() for table in tables), REPEAT])
