"""The command line: jifen run, why, programmes, sample."""

from jifen.cli.main import main

__all__ = ["main"]
