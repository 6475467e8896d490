"""The client of the how-to, as a bracelet's own program would run it (docs/how-to/connect-a-bracelet.md)."""

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "connect-a-bracelet.md"
SETTING = re.compile(r'^(ADDRESS|DEVICE, PAIRING|SECRET) = .*$', re.MULTILINE)  # fmt: skip


def block(language: str) -> str:
    """Return the last block of the page in a language."""
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return str(found[-1])


def report_a_walk(*, address: str, device: str, pairing: str, secret: str) -> str:
    """Run the client of the page with what a pairing showed; return what it prints."""
    given = {"ADDRESS": repr(address), "DEVICE, PAIRING": repr((device, pairing)), "SECRET": repr(secret)}
    script, count = SETTING.subn(lambda found: f"{found[1]} = {given[found[1]]}", block("python"))
    assert count == len(given)
    ran = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
