"""What the figures were measured on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psycopg

CPU = Path("/proc/cpuinfo")


def machine_line(address: str) -> str:
    """Return cores and versions in one line."""
    parts = [
        f"{os.cpu_count()} cores ({_processor()})",
        f"Python {platform.python_version()}",
        f"NumPy {version('numpy')}",
        f"Numba {version('numba')}",
    ]
    return " · ".join([*parts, f"PostgreSQL {_server_version(address)}"] if address else parts)


def _processor() -> str:
    names = [line for line in CPU.read_text().splitlines() if line.startswith("model name")] if CPU.exists() else []
    return names[0].partition(":")[2].strip() if names else platform.machine()


def _server_version(address: str) -> str:
    with psycopg.connect(address) as connection:
        return str(connection.info.parameter_status("server_version")).split()[0]
