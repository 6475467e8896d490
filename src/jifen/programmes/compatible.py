"""What versions of one programme share, because members hold accounts under all of them."""

from collections.abc import Iterator

from jifen.engine.message import Message, say
from jifen.engine.programme import Programme as Terms
from jifen.programmes.models import Programme
from jifen.programmes.terms import approved_versions


class IncompatibleVersionError(Exception):
    """A document is of another programme, or would change what members hold; `problems` lists all of it."""

    def __init__(self, problems: list[Message], *, of_cap: bool = False) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems
        self.of_cap = of_cap  # whether it is the cap of an airdrop that does not fit
        self.message = problems[0]


def refuse_incompatible(programme: Programme, terms: Terms) -> None:
    """Raise IncompatibleVersionError unless the terms fit every approved version of the programme."""
    problems = {str(problem): problem for problem in _head_problems(programme, terms)}
    approved = [version.terms for version in approved_versions(programme.id)]
    for before in approved:
        problems |= {str(problem): problem for problem in _kind_problems(before, terms)}
    problems |= {str(problem): problem for problem in _token_problems(approved, terms)}
    if problems:
        raise IncompatibleVersionError(list(problems.values()))


def _head_problems(programme: Programme, terms: Terms) -> Iterator[Message]:
    if terms.code != programme.code:
        yield say("the code of the programme stays {code}", code=programme.code)
    if terms.time_zone != programme.zone:
        yield say("the time zone of the programme stays {zone}", zone=programme.zone)


def _token_problems(approved: list[Terms], after: Terms) -> Iterator[Message]:
    """Yield why an airdrop does not fit those that were: all tokens come out of one cap (S2-16, S2-61)."""
    tokens = {one.airdrop.kind for one in approved if one.airdrop is not None}
    kind = after.airdrop.kind if after.airdrop is not None else ""
    if tokens - {kind} and kind:
        yield say("the airdrop goes on giving {kind}; another kind cannot take its place", kind=tokens.pop())
    elif kind and not tokens and any(kind in one.kinds for one in approved):
        yield say(
            "members may hold {kind} that came from elsewhere, which no cap has counted; "
            "let the airdrop give a kind of its own, which is new",
            kind=kind,
        )


def _kind_problems(before: Terms, after: Terms) -> Iterator[Message]:
    if after.lot_kind != before.lot_kind:
        yield say("orders go on granting {kind}; another kind cannot take its place", kind=before.lot_kind)
    for name, kind in before.kinds.items():
        if name not in after.kinds:
            yield say("the points kind {kind} stays, because members may hold some", kind=name)
        elif after.kinds[name].decimals != kind.decimals:
            yield say("the points kind {kind} keeps its {decimals} decimals", kind=name, decimals=kind.decimals)
