"""What the pages of the exchange have in common."""

from django.http import Http404

from jifen.backoffice.access import Desk
from jifen.engine.rules.ticket import Ticket
from jifen.exchange.chosen import is_open
from jifen.exchange.terms import ticket_of


def rule_of(desk: Desk) -> Ticket:
    """Return the programme's rule of tickets; programmes without one have no such pages."""
    rule = ticket_of(desk.terms)
    if rule is None or not is_open():
        raise Http404
    return rule
