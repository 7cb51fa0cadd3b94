"""M-Lab's own npm client, unchanged, in a real browser against our server."""

from __future__ import annotations

import faulthandler
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from hatang.core.ndt7.results import take_result
from tests.core.ndt7.scenes import ROOT, server_process

CHROMIUM = Path("/usr/bin/chromium")
CLIENT = ROOT / "node_modules/@m-lab/ndt7/src"
LONGEST_S = 120
MEASURE = """async (server) => {
  const said = {errors: [], uuids: {}, complete: {}, messages: {download: 0, upload: 0}};
  const note = (direction) => (measured) => {
    if (measured.Source !== 'server') return;
    said.uuids[direction] = measured.Data.ConnectionInfo.UUID;
    said.messages[direction] += 1;
  };
  said.code = await window.ndt7.test(
    {server, protocol: 'ws', userAcceptedDataPolicy: true,
     downloadworkerfile: 'ndt7-download-worker.js', uploadworkerfile: 'ndt7-upload-worker.js'},
    {error: (error) => said.errors.push(String(error)),
     downloadMeasurement: note('download'), uploadMeasurement: note('upload'),
     downloadComplete: (last) => { said.complete.download = last.LastClientMeasurement?.NumBytes ?? 0; },
     uploadComplete: (last) => { said.complete.upload = last.LastClientMeasurement?.NumBytes ?? 0; }});
  return said;
}"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves the client's files, and an empty page for all else."""

    def do_GET(self) -> None:
        if self.path.endswith(".js"):
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><script src='ndt7.js'></script>")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def page() -> Iterator[Page]:
    """Open a page that holds the client's script."""
    if not CHROMIUM.exists():
        pytest.skip("không có /usr/bin/chromium")
    faulthandler.dump_traceback_later(LONGEST_S, exit=True)
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(CLIENT))) as files,
        sync_playwright() as playwright,
    ):
        threading.Thread(target=files.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page()
        opened.goto(f"http://127.0.0.1:{files.server_port}/")
        yield opened
        browser.close()
        files.shutdown()
    faulthandler.cancel_dump_traceback_later()


def check(said: dict[str, Any], folder: Path) -> None:
    """Both tests completed, without an error, and the server keeps both under the names that the client was told."""
    assert (said["code"], said["errors"], sorted(said["complete"])) == (0, [], ["download", "upload"])
    for direction in ("download", "upload"):
        result = take_result(folder, said["uuids"][direction])
        assert result
        assert result.direction == direction
        assert result.mbps > 0
        assert result.bytes > 100_000


def test_the_npm_client_measures(page: Page, tmp_path: Path) -> None:
    with server_process(tmp_path, "--origins", page.url.rstrip("/"), "--cap-mb", "0") as port:
        said = page.evaluate(MEASURE, f"127.0.0.1:{port}")
    check(said, tmp_path)
    assert min(said["messages"].values()) >= 2


def test_the_npm_client_ends_well_at_the_cap(page: Page, tmp_path: Path) -> None:
    """The load ends long before the time; the browser has megabytes waiting when the server closes."""
    with server_process(tmp_path, "--origins", "*", "--cap-mb", "20", "--seconds", "10") as port:
        said = page.evaluate(MEASURE, f"127.0.0.1:{port}")
    check(said, tmp_path)


def test_another_page_may_not_use_it(page: Page, tmp_path: Path) -> None:
    with server_process(tmp_path, "--origins", "https://example.org") as port:
        said = page.evaluate(MEASURE, f"127.0.0.1:{port}")
    assert said["errors"]
    assert list(tmp_path.iterdir()) == []
