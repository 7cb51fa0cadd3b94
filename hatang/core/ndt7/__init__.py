"""Speed tests by M-Lab's protocol ndt7 (spec of ndt-server, `spec/ndt7-protocol.md`): server, client, kept results.

One WebSocket a direction: the sender fills the connection for ten seconds, both sides may tell each other what they
measure. The server's own figures of a finished test go to a folder, without any address, for `results.take_result`.
"""

from typing import Final

SUBPROTOCOL: Final = "net.measurementlab.ndt.v7"
DOWNLOAD: Final = "download"
UPLOAD: Final = "upload"
DIRECTIONS: Final = (DOWNLOAD, UPLOAD)
PATH: Final = "/ndt/v7/"
TEST_SECONDS: Final = 10.0
REPORT_SECONDS: Final = 0.25
