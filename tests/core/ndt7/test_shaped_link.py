"""On a link of known speed and delay our figures are the link's, and iperf3's; all cases: benchmarks/ndt7.py."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from benchmarks.ndt7 import DIRECTIONS, iperf3_mbps, ndt7_mbps
from benchmarks.ndt7_links import Link, has_namespaces, shaped_link

RATE_MBPS, ROUND_TRIP_MS, SECONDS = 10, 20, 3
HEADERS = 1 - 1448 / 1500
"""What of the link's speed goes to headers."""


@pytest.fixture(scope="module")
def link() -> Iterator[Link]:
    for program, package in (("iperf3", "iperf3"), ("ip", "iproute2")):
        if not shutil.which(program):
            pytest.skip(f"không có {program} (gói {package})")
    if not has_namespaces():
        pytest.skip("không tạo được không gian mạng (ip netns) trên máy này")
    with shaped_link(RATE_MBPS, ROUND_TRIP_MS) as made:
        yield made


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_speed_is_the_links_and_iperf3s(link: Link, direction: str) -> None:
    ours = ndt7_mbps(link, direction, SECONDS)
    assert ours["server"] == pytest.approx(RATE_MBPS * (1 - HEADERS), rel=0.05)
    assert ours["client"] == pytest.approx(ours["server"], rel=0.05)
    assert ours["min_rtt_ms"] == pytest.approx(ROUND_TRIP_MS, rel=0.25)
    assert ours["server"] == pytest.approx(iperf3_mbps(link, direction, ["-t", str(SECONDS)]), rel=0.05)
