"""Which exchange is asked: the one that JIFEN_EXCHANGE names. There is no live one, nor a setting for one."""

from django.conf import settings

from jifen.engine.message import say
from jifen.exchange.adapter import Exchange
from jifen.exchange.errors import ExchangeError
from jifen.exchange.simulated import SimulatedExchange


class NoExchangeError(ExchangeError):
    """The server runs without an exchange (JIFEN_EXCHANGE)."""

    def __init__(self) -> None:
        super().__init__(say("this server runs without an exchange"))


def exchange() -> Exchange:
    """Return the exchange that the setting names; raises NoExchangeError where it names none."""
    if not is_open():
        raise NoExchangeError
    return SimulatedExchange()


def is_open() -> bool:
    """Return whether this server has an exchange."""
    return bool(settings.EXCHANGE == "simulated")
