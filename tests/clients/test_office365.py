"""Office365-REST-Python-Client, unmodified: it discovers the realm and gets an app-only token for the site.

The client has the host of Microsoft's authentication server built in; only that address is set here.
"""

import pytest
from office365.runtime.auth.client_credential import ClientCredential
from office365.runtime.auth.providers import acs_token_provider

from acs import ACS, APP, SECRETS, SHAREPOINT, site, verified  # noqa: F401
from conftest import TENANT


@pytest.fixture
def provider(server, site, monkeypatch):  # noqa: F811
    monkeypatch.setattr(acs_token_provider, "get_login_authority", lambda _: server.root)
    return lambda secret: acs_token_provider.ACSTokenProvider(site, ClientCredential(APP, secret))


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
