"""How a call is refused: its status, a word for the machine and words for people."""

from __future__ import annotations


class CallRefused(Exception):  # noqa: N818 - no fault of ours: the call is answered with it
    """A call that is not answered with data."""

    def __init__(self, status: int, code: str, words: str, *, wait_s: int = 0) -> None:
        super().__init__(words)
        self.status, self.code, self.words, self.wait_s = status, code, words, wait_s

    @property
    def content(self) -> dict[str, str]:
        """What is answered."""
        return {"error": self.code, "detail": self.words}
