"""A door for devices: they connect by name and secret and publish to topics of their own; each batch is acknowledged
when it is stored. It is no broker: nobody can subscribe, so nobody hears another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from hatang.core.mqtt import packets as mqtt
from hatang.core.mqtt.taking import Gathering, Taken

LOG = logging.getLogger(__name__)
HELLO_WITHIN_S = 10.0
PREFIX = "hatang"


@dataclass(frozen=True)
class Rules:
    """Who may come in, what is said about what is refused, and how much at once."""

    is_known: Callable[[str, str], Awaitable[bool]]
    refuse: Callable[[str | None, str, str, bytes], None]
    """Told of sender, reason, topic and payload."""
    most_bytes: int = 300_000
    most_connections: int = 10_000
    open: set[asyncio.Transport] = field(default_factory=set)


def is_own(name: str, topic: str) -> bool:
    """Tell whether a topic belongs to a device.

    >>> is_own("tb-1", "hatang/tb-1/muc-nuoc"), is_own("tb-1", "hatang/tb-1"), is_own("tb-1", "hatang/tb-12")
    (True, True, False)
    """
    own = f"{PREFIX}/{name}"
    return topic == own or topic.startswith(own + "/")


class Door(asyncio.Protocol):
    """One device's connection."""

    def __init__(self, gathering: Gathering, rules: Rules) -> None:
        """Hand messages to the gathering."""
        self.gathering, self.rules = gathering, rules
        self.packets = mqtt.Packets(rules.most_bytes)
        self.name: str | None = None
        self.asking: asyncio.Task[None] | None = None
        self.silence_s = HELLO_WITHIN_S

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.rules.open.add(transport)
        self.watch = asyncio.get_running_loop().call_later(self.silence_s, transport.close)
        if len(self.rules.open) > self.rules.most_connections:
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.rules.open.discard(self.transport)
        self.watch.cancel()
        if self.asking:
            self.asking.cancel()

    def data_received(self, data: bytes) -> None:
        self.watch.cancel()
        if self.silence_s:
            self.watch = asyncio.get_running_loop().call_later(self.silence_s, self.transport.close)
        try:
            for packet in self.packets.feed(data):
                self._take(packet)
                if self.transport.is_closing():
                    return
                if self.asking and not self.asking.done():
                    self.transport.pause_reading()  # until it is known who speaks
                    return
        except mqtt.PacketTooLargeError as fault:
            self.rules.refuse(self.name, "too_large", "", str(fault).encode())
            self.transport.close()
        except mqtt.PacketError as fault:
            if self.name:
                self.rules.refuse(self.name, "unreadable", "", str(fault).encode())
            self.transport.close()

    def _take(self, packet: mqtt.Packet) -> None:
        """Answer one packet."""
        if self.name is None:
            if packet.kind != mqtt.CONNECT:
                raise mqtt.PacketError("gói đầu tiên phải là CONNECT")
            self.asking = asyncio.get_running_loop().create_task(self._greet(mqtt.read_hello(packet.body)))
        elif packet.kind == mqtt.PUBLISH:
            self._publish(mqtt.read_message(packet))
        elif packet.kind == mqtt.PINGREQ:
            self.transport.write(mqtt.packet(mqtt.PINGRESP))
        elif packet.kind == mqtt.PUBREL:
            self.transport.write(mqtt.packet(mqtt.PUBCOMP, packet.body[:2]))
        elif packet.kind == mqtt.SUBSCRIBE:
            self._refuse_subscription(packet.body)
        elif packet.kind == mqtt.UNSUBSCRIBE:
            self.transport.write(mqtt.packet(mqtt.UNSUBACK, packet.body[:2]))
        else:
            self.transport.close()

    async def _greet(self, hello: mqtt.Hello) -> None:
        """Let a device in whose secret is right."""
        if hello.version not in (3, 4):
            self._turn_away(mqtt.WRONG_VERSION)
        elif not await self.rules.is_known(hello.name, hello.secret):
            self._turn_away(mqtt.WRONG_NAME)
        else:
            self.name = hello.name
            self.silence_s = 1.5 * hello.keep_alive_s
            self.watch.cancel()
            self.transport.write(mqtt.packet(mqtt.CONNACK, bytes([0, mqtt.ACCEPTED])))
            asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        """Read what came meanwhile."""
        if self.transport.is_closing():
            return
        self.transport.resume_reading()
        self.data_received(b"")

    def _turn_away(self, reason: int) -> None:
        """Say why a device does not come in, and close."""
        self.transport.write(mqtt.packet(mqtt.CONNACK, bytes([0, reason])))
        self.transport.close()

    def _refuse_subscription(self, body: bytes) -> None:
        """Answer each topic asked for with “no”."""
        place, asked = 2, 0
        while place < len(body):
            _topic, place = mqtt.read_text(body, place)
            place, asked = place + 1, asked + 1
        self.transport.write(mqtt.packet(mqtt.SUBACK, body[:2] + bytes([mqtt.REFUSED_SUBSCRIPTION]) * asked))

    def _publish(self, message: mqtt.Message) -> None:
        """Take a message of the device's own topics; close the door to who writes into another's."""
        if not is_own(self.name or "", message.topic):
            self.rules.refuse(self.name, "not_own", message.topic, message.payload)
            self.transport.close()
            return
        answer = {1: mqtt.PUBACK, 2: mqtt.PUBREC}.get(message.qos)
        said = mqtt.packet(answer, mqtt.number_bytes(message.number)) if answer else b""
        self.gathering.take(Taken(self.name, message.topic, message.payload, said, self.transport))
