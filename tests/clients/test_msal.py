"""PyPI msal, unmodified, against the Entra-shaped tenant."""

import base64
import datetime
import json

import msal
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from conftest import TENANT
from signin import Browser

CLIENT = "c11e0000-0000-4000-8000-000000000001"
MIDDLE = "11111111-2222-3333-4444-555555555555"
ORDERS = "0de20000-0000-4000-8000-000000000001"
SECRET = "middle-tier-secret-0123456789"
ALICE = ("alice@contoso.example", "Correct-Horse-7")
BOB = ("bob@contoso.example", "Battery-Staple-8")


def claims(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def sign_in(server, who, scopes=("api://middle/access_as_user",), app=None):
    app = app or msal.PublicClientApplication(CLIENT, authority=server.authority, instance_discovery=False)
    flow = app.initiate_auth_code_flow(list(scopes), redirect_uri="http://localhost:53682")
    params = Browser(server.ca).authorize(flow["auth_uri"], "http://localhost:53682", *who)
    return app, app.acquire_token_by_auth_code_flow(flow, params)


def middle_tier(server, credential=SECRET):
    return msal.ConfidentialClientApplication(
        MIDDLE, client_credential=credential, authority=server.authority, instance_discovery=False)


@pytest.fixture(scope="module")
def alice(server):
    return sign_in(server, ALICE)


def test_code_with_pkce(server, alice):
    _, result = alice
    assert "error" not in result, result
    token = claims(result["access_token"])
    assert token["aud"] == MIDDLE
    assert token["scp"] == "access_as_user"
    assert token["oid"] == "a11ce000-0000-4000-8000-000000000001"
    assert token["iss"] == f"{server.authority}/v2.0"
    assert result["id_token_claims"]["preferred_username"] == ALICE[0]
    assert result["id_token_claims"]["aud"] == CLIENT


def test_silent_uses_the_cache_and_refresh_makes_a_new_token(alice):
    app, first = alice
    account = app.get_accounts()[0]
    assert account["username"] == ALICE[0]
    cached = app.acquire_token_silent(["api://middle/access_as_user"], account=account)
    assert cached["access_token"] == first["access_token"]
    renewed = app.acquire_token_silent(["api://middle/access_as_user"], account=account, force_refresh=True)
    assert renewed and "error" not in renewed, renewed
    assert renewed["access_token"] != first["access_token"]
    assert claims(renewed["access_token"])["oid"] == claims(first["access_token"])["oid"]


def test_client_credentials_with_secret(server):
    result = middle_tier(server).acquire_token_for_client(["api://orders/.default"])
    assert "error" not in result, result
    token = claims(result["access_token"])
    assert token["roles"] == ["Order.Read.All"]
    assert token["aud"] == ORDERS
    assert "scp" not in token


def test_wrong_secret_names_the_cause(server):
    result = middle_tier(server, "not-the-secret").acquire_token_for_client(["api://orders/.default"])
    assert result["error"] == "invalid_client"
    assert result["error_codes"] == [7000215]
    assert "not-the-secret" not in json.dumps(result)


def certificate():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "middle tier")])
    now = datetime.datetime.now(datetime.timezone.utc)
    cert = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30)).sign(key, hashes.SHA256()))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption()).decode()
    return private, cert.public_bytes(serialization.Encoding.PEM).decode(), cert


def test_client_credentials_with_certificate(server, tmp_path):
    private, public, cert = certificate()
    client = "ce270000-0000-4000-8000-000000000001"
    declaration = tmp_path / "certificate.toml"
    declaration.write_text(f'''
[[app]]
tenant = "contoso.example"
client_id = "{client}"
title = "With a certificate"
certificates = [{{ pem = """{public}""" }}]
''')
    server.run("apply", "--config", str(server.config), "-f", str(declaration))
    for credential in (
        {"private_key": private, "public_certificate": public},  # PS256, x5t#S256
        {"private_key": private, "thumbprint": cert.fingerprint(hashes.SHA1()).hex()},  # RS256, x5t
    ):
        app = msal.ConfidentialClientApplication(
            client, client_credential=credential, authority=server.authority, instance_discovery=False)
        result = app.acquire_token_for_client(["api://orders/.default"])
        assert "error" not in result, result
        assert claims(result["access_token"])["azpacr"] == "2"

    stranger, other, _ = certificate()
    app = msal.ConfidentialClientApplication(
        client, client_credential={"private_key": stranger, "public_certificate": other},
        authority=server.authority, instance_discovery=False)
    refused = app.acquire_token_for_client(["api://orders/.default"])
    assert refused["error"] == "invalid_client" and refused["error_codes"] == [700027], refused


def test_on_behalf_of(server, alice):
    assertion = alice[1]["access_token"]
    result = middle_tier(server).acquire_token_on_behalf_of(
        assertion, ["api://orders/order.read", "api://orders/order.write"])
    assert "error" not in result, result
    token = claims(result["access_token"])
    assert token["aud"] == ORDERS
    assert token["oid"] == "a11ce000-0000-4000-8000-000000000001"
    assert token["azp"] == MIDDLE
    assert sorted(token["scp"].split()) == ["order.read", "order.write"]
    assert "roles" not in token


def test_two_users_stay_two(server, alice):
    app = middle_tier(server)
    _, bob = sign_in(server, BOB)
    scopes = ["api://orders/order.read"]
    for_alice = app.acquire_token_on_behalf_of(alice[1]["access_token"], scopes)
    for_bob = app.acquire_token_on_behalf_of(bob["access_token"], scopes)
    assert claims(for_alice["access_token"])["oid"] != claims(for_bob["access_token"])["oid"]
    assert len(app.get_accounts()) == 2


def test_obo_without_consent_is_65001(server, alice):
    refused = middle_tier(server).acquire_token_on_behalf_of(
        alice[1]["access_token"], ["api://unconsented/everything"])
    assert refused["error"] == "invalid_grant"
    assert refused["suberror"] == "consent_required"
    assert refused["error_codes"] == [65001]
    assert f"'{MIDDLE}' named 'Middle tier'" in refused["error_description"]


def test_obo_with_an_app_only_token(server):
    app = middle_tier(server)
    own = app.acquire_token_for_client(["api://middle/.default"])
    refused = app.acquire_token_on_behalf_of(own["access_token"], ["api://orders/order.read"])
    assert refused["error"] == "unauthorized_client", refused
    assert refused["error_codes"] == [7000114]


def test_obo_with_an_id_token(server, alice):
    refused = middle_tier(server).acquire_token_on_behalf_of(
        alice[1]["id_token"], ["api://orders/order.read"])
    assert refused["error_codes"] == [240002], refused


def test_wrong_password_and_declined_consent(server):
    app = msal.PublicClientApplication(CLIENT, authority=server.authority, instance_discovery=False)
    flow = app.initiate_auth_code_flow(["api://middle/access_as_user"], redirect_uri="http://localhost:53682")
    browser = Browser(server.ca)
    with pytest.raises(AssertionError, match="no authorization response"):
        browser.authorize(flow["auth_uri"], "http://localhost:53682", ALICE[0], "wrong")
    assert "Correct-Horse" not in browser.pages[-1].text
