"""Start an installation on one machine: database, data, web server, worker, speed tests; stop them together."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from hatang.config import environment
from hatang.config.working import may_start, work_resumed

PORTS_TRIED = 20
READY_SECONDS = 180
SAY_SECONDS = 10


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """Read the options of ./run."""
    parser = argparse.ArgumentParser(prog="./run", description="Chạy Hatang: máy chủ web và tiến trình nền.")
    parser.add_argument("--port", type=int, default=8000, help="cổng của máy chủ web (mặc định 8000)")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="thư mục dữ liệu (mặc định var)")
    parser.add_argument(
        "--empty", action="store_true", help="không nạp dữ liệu mẫu; in liên kết một lần cho người quản trị đầu tiên"
    )
    return parser.parse_args(words)


def prepare(*, empty: bool) -> None:
    """Migrate the database, gather static files, and fill an empty database."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    gather_static(Path(settings.STATIC_ROOT), settings.ROOT)
    from django.utils import timezone

    from hatang.pages.ground import ground
    from hatang.places.models import Place
    from hatang.places.services.boundaries import illustrate
    from hatang.work.services import plan_round, resume_interrupted_jobs

    resume_interrupted_jobs()
    plan_round()
    ground()
    if Place.objects.exists():
        call_command("load_sharing_rules", verbosity=0)
        call_command("load_data_services", verbosity=0)
        illustrate(on=timezone.localdate())
        return
    if empty:
        for command in ("load_places", "load_organisations", "load_indicators", "first_administrator"):
            call_command(command)
    else:
        call_command("load_sample")
    call_command("load_sharing_rules")
    call_command("load_data_services")


def gather_static(target: Path, root: Path) -> None:
    """Collect and compress static files, only when one of them is newer than the last time."""
    from django.core.management import call_command

    stamp = target / ".gathered"
    sources = [root / "package-lock.json", *root.glob("hatang/*/static/**/*"), root / "hatang/config/staticfiles.py"]
    newest = max(path.stat().st_mtime for path in sources)
    if stamp.exists() and stamp.stat().st_mtime > newest:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.touch()


