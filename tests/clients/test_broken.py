"""Replies that go wrong after they began: what the SDKs make of them, and that they retry none of it."""

import json

import anthropic
import httpx2
import openai
import pytest
from conftest import ask_anthropic, ask_openai, fault

SEVERAL = 6
"""So many of each: where a reply breaks, and whether by FIN or RST, is drawn for each."""


def questions(number):
    return [{"role": "user", "content": f"Good morning {number}"}]


def read(stream, texts):
    """Reads a stream to its end, keeping what came."""
    for chunk in stream:
        texts.append(chunk)
    return texts


def test_a_lost_connection_is_an_error_of_openai(serve):
    server = serve("plain", *fault("reset"))
    client = server.openai(max_retries=2)
    for number in range(SEVERAL):
        chunks = []
        with pytest.raises(openai.APIConnectionError):
            read(ask_openai(client, messages=questions(number), stream=True), chunks)
        assert not any(choice.finish_reason for chunk in chunks for choice in chunk.choices)
    report = server.stop()
    assert report["counts"]["attempts"] == SEVERAL, "a stream that has begun is not retried"
    assert report["counts"]["broken"] == SEVERAL
    assert report["spend_usd"] > 0, "what was produced is billed"


def test_a_lost_connection_is_an_error_of_anthropics_http_client(serve):
    """Its SDK does not wrap what goes wrong in the middle of a stream."""
    server = serve("plain", *fault("reset"))
    client = server.anthropic(max_retries=2)
    for number in range(SEVERAL):
        events = []
        with pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)):
            read(ask_anthropic(client, messages=questions(number), stream=True), events)
        assert "message_stop" not in [event.type for event in events]
    assert server.stop()["counts"]["attempts"] == SEVERAL


def test_a_truncated_stream_ends_as_if_all_were_well(serve):
    """In good order, but with no end that says why: only who looks for it sees it."""
    server = serve("plain", *fault("truncated"))
    chunks = read(ask_openai(server.openai(), stream=True), [])
    assert chunks and not any(choice.finish_reason for chunk in chunks for choice in chunk.choices)
    asked = {"model": "claude-haiku-4-5", "max_tokens": 200, "messages": questions(0)}
    with server.anthropic().messages.stream(**asked) as stream:
        final = stream.get_final_message()
    assert final.stop_reason is None
    assert server.stop()["counts"]["broken"] == 2


def test_a_truncated_whole_reply_cannot_be_read(serve):
    server = serve("plain", *fault("truncated"))
    with pytest.raises((json.JSONDecodeError, openai.APIError)):
        ask_openai(server.openai()).choices
    with pytest.raises((json.JSONDecodeError, anthropic.APIError)):
        ask_anthropic(server.anthropic()).content


def test_an_error_in_the_middle_of_a_stream(serve):
    """Its status was 200, so who handles errors by status or class misses it."""
    server = serve("plain", *fault("stream_error"))
    chunks = []
    with pytest.raises(openai.APIError) as caught:
        read(ask_openai(server.openai(max_retries=2), stream=True), chunks)
    assert not isinstance(caught.value, openai.APIStatusError) and caught.value.type == "server_error"
    assert chunks
    events = []
    with pytest.raises(anthropic.APIStatusError) as caught:
        read(ask_anthropic(server.anthropic(max_retries=2), stream=True), events)
    assert (caught.value.status_code, caught.value.type) == (200, "overloaded_error")
    assert not isinstance(caught.value, anthropic.OverloadedError)
    assert events[0].type == "message_start"
    with pytest.raises(openai.InternalServerError):
        ask_openai(server.openai())
    with pytest.raises(anthropic.InternalServerError):
        ask_anthropic(server.anthropic())
    assert server.stop()["responses_by_status"] == {"200": 2, "500": 2}, "a whole reply has a status to tell it with"


@pytest.mark.parametrize("stream", [False, True])
def test_a_malformed_reply_cannot_be_read(serve, stream):
    server = serve("plain", *fault("malformed"))
    with pytest.raises((json.JSONDecodeError, openai.APIError)):
        reply = ask_openai(server.openai(), stream=stream)
        read(reply, []) if stream else reply.choices
    with pytest.raises((json.JSONDecodeError, anthropic.APIError)):
        reply = ask_anthropic(server.anthropic(), stream=stream)
        read(reply, []) if stream else reply.content


def test_a_slow_drip_outlasts_a_timeout_of_reading(serve):
    """The timeout is for each piece, not for the whole: a drip slower than it is an error, a faster one lasts as long as it does."""
    slow = serve("plain", *fault("slow_drip", "factor = 500.0"))
    with pytest.raises((openai.APITimeoutError, openai.APIConnectionError)):
        read(ask_openai(slow.openai(timeout=0.3), stream=True), [])
    with pytest.raises((anthropic.APITimeoutError, httpx2.ReadTimeout)):
        read(ask_anthropic(slow.anthropic(timeout=0.3), stream=True), [])
    assert slow.stop()["counts"]["hung_up"] == 2
    steady = serve("plain", *fault("slow_drip", "factor = 25.0"))
    chunks = read(ask_openai(steady.openai(timeout=0.4), stream=True), [])
    assert chunks[-1].choices[0].finish_reason == "stop", "a second and a half of pieces every 50 ms"


def test_a_wrong_usage_is_told_and_the_invoice_is_right(serve):
    server = serve("plain", *fault("wrong_usage", "factor = 3.0"))
    assert ask_openai(server.openai()).usage.completion_tokens == 90
    assert ask_anthropic(server.anthropic()).usage.output_tokens == 90
    assert [lane["output_tokens"] for lane in server.stop()["lanes"]] == [30, 30]
