"""A real mail server on loopback: it keeps what comes, refuses whom it is told to refuse, and can be stopped."""

from __future__ import annotations

import email
import socket
from email import policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """What was sent to it, in order; `refused` addresses are no mailbox of it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refused: set[str] = set()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.running: Controller | None = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(email.message_from_bytes(content, policy=policy.default))
        return "250 fine"

    def start(self) -> None:
        """Answer from now on, always at the same port."""
        self.running = Controller(self, hostname="127.0.0.1", port=self.port)
        self.running.start()

    def stop(self) -> None:
        """Answer no more."""
        if self.running:
            self.running.stop()
        self.running = None

    def sent_to(self, address: str) -> list[EmailMessage]:
        """Give what somebody was sent."""
        return [mail for mail in self.mails if mail["To"] == address]


def words_of(mail: EmailMessage) -> str:
    """Give a mail's text."""
    body = mail.get_body()
    assert body is not None
    return str(body.get_content())


def subject_of(mail: EmailMessage) -> str:
    """Give a mail's subject as its reader sees it; a long one begins on a line of its own."""
    return str(mail["Subject"]).strip()
