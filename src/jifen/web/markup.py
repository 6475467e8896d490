"""Markup that our own code drew; templates show it as it is."""


class Markup(str):
    """A text that is HTML or SVG already: whatever came from people was escaped when it was drawn."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return the markup, as Django's templates ask for it."""
        return self
