"""One command starts everything, says where it is, and takes everything down with it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from hatang.config import serve
from hatang.config.working import STARTS_AN_HOUR

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def descendants(pid: int) -> list[int]:
    """List the process and all that it started, by /proc."""
    found, parents = [pid], {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    for known in found:
        found.extend(child for child, parent in parents.items() if parent == known)
    return found


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def start(data: Path, port: int) -> tuple[subprocess.Popen[str], str]:
    """Start ./run --empty as a child and read until it is ready."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HATANG_") and k != "DJANGO_SETTINGS_MODULE"}
    words = [sys.executable, "-m", "hatang.config.serve", "--port", str(port), "--data", str(data), "--empty"]
    server = subprocess.Popen(
        words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    printed = ""
    assert server.stdout
    for line in server.stdout:
        printed += line
        if "Dừng bằng Ctrl-C" in line:
            return server, printed
    pytest.fail(f"not ready:\n{printed}")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """Give a data directory in which nothing is but the tables, which take long to make."""
    data = tmp_path_factory.mktemp("data")
    shutil.copy(migrated, data / "hatang.sqlite3")
    return data


def test_empty_start_offers_one_link_and_ctrl_c_ends_every_child(installation: Path) -> None:
    port = free_port()
    server, printed = start(installation, port)
    family = descendants(server.pid)
    try:
        assert f"http://localhost:{port}" in printed
        speed_test = re.search(r"Máy chủ đo tốc độ: ws://localhost:(\d+)", printed)
        assert speed_test
        with urlopen(f"http://127.0.0.1:{speed_test[1]}/ndt/v7/ready") as answer:
            assert answer.status == 200
        assert "/tai-khoan/" in printed, "the first administrator's link"
        assert len(family) >= 5, "serve, web master, web workers, worker, speed tests"
        with urlopen(f"http://127.0.0.1:{port}/") as answer:
            policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=20)
    deadline = time.monotonic() + 5
    while any(alive(pid) for pid in family) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [pid for pid in family if alive(pid)] == []


def waits() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)


def ended() -> subprocess.Popen[bytes]:
    child = subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"], start_new_session=True)
    child.wait()
    return child


def test_a_worker_that_ends_is_started_again_but_not_for_ever_and_not_without_the_web(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    resumed: list[int] = []
    monkeypatch.setattr(serve, "working", lambda: [sys.executable, "-c", "import time; time.sleep(600)"])
    monkeypatch.setattr("hatang.work.services.resume_interrupted_jobs", lambda: resumed.append(1))
    running, starts = [waits(), ended(), waits()], list[float]()
    others: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(STARTS_AN_HOUR):
            assert serve.started_again(running, starts)
            assert running[1].poll() is None
            others.append(running[1])
            running[1] = ended()
        assert not serve.started_again(running, starts)
        assert len(resumed) == STARTS_AN_HOUR
        assert "Tiến trình nền đã dừng (mã 1); đang chạy lại." in capsys.readouterr().err
        assert not serve.started_again([ended(), ended(), running[2]], [])
    finally:
        serve.stop([running[0], running[2], *others])


def test_secret_key_is_kept_and_closed(installation: Path) -> None:
    key = installation / "secret_key"
    assert key.stat().st_mode & 0o077 == 0
    assert len(key.read_text()) >= 50


def test_the_speed_test_server_takes_the_next_free_port_and_lets_our_pages_use_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HATANG_NDT7_PORT", "HATANG_NDT7_ORIGIN"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("HATANG_DATA", str(tmp_path))
    monkeypatch.setenv("HATANG_ORIGIN", "https://hatang.tinh.gov.vn")
    monkeypatch.setenv("HATANG_HOSTS", "hatang.tinh.gov.vn,10.0.0.5,.tinh.gov.vn")
    monkeypatch.setenv("HATANG_NDT7_CERTIFICATE", "/etc/c.pem")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        serve.choose_measuring_port(busy - 1)
    chosen = int(os.environ["HATANG_NDT7_PORT"])
    assert busy < chosen < busy + 20
    assert os.environ["HATANG_NDT7_ORIGIN"] == f"wss://hatang.tinh.gov.vn:{chosen}"
    words = serve.measuring()
    assert words[words.index("--port") + 1] == str(chosen)
    assert words[words.index("--certificate") + 1] == "/etc/c.pem"
    pages = words[words.index("--origins") + 1].split(",")
    assert set(pages) == {"https://hatang.tinh.gov.vn", "https://10.0.0.5"}


def test_help_names_the_options() -> None:
    words = [sys.executable, "-m", "hatang.config.serve", "--help"]
    shown = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(option in shown for option in ("--port", "--data", "--empty"))


def test_a_slow_start_is_waited_for_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A loaded machine needs minutes for what else takes seconds; whoever waits reads that it goes on."""
    clock = count(0, 4)

    def refused(address: str, timeout: float) -> None:
        raise URLError("Connection refused")

    monkeypatch.setattr(serve, "time", SimpleNamespace(monotonic=lambda: next(clock), sleep=lambda seconds: None))
    monkeypatch.setattr(serve, "urlopen", refused)
    assert not serve.wait_until_ready("http://127.0.0.1:1", [])
    said = capsys.readouterr().out
    assert "Đang chờ máy chủ trả lời, 12 giây; chờ tới 180 giây." in said
    assert next(clock) >= 180
