"""Packets of MQTT 3.1.1 (OASIS standard, 2014): cut out of a stream of bytes, read and written."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT = 8, 9, 10, 11, 12, 13, 14
ACCEPTED, WRONG_VERSION, WRONG_NAME = 0, 1, 4
REFUSED_SUBSCRIPTION = 0x80
RIGHT_FLAGS = {PUBREL: 2, SUBSCRIBE: 2, UNSUBSCRIBE: 2}


class PacketError(ValueError):
    """The bytes are no packet of the standard."""


class PacketTooLargeError(PacketError):
    """A packet is longer than is taken."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: its kind (1-14), the four bits beside it, and what follows the length."""

    kind: int
    flags: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Hello:
    """What a client says first."""

    version: int
    clean: bool
    keep_alive_s: int
    client: str
    name: str
    secret: str


@dataclass(frozen=True, slots=True)
class Message:
    """A published message; `number` is 0 at QoS 0."""

    topic: str
    payload: bytes
    qos: int
    number: int


class Packets:
    """Cuts packets out of what arrives."""

    def __init__(self, most_bytes: int) -> None:
        """Take no packet longer than so many bytes."""
        self.most_bytes = most_bytes
        self.waiting = bytearray()
        self.place = 0

    def feed(self, data: bytes) -> Iterator[Packet]:
        """Take bytes and give the packets that are whole now; whoever stops early goes on by feeding nothing.

        Raises PacketTooLargeError as soon as a length says so, PacketError where a length is none.
        """
        self.waiting += data
        while found := self._one(self.place):
            packet, self.place = found
            yield packet
        del self.waiting[: self.place]
        self.place = 0

    def _one(self, begin: int) -> tuple[Packet, int] | None:
        """Give the packet that begins at a place, and where it ends; nothing while it is not whole."""
        length, place = 0, begin + 1
        for shift in (0, 7, 14, 21):
            if place >= len(self.waiting):
                return None
            byte = self.waiting[place]
            place += 1
            length |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
        else:
            raise PacketError("độ dài gói MQTT sai")
        if length > self.most_bytes:
            raise PacketTooLargeError(f"gói MQTT {length} byte, nhiều nhất {self.most_bytes}")
        if place + length > len(self.waiting):
            return None
        first = self.waiting[begin]
        return Packet(first >> 4, first & 0x0F, bytes(self.waiting[place : place + length])), place + length


def packet(kind: int, body: bytes = b"", flags: int | None = None) -> bytes:
    """Write a packet.

    >>> packet(PUBACK, number_bytes(10)).hex()
    '4002000a'
    """
    bits = RIGHT_FLAGS.get(kind, 0) if flags is None else flags
    length, left = bytearray(), len(body)
    while True:
        left, byte = left >> 7, left & 0x7F
        length.append(byte | (0x80 if left else 0))
        if not left:
            return bytes([kind << 4 | bits]) + bytes(length) + body


def number_bytes(number: int) -> bytes:
    """Write a packet's number."""
    return struct.pack("!H", number)


def text_bytes(text: str) -> bytes:
    """Write a text with its length."""
    content = text.encode()
    return struct.pack("!H", len(content)) + content


def read_text(body: bytes, place: int) -> tuple[bytes, int]:
    """Read bytes with their length; give where they end."""
    if place + 2 > len(body):
        raise PacketError("gói MQTT bị cắt")
    end = place + 2 + int.from_bytes(body[place : place + 2], "big")
    if end > len(body):
        raise PacketError("gói MQTT bị cắt")
    return body[place + 2 : end], end


def read_number(body: bytes, place: int = 0) -> int:
    """Read a packet's number; none is 0."""
    number = int.from_bytes(body[place : place + 2], "big")
    if place + 2 > len(body) or not number:
        raise PacketError("gói MQTT không có số hiệu")
    return number


def words(content: bytes) -> str:
    """Read UTF-8 without NUL."""
    try:
        text = content.decode()
    except UnicodeDecodeError as fault:
        raise PacketError("chữ trong gói MQTT không phải UTF-8") from fault
    if "\0" in text:
        raise PacketError("chữ trong gói MQTT có ký tự NUL")
    return text


def read_hello(body: bytes) -> Hello:
    """Read CONNECT; the will, which nobody here would hear, is passed over."""
    protocol, place = read_text(body, 0)
    if place + 4 > len(body) or protocol not in (b"MQTT", b"MQIsdp"):
        raise PacketError("không phải MQTT")
    version, flags = body[place], body[place + 1]
    keep_alive_s = int.from_bytes(body[place + 2 : place + 4], "big")
    if version not in (3, 4):
        return Hello(version, True, keep_alive_s, "", "", "")
    client, place = read_text(body, place + 4)
    for _ in range(2 if flags & 0x04 else 0):
        _will, place = read_text(body, place)
    name, place = read_text(body, place) if flags & 0x80 else (b"", place)
    secret, place = read_text(body, place) if flags & 0x40 else (b"", place)
    return Hello(version, bool(flags & 0x02), keep_alive_s, words(client), words(name), words(secret))


def read_message(read: Packet) -> Message:
    """Read PUBLISH."""
    qos = read.flags >> 1 & 3
    topic, place = read_text(read.body, 0)
    name = words(topic)
    if qos == 3 or not name or "#" in name or "+" in name:
        raise PacketError("chủ đề hoặc QoS của gói PUBLISH sai")
    number = read_number(read.body, place) if qos else 0
    return Message(name, read.body[place + (2 if qos else 0) :], qos, number)


def hello(client: str, name: str, secret: str, *, keep_alive_s: int, clean: bool) -> bytes:
    """Write CONNECT."""
    flags = 0xC0 | (0x02 if clean else 0)
    body = text_bytes("MQTT") + bytes([4, flags]) + struct.pack("!H", keep_alive_s)
    return packet(CONNECT, body + text_bytes(client) + text_bytes(name) + text_bytes(secret))


def message(topic: str, payload: bytes, *, qos: int = 0, number: int = 0) -> bytes:
    """Write PUBLISH."""
    numbered = number_bytes(number) if qos else b""
    return packet(PUBLISH, text_bytes(topic) + numbered + payload, qos << 1)
