"""npm @azure/msal-node, unmodified."""

import json
import pathlib
import subprocess

from test_msal import ALICE, MIDDLE, SECRET, claims, sign_in

HERE = pathlib.Path(__file__).parent


def test_client_credentials_and_on_behalf_of(server):
    _, alice = sign_in(server, ALICE)
    options = {"authority": server.authority, "host": server.root.removeprefix("https://"), "clientId": MIDDLE,
               "clientSecret": SECRET, "assertion": alice["access_token"]}
    done = subprocess.run(["node", str(HERE / "msal_node.mjs"), json.dumps(options)], cwd=HERE,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert claims(result["own"])["roles"] == ["Order.Read.All"]
    assert claims(result["obo"])["oid"] == "a11ce000-0000-4000-8000-000000000001"
    assert result["fromCache"] is True
    assert result["refusal"]["kind"] == "InteractionRequiredAuthError"
    assert result["refusal"]["suberror"] == "consent_required"
    assert "AADSTS65001" in result["refusal"]["message"]
