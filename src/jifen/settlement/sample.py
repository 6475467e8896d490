"""A sample programme to look at: made-up members, orders and withdrawals, with every day of them settled."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
from django.contrib.auth.hashers import make_password
from django.db import transaction

from jifen.engine.days import date_of
from jifen.engine.facts import Facts
from jifen.facts.terms import Terms, terms_of
from jifen.members.bulk import Newcomer, draw_ids, register_many
from jifen.members.models import Member, Operator
from jifen.programmes.declared import declared_facts
from jifen.programmes.draws import seed_names
from jifen.settlement.imported import accepted, with_ticks
from jifen.settlement.importing import Importer, import_facts, moment_of
from jifen.settlement.sample_airdrop import AirdropTrade, one_sport_a_row
from jifen.settlement.sample_alliance import AllianceTrade
from jifen.settlement.sample_growth import GrowthTrade
from jifen.settlement.sample_leases import LeaseTrade
from jifen.settlement.sample_trade import Trade
from jifen.tables.book_form import BookForm
from jifen.tables.csv_text import write_lines
from jifen.tables.reading import read_book_of

FIRST_PHONE = 13_800_000_000


def load_sample(
    programme_id: int, tables: Mapping[str, Any], progress: Callable[[int, int], None] | None = None
) -> None:
    """Load the tables of a sample book (jifen.tables.sample) and settle all its days; a programme with members stays.

    The members share the password of nobody: a demo sets one for those it shows. The company's account of a leasing
    programme is that of a made-up bank, its first agents have papers, and its parking spaces report every day.
    """
    if Member.objects.filter(programme_id=programme_id).exists():
        return
    terms = terms_of(programme_id)
    book = _read(tables, terms)
    columns = (book.orders.day, book.members.day, book.actions.day, book.steps.day)
    last = date_of(max(int(column.max(initial=0)) for column in columns))
    if seed_names(terms.newest):
        book = _drawn(book, terms, programme_id, last)
    facts = with_ticks(one_sport_a_row(accepted(book, terms, last)))
    with transaction.atomic():
        _write(programme_id, facts, terms, last, progress)


def _write(
    programme_id: int, facts: Facts, terms: Terms, last: date, progress: Callable[[int, int], None] | None
) -> None:
    reach = progress or (lambda _done, _whole: None)
    first, second = _two_operators()
    importer = Importer(programme_id, terms, facts, draw_ids(len(facts.members.codes)), first)
    people = _people(facts)
    if facts.members.home is not None:  # the stores are there before those whom they register
        importer.growth.open_stores()
        homes = [importer.growth.store_id(home) for home in facts.members.home.tolist()]
        people = [replace(one, home_store_id=home) for one, home in zip(people, homes, strict=True)]
    register_many(programme_id=programme_id, people=people, password=make_password(None), ids=importer.ids)
    trade = _trade(terms)(importer, second)
    importer.on_day = trade.on_day
    import_facts(importer, last, reach)
    trade.finish()
    trade.leave_work()


def _trade(terms: Terms) -> type[Trade]:
    """Return what brings a programme's orders to the pages."""
    if terms.newest.counts_units:
        return LeaseTrade
    if terms.newest.airdrop is not None:
        return AirdropTrade
    if terms.newest.float_kind:
        return AllianceTrade
    return GrowthTrade if terms.newest.split is not None else Trade


def _drawn(book: Facts, terms: Terms, programme_id: int, last: date) -> Facts:
    """Return the facts with the seeds that the programme has committed to in place of the book's (S0-59)."""
    names = seed_names(terms.newest)
    plain = [value for value in book.declared if value.name not in names]
    declared = sorted([*plain, *declared_facts(programme_id, until=last)], key=lambda one: (one.name, one.starts_at))
    return replace(book, declared=declared)


def _read(tables: Mapping[str, Any], terms: Terms) -> Facts:
    """Return the facts of a sample: it is read like any other book, and refused like any other."""
    with TemporaryDirectory() as folder:
        for name, columns in tables.items():
            with (Path(folder) / f"{name}.csv").open("wb") as file:
                file.write((",".join(columns) + "\n").encode())
                write_lines(pa.table(columns), file)
        reading = read_book_of(Path(folder), BookForm.of(terms.newest))
    return reading.facts


def _people(facts: Facts) -> list[Newcomer]:
    """Return who joins; phones are made up, and numbered in the order of joining."""
    members = facts.members
    return [
        Newcomer(
            phone=str(FIRST_PHONE + number),
            name=members.names[number] or f"会员{number + 1}",
            referrer=int(members.referrer[number]),
            joined_tick=tick,
            joined_on=date_of(int(members.day[number])),
            entered_at=moment_of(tick),
        )
        for number, tick in enumerate(np.asarray(members.at).tolist())
    ]


def _two_operators() -> tuple[int, int]:
    """Return the two operators who answer for what the sample's history shows; they cannot log in if made here."""
    found = list(Operator.objects.order_by("pk").values_list("pk", flat=True)[:2])
    while len(found) < 2:
        operator = Operator(username=f"sample{len(found) + 1}")
        operator.set_unusable_password()
        operator.save()
        found.append(operator.pk)
    return found[0], found[1]
