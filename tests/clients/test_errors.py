"""Every class of error of both SDKs, each from the state or the fault of the server that a real provider would have."""

import json
import socket

import anthropic
import httpx
import openai
import pytest
from conftest import HELLO, KEY, ask_anthropic, ask_openai, fault, holds_a_key

LONG = [{"role": "user", "content": "many words " * 300}]
HUGE = [{"role": "user", "content": "x" * (9 << 20)}]
PROJECT = "provider.{}.project.web.quota={{ requests_per_minute = 1000 }}"
ONE_A_MINUTE = "provider.{}.model.{}.quota={{ requests_per_minute = 1 }}"

OPENAI = [
    # what is set, what is asked, the class, status, type, code
    (fault("rate_limit_storm"), {}, openai.RateLimitError, 429, "rate_limit_error", "slow_down"),
    (fault("exhausted_credit"), {}, openai.RateLimitError, 429, "insufficient_quota", "credit_balance_exhausted"),
    (fault("server_error"), {}, openai.InternalServerError, 500, "server_error", None),
    (fault("overloaded"), {}, openai.InternalServerError, 503, "service_unavailable_error", "server_is_overloaded"),
    (fault("revoked_key"), {}, openai.AuthenticationError, 401, "invalid_request_error", "invalid_api_key"),
    (fault("revoked_key", 'model = "mini"', "acme"), {}, openai.PermissionDeniedError, 403, "invalid_request_error", None),
    ([PROJECT.format("acme")], {}, openai.AuthenticationError, 401, "invalid_request_error", "invalid_api_key"),
    ([], {"temperature": 3}, openai.BadRequestError, 400, "invalid_request_error", None),
    ([], {"messages": []}, openai.BadRequestError, 400, "invalid_request_error", None),
    (
        ["provider.acme.model.mini.context=100"],
        {"messages": LONG},
        openai.BadRequestError,
        400,
        "invalid_request_error",
        "context_length_exceeded",
    ),
    ([], {"model": "gpt-none"}, openai.NotFoundError, 404, "invalid_request_error", "model_not_found"),
    ([], {"messages": HUGE}, openai.APIStatusError, 413, "invalid_request_error", None),
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("sets", "asked", "kind", "status", "type_", "code"), OPENAI)
def test_errors_of_openai(serve, sets, asked, kind, status, type_, code, stream):
    server = serve("plain", *sets)
    with pytest.raises(openai.APIStatusError) as caught:
        ask_openai(server.openai(), **{**asked, "stream": stream})
    error = caught.value
    assert type(error) is kind and error.status_code == status, error
    assert (error.type, error.code) == (type_, code), error.body
    assert error.request_id.startswith("req_")
    assert not holds_a_key(str(error)), "a key is masked in what the client may log"
    assert server.stop()["responses_by_status"] == {str(status): 1}


ANTHROPIC = [
    (fault("rate_limit_storm"), {}, anthropic.RampLimitExceededError, 429, "rate_limit_error"),
    (fault("exhausted_credit"), {}, anthropic.PaymentRequiredError, 402, "billing_error"),
    (fault("server_error"), {}, anthropic.InternalServerError, 500, "api_error"),
    (fault("overloaded"), {}, anthropic.OverloadedError, 529, "overloaded_error"),
    (fault("revoked_key"), {}, anthropic.AuthenticationError, 401, "authentication_error"),
    (fault("revoked_key", 'model = "haiku"', "main"), {}, anthropic.PermissionDeniedError, 403, "permission_error"),
    ([PROJECT.format("main")], {}, anthropic.AuthenticationError, 401, "authentication_error"),
    ([], {"extra_body": {"temperature": 1}}, anthropic.BadRequestError, 400, "invalid_request_error"),
    ([], {"messages": []}, anthropic.BadRequestError, 400, "invalid_request_error"),
    (
        ["provider.main.model.haiku.context=100"],
        {"messages": LONG},
        anthropic.BadRequestError,
        400,
        "invalid_request_error",
    ),
    ([], {"model": "claude-none"}, anthropic.NotFoundError, 404, "not_found_error"),
    ([], {"messages": HUGE}, anthropic.RequestTooLargeError, 413, "request_too_large"),
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("sets", "asked", "kind", "status", "type_"), ANTHROPIC)
def test_errors_of_anthropic(serve, sets, asked, kind, status, type_, stream):
    server = serve("plain", *sets)
    with pytest.raises(anthropic.APIStatusError) as caught:
        ask_anthropic(server.anthropic(), **{**asked, "stream": stream})
    error = caught.value
    assert type(error) is kind and error.status_code == status, error
    assert error.type == type_, error.body
    assert status == 413 or error.request_id.startswith("req_011C")
    assert not holds_a_key(str(error)), "a key is masked in what the client may log"
    assert server.stop()["responses_by_status"] == {str(status): 1}


