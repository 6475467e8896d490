"""What the refusals of the business with WeChat have in common."""

from jifen.engine.message import Message, say


class WechatError(Exception):
    """Something about the official account that cannot be done; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class NoWechatError(WechatError):
    """The server runs without an official account (JIFEN_WECHAT)."""

    def __init__(self) -> None:
        super().__init__(say("this server runs without an official account at WeChat"))


class WechatSilentError(WechatError):
    """WeChat does not answer, or does not know whom it was asked for."""
