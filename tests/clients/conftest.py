"""One real server for all client tests: https on loopback with its own certificate authority."""

import os
import pathlib
import socket
import subprocess

import pytest

HERE = pathlib.Path(__file__).parent
BEHALF = os.environ.get("BEHALF_BIN", str(HERE.parents[1] / "target" / "debug" / "behalf"))
TENANT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, directory):
        self.port = free_port()
        self.directory = directory
        self.root = f"https://127.0.0.1:{self.port}"
        self.authority = f"{self.root}/{TENANT}"
        self.config = directory / "behalf.toml"
        self.config.write_text(CONFIG.format(port=self.port))
        self.ca = str(directory / "ca" / "ca.pem")

    def run(self, *arguments, check=True):
        done = subprocess.run([BEHALF, *arguments], capture_output=True, text=True, timeout=120)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def start(self):
        self.process = subprocess.Popen(
            [BEHALF, "serve", "--config", str(self.config)], stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if "ready" in line:
                return
        raise AssertionError("the server ended before it was ready")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


CONFIG = """
[log]
level = "warn"

[local_ca]
directory = "ca"
names = ["accounts.accesscontrol.windows.net"]   # built into clients of SharePoint

[authority]
public_url = "https://127.0.0.1:{port}"

[[listener]]
address = "127.0.0.1:{port}"
rooms = ["authority"]
"""


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("behalf"))
    server.run("apply", "--config", str(server.config), "-f", str(HERE / "declarations.toml"))
    server.start()
    os.environ["REQUESTS_CA_BUNDLE"] = server.ca
    os.environ["NODE_EXTRA_CA_CERTS"] = server.ca
    yield server
    server.stop()
