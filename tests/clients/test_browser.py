"""Chromium walks through sign-in, consent and sign-out: keyboard only, narrow and wide, with and without JavaScript."""

import json
import os
import pathlib
import subprocess
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from test_msal import ALICE

HERE = pathlib.Path(__file__).parent
CLIENT = "c11e0000-0000-4000-8000-000000000002"
REDIRECT = "https://127.0.0.1:44399/callback"
# RFC 7636 appendix B.
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def walk(server, javascript, width, **extra):
    query = {"client_id": CLIENT, "response_type": "code", "redirect_uri": REDIRECT, "state": "s1", "nonce": "n1",
             "scope": "openid profile api://middle/access_as_user", "code_challenge": CHALLENGE,
             "code_challenge_method": "S256", "prompt": "consent", **extra}
    options = {"url": f"{server.authority}/oauth2/v2.0/authorize?{urlencode(query)}",
               "signOut": f"{server.authority}/oauth2/v2.0/logout", "username": ALICE[0], "password": ALICE[1],
               "redirectUri": REDIRECT, "javaScript": javascript, "width": width,
               "screenshots": os.environ.get("BEHALF_SCREENSHOTS")}
    done = subprocess.run(["node", str(HERE / "browser.mjs"), json.dumps(options)], cwd=HERE,
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("javascript,width", [(False, 360), (True, 360), (True, 1280)])
def test_sign_in_consent_sign_out(server, javascript, width):
    seen = walk(server, javascript, width)
    assert any("password" in label.lower() for label in seen["labels"][0]), seen
    assert seen["refusal"] and "not the password" not in json.dumps(seen["refusal"])
    answer = parse_qs(urlsplit(seen["callback"]["url"]).query)
    assert answer["state"] == ["s1"] and answer["code"][0]
    assert not any(seen["overflow"]), "a page is wider than the window"
    assert seen["asksAgain"] is True, "after signing out the password is asked for again"
    assert all(title for title in seen["titles"])


def test_form_post_reaches_the_client(server):
    seen = walk(server, True, 800, response_mode="form_post")
    body = parse_qs(seen["callback"]["body"])
    assert body["state"] == ["s1"] and body["code"][0]
    assert seen["callback"]["url"] == REDIRECT
    blocked = [text for text in seen["consoleErrors"] if "Content Security Policy" in text]
    assert blocked == [], "the policy lets the form submit itself"
