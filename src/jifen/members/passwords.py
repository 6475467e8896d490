"""Passwords: what is strong enough. They are kept as argon2 hashes."""

from functools import lru_cache

from django.contrib.auth.password_validation import CommonPasswordValidator

from jifen.engine.message import Message, say
from jifen.members.phones import RegistrationError

LENGTH_MIN, LENGTH_MAX = 8, 128  # hashing a longer one would be a way to keep the server busy


class WeakPasswordError(RegistrationError):
    """A password that others would guess."""


def refuse_weak(password: str, *, phone: str) -> None:
    """Raise WeakPasswordError with what is wrong; nothing where the password will do."""
    why = _weakness(password, phone)
    if why is not None:
        raise WeakPasswordError(why)


def _weakness(password: str, phone: str) -> Message | None:
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        return say("a password has from {least} to {most} characters", least=LENGTH_MIN, most=LENGTH_MAX)
    if password.isdecimal():
        return say("digits alone are easily guessed; add letters to the password")
    if phone.lstrip("+") in password:
        return say("the password contains the phone number")
    if password.lower().strip() in _common():
        return say("many people use this password; choose another one")
    return None


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)
