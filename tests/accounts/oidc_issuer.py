"""A second issuer for tests: OpenID Connect with discovery, authorisation, token and keys, in a server of its own."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "hatang", "mat-khau-ung-dung"


class Issuer:
    """An issuer at which everybody is `subject`; `claims` overrides what its tokens say."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.subject = "cccd-001"
        self.claims: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.answer(self, parse_qs(urlsplit(self.path).query))

            def do_POST(self) -> None:
                issuer.answer(self, parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, request: BaseHTTPRequestHandler, given: dict[str, list[str]]) -> None:
        one = {name: values[0] for name, values in given.items()}
        path = urlsplit(request.path).path
        if path == "/authorize":
            code = secrets.token_urlsafe()
            self.codes[code] = one
            request.send_response(302)
            request.send_header("Location", f"{one['redirect_uri']}?{urlencode({'code': code, 'state': one['state']})}")
            request.end_headers()
            return
        status, told = {
            "/.well-known/openid-configuration": self.discovery,
            "/token": lambda: self.token(one),
            "/keys": lambda: (200, {"keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))]}),
        }.get(path, lambda: (404, {}))()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.end_headers()
        request.wfile.write(json.dumps(told).encode())

    def discovery(self) -> tuple[int, dict[str, Any]]:
        return 200, {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Change a code for a token once, for the client that shows its secret and the code's proof (PKCE)."""
        asked = self.codes.pop(given.get("code", ""), None)
        if asked is None or (given.get("client_id"), given.get("client_secret")) != (CLIENT, SECRET):
            return 400, {"error": "invalid_grant"}
        proof = base64.urlsafe_b64encode(sha256(given["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if proof != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": self.subject, "iat": now, "exp": now + 300} | self.claims
        signed = jwt.encode(claims, self.key, algorithm="RS256")
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": signed, "expires_in": 300}
