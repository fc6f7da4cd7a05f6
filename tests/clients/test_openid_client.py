"""npm openid-client, unmodified, against the OIDC dialect."""

import json
import pathlib
import subprocess
from urllib.parse import urlencode

from signin import Browser
from test_msal import ALICE

HERE = pathlib.Path(__file__).parent
REDIRECT = "https://127.0.0.1:44399/callback"


def walk(server, **extra):
    options = {
        "issuer": f"{server.authority}/oidc",
        "clientId": "c11e0000-0000-4000-8000-000000000002",
        "clientSecret": "web-client-secret-0123456789",
        "redirectUri": REDIRECT,
        **extra,
    }
    node = subprocess.Popen(["node", str(HERE / "openid_client.mjs"), json.dumps(options)], cwd=HERE,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    url = node.stdout.readline().strip()
    assert url.startswith(server.root), url + node.stderr.read()
    params = Browser(server.ca).authorize(url, REDIRECT, *ALICE)
    out, err = node.communicate(f"{REDIRECT}?{urlencode(params)}\n", timeout=60)
    assert node.returncode == 0, err
    return json.loads(out)


def test_code_pkce_userinfo_refresh(server):
    result = walk(server)
    assert result["claims"]["iss"] == f"{server.authority}/oidc"
    assert result["claims"]["name"] == "Alice Archer"
    assert result["userinfo"]["sub"] == result["claims"]["sub"]
    assert result["userinfo"]["email"] == "alice@contoso.example"
    assert result["refreshed"] is True


def test_code_pkce_for_an_api(server):
    result = walk(server, scope="api://middle/access_as_user")
    assert "api://middle/access_as_user" in result["scope"].split()
