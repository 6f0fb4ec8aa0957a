"""Signing in, through django-allauth."""

from __future__ import annotations

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from neoncard.kit import signing


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: an admin adds people."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This address and this password don’t go together. Try again, or ask an admin for a new password."
        ),
        "too_many_login_attempts": _(
            "That was tried too often. Wait five minutes, then try again."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always closed."""
        return False


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]
    """The second step of signing in: its secrets lie sealed in the database."""

    def build_totp_svg(self, url: str) -> str:
        """The QR code, dark on white whatever the page's colours."""
        code: str = segno.make(url, micro=False).svg_inline(scale=5, border=4, light="white")
        return code.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)

    def encrypt(self, text: str) -> str:
        """Sealed with the key that lies apart from the database."""
        return signing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        return signing.unseal(encrypted_text)
