"""Servers for the tests: each is `rushhour serve` on a port that the system chose, with a scenario of `scenarios/`.

A fault or a quota is added with the same overrides that a person gives to `--set`. When a test is over its server is told to
stop as Ctrl-C would, must end well, and nothing that it ever wrote or answered under `/_rushhour/` and `/metrics` may hold the
key that the clients sent.
"""

import json
import os
import signal
import subprocess
import tempfile
import urllib.request
from pathlib import Path

import anthropic
import openai
import pytest

RUSHHOUR = os.environ.get("RUSHHOUR", "rushhour")
HERE = Path(__file__).parent
KEY = "sk-proj-canary-5f0c1e7b9d8a4c63"
"""The key of every client here: looked for wherever the server writes."""


class Server:
    """A running server. `sets` are overrides of the scenario."""

    def __init__(self, scenario, *sets, speed=None):
        self.out = tempfile.TemporaryDirectory()
        command = [RUSHHOUR, "serve", scenario, "--listen", "127.0.0.1:0", "--json", "--out", self.out.name]
        for assignment in sets:
            command += ["--set", assignment]
        if speed is not None:
            command += ["--speed", str(speed)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.first_line = self.process.stdout.readline()
        if not self.first_line:
            raise RuntimeError(f"{command}: {self.process.stderr.read()}")
        self.serving = json.loads(self.first_line)
        self.report = None
        self.asked_for = []

    def url(self, provider):
        """The base URL that the server told for a provider."""
        return next(url["url"] for url in self.serving["base_urls"] if url["provider"] == provider)

    def openai(self, provider="acme", **settings):
        settings = {"max_retries": 0, "timeout": 10, "api_key": KEY, **settings}
        return openai.OpenAI(base_url=self.url(provider), **settings)

    def anthropic(self, provider="main", **settings):
        settings = {"max_retries": 0, "timeout": 10, "api_key": KEY, **settings}
        return anthropic.Anthropic(base_url=self.url(provider), **settings)

    def page(self, path, method="GET"):
        request = urllib.request.Request(f"http://{self.serving['address']}{path}", method=method)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as response:
            text = response.read().decode()
        self.asked_for.append(text)
        return text

    def stats(self):
        return json.loads(self.page("/_rushhour/stats"))

    def stop(self):
        """Stops the server; its report."""
        if self.report is not None:
            return self.report
        for path in ["/_rushhour/stats", "/_rushhour/truths", "/metrics"]:
            self.page(path)
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=20)
        assert self.process.returncode == 0, err
        self.report = json.loads(out)
        written = (Path(self.out.name) / "report.json").read_text()
        assert json.loads(written) == self.report
        self.said = [self.first_line, out, err, written, *self.asked_for]
        self.out.cleanup()
        return self.report


def holds_a_key(text, key=KEY):
    """Whether any eight characters of the key's secret part stand in a text."""
    secret = key.rpartition("-")[2]
    return any(secret[at : at + 8] in text for at in range(len(secret) - 7))


@pytest.fixture
def serve():
    """Starts servers: `serve("plain", "provider.acme.fault.now={...}")`."""
    servers = []

    def start(scenario="plain", *sets, speed=None):
        path = HERE / "scenarios" / f"{scenario}.toml" if "/" not in scenario else scenario
        servers.append(Server(str(path), *sets, speed=speed))
        return servers[-1]

    yield start
    for server in servers:
        try:
            server.stop()
        finally:
            server.process.kill()
    for server in servers:
        assert not any(holds_a_key(text) for text in server.said), "a key in what the server wrote"


def fault(kind, more="", provider=None):
    """Overrides that put a fault on one provider, or on both, from the start for as long as any test takes."""
    providers = ["acme", "main"] if provider is None else [provider]
    table = f'{{ kind = "{kind}", at = "0s", for = "5m"{", " if more else ""}{more} }}'
    return [f"provider.{name}.fault.now={table}" for name in providers]


HELLO = [{"role": "user", "content": "Good morning"}]


def ask_openai(client, **more):
    return client.chat.completions.create(**{"model": "gpt-4o-mini", "messages": HELLO, **more})


def ask_anthropic(client, **more):
    return client.messages.create(**{"model": "claude-haiku-4-5", "max_tokens": 200, "messages": HELLO, **more})
