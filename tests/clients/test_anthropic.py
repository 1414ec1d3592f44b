"""What the official `anthropic` package makes of replies that are well."""

import json

import anthropic
import pytest
from conftest import HELLO, KEY, ask_anthropic
from pydantic import BaseModel

WEATHER = {
    "name": "get_weather",
    "description": "The weather of a city",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1, "maximum": 7}},
        "required": ["city", "days"],
    },
}
CLOCK = {"name": "read_clock", "input_schema": {"type": "object", "properties": {}}}


def test_a_message(serve):
    server = serve()
    reply = ask_anthropic(server.anthropic())
    assert reply.id.startswith("msg_01") and (reply.type, reply.role) == ("message", "assistant")
    assert reply.model == "claude-haiku-4-5-20251001"
    [block] = reply.content
    assert block.type == "text" and len(block.text) > 30
    assert (reply.stop_reason, reply.stop_sequence) == ("end_turn", None)
    assert reply.usage.input_tokens > 0 and reply.usage.output_tokens == 30
    assert (reply.usage.cache_read_input_tokens, reply.usage.cache_creation_input_tokens) == (0, 0)
    assert reply._request_id.startswith("req_011C")
    [lane] = server.stop()["lanes"]
    assert (lane["input_tokens"], lane["output_tokens"]) == (reply.usage.input_tokens, 30)


def test_a_key_is_taken_both_ways(serve):
    server = serve()
    headers = {"x-api-key": KEY, "anthropic-version": "2023-06-01", "Authorization": anthropic.omit}
    assert ask_anthropic(server.anthropic(), extra_headers=headers).stop_reason == "end_turn"
    assert ask_anthropic(server.anthropic(api_key=None, auth_token=KEY)).stop_reason == "end_turn"


def test_a_cut_reply_says_so(serve):
    client = serve().anthropic()
    reply = ask_anthropic(client, max_tokens=5)
    assert (reply.stop_reason, reply.usage.output_tokens) == ("max_tokens", 5)
    word = ask_anthropic(client).content[0].text.split()[3]
    stopped = ask_anthropic(client, stop_sequences=[" "])
    assert word and (stopped.stop_reason, stopped.stop_sequence) == ("stop_sequence", " ")


def test_a_stream_adds_up(serve):
    client = serve().anthropic()
    events = list(ask_anthropic(client, stream=True))
    kinds = [event.type for event in events]
    assert kinds[:2] == ["message_start", "content_block_start"]
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    text = "".join(event.delta.text for event in events if event.type == "content_block_delta")
    assert kinds.count("content_block_delta") > 5 and len(text) > 30
    assert events[0].message.usage.output_tokens >= 1
    assert events[-2].usage.output_tokens == 30, "the running total, not a part"


def test_the_stream_helper_puts_a_message_together(serve):
    with serve().anthropic().messages.stream(model="claude-haiku-4-5", max_tokens=200, messages=HELLO) as stream:
        said = "".join(stream.text_stream)
        final = stream.get_final_message()
    assert final.content[0].text == said and final.stop_reason == "end_turn"
    assert final.usage.output_tokens == 30 and final.usage.input_tokens > 0


@pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "get_weather"}])
def test_a_forced_tool_is_called_with_input_that_fits(serve, choice):
    client = serve().anthropic()
    asked = {"tools": [WEATHER], "tool_choice": choice}
    reply = ask_anthropic(client, **asked)
    assert reply.stop_reason == "tool_use"
    check_weather(reply.content[-1])
    with client.messages.stream(model="claude-haiku-4-5", max_tokens=200, messages=HELLO, **asked) as stream:
        check_weather(stream.get_final_message().content[-1])


def check_weather(block):
    assert block.type == "tool_use" and block.id.startswith("toolu_01") and block.name == "get_weather"
    assert set(block.input) == {"city", "days"}
    assert isinstance(block.input["city"], str) and 1 <= block.input["days"] <= 7


def test_an_agents_loop_calls_the_tool_that_fits_and_ends(serve):
    client = serve().anthropic()
    messages = [{"role": "user", "content": "What is the weather in Vienna?"}]
    reply = ask_anthropic(client, messages=messages, tools=[CLOCK, WEATHER])
    assert reply.stop_reason == "tool_use"
    used = reply.content[-1]
    assert used.name == "get_weather"
    result = {"type": "tool_result", "tool_use_id": used.id, "content": "sunny"}
    messages += [{"role": "assistant", "content": reply.content}, {"role": "user", "content": [result]}]
    assert ask_anthropic(client, messages=messages, tools=[CLOCK, WEATHER]).stop_reason == "end_turn"
    assert ask_anthropic(client, tools=[CLOCK, WEATHER]).stop_reason == "end_turn", "nothing fits a greeting"


class Order(BaseModel):
    """What a reply must look like."""

    item: str
    count: int


def test_json_conforms_to_its_schema(serve):
    schema = {**Order.model_json_schema(), "additionalProperties": False}
    reply = ask_anthropic(serve().anthropic(), output_config={"format": {"type": "json_schema", "schema": schema}})
    Order.model_validate(json.loads(reply.content[0].text))


def test_counted_tokens_are_those_that_are_billed(serve):
    server = serve()
    client = server.anthropic()
    asked = {"model": "claude-haiku-4-5", "system": "Be brief.", "tools": [WEATHER], "messages": HELLO}
    counted = client.messages.count_tokens(**asked).input_tokens
    billed = client.messages.create(max_tokens=200, **asked).usage.input_tokens
    assert counted == billed > 20
    assert server.stop()["lanes"][0]["attempts"] == 1, "counting is no call"


def test_a_prompt_is_kept_and_read_again(serve):
    client = serve().anthropic()
    system = [{"type": "text", "text": "The house rules. " * 600, "cache_control": {"type": "ephemeral"}}]
    first, second = (ask_anthropic(client, system=system).usage for _ in range(2))
    assert first.cache_creation_input_tokens > 1024 and first.cache_read_input_tokens == 0
    assert second.cache_creation_input_tokens == 0
    assert second.cache_read_input_tokens == first.cache_creation_input_tokens
    assert second.input_tokens == first.input_tokens


def test_models(serve):
    client = serve().anthropic()
    assert [model.id for model in client.models.list(limit=5)] == ["claude-haiku-4-5-20251001"]
    assert client.models.retrieve("claude-haiku-4-5").type == "model"
    with pytest.raises(anthropic.NotFoundError):
        client.models.retrieve("claude-none")


def test_headers_tell_the_quota(serve):
    quota = "{ requests_per_minute = 50, input_tokens_per_minute = 30000, output_tokens_per_minute = 8000 }"
    client = serve("plain", f"provider.main.model.haiku.quota={quota}").anthropic()
    raw = client.messages.with_raw_response.create(model="claude-haiku-4-5", max_tokens=9, messages=HELLO)
    of = lambda name: raw.headers[f"anthropic-ratelimit-{name}"]  # noqa: E731
    assert (of("requests-limit"), of("requests-remaining"), of("input-tokens-limit")) == ("50", "49", "30000")
    assert of("requests-reset").endswith("Z")
    assert raw.headers["request-id"] == raw.parse()._request_id
