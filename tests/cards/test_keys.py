"""A key stands for one thing: sent again with other contents it is refused, not answered as if that were done (G2)."""

from typing import Any

import pytest

from jifen.cards.batches import NewBatch, make_batch
from jifen.cards.errors import CardKeyReusedError
from jifen.cards.models import CardBatch
from jifen.cards.ranges import apply_for_range
from tests.cards.town import Town


def test_a_key_that_was_used_for_another_application_or_batch_is_refused(town: Town) -> None:
    store, key, olga = town.store(), town.key(), town.member("Olga")
    apply_for_range(store_id=store.pk, member_id=olga, count=10, key=key)
    with pytest.raises(CardKeyReusedError):
        apply_for_range(store_id=store.pk, member_id=olga, count=11, key=key)

    def make(**changes: Any) -> CardBatch:
        new = NewBatch(**{"prefix": "8801", "first": 5, "last": 999, "note": "red", **changes})
        return make_batch(programme_id=town.programme.pk, new=new, operator_id=town.chief, key=key)

    assert make() == make(note=" red ")
    for changes in ({"prefix": "8802"}, {"first": 6}, {"last": 998}, {"note": "blue"}):
        with pytest.raises(CardKeyReusedError):
            make(**changes)
