"""PyPI azure-identity, unmodified."""

import time

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential, OnBehalfOfCredential

from conftest import TENANT
from test_msal import ALICE, MIDDLE, ORDERS, SECRET, claims, sign_in


def on_behalf_of(server, assertion, secret=SECRET):
    return OnBehalfOfCredential(
        tenant_id=TENANT, client_id=MIDDLE, client_secret=secret, user_assertion=assertion,
        authority=server.root, disable_instance_discovery=True)


def test_on_behalf_of_credential(server):
    _, alice = sign_in(server, ALICE)
    token = on_behalf_of(server, alice["access_token"]).get_token("api://orders/order.read")
    assert claims(token.token)["oid"] == "a11ce000-0000-4000-8000-000000000001"
    assert claims(token.token)["aud"] == ORDERS
    assert token.expires_on > time.time() + 60


def test_refusal_reaches_the_caller(server):
    _, alice = sign_in(server, ALICE)
    with pytest.raises(ClientAuthenticationError, match="AADSTS65001"):
        on_behalf_of(server, alice["access_token"]).get_token("api://unconsented/everything")
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        on_behalf_of(server, alice["access_token"], "wrong").get_token("api://orders/order.read")


def test_client_secret_credential(server):
    credential = ClientSecretCredential(
        TENANT, MIDDLE, SECRET, authority=server.root, disable_instance_discovery=True)
    assert claims(credential.get_token("api://orders/.default").token)["roles"] == ["Order.Read.All"]
