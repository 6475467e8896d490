"""What WeChat can do for an official account. Only the simulated one exists: no live account is reached (trust gate).

Every call that changes something is safe to repeat: the same menu, or a message with the same key, changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Button:
    """A button of the menu: it opens an address, or has buttons above it."""

    title: str
    link: str = ""
    buttons: Sequence["Button"] = ()


@dataclass(frozen=True)
class News:
    """A message by a template: a title, lines of a name and a value, and the page that it opens."""

    key: str
    title: str
    fields: Sequence[tuple[str, str]] = field(default_factory=tuple)
    link: str = ""


class Wechat(Protocol):
    """WeChat, as an official account sees it."""

    sandbox: bool

    def openid_of(self, *, programme_id: int, code: str) -> str:
        """Return who opened a page from WeChat, by the code in its address; raises WechatSilentError."""
        ...

    def follows(self, openid: str) -> bool:
        """Return whether somebody follows the account."""
        ...

    def put_menu(self, *, programme_id: int, buttons: Sequence[Button]) -> None:
        """Let the account show a menu."""
        ...

    def send(self, *, programme_id: int, openid: str, news: News) -> None:
        """Send a message to a follower, once for its key; raises WechatSilentError where nobody follows."""
        ...
