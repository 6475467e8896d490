"""`jifen programmes validate` says what a document may say and is worth a second look (S0-Q2)."""

from pathlib import Path

import pytest

from jifen import catalogue
from tests.flows.test_cli import jifen

COUNTY = "units = 500, to = 1000"


def validated(folder: Path, county: str) -> list[str]:
    """Return what validating the parking programme prints, with another row for county agents."""
    file = folder / "mine.toml"
    document = catalogue.read("parking")
    assert document.count(COUNTY) == 1
    file.write_text(document.replace(COUNTY, county), "utf-8")

    outcome = jifen("programmes", "validate", file)

    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out.splitlines()


@pytest.mark.parametrize(
    ("language", "county", "said"),
    [
        (
            "en",
            COUNTY,
            ["Worth a second look:", "  1001 to 1999 units belong to no row: county goes on until city"],
        ),
        (
            "zh_CN",
            COUNTY,
            ["以下内容请再核对：", "  1001 至 1999 台不属于任何一行：在达到 city 之前保持 county"],
        ),
        (
            "en",
            "units = 500, to = 2100",
            ["Worth a second look:", "  2000 to 2100 units belong to county and to city: city is taken"],
        ),
        (
            "zh_CN",
            "units = 500, to = 2100",
            ["以下内容请再核对：", "  2000 至 2100 台同时属于 county 和 city：取 city"],
        ),
        ("en", "units = 500, to = 1999", []),
        ("en", "units = 500", []),
    ],
)
def test_gaps_and_overlaps_between_ranks_are_warned_of(
    language: str, county: str, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", language)

    lines = validated(tmp_path, county)

    assert lines[0].startswith("mine.toml ")
    assert lines[1:] == said
