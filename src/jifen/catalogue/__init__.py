"""The catalogue: one TOML document a programme. Data; the engine gives it its meaning."""

from importlib.resources import files


def names() -> list[str]:
    """Return the names of the programmes in the catalogue."""
    return sorted(
        entry.name.removesuffix(".toml") for entry in files(__name__).iterdir() if entry.name.endswith(".toml")
    )


def read(name: str) -> str:
    """Return the text of a programme of the catalogue; raises KeyError for an unknown name."""
    if name not in names():
        raise KeyError(name)
    return (files(__name__) / f"{name}.toml").read_text(encoding="utf-8")
