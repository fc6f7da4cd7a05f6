"""npm node-sp-auth, unmodified."""

import json
import pathlib
import subprocess

from acs import APP, SECRETS, SHAREPOINT, site, verified  # noqa: F401
from conftest import TENANT

HERE = pathlib.Path(__file__).parent


def test_app_only_tokens_by_metadata_and_by_token_helper(server, site):  # noqa: F811
    options = {"site": site, "port": server.port, "clientId": APP, "clientSecret": SECRETS[1]}
    done = subprocess.run(["node", str(HERE / "node_sp_auth.mjs"), json.dumps(options)], cwd=HERE,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    for token in (result["appOnly"], result["helper"]):
        claims = verified(server, token)
        assert claims["nameid"] == f"{APP}@{TENANT}"
        assert claims["aud"] == f"{SHAREPOINT}/127.0.0.1@{TENANT}"
    assert result["expireOn"] == claims["exp"]
    assert result["refused"] == "undefined"
