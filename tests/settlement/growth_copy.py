"""A programme that lived here, brought in once more as the book of another; and what either leaves."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Model, QuerySet

from jifen.airdrops.models import AirdropDay, Emission, WalkDay
from jifen.engine.days import date_of
from jifen.engine.facts import Facts
from jifen.facts.models import Cut, Reported
from jifen.facts.opening import open_programme
from jifen.facts.terms import terms_of
from jifen.members.bulk import Newcomer, draw_ids, register_many
from jifen.pools.models import Exit, Holding, OrderNote, Pool, PoolDay
from jifen.settlement.facts import stored_facts
from jifen.settlement.importing import Importer, import_facts, moment_of
from jifen.stores.models import Center, Conservation, Patron, Period, Shareholding, StoreStanding, Territory
from tests.settlement.life import Life

EARLIER = int(timedelta(days=30) / timedelta(microseconds=1))  # moments of facts are unique, those of a copy too
KEPT: dict[type[Model], tuple[str, ...]] = {
    Pool: ("money", "supply", "last_money", "last_supply", "waiting", "pending"),
    Holding: ("points", "consumption", "exits", "exit_key"),
    PoolDay: ("day", "money", "supply", "minted", "sold", "exited", "injected"),
    Exit: ("business_date", "points", "paid", "price_money", "price_supply", "consumption"),
    OrderNote: (
        "commission",
        "share",
        "distribution",
        "minted",
        "pending",
        "exits",
        "shopping",
        "sourced",
        "weight",
        "store_weight",
        "granted_points",
        "owed",
    ),
    StoreStanding: ("store__code", "turnover", "net", "fund", "credit", "settled_until"),
    Period: ("store__code", "start_on", "until_on", "rate", "sales", "refunds", "adjusted", "stored", "due", "orders"),
    Conservation: ("day", "kind", "issued", "unfunded", "branches", "stores", "members", "spent", "others"),
    Patron: ("store__code", "amount", "products", "partner", "partner_since"),
    Shareholding: ("store__code", "share_bp", "initiator", "until_on"),
    Territory: ("region", "fee", "until_on"),
    Emission: ("emitted", "funded"),
    AirdropDay: ("day", "emission", "given", "dust", "weight", "price"),
    WalkDay: ("day", "walked", "run", "tasks"),
    Center: ("region", "since_on", "until_on"),
    Reported: ("day", "rule", "kind", "amount"),
    Cut: ("day", "rule", "kind", "amount"),
}


def bring_in(life: Life, text: str, last: date) -> int:
    """Bring in the facts of a life as those of another programme; return its id."""
    text = text.replace(f'code = "{life.programme.code}"', 'code = "copied"')
    programme = open_programme(text=text, operator_id=life.operator.pk)
    terms = terms_of(programme.pk)
    facts = _earlier(stored_facts(life.id, terms_of(life.id)).facts)
    ids = draw_ids(len(facts.members.codes))
    importer = Importer(programme.pk, terms, facts, ids, life.operator.pk)
    importer.growth.open_stores()  # those that register members are there before them
    assert facts.members.home is not None
    homes = [importer.growth.store_id(home) for home in facts.members.home.tolist()]
    people = [replace(one, home_store_id=home) for one, home in zip(_people(facts), homes, strict=True)]
    register_many(programme_id=programme.pk, people=people, password="!", ids=ids)
    import_facts(importer, last)
    return programme.pk


def left_beside(programme_id: int) -> dict[str, Counter[Any]]:
    """Return what facts and closes of a programme leave beside the ledger, moments and ids apart."""
    found = {}
    for model, names in KEPT.items():
        name = "store__programme_id" if "store__code" in names else "programme_id"
        rows: QuerySet[Any] = model._default_manager.filter(**{name: programme_id})
        if model is Holding:
            rows = rows.exclude(points=0, consumption=0, exits=0)
        elif (
            "until_on" in names and model is not Period
        ):  # an import knows how a day ended, and not what came and went in it
            rows = rows.exclude(until_on=F("since_on"))
        found[model.__name__] = Counter(map(repr, rows.values_list(*names)))
    return found


def _earlier(facts: Facts) -> Facts:
    tables = {
        name: replace(table, at=table.at - EARLIER)
        for name in ("members", "stores", "orders", "refunds", "actions", "steps")
        if (table := getattr(facts, name)) is not None
    }
    named = {name: replace(tables[name], rows=tables[name].at) for name in ("actions", "steps")}
    declared = [replace(value, starts_at=value.starts_at + 1) for value in facts.declared]
    return replace(facts, declared=declared, **tables | named)


def _people(facts: Facts) -> list[Newcomer]:
    members = facts.members
    return [
        Newcomer(
            phone=f"138{number:08}",
            name=members.names[number],
            referrer=int(members.referrer[number]),
            joined_tick=tick,
            joined_on=date_of(int(members.day[number])),
            entered_at=moment_of(tick),
        )
        for number, tick in enumerate(members.at.tolist())
    ]
