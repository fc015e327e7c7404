"""A council's sign-on service on loopback: enough of OpenID Connect for one person to come through."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from urllib.parse import parse_qs, urlsplit

import jwt

CLIENT = "portal"


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        here, service = f"http://127.0.0.1:{self.server.server_port}", self.server.service
        if self.path == "/.well-known/openid-configuration":
            self._answer(
                {
                    "issuer": here,
                    "authorization_endpoint": f"{here}/authorize",
                    "token_endpoint": f"{here}/token",
                    "userinfo_endpoint": f"{here}/userinfo",
                    "jwks_uri": f"{here}/keys",
                }
            )
        elif self.path == "/userinfo" and self.headers["Authorization"] == "Bearer a-token":
            self._answer(service.claims)
        else:
            self.send_error(404)

    def do_POST(self):
        service = self.server.service
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        service.asked_for_tokens.append({key: values[0] for key, values in asked.items()})
        claims = {
            **service.claims,
            "iss": f"http://127.0.0.1:{self.server.server_port}",
            "aud": CLIENT,
            "iat": time(),
            "exp": time() + 60,
        }
        token = jwt.encode(claims, "s" * 32, "HS256")
        self._answer({"access_token": "a-token", "token_type": "Bearer", "id_token": token})

    def _answer(self, what: dict) -> None:
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class CouncilSignOn:
    """`claims` say who comes through next; `sign_in(client)` walks a client through the whole round trip."""

    def __init__(self, address: str):
        self.address, self.claims, self.asked_for_tokens = address, {}, []

    def apps(self, **settings) -> dict:
        app = {
            "provider_id": "council",
            "name": "Council account",
            "client_id": CLIENT,
            "secret": "a-secret",
            "settings": {"server_url": self.address, **settings},
        }
        return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}

    def sign_in(self, client, **claims):
        self.claims = claims
        away = client.post("/accounts/oidc/council/login/")
        assert away.status_code == 302
        sent = urlsplit(away["Location"])
        assert f"{sent.scheme}://{sent.netloc}" == self.address
        state = parse_qs(sent.query)["state"][0]
        return client.get("/accounts/oidc/council/login/callback/", {"code": "a-code", "state": state})


@contextmanager
def running():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.service = CouncilSignOn(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
