"""A token of SoftHSM 2 in a folder of the test: a real PKCS#11 library, its key and certificate put on it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11.util.x509 import decode_x509_certificate

from hatang.core.signatures.trial_keys import Pair

LIBRARIES = [Path(place) / "softhsm/libsofthsm2.so" for place in ("/usr/lib", "/usr/lib64", "/usr/local/lib")]
LIBRARIES += sorted(Path("/usr/lib").glob("*/softhsm/libsofthsm2.so"))
TOKEN, LABEL, PIN = "Sở Thử", "ky-van-ban", "24681357"


def soft_library() -> str:
    """Give SoftHSM's library; a test that needs it is named as skipped where it is missing."""
    program = shutil.which("softhsm2-util")
    found = [path for path in LIBRARIES if path.exists()]
    if program is None or not found:
        pytest.skip("chưa cài softhsm2")
    return str(found[0])


def begin_token(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make an empty token and give the library that opens it."""
    library = soft_library()
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
    said = ["--init-token", "--free", "--label", TOKEN, "--so-pin", "97531", "--pin", PIN]
    subprocess.run(["softhsm2-util", *said], check=True, capture_output=True, timeout=60)
    return library


def put_on_token(library: str, folder: Path, pair: Pair, label: str = LABEL) -> None:
    """Put a key and its certificate on the token under one label."""
    put_key(folder, pair, label)
    put_certificate(library, pair, label)


def put_key(folder: Path, pair: Pair, label: str) -> None:
    """Import a key as an administrator does."""
    path = folder / f"{label}.key"
    path.write_bytes(pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    said = ["--import", str(path), "--token", TOKEN, "--label", label, "--pin", PIN, "--id", "a1"]
    subprocess.run(["softhsm2-util", *said], check=True, capture_output=True, timeout=60)


def put_certificate(library: str, pair: Pair, label: str) -> None:
    """Store a certificate beside its key."""
    opened = pkcs11.lib(library)
    try:
        [token] = opened.get_tokens(token_label=TOKEN)
        with token.open(rw=True, user_pin=PIN) as session:
            facts = decode_x509_certificate(pair.certificate.public_bytes(Encoding.DER))
            facts[pkcs11.Attribute.TOKEN], facts[pkcs11.Attribute.LABEL] = True, label
            session.create_object(facts)
    finally:
        opened.finalize()
