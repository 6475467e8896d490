"""Who has not joined yet makes nobody a partner (S2-10)."""

from dataclasses import replace

import numpy as np

from jifen import catalogue
from jifen.engine.document import load_programme
from jifen.engine.replay import Replay
from jifen.engine.rules.partner_rank import PartnerRank, PartnerRow
from tests.engine.people import World

ROW = PartnerRow(name="junior", title="初级", title_en="Junior", direct=1, team=1)


def test_a_referral_counts_from_the_day_on_which_it_joins() -> None:
    document = load_programme(catalogue.read("airdrop"))
    rules = tuple(replace(rule, table=(ROW,)) if isinstance(rule, PartnerRank) else rule for rule in document.rules)
    facts = World("A > B").facts()
    facts = replace(facts, members=replace(facts.members, day=np.array([0, 2], np.int32)))
    replay = Replay(replace(document, rules=rules), facts)

    ranks = []
    for day in range(4):
        replay.run_day(day)
        ranks.append(int(replay.book.rank[replay.book.at(0)]))

    assert ranks == [0, 0, 1, 1]
