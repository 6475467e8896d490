"""Find goods in head office's catalogue, by words and category; 10,000 of them in a few milliseconds (S3-15).

A word is any part of a title or code, Chinese or not: an index of parts of one and two letters finds what may have it,
and the texts themselves say whether they do. Lists go on behind a cursor, so that the last page is as quick as
the first.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Q, QuerySet, TextField

from jifen.sales.models import REDEMPTION, Category, Product

PAGE = 20
WORDS_MAX = 60
ORDERS = {"": ("position", "id"), "low": ("price", "id"), "high": ("-price", "-id")}
KEYS = {"": "position", "low": "price", "high": "price"}


class Grams(Func):
    """The parts of a text, of one and two letters: what the index holds."""

    function = "sales_grams"
    output_field = ArrayField(TextField())


@dataclass(frozen=True)
class Asked:
    """What is looked for: words, a category with those below it, the order of the list, and where a page begins."""

    words: str = ""
    category_id: int | None = None
    order: str = ""
    after: str = ""


@dataclass(frozen=True)
class Found:
    """A page of products; `next` is where the following one begins, "" at the end."""

    products: list[Product]
    next: str = ""


def find(programme_id: int, asked: Asked, *, limit: int = PAGE) -> Found:
    """Return a page of the products that can be exchanged and have all the words."""
    order = asked.order if asked.order in ORDERS else ""
    found = Product.objects.filter(programme_id=programme_id, zone=REDEMPTION, active=True)
    found = with_words(in_category(found, asked.category_id), asked.words)
    rows = list(_behind(found, order, asked.after).order_by(*ORDERS[order])[: limit + 1])
    shown = rows[:limit]
    return Found(shown, f"{getattr(shown[-1], KEYS[order])}.{shown[-1].pk}" if len(rows) > limit else "")


def with_words(products: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Return those products that have all words of a text."""
    for word in fold(text).split():
        parts = {word[place : place + 2] for place in range(max(len(word) - 1, 1))}
        has = Q(parts__contains=sorted(parts))  # a lookup of arrays, of which the stubs know nothing
        products = products.alias(parts=Grams(F("words"))).filter(has, words__contains=word)
    return products


def in_category(products: QuerySet[Product], category_id: int | None) -> QuerySet[Product]:
    """Return the products of a category and of those below it; all where none is named."""
    if category_id is None:
        return products
    below = Category.objects.filter(Q(pk=category_id) | Q(parent_id=category_id)).values_list("pk", flat=True)
    return products.filter(category_id__in=list(below))


def fold(text: str) -> str:
    """Return a text in the form in which titles are searched."""
    return unicodedata.normalize("NFKC", text[:WORDS_MAX]).lower().replace("\0", "")


def tree(programme_id: int, *, shown_only: bool = True) -> list[tuple[Category, list[Category]]]:
    """Return the categories of the first level, each with those below it."""
    rows = Category.objects.filter(programme_id=programme_id).order_by("position", "id")
    rows = rows.filter(active=True) if shown_only else rows
    below: dict[int, list[Category]] = {}
    for one in rows:
        if one.parent_id is not None:
            below.setdefault(one.parent_id, []).append(one)
    return [(one, below.get(one.pk, [])) for one in rows if one.parent_id is None]


def flat(programme_id: int) -> Iterator[Category]:
    """Yield all categories, each of the second level below its parent."""
    for top, below in tree(programme_id, shown_only=False):
        yield top
        yield from below


def _behind(products: QuerySet[Product], order: str, after: str) -> QuerySet[Product]:
    """Return the products behind the last one of a page; all where nothing sensible is said."""
    value, _dot, last = after.partition(".")
    if not value.lstrip("-").isdecimal() or not last.isdecimal() or max(len(value), len(last)) > len(str(2**62)):
        return products
    key, than = KEYS[order], "lt" if order == "high" else "gt"
    behind = Q(**{f"{key}__{than}": int(value)}) | Q(**{key: int(value), f"pk__{than}": int(last)})
    return products.filter(Q(**{f"{key}__{than}e": int(value)}) & behind)
