"""Titles: once a lease has returned the cost, the device belongs to the company (S0-12)."""

from datetime import date

from django.db import connection

from jifen.leases.terms import title_passes
from jifen.programmes.terms import in_force, load

# A lot whose order was refunded whole has a base of 0, and returned nothing.
UPDATE = """
UPDATE leases_lease SET title_passed_on = %(day)s
FROM ledger_lot t
WHERE leases_lease.programme_id = %(programme)s AND leases_lease.title_passed_on IS NULL
    AND leases_lease.opened_on <= %(day)s AND t.owner = leases_lease.member_id AND t.id = leases_lease.fact_tick
    AND t.base > 0 AND t.scheduled + t.accelerated >= t.base
"""


def pass_titles(programme_id: int, day: date) -> int:
    """Note at the end of a day which titles have passed to the company, and return how many.

    Only where the document pays leases by the month; the settlement calls it after its last posting of the day.
    """
    if not title_passes(load(in_force(programme_id, day).pk)):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, {"programme": programme_id, "day": day})
        return int(cursor.rowcount)
