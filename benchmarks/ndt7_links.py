"""Two network namespaces with one shaped link between them: by `tc netem`, or where the kernel lacks it by ourselves.

The stand-in is a process between two TUN devices: a bottleneck queue of fixed rate, then a fixed delay, both ways; it
hands on the kernel's large segments and counts them as the packets that they would be. Needs root and iproute2.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SET_INTERFACE, SET_OFFLOAD = 0x400454CA, 0x400454D0
TUN, NO_PACKET_INFO, OFFLOAD_HEADER = 0x0001, 0x1000, 0x4000
CHECKSUMS_AND_LARGE_SEGMENTS = 1 | 2 | 4
HEADER = struct.Struct("=BBHHHH")
"""virtio_net_hdr: flags, kind of large segment, length of headers, bytes a packet, checksum's place twice."""
LARGEST_BYTES = 65_535 + HEADER.size
SPARE_QUEUE_BYTES = 256 * 1024
MTU_BYTES = 1500
SETTINGS = {
    "net/ipv4/tcp_wmem": "4096 65536 134217728",
    "net/ipv4/tcp_rmem": "4096 131072 134217728",
    "net/ipv4/tcp_no_metrics_save": "1",
}
"""Buffers for 1 Gbit/s at 300 ms, and no run knows what an earlier one found."""


@dataclass(frozen=True)
class Link:
    """A link's two ends, and the means by which it is shaped."""

    server: str
    client: str
    address: str
    address6: str
    means: str


@contextmanager
def shaped_link(rate_mbps: float, round_trip_ms: float) -> Iterator[Link]:
    """Make both namespaces and the link; remove them at the end."""
    name = f"h{os.getpid()}"
    link = Link(f"{name}s", f"{name}c", "10.77.0.1", "fd77::1", "tc netem" if has_netem() else "TUN")
    between: subprocess.Popen[bytes] | None = None
    try:
        for space in (link.server, link.client):
            ip("netns", "add", space)
        if link.means == "TUN":
            between = tun_link(link, rate_mbps, round_trip_ms)
        else:
            netem_link(link, rate_mbps, round_trip_ms)
        address_ends(link)
        yield link
    finally:
        if between:
            between.kill()
            between.communicate()
        for space in (link.server, link.client):
            with suppress(subprocess.CalledProcessError):
                ip("netns", "delete", space)


def ip(*words: str) -> None:
    """Run iproute2."""
    subprocess.run(["ip", *words], check=True, capture_output=True)


def inside(space: str, words: Sequence[str]) -> list[str]:
    """Give the command that runs another inside a namespace."""
    return ["ip", "netns", "exec", space, *words]


def has_netem() -> bool:
    """Tell whether the kernel can shape a link by netem."""
    space = f"h{os.getpid()}n"
    ip("netns", "add", space)
    try:
        words = ["tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms"]
        return subprocess.run(inside(space, words), capture_output=True, check=False).returncode == 0
    finally:
        ip("netns", "delete", space)


def has_namespaces() -> bool:
    """Tell whether this process may make network namespaces and TUN devices."""
    if os.geteuid() != 0 or not Path("/dev/net/tun").exists():
        return False
    try:
        has_netem()
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def queue_bytes(rate_mbps: float, round_trip_ms: float) -> int:
    """Give the bottleneck's queue: one round trip's worth, and some."""
    return round(rate_mbps * round_trip_ms * 1000 / 8) + SPARE_QUEUE_BYTES


def netem_link(link: Link, rate_mbps: float, round_trip_ms: float) -> None:
    """Join the namespaces by a pair of virtual cards, each shaped on its way out."""
    ip("link", "add", "h0", "netns", link.server, "type", "veth", "peer", "name", "h0", "netns", link.client)
    waiting = queue_bytes(rate_mbps, round_trip_ms) + rate_mbps * round_trip_ms * 1000 / 16
    for space in (link.server, link.client):
        words = ["tc", "qdisc", "add", "dev", "h0", "root", "netem", "rate", f"{rate_mbps}mbit"]
        words += ["delay", f"{round_trip_ms / 2}ms", "limit", str(round(waiting / MTU_BYTES))]
        subprocess.run(inside(space, words), check=True)


