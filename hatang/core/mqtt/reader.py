"""A reader beside a broker (Mosquitto): subscribes at QoS 1 in a session that lasts, acknowledges what is stored.

What the broker sent and nobody acknowledged comes again when the reader is back.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from hatang.core.mqtt import packets as mqtt
from hatang.core.mqtt.taking import Gathering, Taken

LOG = logging.getLogger(__name__)
KEEP_ALIVE_S = 30
AGAIN_AFTER_S = 1.0
MOST_BYTES = 268_435_455
"""The longest of the standard: a broker's limit is its own; what is too long for us is refused, not disconnected."""


@dataclass(frozen=True)
class Broker:
    """Where the broker is, and as whom the reader signs in."""

    host: str
    port: int
    name: str
    secret: str
    topics: str = "hatang/#"


class Reader(asyncio.Protocol):
    """One connection to the broker."""

    def __init__(self, gathering: Gathering, broker: Broker) -> None:
        """Hand messages to the gathering."""
        self.gathering, self.broker = gathering, broker
        self.packets = mqtt.Packets(MOST_BYTES)
        self.ended = asyncio.get_running_loop().create_future()
        self.is_subscribed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        name, secret = self.broker.name, self.broker.secret
        transport.write(mqtt.hello(name, name, secret, keep_alive_s=KEEP_ALIVE_S, clean=False))
        self._ping_later()

    def connection_lost(self, exc: Exception | None) -> None:
        self.ping.cancel()
        if not self.ended.done():
            self.ended.set_result(None)

    def data_received(self, data: bytes) -> None:
        try:
            for packet in self.packets.feed(data):
                self._take(packet)
        except mqtt.PacketError:
            LOG.exception("máy chủ MQTT gửi gói sai")
            self.transport.close()

    def _take(self, packet: mqtt.Packet) -> None:
        """Answer one packet."""
        if packet.kind == mqtt.PUBLISH:
            message = mqtt.read_message(packet)
            said = mqtt.packet(mqtt.PUBACK, mqtt.number_bytes(message.number)) if message.qos else b""
            self.gathering.take(Taken(None, message.topic, message.payload, said, self.transport))
        elif packet.kind == mqtt.CONNACK:
            self._greeted(packet.body)
        elif packet.kind == mqtt.SUBACK:
            self.is_subscribed = True
            LOG.info("đã nhận chủ đề %s của máy chủ MQTT", self.broker.topics)

    def _greeted(self, body: bytes) -> None:
        """Ask for the topics, or say why the broker does not let us in."""
        if body[1:2] != b"\0":
            LOG.error("máy chủ MQTT không nhận tên hoặc mật khẩu của tiến trình ghi (mã %s)", body.hex())
            self.transport.close()
            return
        asked = mqtt.number_bytes(1) + mqtt.text_bytes(self.broker.topics) + b"\1"
        self.transport.write(mqtt.packet(mqtt.SUBSCRIBE, asked))

    def _ping_later(self) -> None:
        self.ping = asyncio.get_running_loop().call_later(KEEP_ALIVE_S / 2, self._ping)

    def _ping(self) -> None:
        self.transport.write(mqtt.packet(mqtt.PINGREQ))
        self._ping_later()


async def read_from(broker: Broker, gathering: Gathering, ending: asyncio.Event) -> None:
    """Read from a broker until told to end; come back whenever it went away."""
    loop = asyncio.get_running_loop()
    while not ending.is_set():
        try:
            transport, reader = await loop.create_connection(
                lambda: Reader(gathering, broker), broker.host, broker.port
            )
        except OSError as fault:
            LOG.warning("chưa nối được máy chủ MQTT %s:%d: %s", broker.host, broker.port, fault)
        else:
            stop = loop.create_task(ending.wait())
            await asyncio.wait([reader.ended, stop], return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            if ending.is_set():
                await asyncio.sleep(gathering.every_s)
                transport.close()
                return
        await asyncio.sleep(AGAIN_AFTER_S)
