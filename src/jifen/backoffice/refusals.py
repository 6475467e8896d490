"""The expected refusals of services: each has a sentence, which the console shows beside the form."""

from jifen.agents.errors import AgentError
from jifen.alliance.errors import AllianceError
from jifen.cards.errors import CardError
from jifen.centers.errors import CenterError
from jifen.exchange.errors import ExchangeError
from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.leases.errors import LeaseError
from jifen.ledger.posting import ClosedDayError, OverdraftError
from jifen.members.moves import MoveRefusedError
from jifen.members.phone_changes import PhoneChangeError
from jifen.members.phones import RegistrationError
from jifen.merchants.errors import MerchantError
from jifen.parking.errors import ParkingError
from jifen.payments.errors import PaymentError
from jifen.payouts.adjustments import AdjustmentNotValidError
from jifen.payouts.freezing import FreezeStateError
from jifen.payouts.outside_money import OutsideMoneyError
from jifen.payouts.payment import ReserveShortError
from jifen.payouts.proposals import ProposalDecidedError, ProposalKeyReusedError
from jifen.payouts.reasons import ReasonMissingError, SamePersonError
from jifen.payouts.reserve import TopUpNotValidError
from jifen.payouts.switches import NoConversionError
from jifen.payouts.token_reserve import FundingNotValidError
from jifen.payouts.withdrawals import FeeMovedError, MemberFrozenError, WithdrawalStateError
from jifen.programmes.compatible import IncompatibleVersionError
from jifen.programmes.declared import DeclaredValueError
from jifen.programmes.versions import ApprovalRefusedError, ProgrammeExistsError
from jifen.sales.errors import SaleError
from jifen.settlement.run import SettlementError
from jifen.sport.errors import SportError
from jifen.storefront.errors import StoreError
from jifen.territories.errors import TerritoryError
from jifen.wechat.errors import WechatError

REFUSALS = (
    ExchangeError,
    AdjustmentNotValidError,
    AgentError,
    AllianceError,
    ApprovalRefusedError,
    CardError,
    CenterError,
    ClosedDayError,
    NoConversionError,
    NotNowError,
    DeclaredValueError,
    FeeMovedError,
    FreezeStateError,
    FundingNotValidError,
    IncompatibleVersionError,
    LeaseError,
    MemberFrozenError,
    MerchantError,
    MoveRefusedError,
    OutsideMoneyError,
    OverdraftError,
    ParkingError,
    PaymentError,
    PhoneChangeError,
    ProgrammeExistsError,
    ProposalDecidedError,
    ProposalKeyReusedError,
    ReasonMissingError,
    RefusedError,
    RegistrationError,
    ReserveShortError,
    SaleError,
    SamePersonError,
    SettlementError,
    SportError,
    StoreError,
    TerritoryError,
    TopUpNotValidError,
    WechatError,
    WithdrawalStateError,
)
