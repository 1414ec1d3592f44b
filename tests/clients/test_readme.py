"""What the README tells people to type is run as it stands, but for the port."""

import json
import re
import shlex
import subprocess
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
SECTION = "## Point your agent at it\n"
ADDRESS = "127.0.0.1:8080"


def blocks():
    """The blocks of code of the section, in order: language and text."""
    section = README.read_text().partition(SECTION)[2].partition("\n## ")[0]
    return re.findall(r"^```(\w+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def started(serve, command):
    """The server of a `rushhour serve SCENARIO [--set KEY=VALUE]...`, on a port of its own."""
    program, verb, scenario, *options = shlex.split(command)
    assert (program, verb, options[::2]) == ("rushhour", "serve", ["--set"] * (len(options) // 2)), command
    return serve(str(README.parent / scenario), *options[1::2])


def printed(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), (command, done)
    return done.stdout


def test_every_block_of_the_section_does_what_it_says(serve):
    server, ran = None, []
    for language, text in blocks():
        if text.startswith("rushhour serve "):
            server = started(serve, text)
            continue
        assert ADDRESS in text, text
        text = text.replace(ADDRESS, server.serving["address"])
        if language == "python":
            assert len(text.splitlines()) == 3
            assert len(printed(["python3", "-W", "error", "-c", text]).split()) > 3
        else:
            for command in re.split(r"^(?=curl)", text, flags=re.MULTILINE)[1:]:
                reply = printed(["bash", "-c", command])
                if "/metrics" in command:
                    assert "# TYPE gen_ai_server_request_duration_seconds histogram" in reply
                elif "_rushhour" in command:
                    assert json.loads(reply)["responses_by_status"] == {"200": 2}
                else:
                    assert "error" not in json.loads(reply) and json.loads(reply)["usage"]
        ran.append((language, text.split()[1]))
    assert [language for language, _ in ran] == ["python", "sh"] * 2
    assert {package for language, package in ran if language == "python"} == {"anthropic", "openai"}
