"""The tables of an alliance; each group of them stands in a file of its own."""

from jifen.alliance.deal_models import BranchGrant, CreditChange, Handing, OwedPayment
from jifen.alliance.import_models import ImportLine, ImportState, LineState, MemberImport
from jifen.alliance.payment_models import PeriodPayment
from jifen.alliance.purchase_models import WAITING, Purchase, PurchaseState, PurchaseStep, PurchaseWay
from jifen.alliance.shareholder_models import ShareholderFee, StoreApplication, StoreWish, WishState
from jifen.alliance.stored_models import StoredState, StoredTopUp, TopUpWay

__all__ = [
    "WAITING",
    "BranchGrant",
    "CreditChange",
    "Handing",
    "ImportLine",
    "ImportState",
    "LineState",
    "MemberImport",
    "OwedPayment",
    "PeriodPayment",
    "Purchase",
    "PurchaseState",
    "PurchaseStep",
    "PurchaseWay",
    "ShareholderFee",
    "StoreApplication",
    "StoreWish",
    "StoredState",
    "StoredTopUp",
    "TopUpWay",
    "WishState",
]
