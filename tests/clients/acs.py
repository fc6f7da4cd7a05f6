"""What the tests of SharePoint's clients share: a site that answers realm discovery, and a reader of access tokens."""

import base64
import hashlib
import http.server
import json
import threading

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from conftest import TENANT

APP = "ac000000-0000-4000-8000-00000000000a"
SECRETS = ["MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=", "+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/8="]
ACS, SHAREPOINT = "00000001-0000-0000-c000-000000000000", "00000003-0000-0ff1-ce00-000000000000"


class Challenge(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(401)
        self.send_header("WWW-Authenticate", f'Bearer realm="{TENANT}",client_id="{SHAREPOINT}",trusted_issuers="{ACS}@*"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_HEAD

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def site():
    stub = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Challenge)
    threading.Thread(target=stub.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{stub.server_port}/sites/team"
    stub.shutdown()


def unpadded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def verified(server, token):
    """Claims of a token that a certificate of the metadata document signed."""
    metadata = requests.get(f"{server.root}/metadata/json/1", params={"realm": TENANT}, timeout=30).json()
    ders = [base64.b64decode(key["keyValue"]["value"]) for key in metadata["keys"]]
    by_thumbprint = {base64.urlsafe_b64encode(hashlib.sha1(der).digest()).rstrip(b"=").decode(): der for der in ders}
    header, payload, signature = token.split(".")
    certificate = x509.load_der_x509_certificate(by_thumbprint[json.loads(unpadded(header))["x5t"]])
    certificate.public_key().verify(unpadded(signature), f"{header}.{payload}".encode(), padding.PKCS1v15(), SHA256())
    return json.loads(unpadded(payload))