def tun_link(link: Link, rate_mbps: float, round_trip_ms: float) -> subprocess.Popen[bytes]:
    """Join the namespaces by a process between two TUN devices."""
    names = f"{link.server}0", f"{link.client}0"
    words = [sys.executable, "-m", "benchmarks.ndt7_links", *names, str(rate_mbps), str(round_trip_ms)]
    between = subprocess.Popen(words, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    assert between.stdout
    if not between.stdout.readline():
        raise OSError("the process between the TUN devices did not start")
    for name, space in zip(names, (link.server, link.client), strict=True):
        ip("link", "set", name, "netns", space)
        ip("-n", space, "link", "set", name, "name", "h0")
    return between


def address_ends(link: Link) -> None:
    """Give both ends their addresses and settings, and switch them on."""
    for space, last in ((link.server, 1), (link.client, 2)):
        for name, value in SETTINGS.items():
            subprocess.run(inside(space, ["sysctl", "-qw", f"{name.replace('/', '.')}={value}"]), check=True)
        ip("-n", space, "link", "set", "lo", "up")
        ip("-n", space, "link", "set", "h0", "mtu", str(MTU_BYTES), "txqueuelen", "20000", "up")
        ip("-n", space, "address", "add", f"10.77.0.{last}/24", "dev", "h0")
        ip("-n", space, "address", "add", f"fd77::{last}/64", "dev", "h0", "nodad")


def open_tun(name: str) -> int:
    """Make a TUN device that hands over large segments."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, SET_INTERFACE, struct.pack("16sH22x", name.encode(), TUN | NO_PACKET_INFO | OFFLOAD_HEADER))
    fcntl.ioctl(device, SET_OFFLOAD, CHECKSUMS_AND_LARGE_SEGMENTS)
    return device


def wire_bytes(packet: bytes) -> int:
    """Give a large segment's length as the packets that it stands for."""
    _, kind, headers, each, _, _ = HEADER.unpack_from(packet)
    length = len(packet) - HEADER.size
    return length + ((length - headers - 1) // each) * headers if kind and each else length


class Way:
    """One direction: a queue of fixed rate before a fixed delay."""

    def __init__(self, into: int, out: int, rate_mbps: float, round_trip_ms: float) -> None:
        self.into = into
        self.out = out
        self.bytes_a_second = rate_mbps * 1e6 / 8
        self.delay_s = round_trip_ms / 2000
        self.most_s = queue_bytes(rate_mbps, round_trip_ms) / self.bytes_a_second
        self.free_at = 0.0
        self.under_way: deque[tuple[float, bytes]] = deque()

    def take(self) -> None:
        """Take the packets that wait; those that find the queue full are lost."""
        for _ in range(64):
            try:
                packet = os.read(self.into, LARGEST_BYTES)
            except BlockingIOError:
                return
            now = time.monotonic()
            begin = max(now, self.free_at)
            if begin - now < self.most_s:
                self.free_at = begin + wire_bytes(packet) / self.bytes_a_second
                self.under_way.append((self.free_at + self.delay_s, packet))

    def give(self) -> None:
        """Hand on what is due."""
        while self.under_way and self.under_way[0][0] <= time.monotonic():
            with suppress(OSError):
                os.write(self.out, self.under_way.popleft()[1])


def carry(first: str, second: str, rate_mbps: float, round_trip_ms: float) -> None:
    """Carry packets both ways until killed."""
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))  # a link does not wait for a busy machine
    one, other = open_tun(first), open_tun(second)
    print("ready", flush=True)
    ways = {into: Way(into, out, rate_mbps, round_trip_ms) for into, out in ((one, other), (other, one))}
    while True:
        due = [way.under_way[0][0] for way in ways.values() if way.under_way]
        wait = max(0.0, min(due) - time.monotonic()) if due else None
        for ready in select.select(list(ways), [], [], wait)[0]:
            ways[ready].take()
        for way in ways.values():
            way.give()


if __name__ == "__main__":
    carry(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))
