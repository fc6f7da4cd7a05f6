"""Office365-REST-Python-Client, unmodified: it discovers the realm and gets an app-only token for the site.

The client has the host of Microsoft's authentication server built in; only that address is set here. The site is a stub
that answers realm discovery, as a content host does.
"""

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
from office365.runtime.auth.client_credential import ClientCredential
from office365.runtime.auth.providers import acs_token_provider

from conftest import TENANT

APP = "ac000000-0000-4000-8000-00000000000a"
SECRETS = ["MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=", "+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/8="]
ACS, SHAREPOINT = "00000001-0000-0000-c000-000000000000", "00000003-0000-0ff1-ce00-000000000000"


class Challenge(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.send_response(401)
        self.send_header("WWW-Authenticate", f'Bearer realm="{TENANT}",client_id="{SHAREPOINT}",trusted_issuers="{ACS}@*"')
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site():
    stub = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Challenge)
    threading.Thread(target=stub.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{stub.server_port}/sites/team"
    stub.shutdown()


@pytest.fixture
def provider(server, site, monkeypatch):
    monkeypatch.setattr(acs_token_provider, "get_login_authority", lambda _: server.root)
    return lambda secret: acs_token_provider.ACSTokenProvider(site, ClientCredential(APP, secret))


def unpadded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def verified(server, token):
    """Claims of a token that a certificate of the metadata document signed."""
    metadata = requests.get(f"{server.root}/metadata/json/1", params={"realm": TENANT}, timeout=30).json()
    ders = [base64.b64decode(key["keyValue"]["value"]) for key in metadata["keys"]]
    by_thumbprint = {base64.urlsafe_b64encode(hashlib.sha1(der).digest()).rstrip(b"=").decode(): der for der in ders}
    header, payload, signature = token.split(".")
    x5t = json.loads(unpadded(header))["x5t"]
    certificate = x509.load_der_x509_certificate(by_thumbprint[x5t])
    certificate.public_key().verify(unpadded(signature), f"{header}.{payload}".encode(), padding.PKCS1v15(), SHA256())
    return json.loads(unpadded(payload))


@pytest.mark.parametrize("secret", SECRETS)
def test_it_gets_an_app_only_token_with_either_secret(server, provider, secret):
    token = provider(secret).get_app_only_access_token()
    claims = verified(server, token.accessToken)
    assert claims["aud"] == f"{SHAREPOINT}/127.0.0.1@{TENANT}"
    assert claims["iss"] == f"{ACS}@{TENANT}"
    assert claims["nameid"] == f"{APP}@{TENANT}"
    assert claims["exp"] - claims["nbf"] == 43200


def test_it_shows_why_a_token_is_refused(provider):
    with pytest.raises(ValueError) as refused:
        provider("MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI=").get_app_only_access_token()
    assert str(refused.value).startswith('{"error":"invalid_client"')
    assert "AADSTS7000215: Invalid client secret provided" in str(refused.value)
