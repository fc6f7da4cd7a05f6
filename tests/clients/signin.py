"""Walks through Behalf's sign-in and consent pages the way a browser without JavaScript does."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests


class Forms(HTMLParser):
    """Collects the forms of a page: action, method, and the values they would send."""

    def __init__(self, html):
        super().__init__()
        self.forms = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append({"action": attrs.get("action", ""), "method": attrs.get("method", "get"), "fields": {}, "buttons": []})
        elif tag in ("input", "button") and self.forms and attrs.get("name"):
            kind = attrs.get("type", "text" if tag == "input" else "submit")
            if kind in ("submit", "button"):
                self.forms[-1]["buttons"].append((attrs["name"], attrs.get("value", "")))
            elif kind != "checkbox" or "checked" in attrs:
                self.forms[-1]["fields"][attrs["name"]] = attrs.get("value", "")


class Browser:
    def __init__(self, ca):
        self.session = requests.Session()
        self.session.verify = ca
        self.pages = []

    def _until_redirect(self, response, redirect_uri):
        """Follows redirects inside the server; returns the parameters when it sends us back to the client."""
        while response.is_redirect:
            target = urljoin(response.url, response.headers["location"])
            if target.startswith(redirect_uri):
                parts = urlsplit(target)
                return dict(parse_qsl(parts.query or parts.fragment)), None
            response = self.session.get(target, allow_redirects=False)
        return None, response

    def authorize(self, url, redirect_uri, username, password, accept=True):
        """Returns the parameters of the authorization response."""
        params, page = self._until_redirect(self.session.get(url, allow_redirects=False), redirect_uri)
        for _ in range(4):
            if params is not None:
                return params
            self.pages.append(page)
            params, page = self._submit(page, redirect_uri, username, password, accept)
        raise AssertionError(f"no authorization response after {len(self.pages)} pages; last:\n{self.pages[-1].text}")

    def _submit(self, page, redirect_uri, username, password, accept):
        assert page.headers["content-type"].startswith("text/html"), page.text
        forms = Forms(page.text).forms
        assert forms, f"{page.status_code} without a form:\n{page.text}"
        form = next((f for f in forms if "password" in f["fields"]), forms[0])
        data = dict(form["fields"])
        if "password" in data:
            data.update(username=username, password=password)
        elif form["buttons"]:
            wanted = [b for b in form["buttons"] if (b[1] in ("accept", "yes", "continue")) == accept]
            data.update([wanted[0] if wanted else form["buttons"][0]])
        target = urljoin(page.url, form["action"] or page.url)
        return self._until_redirect(self.session.post(target, data=data, allow_redirects=False), redirect_uri)
