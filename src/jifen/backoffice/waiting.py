"""What waits for somebody's decision, counted in one query for every page."""

from typing import NamedTuple

from django.db import connection
from django.http import HttpRequest

WAITING = """
SELECT
    (SELECT count(*) FROM sales_order o WHERE o.programme_id = p.id AND o.state = 'paid'),
    (SELECT count(*) FROM sales_delivery d JOIN sales_order o ON o.id = d.order_id WHERE d.programme_id = p.id
        AND d.state = 'waiting' AND o.state IN ('sent', 'confirmed', 'part_refunded')),
    (SELECT count(*) FROM payouts_withdrawal w WHERE w.programme_id = p.id AND w.state = 'requested'),
    (SELECT count(*) FROM payouts_withdrawal w WHERE w.programme_id = p.id AND w.state = 'approved'),
    (SELECT count(*) FROM payouts_adjustment a WHERE a.programme_id = p.id AND a.state = 'proposed'),
    (SELECT count(*) FROM payouts_topup t WHERE t.programme_id = p.id AND t.state = 'proposed'),
    (SELECT count(*) FROM programmes_version v WHERE v.programme_id = p.id AND v.state = 'draft'),
    (SELECT count(*) FROM programmes_declaredproposal d WHERE d.programme_id = p.id AND d.state = 'proposed'),
    (SELECT count(*) FROM exchange_orderentry e WHERE e.programme_id = p.id AND e.state = 'waiting'),
    (SELECT count(*) FROM exchange_ticketrelease r WHERE r.programme_id = p.id AND r.state = 'proposed'),
    (SELECT count(*) FROM sales_supplier s WHERE s.programme_id = p.id AND s.state = 'applied'),
    (SELECT count(*) FROM sales_submission b JOIN sales_supplier s ON s.id = b.supplier_id
        WHERE s.programme_id = p.id AND b.state = 'submitted'),
    (SELECT count(*) FROM sales_settlement t JOIN sales_supplier s ON s.id = t.supplier_id
        WHERE s.programme_id = p.id AND t.state = 'proposed'),
    (SELECT count(*) FROM sales_settlement t JOIN stores_store s ON s.id = t.store_id
        WHERE s.programme_id = p.id AND t.state = 'proposed'),
    (SELECT count(*) FROM leases_credittopup c WHERE c.programme_id = p.id AND c.state IN ('reported', 'confirmed')),
    (SELECT count(*) FROM leases_topupreturn g WHERE g.programme_id = p.id AND g.state = 'proposed'),
    (SELECT count(*) FROM agents_application g WHERE g.programme_id = p.id AND g.state = 'submitted'),
    (SELECT count(*) FROM payouts_poolinjection i WHERE i.programme_id = p.id AND i.state = 'proposed'),
    (SELECT count(*) FROM payouts_subsidy b WHERE b.programme_id = p.id AND b.state = 'proposed'),
    (SELECT count(*) FROM territories_territorydeed d WHERE d.programme_id = p.id AND d.state = 'proposed'),
    (SELECT count(*) FROM storefront_shareproposal h WHERE h.programme_id = p.id AND h.state = 'proposed'),
    (SELECT count(*) FROM payouts_tokenfunding k WHERE k.programme_id = p.id AND k.state = 'proposed'),
    (SELECT count(*) FROM centers_centerapplication c WHERE c.programme_id = p.id AND c.state = 'submitted'),
    (SELECT count(*) FROM merchants_merchantapplication m WHERE m.programme_id = p.id AND m.state = 'sent'),
    (SELECT count(*) FROM cards_cardrange c WHERE c.programme_id = p.id AND c.state IN ('applied', 'paid')),
    (SELECT count(*) FROM alliance_purchase a WHERE a.programme_id = p.id AND a.state IN ('applied', 'paid')
        AND a.branch_id IS NULL),
    (SELECT count(*) FROM alliance_branchgrant a WHERE a.programme_id = p.id AND a.state = 'proposed'),
    (SELECT count(*) FROM alliance_creditchange a WHERE a.programme_id = p.id AND a.state = 'proposed'),
    (SELECT count(*) FROM alliance_storeapplication a WHERE a.programme_id = p.id AND a.state = 'sent'),
    (SELECT count(*) FROM alliance_storedtopup a WHERE a.programme_id = p.id AND a.state = 'noted'),
    (SELECT count(*) FROM stores_period a WHERE a.programme_id = p.id AND a.state IN ('closed', 'invoiced')),
    (SELECT count(*) FROM alliance_memberimport a WHERE a.programme_id = p.id AND a.state = 'proposed'),
    (SELECT count(*) FROM members_phonechange f WHERE f.programme_id = p.id AND f.state = 'proposed')
FROM programmes_programme p WHERE p.code = %s
"""


class Waiting(NamedTuple):
    """How many of each wait."""

    payments: int = 0
    parcels: int = 0
    withdrawals_requested: int = 0
    withdrawals_approved: int = 0
    adjustments: int = 0
    top_ups: int = 0
    versions: int = 0
    values: int = 0
    entries: int = 0
    releases: int = 0
    suppliers: int = 0
    submissions: int = 0
    settlements: int = 0
    store_settlements: int = 0
    credit_top_ups: int = 0
    credit_returns: int = 0
    applications: int = 0
    injections: int = 0
    subsidies: int = 0
    territories: int = 0
    shares: int = 0
    fundings: int = 0
    centers: int = 0
    merchants: int = 0
    card_ranges: int = 0
    purchases: int = 0
    branch_grants: int = 0
    credit_lines: int = 0
    store_wishes: int = 0
    stored_top_ups: int = 0
    periods: int = 0
    imports: int = 0
    phones: int = 0


def waiting(request: HttpRequest, code: str) -> Waiting:
    """Return what waits in a programme; asked once for a page, which shows it at the side and may show it again."""
    found: dict[str, Waiting] = request.META.setdefault("jifen.waiting", {})
    if code not in found:
        with connection.cursor() as cursor:
            cursor.execute(WAITING, [code])
            found[code] = Waiting(*(cursor.fetchone() or ()))
    return found[code]
