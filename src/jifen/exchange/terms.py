"""What a programme's document says of the exchange."""

from datetime import date

from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.convert import Convert
from jifen.engine.rules.grant_units import GrantUnits
from jifen.engine.rules.spend import Spend
from jifen.engine.rules.ticket import Ticket
from jifen.facts.days import open_day
from jifen.programmes.terms import in_force, load

CHANNEL = "exchange"  # of orders that come from there (S0-78)


def terms_now(programme_id: int) -> Terms:
    """Return the terms that are in force on the open day."""
    return load(in_force(programme_id, open_day(programme_id)).id)


def trades(programme_id: int, day: date) -> bool:
    """Return whether a programme has tickets of an exchange on a day, also while a day waits for its settlement."""
    return ticket_of(load(in_force(programme_id, day).pk)) is not None


def ticket_of(terms: Terms) -> Ticket | None:
    """Return the rule of tickets, None where the programme has none: then it has no exchange."""
    return next((rule for rule in terms.rules if isinstance(rule, Ticket)), None)


def device_of(terms: Terms) -> GrantUnits | None:
    """Return the rule of multiplied orders where they are sold at the exchange."""
    found = next((rule for rule in terms.rules if isinstance(rule, GrantUnits)), None)
    return found if found is not None and found.channel == CHANNEL else None


def paying_kinds(terms: Terms) -> list[str]:
    """Return the kinds of points that may pay orders, in the order of the document (S0-77, S0-83)."""
    paying = {rule.kind for rule in terms.rules if isinstance(rule, Spend)}
    return [kind for kind in terms.kinds if kind in paying]


def ways_to_tickets(terms: Terms) -> list[Convert]:
    """Return the conversions into tickets that the programme allows (S0-73)."""
    ticket = ticket_of(terms)
    rules = [rule for rule in terms.rules if isinstance(rule, Convert)]
    return [rule for rule in rules if ticket is not None and rule.into == ticket.kind]
