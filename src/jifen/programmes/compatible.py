"""What versions of one programme share, because members hold accounts under all of them."""

from collections.abc import Iterator

from jifen.engine.message import Message, say
from jifen.engine.programme import Programme as Terms
from jifen.programmes.models import Programme
from jifen.programmes.terms import approved_versions


class IncompatibleVersionError(Exception):
    """A document is of another programme, or would change what members hold; `problems` lists all of it."""

    def __init__(self, problems: list[Message]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems
        self.message = problems[0]


def refuse_incompatible(programme: Programme, terms: Terms) -> None:
    """Raise IncompatibleVersionError unless the terms fit every approved version of the programme."""
    problems = {str(problem): problem for problem in _head_problems(programme, terms)}
    for version in approved_versions(programme.id):
        problems |= {str(problem): problem for problem in _kind_problems(version.terms, terms)}
    if problems:
        raise IncompatibleVersionError(list(problems.values()))


def _head_problems(programme: Programme, terms: Terms) -> Iterator[Message]:
    if terms.code != programme.code:
        yield say("the code of the programme stays {code}", code=programme.code)
    if terms.time_zone != programme.zone:
        yield say("the time zone of the programme stays {zone}", zone=programme.zone)


def _kind_problems(before: Terms, after: Terms) -> Iterator[Message]:
    if after.lot_kind != before.lot_kind:
        yield say("orders go on granting {kind}; another kind cannot take its place", kind=before.lot_kind)
    for name, kind in before.kinds.items():
        if name not in after.kinds:
            yield say("the points kind {kind} stays, because members may hold some", kind=name)
        elif after.kinds[name].decimals != kind.decimals:
            yield say("the points kind {kind} keeps its {decimals} decimals", kind=name, decimals=kind.decimals)
