"""Draws a real run in a terminal: `python docs/picture.py` writes docs/images/run.svg.

`python docs/picture.py zh_CN.UTF-8 FILE` draws it in Chinese. The run goes through a pseudo-terminal, so that colors
and the bar are those that a person sees. Of the bar the last state is kept, of the explained lines the first.
"""

import contextlib
import html
import io
import os
import pty
import re
import sys
import tempfile
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

IMAGES = Path(__file__).resolve().parent / "images"
JIFEN = Path(sys.executable).parent / "jifen"
SAMPLE = "sample release --members 2000 --days 60 --seed 7 --out demo/book"
RUN = "run release demo/book --until 2026-03-01 --out demo/result"
COLUMNS = 88
REDRAWN = "\x1b[2K"  # a line is erased before it is drawn again
CURSOR = re.compile(r"\x1b\[\?25[hl]|\x1b\[\d*[AGK]|\r")
KEY = re.compile(r"^ *release/\S+$", flags=re.MULTILINE)
TEXT = re.compile(r'(?P<before><text [^>]*textLength=")(?P<width>[\d.]+)(?P<between>"[^>]*>)(?P<text>[^<]+)')
FONT_FACES = re.compile(r"@font-face \{.*?\}\s*", flags=re.DOTALL)
FONTS = "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, Noto Sans Mono CJK SC, monospace"

GRAY, GREEN = (118, 124, 132), (7, 133, 70)
WHITE = TerminalTheme(
    (255, 255, 255),
    (31, 35, 40),
    [(31, 35, 40), (207, 34, 46), GREEN, (154, 103, 0), (9, 105, 218), (130, 80, 223), (27, 124, 131), GRAY],
)


def run_in_terminal(command: str) -> str:
    """Return what a command shows on a terminal; it is shown here too."""
    shown = b""

    def read(terminal: int) -> bytes:
        nonlocal shown
        part = os.read(terminal, 1 << 16)
        shown += part
        return part

    if pty.spawn([str(JIFEN), *command.split()], read):
        raise SystemExit(f"jifen {command} failed")
    return shown.decode().replace("\r\n", "\n")


def last_states(shown: str) -> str:
    """Return the lines as they stand in the end, with their colors."""
    return "\n".join(CURSOR.sub("", line.split(REDRAWN)[-1]) for line in shown.split("\n"))


def shortened(shown: str) -> str:
    """Return the paragraphs without the explained lines after the first; a sign stands in their place."""
    paragraphs = shown.strip().split("\n\n")
    explained = [number for number, text in enumerate(paragraphs) if KEY.search(text)]
    left_out = explained[1:]
    kept = ["  ⋮" if number in left_out[:1] else text for number, text in enumerate(paragraphs)]
    return "\n\n".join(text for number, text in enumerate(kept) if number not in left_out[1:])


def picture(command: str, shown: str) -> str:
    """Return the terminal as an SVG that needs no other file and no network."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, highlight=False)
    console.print(Text(f"$ jifen {command}", style="bold"))
    console.print(Text.from_ansi(shortened(last_states(shown))), soft_wrap=True)
    svg = FONT_FACES.sub("", console.export_svg(title="jifen", theme=WHITE, unique_id="run"))
    svg = svg.replace("Fira Code, monospace", FONTS).replace("font-variant-east-asian: full-width;", "")
    return TEXT.sub(_as_wide_as_its_cells, svg)


def _as_wide_as_its_cells(found: re.Match[str]) -> str:
    """Return a text with its true width: a Chinese sign takes two cells."""
    text = html.unescape(found["text"])
    width = float(found["width"]) / len(text) * cell_len(text)
    return f"{found['before']}{width:.1f}{found['between']}{found['text']}"


def main() -> None:
    """Make a sample book, run it, and write the picture."""
    locale, out = sys.argv[1:] or ("C.UTF-8", str(IMAGES / "run.svg"))
    path = Path(out).resolve()
    os.environ |= {"LC_ALL": locale, "LANGUAGE": "", "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        run_in_terminal(SAMPLE)
        shown = run_in_terminal(RUN)
    path.parent.mkdir(exist_ok=True)
    path.write_text(picture(RUN, shown), encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
