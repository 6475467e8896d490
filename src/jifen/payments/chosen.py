"""Who takes money online: the simulated providers in the sandbox, the real ones for programmes that are live."""

from collections.abc import Sequence

from django.conf import settings

from jifen.payments.adapter import Provider
from jifen.payments.errors import NoProviderError
from jifen.payments.live import live_providers
from jifen.payments.models import ProviderName
from jifen.payments.simulated import alipay, wechat_pay
from jifen.programmes.models import Programme


def provider_names(programme: Programme) -> Sequence[str]:
    """Return who takes money of a programme's members online: the real ones where it is live, else simulated ones."""
    live = programme.code in settings.LIVE_PROGRAMMES
    if settings.SANDBOX:
        return tuple(ProviderName.values) if settings.PAYMENTS == "simulated" and not live else ()
    if settings.PAYMENTS != "live" or not live:
        return ()
    return tuple(one.name for one in live_providers())


def is_open(programme: Programme) -> bool:
    """Return whether a programme's members can pay online."""
    return bool(provider_names(programme))


def provider(name: str) -> Provider:
    """Return a provider by its name, for payments that were begun; raises NoProviderError."""
    if settings.SANDBOX and settings.PAYMENTS == "simulated":
        found: Sequence[Provider] = [alipay()] if name == "alipay" else [wechat_pay()] if name == "wechat_pay" else []
    elif not settings.SANDBOX and settings.PAYMENTS == "live":
        found = [one for one in live_providers() if one.name == name]
    else:
        found = []
    if not found:
        raise NoProviderError
    return found[0]
