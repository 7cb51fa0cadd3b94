"""Load is counted past the library; whatever else comes, the library sees whole and in order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side, State

from hatang.core.ndt7.frames import LARGEST_BYTES, SMALLEST_BYTES, Skimmer, load_frame, next_size_bytes

PAYLOADS = st.one_of(st.binary(max_size=300), st.sampled_from([125, 126, 65_535, 65_536]).map(bytes))
CONTROL = st.tuples(st.sampled_from([Opcode.PING, Opcode.PONG]), st.binary(max_size=125))


def fragments(parts: list[bytes], between: list[tuple[Opcode, bytes]], opcode: Opcode) -> list[Frame]:
    """Cut one message into frames, with control frames between them as RFC 6455 allows."""
    frames = []
    for order, part in enumerate(parts):
        last = order == len(parts) - 1
        frames.append(Frame(Opcode.CONT if order else opcode, part, fin=last))
        frames += [Frame(kind, data) for kind, data in between] if not last else []
    return frames


MESSAGES = st.builds(
    fragments,
    st.lists(PAYLOADS, min_size=1, max_size=3),
    st.lists(CONTROL, max_size=2),
    st.sampled_from([Opcode.BINARY, Opcode.TEXT]),
)


@given(st.lists(MESSAGES, max_size=3), st.lists(st.integers(1, 90_000), max_size=9), st.booleans())
def test_any_stream_in_any_pieces(messages: list[list[Frame]], cuts: list[int], masked: bool) -> None:
    """The library's own frames, cut anywhere: what comes out is the stream without the binary messages."""
    frames = [frame for message in messages for frame in message]
    written = [frame.serialize(mask=masked) for frame in frames]
    is_load, in_load = [], False
    for frame in frames:
        in_load = frame.opcode is Opcode.BINARY or (in_load and frame.opcode is not Opcode.TEXT)
        is_load.append(in_load and frame.opcode in (Opcode.BINARY, Opcode.CONT))
    stream, at, kept = b"".join(written), 0, b""
    skimmer = Skimmer(masked=masked)
    while at < len(stream):
        for cut in [*cuts, 5000]:
            kept += skimmer.feed(stream[at : at + cut])
            at += cut
    assert kept == b"".join(raw for raw, load in zip(written, is_load, strict=True) if not load)
    assert skimmer.load_bytes == sum(len(f.data) for f, load in zip(frames, is_load, strict=True) if load)
    assert skimmer.other_frames == is_load.count(False)


def test_what_breaks_the_rules_goes_to_the_library_which_ends_it() -> None:
    unmasked, too_long = load_frame(5000, masked=False), bytes([0x82, 0xFF]) + (1 << 40).to_bytes(8, "big") + b"mask"
    reserved = bytes([0x82 | 0x40]) + load_frame(5000, masked=True)[1:]
    for wrong in (unmasked, too_long, reserved):
        library = Protocol(Side.SERVER, state=State.OPEN, max_size=1 << 17)
        library.receive_data(Skimmer(masked=True).feed(wrong))
        assert library.close_expected(), wrong[:10]


@given(st.integers(0, LARGEST_BYTES), st.booleans())
def test_the_library_reads_our_load(size: int, masked: bool) -> None:
    raw = load_frame(size, masked=masked)
    skimmer = Skimmer(masked=masked)
    assert skimmer.feed(raw) == b""
    assert skimmer.load_bytes == size
    side = Side.SERVER if masked else Side.CLIENT
    assert len(parse(raw, side).data) == size


def parse(raw: bytes, side: Side) -> Frame:
    """Read one frame by the library."""
    library = Protocol(side, state=State.OPEN, max_size=None)
    library.receive_data(raw)
    (frame,) = library.events_received()
    assert isinstance(frame, Frame)
    return frame


def test_messages_grow_on_a_fast_line_and_stay_short_on_a_slow_one() -> None:
    def size_after(mbps: float) -> int:
        size, sent = SMALLEST_BYTES, 0
        while sent < mbps * 1e6 / 8 * 10:
            sent += size
            size = next_size_bytes(size, sent, sent * 8 / 1e6 / mbps, 0.1)
        return size

    assert size_after(1000) == LARGEST_BYTES
    assert size_after(10) * 8 / 10e6 <= 0.1
    assert size_after(0.5) == SMALLEST_BYTES