def test_a_quota_that_is_used_up(serve):
    """A 429 of the quota itself, with the numbers that it has: another key adds nothing."""
    server = serve("plain", ONE_A_MINUTE.format("acme", "mini"), ONE_A_MINUTE.format("main", "haiku"))
    ask_openai(server.openai())
    with pytest.raises(openai.RateLimitError) as caught:
        ask_openai(server.openai(api_key="sk-another"))
    error = caught.value
    assert (error.type, error.code) == ("requests", "rate_limit_exceeded")
    assert "Limit 1, Used 1, Requested 1" in error.message
    # Whole seconds, as api.openai.com is documented to send it, and no `retry-after-ms`, which nobody documents there.
    assert 50 < int(error.response.headers["retry-after"]) <= 60
    assert "retry-after-ms" not in error.response.headers
    ask_anthropic(server.anthropic())
    with pytest.raises(anthropic.RateLimitError) as caught:
        ask_anthropic(server.anthropic(api_key="sk-another"))
    assert 50 < int(caught.value.response.headers["retry-after"]) <= 60
    assert "rate limit of 1 requests per minute" in str(caught.value)
    assert server.stop()["counts"]["rejected_429"] == 2


def test_no_key_at_all(serve):
    server = serve()
    for headers in [{}, {"anthropic-version": "2023-06-01"}]:
        for path in ["/v1/models", "/v1/nothing"]:
            url = f"http://{server.serving['address']}{path}"
            response = httpx.get(url, headers=headers)
            assert response.status_code == (401 if path == "/v1/models" else 404)
            assert "error" in response.json()


def test_a_call_that_hangs_times_out(serve):
    server = serve("plain", *fault("hang"))
    for client, ask, kind in [
        (server.openai(timeout=0.2), ask_openai, openai.APITimeoutError),
        (server.anthropic(timeout=0.2), ask_anthropic, anthropic.APITimeoutError),
    ]:
        for stream in [False, True]:
            with pytest.raises(kind):
                ask(client, stream=stream)
        client.close()
    report = server.stop()
    assert report["counts"]["hung_up"] == 4 and report["responses_by_status"] == {}


def test_nobody_listens():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(openai.APIConnectionError):
            ask_openai(openai.OpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0))
        with pytest.raises(anthropic.APIConnectionError):
            ask_anthropic(anthropic.Anthropic(base_url=url, api_key=KEY, max_retries=0))


def test_keys_are_projects_where_there_are_any_and_are_told_to_nobody(serve):
    """The fixture looks through everything that the server wrote; here the keys come in every way that there is."""
    server = serve("plain", PROJECT.format("acme"), PROJECT.format("main"))
    for key in ["web", "sk-proj-web", "acme"]:
        assert ask_openai(server.openai(api_key=key)).choices
    assert ask_anthropic(server.anthropic(api_key="sk-ant-web")).content
    for headers in [{"x-api-key": KEY}, {"Authorization": f"Bearer {KEY}"}, {"api-key": KEY}]:
        for path, body in [
            ("/v1/chat/completions", {"model": "gpt-4o-mini", "messages": HELLO}),
            ("/v1/messages", {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": HELLO}),
        ]:
            address = server.serving["address"]
            response = httpx.post(
                f"http://{address}{path}",
                content=json.dumps({**body, "user": KEY, "metadata": {"user_id": KEY}}),
                headers={"anthropic-version": "2023-06-01", "content-type": "application/json", **headers},
            )
            assert response.status_code == 401
            assert not holds_a_key(response.text + str(response.headers))
    statuses = server.stop()["responses_by_status"]
    assert statuses == {"200": 4, "401": 6}
    assert holds_a_key(KEY) and not holds_a_key("sk-proj-canary"), "the search itself"
