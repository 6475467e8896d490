"""Asking a provider's server: HTTPS only, no redirects, a few seconds, and not more than it may say."""

from collections.abc import Mapping
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from jifen.payments.adapter import Answer
from jifen.payments.errors import ProviderSilentError

SECONDS_MAX = 8
BYTES_MAX = 256 * 1024


def send(method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Return what a server answers; raises ProviderSilentError where it does not."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname:
        raise ProviderSilentError
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection = HTTPSConnection(parts.hostname, parts.port, timeout=SECONDS_MAX)
    try:
        connection.request(method, path, body=body or None, headers=dict(headers))
        answer = connection.getresponse()
        said = answer.read(BYTES_MAX + 1)
    except (OSError, HTTPException) as error:
        raise ProviderSilentError from error
    finally:
        connection.close()
    if len(said) > BYTES_MAX:
        raise ProviderSilentError
    return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, said)
