"""LiteLLM's router in front of two mock providers, through an outage of the first: what its callers and the servers saw.

The two are in one scenario, so one report tells both sides; `tests/clients/run -k litellm -s` prints it.
"""

import asyncio
import time
from collections import Counter

import litellm
import pytest
from conftest import KEY

# LiteLLM's imports and its own models of replies warn of themselves.
pytestmark = [pytest.mark.filterwarnings("ignore::UserWarning"), pytest.mark.filterwarnings("ignore::DeprecationWarning")]

PACE_S = 0.1
ASKED_S = 16.0
"""So long it is asked: the outage is from 3 to 11 s."""


def deployment(server, group, provider, model="openai/gpt-4o-mini"):
    return {
        "model_name": group,
        "litellm_params": {"model": model, "api_base": server.url(provider), "api_key": KEY, "timeout": 5},
        "model_info": {"id": f"{group}-{provider}"},
    }


async def ask_steadily(router, group, server):
    """Asks ten times a second, whatever becomes of it: which provider answered, by when it was asked."""
    answered = []

    async def ask(number, at):
        messages = [{"role": "user", "content": f"Question {number}"}]
        try:
            reply = await router.acompletion(model=group, messages=messages)
            answered.append((at, reply._hidden_params["model_id"].rpartition("-")[2]))
        except litellm.exceptions.OpenAIError as error:
            answered.append((at, type(error).__name__))

    server.page("/_rushhour/start", "POST")
    begun = time.monotonic()
    tasks = []
    for number in range(round(ASKED_S / PACE_S)):
        await asyncio.sleep(max(0.0, begun + number * PACE_S - time.monotonic()))
        tasks.append(asyncio.create_task(ask(number, time.monotonic() - begun)))
    await asyncio.gather(*tasks)
    return answered


def told(kind, answered, report):
    """Prints what both sides saw, and gives it back by provider."""
    lanes = {lane["name"].partition("/")[0]: lane for lane in report["lanes"]}
    spans = {"before": (0, 3), "outage": (3, 11), "after": (11, ASKED_S + 5)}
    by_span = {
        name: Counter(who for at, who in answered if begin <= at < end) for name, (begin, end) in spans.items()
    }
    print(f"\n{kind}: {len(answered)} calls")
    for name, counts in by_span.items():
        print(f"  {name:<8}answered by {', '.join(f'{who} {count}' for who, count in sorted(counts.items()))}")
    for provider, lane in lanes.items():
        print(f"  {provider} saw {lane['attempts']} attempts and answered {lane['answered']}")
    failed = sum(fault["struck"] for fault in report["faults"])
    print(f"  the outage struck {failed} attempts")
    print(f"  responses {report['responses_by_status']}; amplification {report['counts']['attempts'] / len(answered):.3f}")
    return by_span, lanes, failed


def test_a_router_with_a_fallback_brings_its_callers_through_an_outage(serve):
    server = serve("outage")
    groups = [deployment(server, "main", "first"), deployment(server, "spare", "second")]
    router = litellm.Router(groups, fallbacks=[{"main": ["spare"]}], num_retries=1)
    answered = asyncio.run(ask_steadily(router, "main", server))
    report = server.stop()
    by_span, lanes, failed = told("fallback", answered, report)
    calls = len(answered)
    assert {who for _, who in answered} == {"first", "second"}, "nobody is sent away"
    assert set(by_span["before"]) == {"first"}
    assert by_span["outage"]["second"] > 60, "the fallback carries the outage"
    assert by_span["after"]["first"] > 40, "and it comes back to the first"
    assert lanes["first"]["answered"] + lanes["second"]["answered"] == calls
    assert lanes["first"]["attempts"] == lanes["first"]["answered"] + failed
    assert report["responses_by_status"] == {"200": calls, "503": failed}
    assert 0 < failed <= 2 * 80, "two attempts of each call before it falls back, for nothing is left out"
    assert report["counts"]["retries"] == 0, "its retries are its own: the SDK's below are off"


def test_a_router_over_two_deployments_leaves_out_the_one_that_fails(serve):
    server = serve("outage")
    both = [deployment(server, "main", "first"), deployment(server, "main", "second")]
    router = litellm.Router(both, num_retries=2, allowed_fails=0, cooldown_time=2)
    answered = asyncio.run(ask_steadily(router, "main", server))
    report = server.stop()
    by_span, lanes, failed = told("cooldown", answered, report)
    assert {who for _, who in answered} == {"first", "second"}, "nobody is sent away"
    assert by_span["before"]["first"] > 5 and by_span["before"]["second"] > 5, "both are used"
    assert by_span["outage"]["second"] > 70
    assert by_span["after"]["first"] > 10, "the first is used again"
    assert 0 < failed < 30, "one that failed is left out for a while: few attempts meet the outage"
    assert lanes["first"]["answered"] + lanes["second"]["answered"] == len(answered)


@pytest.mark.parametrize("stream", [False, True])
def test_the_library_speaks_both_dialects(serve, stream):
    server = serve("plain")
    for model, provider in [("openai/gpt-4o-mini", "acme"), ("anthropic/claude-haiku-4-5", "main")]:
        asked = {"model": model, "api_base": server.url(provider), "api_key": KEY, "max_tokens": 200, "num_retries": 0}
        reply = litellm.completion(messages=[{"role": "user", "content": "Good morning"}], stream=stream, **asked)
        if stream:
            reply = litellm.stream_chunk_builder(list(reply))
        assert reply.choices[0].finish_reason == "stop" and len(reply.choices[0].message.content) > 30
        assert stream or reply.usage.completion_tokens == 30
    assert server.stop()["responses_by_status"] == {"200": 2}
