"""Loads what commands are given by name: programmes, books, dates."""

from datetime import date
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jifen import catalogue
from jifen.cli.screen import Screen
from jifen.cli.trouble import Place, TroubleError
from jifen.engine.bounds import TooLargeError
from jifen.engine.document import ProgrammeError, load_programme
from jifen.engine.facts import Facts
from jifen.engine.message import say
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay
from jifen.tables.problems import BadBookError
from jifen.tables.reading import BookForm, read_book_of

PROBLEMS_SHOWN = 100


def programme_named(name: str) -> Programme:
    """Return a programme of the catalogue, or that of a file; TroubleError says what is wrong with it."""
    return programme_from(*text_of(name))


def text_of(name: str) -> tuple[str, str]:
    """Return file name and text of a programme of the catalogue, or of a file; TroubleError says what is wrong."""
    if name in catalogue.names():
        return f"{name}.toml", catalogue.read(name)
    path = Path(name)
    if not path.is_file():
        known = catalogue.names()
        near = get_close_matches(name, known, n=1)
        if near:
            raise TroubleError(say("there is no programme {name}; did you mean {near}?", name=name, near=near[0]))
        raise TroubleError(
            say(
                "there is no programme {name} in the catalogue ({known}), and no such file",
                name=name,
                known=", ".join(known),
            )
        )
    try:
        return path.name, path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise TroubleError(say("{file} is not UTF-8 text", file=name)) from None


def programme_from(file: str, text: str) -> Programme:
    """Return the programme that `text` writes; `file` is its name in complaints."""
    try:
        programme = load_programme(text)
    except ProgrammeError as error:
        places = [Place((f"{file}:{p.line}", p.path), p.message) for p in error.problems]
        raise TroubleError(say("the programme cannot be used"), places) from None
    try:
        ZoneInfo(programme.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = say("there is no time zone {zone}; a name is for example Asia/Shanghai", zone=programme.time_zone)
        raise TroubleError(say("the programme cannot be used"), [Place((file, "time_zone"), zone)]) from None
    return programme


def facts_of(folder: str, programme: Programme, screen: Screen) -> Facts:
    """Return the facts of a book folder; remarks go to standard error, TroubleError lists every bad row."""
    try:
        reading = read_book_of(Path(folder), BookForm.of(programme))
    except BadBookError as error:
        for notice in error.notices:
            screen.complain(notice)
        places = [
            Place((f"{p.file}:{p.line}" if p.line else p.file, p.column), p.message)
            for p in error.problems[:PROBLEMS_SHOWN]
        ]
        message = say("the book {folder} cannot be used; problems: {count}", folder=folder, count=error.count)
        raise TroubleError(message, places, more=error.count - len(places)) from None
    for notice in reading.notices:
        screen.complain(notice)
    return reading.facts


def replay_of(programme: Programme, facts: Facts, threads: int = 1) -> Replay:
    """Return a replay of the facts; TroubleError when they add up to more than can be held exactly."""
    try:
        return Replay(programme, facts, threads=threads)
    except TooLargeError as error:
        raise TroubleError(error.message) from None


def day_named(text: str) -> date:
    """Return the date that a text such as 2026-03-01 writes."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TroubleError(say("{text} is not a date; write it as 2026-03-01", text=text)) from None
