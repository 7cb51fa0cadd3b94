"""Secrets that an installation makes for itself at its first start and keeps in files that only its user can read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

RSA_BITS = 2048


def kept_secret(path: Path, make: Callable[[], bytes]) -> bytes:
    """Read a secret, made if there is none; of two processes that start at once, both get the one that was first."""
    if not path.exists():
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as file:  # is made with mode 600
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
            try:
                os.link(file.name, path)
            except FileExistsError:
                return path.read_bytes()
    return path.read_bytes()


def rsa_key() -> bytes:
    """Make the private key with which the token server signs (RS256); PKCS#8 PEM."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(65_537, RSA_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
