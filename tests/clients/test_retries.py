"""What the SDKs do about errors by themselves, and that the server tells attempts from calls."""

import time

import anthropic
import openai
import pytest
from conftest import ask_anthropic, ask_openai, fault

BOTH = [("acme", ask_openai, openai), ("main", ask_anthropic, anthropic)]


def client(server, provider, **settings):
    return server.openai(**settings) if provider == "acme" else server.anthropic(**settings)


@pytest.mark.parametrize(("provider", "ask", "sdk"), BOTH)
@pytest.mark.parametrize("kind", ["server_error", "overloaded", "reset"])
def test_two_failures_are_retried_and_the_third_attempt_answers(serve, provider, ask, sdk, kind):
    server = serve("plain", *fault(kind, "attempts = 2"))
    reply = ask(client(server, provider, max_retries=2))
    assert reply.usage
    report = server.stop()
    assert report["counts"]["attempts"] == 3
    assert report["retries_by_number"] == {"1": 1, "2": 1}
    [lane] = report["lanes"]
    assert (lane["attempts"], lane["answered"]) == (3, 1)


@pytest.mark.parametrize(("provider", "ask", "sdk"), BOTH)
def test_after_two_retries_the_last_error_is_told(serve, provider, ask, sdk):
    server = serve("plain", *fault("server_error"))
    with pytest.raises(sdk.InternalServerError):
        ask(client(server, provider, max_retries=2))
    assert server.stop()["responses_by_status"] == {"500": 3}


@pytest.mark.parametrize(("provider", "ask", "sdk"), BOTH)
@pytest.mark.parametrize(("retry_after", "least_s", "most_s"), [("1s", 1.0, 1.9), ("2s", 2.0, 2.9)])
def test_a_retry_waits_for_as_long_as_retry_after_says(serve, provider, ask, sdk, retry_after, least_s, most_s):
    """Less than a second of backoff would be due without it."""
    server = serve("plain", *fault("rate_limit_storm", f'attempts = 1, retry_after = "{retry_after}"'))
    begun = time.monotonic()
    ask(client(server, provider, max_retries=2))
    took_s = time.monotonic() - begun
    assert least_s <= took_s < most_s, took_s
    assert server.stop()["responses_by_status"] == {"200": 1, "429": 1}


@pytest.mark.parametrize(("provider", "ask", "sdk"), BOTH)
def test_a_refused_call_passes_when_the_server_said_so(serve, provider, ask, sdk):
    """Forty requests a minute and a burst of one: the next comes through after one and a half seconds, told as two."""
    sets = [
        f"provider.{name}.quota={{ requests_per_minute = 40, burst = \"2.5%\" }}" for name in ["acme.model.mini", "main.model.haiku"]
    ]
    server = serve("plain", *sets)
    once_retried = client(server, provider, max_retries=1)
    begun = time.monotonic()
    for _ in range(2):
        ask(once_retried)
    assert 1.0 <= time.monotonic() - begun < 3.0
    report = server.stop()
    assert report["responses_by_status"] == {"200": 2, "429": 1}
    assert [quota["refused"] for quota in report["quotas"]] == [1]


def test_openai_does_not_wait_for_more_than_two_minutes(serve):
    """Since 2.52 of its SDK; that of Anthropic would sleep the hour, which no test wants to see."""
    server = serve("plain", *fault("rate_limit_storm", 'retry_after = "1h"', "acme"))
    begun = time.monotonic()
    with pytest.raises(openai.RateLimitError) as caught:
        ask_openai(server.openai(max_retries=2))
    assert time.monotonic() - begun < 1.0
    assert caught.value.response.headers["retry-after"] == "3600"
    assert server.stop()["counts"]["attempts"] == 1


def test_spent_credit_is_retried_by_one_and_not_by_the_other(serve):
    """OpenAI's is a 429, which its SDK retries in vain; Anthropic's is a 402 that says not to."""
    server = serve("plain", *fault("exhausted_credit"))
    with pytest.raises(openai.RateLimitError):
        ask_openai(server.openai(max_retries=2))
    with pytest.raises(anthropic.PaymentRequiredError):
        ask_anthropic(server.anthropic(max_retries=2))
    assert server.stop()["responses_by_status"] == {"402": 1, "429": 3}


@pytest.mark.parametrize(("provider", "ask", "sdk"), BOTH)
def test_a_timeout_is_retried(serve, provider, ask, sdk):
    server = serve("plain", *fault("hang", "attempts = 1"))
    reply = ask(client(server, provider, max_retries=1, timeout=0.5))
    assert reply.usage
    report = server.stop()
    assert report["counts"]["hung_up"] == 1 and report["retries_by_number"] == {"1": 1}


@pytest.mark.parametrize(("provider", "ask", "sdk"), BOTH)
@pytest.mark.parametrize("kind", ["revoked_key"])
def test_what_is_wrong_for_good_is_not_retried(serve, provider, ask, sdk, kind):
    server = serve("plain", *fault(kind))
    with pytest.raises(sdk.AuthenticationError):
        ask(client(server, provider, max_retries=2))
    assert server.stop()["counts"]["attempts"] == 1


def test_libraries_that_retry_on_top_of_each_other_multiply(serve):
    """Three tries around an SDK that tries three times: nine requests for one call."""
    server = serve("plain", *fault("server_error", provider="acme"))
    asks = server.openai(max_retries=2)
    for _ in range(3):
        with pytest.raises(openai.InternalServerError):
            ask_openai(asks)
    report = server.stop()
    assert (report["counts"]["attempts"], report["retries_by_number"]) == (9, {"1": 3, "2": 3})
