"""The process that takes MQTT in: `python -m hatang.sensors.writer`, beside the web server.

With `--door` devices connect to this process itself: it acknowledges what is stored, and nothing before. With
`--broker` it reads from Mosquitto, which stands between it and the devices.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from hatang.core.mqtt.door import Door, Rules
from hatang.core.mqtt.reader import Broker, read_from
from hatang.core.mqtt.taking import Gathering

LOG = logging.getLogger("hatang.sensors.writer")
TEND_EVERY_S = 20.0
LOOK_EVERY_S = 60.0
REFUSED_EVERY_S = 1.0
AGAIN_AFTER_S = 5.0


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """Read the command's words."""
    parser = argparse.ArgumentParser(prog="python -m hatang.sensors.writer", description="Nhận số đo qua MQTT.")
    parser.add_argument("--door", default="", metavar="MÁY:CỔNG", help="mở cửa cho thiết bị, ví dụ 127.0.0.1:1883")
    parser.add_argument("--broker", default="", metavar="MÁY:CỔNG", help="đọc từ Mosquitto")
    parser.add_argument("--every", type=float, default=0.5, help="lưu mỗi bao nhiêu giây (mặc định 0,5)")
    parser.add_argument("--most", type=int, default=5_000, help="hoặc khi đủ bao nhiêu gói tin (mặc định 5.000)")
    return parser.parse_args(words)


def address(text: str) -> tuple[str, int]:
    """Read host and port."""
    host, _, port = text.rpartition(":")
    return host.strip("[]") or "127.0.0.1", int(port)


async def run(options: argparse.Namespace) -> None:
    """Take in until told to end."""
    from hatang.sensors.services.broker import WRITER, writer_secret
    from hatang.sensors.services.listening import store_messages

    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    gathering = Gathering(store_messages, every_s=options.every, most=options.most)
    tasks = [gathering.run(ending), tend(ending), look_at_clock(ending), keep_refused(gathering, ending)]
    if options.broker:
        host, port = address(options.broker)
        tasks.append(read_from(Broker(host, port, WRITER, writer_secret()), gathering, ending))
    if options.door:
        tasks.append(open_door(options.door, gathering, ending))
    await asyncio.gather(*tasks)


async def open_door(where: str, gathering: Gathering, ending: asyncio.Event) -> None:
    """Let devices in until told to end."""
    from hatang.sensors.services.listening import is_known, turned_away

    loop, thread = asyncio.get_running_loop(), ThreadPoolExecutor(1, "known")

    async def known(name: str, secret: str) -> bool:
        return await loop.run_in_executor(thread, is_known, name, secret)

    rules = Rules(known, turned_away)
    host, port = address(where)
    server = None
    while server is None and not ending.is_set():
        try:
            server = await loop.create_server(lambda: Door(gathering, rules), host, port)
        except OSError as fault:
            LOG.warning("chưa mở được cửa MQTT %s, thử lại sau %.0f giây: %s", where, AGAIN_AFTER_S, fault)
            await asyncio.sleep(AGAIN_AFTER_S)
    if server is None:
        return
    print(f"MQTT: {server.sockets[0].getsockname()[1]}", flush=True)
    await ending.wait()
    server.close()


async def tend(ending: asyncio.Event) -> None:
    """Put small files together now and then."""
    from hatang.sensors.services.observations import observation_table

    await every(TEND_EVERY_S, observation_table().tend, ending, "chưa gộp được các tệp số đo")


async def look_at_clock(ending: asyncio.Event) -> None:
    """Once a minute hold the rules against the time, beside what comes in."""
    from hatang.sensors.services import listening

    await every(LOOK_EVERY_S, listening.look_at_clock, ending, "chưa xét được các ngưỡng theo giờ")


async def every(seconds: float, do: Callable[[], object], ending: asyncio.Event, fault: str) -> None:
    """Do something again and again in a thread of its own, and log where it failed."""
    loop, thread = asyncio.get_running_loop(), ThreadPoolExecutor(1)
    while not ending.is_set():
        try:
            await asyncio.wait_for(ending.wait(), seconds)
        except TimeoutError:
            try:
                await loop.run_in_executor(thread, do)
            except Exception:
                LOG.exception(fault)


async def keep_refused(gathering: Gathering, ending: asyncio.Event) -> None:
    """Count what the door refused even when nothing else comes in."""
    from hatang.sensors.services.listening import store_messages, unstored

    loop = asyncio.get_running_loop()
    while not ending.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), REFUSED_EVERY_S)
        if unstored and not gathering.waiting:
            await loop.run_in_executor(gathering.thread, store_messages, [])


def main(words: Sequence[str]) -> int:
    """Run until told to end."""
    options = arguments(words)
    if not (options.door or options.broker):
        print("Ghi --door hoặc --broker; xem --help.", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hatang.config.settings")
    import django

    django.setup()
    asyncio.run(run(options))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
