"""How one says what is wrong with a key, a certificate or a document to sign."""

from __future__ import annotations


class SignatureError(ValueError):
    """What is wrong, and what would be right."""

    def __init__(self, message: str, right: str = "") -> None:
        super().__init__(f"{message} {right}".strip())
        self.message, self.right = message, right
