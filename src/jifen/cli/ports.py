"""Ports of this machine: whether one can be used, and which is free."""

import socket

from jifen.cli.trouble import TroubleError
from jifen.engine.message import say

PORT_MIN, PORT_MAX = 1, 65_535
TRIED = 20


def refuse_taken_port(host: str, port: int) -> None:
    """Raise trouble when nobody can listen there; it names a port that is free."""
    if not PORT_MIN <= port <= PORT_MAX:
        raise TroubleError(
            say("{option} should be from {least} to {most}", option="--port", least=PORT_MIN, most=PORT_MAX)
        )
    why = _why_not(host, port)
    if not why:
        return
    for other in range(port + 1, min(port + TRIED, PORT_MAX)):
        if not _why_not(host, other):
            raise TroubleError(
                say(
                    "port {port} cannot be used ({why}); {other} is free: {option}",
                    port=port,
                    why=why,
                    other=other,
                    option=f"--port {other}",
                )
            )
    raise TroubleError(say("port {port} of {host} cannot be used ({why})", port=port, host=host, why=why))


def _why_not(host: str, port: int) -> str:
    """Return what keeps us from listening there, "" when nothing does."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
    except OSError as error:
        return error.strerror or str(error)
    return ""