def children(port: int) -> list[subprocess.Popen[bytes]]:
    """Start the web server and the worker, each in a process group of its own."""
    python = [sys.executable, "-m"]
    web = [*python, "gunicorn", "hatang.config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]
    web += ["--log-level", "warning", "--preload"]
    commands = (web, working(), measuring(), sensing())
    return [subprocess.Popen(command, start_new_session=True) for command in commands if command]


def working() -> list[str]:
    """Give the command of the background process, which has a process of its own for each lane of work."""
    return [sys.executable, "-m", "hatang.config.working"]


def started_again(running: list[subprocess.Popen[bytes]], starts: list[float]) -> bool:
    """Start the worker again when it alone has ended, with what it left unfinished; False when that does not help.

    `running` is what `children` gave, the worker second; `starts` are the times of the starts of the last hour.
    """
    web, worker, *beside = running
    if any(one.poll() is not None for one in (web, *beside)) or not may_start(starts):
        return False
    print(f"Tiến trình nền đã dừng (mã {worker.poll()}); đang chạy lại.", file=sys.stderr, flush=True)
    end_group(worker, signal.SIGKILL)  # what is left of its lanes, or two would take the same work
    if work_resumed():
        running[1] = subprocess.Popen(working(), start_new_session=True)
    return True


def measuring() -> list[str]:
    """Give the command of the speed-test server."""
    command = [sys.executable, "-m", "hatang.core.ndt7", "--folder", str(environment.data_directory() / "ndt7")]
    command += ["--origins", ",".join(environment.pages_that_measure())]
    for option in ("port", "hosts", "most", "most-per-address", "cap-mb", "proxies", "certificate", "key"):
        if value := environment.read(f"HATANG_NDT7_{option.replace('-', '_').upper()}"):
            command += [f"--{option}", value]
    return command


def sensing() -> list[str]:
    """Give the command of the process that takes observations in; none where no door is open and no broker is named."""
    command = [sys.executable, "-m", "hatang.sensors.writer"]
    door = environment.read("HATANG_MQTT_DOOR")
    options = ["--door", door] if door != "none" else []
    if broker := environment.read("HATANG_MQTT_BROKER"):
        options += ["--broker", broker]
    return command + options if options else []


def choose_door() -> None:
    """Settle the port of the door for devices: the first that is free."""
    if not environment.read("HATANG_MQTT_DOOR"):
        port = next((port for port in range(1883, 1883 + PORTS_TRIED) if is_free(port)), 1883)
        os.environ["HATANG_MQTT_DOOR"] = f"127.0.0.1:{port}"


def choose_measuring_port(web_port: int) -> None:
    """Settle the speed-test server's port before the web server says it to browsers: the next one that is free."""
    if not environment.read("HATANG_NDT7_PORT"):
        ports = range(web_port + 1, web_port + 1 + PORTS_TRIED)
        os.environ["HATANG_NDT7_PORT"] = str(next((port for port in ports if is_free(port)), web_port + 1))
    scheme = "wss" if environment.read("HATANG_NDT7_CERTIFICATE") else "ws"
    host = urlsplit(environment.read("HATANG_ORIGIN")).hostname or "localhost"
    name = f"[{host}]" if ":" in host else host
    os.environ.setdefault("HATANG_NDT7_ORIGIN", f"{scheme}://{name}:{environment.read('HATANG_NDT7_PORT')}")


def is_free(port: int) -> bool:
    """Tell whether nobody listens on a port of this machine."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def stop(running: list[subprocess.Popen[bytes]]) -> None:
    """End every child and what it started; after ten seconds without asking."""
    for child in running:
        end_group(child, signal.SIGTERM)
    deadline = time.monotonic() + 10
    for child in running:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            end_group(child, signal.SIGKILL)
            child.wait()


def end_group(child: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Send a signal to the child's whole process group, if it still lives."""
    try:
        os.killpg(child.pid, how)
    except ProcessLookupError:
        return


def wait_until_ready(address: str, running: list[subprocess.Popen[bytes]]) -> bool:
    """Wait until the server answers, and now and then say so; False when a child ended or time ran out."""
    began = said = time.monotonic()
    while (now := time.monotonic()) < began + READY_SECONDS and all(child.poll() is None for child in running):
        if now >= said + SAY_SECONDS:
            said = now
            print(f"Đang chờ máy chủ trả lời, {now - began:.0f} giây; chờ tới {READY_SECONDS} giây.", flush=True)
        try:
            with urlopen(f"{address}/gioi-thieu", timeout=2):
                return True
        except (URLError, OSError):
            time.sleep(0.1)
    return False


def interrupt(number: int, frame: FrameType | None) -> None:
    """Turn a request to stop into the same path as Ctrl-C."""
    raise KeyboardInterrupt


def main(words: Sequence[str]) -> int:
    """Run until Ctrl-C or until a child ends."""
    options = arguments(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hatang.config.settings")
    os.environ.setdefault("HATANG_ORIGIN", f"http://localhost:{options.port}")
    if options.data:
        os.environ["HATANG_DATA"] = str(options.data)
    choose_measuring_port(options.port)
    for asked in (signal.SIGTERM, signal.SIGINT):  # SIGINT too: what a shell begins in the background ignores it
        signal.signal(asked, interrupt)
    running: list[subprocess.Popen[bytes]] = []
    try:
        prepare(empty=options.empty)
        choose_door()  # only now: until the data is prepared, another may have taken a port
        running = children(options.port)
        if not wait_until_ready(f"http://127.0.0.1:{options.port}", running):
            print("Máy chủ không khởi động được; xem các dòng lỗi ở trên.", file=sys.stderr)
            return 1
        print(f"\nHatang đã sẵn sàng: {os.environ['HATANG_ORIGIN']}", flush=True)
        print(f"Cửa MQTT cho thiết bị: {environment.read('HATANG_MQTT_DOOR')}", flush=True)
        print(f"Máy chủ đo tốc độ: {os.environ['HATANG_NDT7_ORIGIN']}\nDừng bằng Ctrl-C.", flush=True)
        starts: list[float] = []
        while all(child.poll() is None for child in running) or started_again(running, starts):
            time.sleep(0.3)
        print("Một tiến trình đã dừng ngoài dự kiến; đang dừng tất cả.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        stop(running)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
