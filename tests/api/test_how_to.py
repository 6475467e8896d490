"""The shell of the how-to does what it says (docs/how-to/send-parking-data.md)."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.serving import served

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "send-parking-data.md"
SETTING = re.compile(r"^(ADDRESS|PROGRAMME|SENDER|SECRET|DAY)=.*$", re.MULTILINE)


def shell() -> str:
    """Return the first block of shell of the page."""
    found = re.search(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_shell_of_the_how_to_sends_a_reading(fresh_database: str) -> None:
    from jifen.parking.models import Latest
    from tests.parking.town import build_town

    missing = [name for name in ("bash", "curl", "openssl", "od") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not on this machine: {', '.join(missing)}")
    town = build_town()

    with served() as address:
        given = {
            "ADDRESS": address,
            "PROGRAMME": town.programme.code,
            "SENDER": town.sender.code,
            "SECRET": town.secret,
            "DAY": town.today.isoformat(),
        }
        script, count = SETTING.subn(lambda found: f"{found[1]}='{given[found[1]]}'", shell())
        answer = subprocess.run(["bash", "-eu", "-c", script], capture_output=True, text=True, timeout=60, check=True)

    assert count == len(given)
    assert json.loads(answer.stdout)["readings"] == 1, answer.stdout + answer.stderr
    assert Latest.objects.get().revenue == 4_650


def test_the_answer_of_the_page_has_the_fields_of_an_answer() -> None:
    from jifen.api.schemas import Kept

    shown = re.search(r"^```json\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)

    assert shown is not None
    assert set(json.loads(shown[1])) == set(Kept.model_fields)
