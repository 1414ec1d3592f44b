"""What the official `openai` package makes of replies that are well."""

import asyncio
import json

import openai
import pytest
from conftest import HELLO, KEY, ask_openai
from pydantic import BaseModel

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"enum": ["celsius", "fahrenheit"]}},
            "required": ["city", "unit"],
            "additionalProperties": False,
        },
    },
}
CLOCK = {"type": "function", "function": {"name": "read_clock", "parameters": {"type": "object", "properties": {}}}}


def check_usage(usage, completion_tokens):
    assert usage.completion_tokens == completion_tokens
    assert usage.prompt_tokens > 0
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_a_completion(serve):
    server = serve()
    reply = ask_openai(server.openai())
    assert reply.id.startswith("chatcmpl-") and reply.object == "chat.completion"
    assert reply.model == "gpt-4o-mini-2024-07-18", "the dated snapshot, not the alias"
    [choice] = reply.choices
    assert (choice.message.role, choice.finish_reason, choice.message.tool_calls) == ("assistant", "stop", None)
    assert len(choice.message.content) > 30
    check_usage(reply.usage, 30)
    assert reply._request_id.startswith("req_")
    [lane] = server.stop()["lanes"]
    told = reply.usage
    assert (lane["input_tokens"], lane["output_tokens"]) == (told.prompt_tokens, told.completion_tokens)


def test_a_longer_prompt_has_more_tokens(serve):
    client = serve().openai()
    long = [{"role": "system", "content": "Be brief. " * 400}, *HELLO]
    few, many = (ask_openai(client, messages=messages).usage.prompt_tokens for messages in [HELLO, long])
    assert 600 < many - few < 2500, "some four characters each"


def test_a_cut_reply_says_so(serve):
    client = serve().openai()
    for limit in ["max_tokens", "max_completion_tokens"]:
        reply = ask_openai(client, **{limit: 7})
        assert reply.choices[0].finish_reason == "length"
        check_usage(reply.usage, 7)


def test_the_same_request_is_answered_the_same_by_another_server(serve):
    first, second = (ask_openai(serve().openai()).choices[0].message.content for _ in range(2))
    assert first == second


@pytest.mark.parametrize("usage", [False, True])
def test_a_stream_adds_up(serve, usage):
    more = {"stream_options": {"include_usage": True}} if usage else {}
    chunks = list(ask_openai(serve().openai(), stream=True, **more))
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1
    last = chunks.pop() if usage else None
    deltas = [chunk.choices[0].delta for chunk in chunks]
    assert [delta.role for delta in deltas if delta.role] == ["assistant"], "the role comes once"
    text = "".join(delta.content or "" for delta in deltas)
    assert len(deltas) > 5 and len(text) > 30, "in pieces"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices[0].finish_reason] == ["stop"]
    assert all(chunk.usage is None for chunk in chunks)
    if last:
        assert last.choices == []
        check_usage(last.usage, 30)


def test_the_stream_helper_puts_a_completion_together(serve):
    asked = {"model": "gpt-4o-mini", "messages": HELLO, "stream_options": {"include_usage": True}}
    with serve().openai().chat.completions.stream(**asked) as stream:
        said = "".join(event.delta for event in stream if event.type == "content.delta")
        final = stream.get_final_completion()
    assert (final.choices[0].message.role, final.choices[0].message.content) == ("assistant", said)
    check_usage(final.usage, 30)


def test_several_choices(serve):
    client = serve().openai()
    reply = ask_openai(client, n=3)
    assert [choice.index for choice in reply.choices] == [0, 1, 2]
    assert len({choice.message.content for choice in reply.choices}) == 3
    check_usage(reply.usage, 90)
    texts, ends = ["", "", ""], {}
    for chunk in ask_openai(client, n=3, stream=True):
        for choice in chunk.choices:
            texts[choice.index] += choice.delta.content or ""
            if choice.finish_reason:
                ends[choice.index] = choice.finish_reason
    assert ends == {0: "stop", 1: "stop", 2: "stop"}
    assert all(texts) and len(set(texts)) == 3


@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "get_weather"}}])
def test_a_forced_tool_is_called_with_arguments_that_fit(serve, choice):
    client = serve().openai()
    asked = {"tools": [WEATHER], "tool_choice": choice}
    reply = ask_openai(client, **asked)
    assert reply.choices[0].finish_reason in ["tool_calls", "stop"]
    [call] = reply.choices[0].message.tool_calls
    assert call.id.startswith("call_") and call.function.name == "get_weather"
    check_weather(json.loads(call.function.arguments))
    assert reply.choices[0].message.content is None
    with client.chat.completions.stream(model="gpt-4o-mini", messages=HELLO, **asked) as stream:
        stream.until_done()
        [call] = stream.get_final_completion().choices[0].message.tool_calls
    assert call.id.startswith("call_") and call.id.count("call_") == 1 and call.function.name == "get_weather"
    check_weather(json.loads(call.function.arguments))


def check_weather(arguments):
    assert set(arguments) == {"city", "unit"}
    assert isinstance(arguments["city"], str) and arguments["unit"] in ["celsius", "fahrenheit"]


def test_an_agents_loop_calls_the_tool_that_fits_and_ends(serve):
    client = serve().openai()
    messages = [{"role": "user", "content": "What is the weather in Vienna?"}]
    reply = ask_openai(client, messages=messages, tools=[CLOCK, WEATHER], tool_choice="auto").choices[0]
    assert reply.finish_reason == "tool_calls"
    [call] = reply.message.tool_calls
    assert call.function.name == "get_weather"
    messages += [reply.message, {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
    end = ask_openai(client, messages=messages, tools=[CLOCK, WEATHER]).choices[0]
    assert (end.finish_reason, end.message.tool_calls) == ("stop", None)
    other = ask_openai(client, tools=[CLOCK, WEATHER]).choices[0]
    assert (other.finish_reason, other.message.tool_calls) == ("stop", None), "nothing fits a greeting"
    never = ask_openai(client, messages=messages[:1], tools=[WEATHER], tool_choice="none").choices[0]
    assert never.message.tool_calls is None


class Order(BaseModel):
    """What a reply must look like."""

    item: str
    count: int
    paid: bool
    notes: list[str]


def test_json_conforms_to_its_schema(serve):
    client = serve().openai()
    parsed = client.chat.completions.parse(model="gpt-4o-mini", messages=HELLO, response_format=Order)
    assert isinstance(parsed.choices[0].message.parsed, Order)
    plain = ask_openai(client, response_format={"type": "json_object"})
    assert isinstance(json.loads(plain.choices[0].message.content), dict)
    streamed = ask_openai(
        client,
        stream=True,
        response_format={"type": "json_schema", "json_schema": {"name": "order", "schema": Order.model_json_schema()}},
    )
    Order.model_validate_json("".join(chunk.choices[0].delta.content or "" for chunk in streamed))


def test_models(serve):
    client = serve().openai()
    assert [model.id for model in client.models.list()] == ["gpt-4o-mini"]
    assert client.models.retrieve("gpt-4o-mini").owned_by == "acme"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-none")


def test_headers_tell_the_quota(serve):
    client = serve("plain", "provider.acme.model.mini.quota={ requests_per_minute = 500, tokens_per_minute = 200000 }").openai()
    raw = client.chat.completions.with_raw_response.create(model="gpt-4o-mini", messages=HELLO, max_tokens=100)
    of = lambda name: raw.headers[f"x-ratelimit-{name}"]  # noqa: E731
    assert (of("limit-requests"), of("remaining-requests"), of("reset-requests")) == ("500", "499", "120ms")
    assert of("limit-tokens") == "200000" and int(of("remaining-tokens")) < 200000
    assert raw.headers["x-request-id"] == raw.parse()._request_id


def test_the_async_client_asks_many_at_once(serve):
    server = serve()

    async def ask_all():
        async with openai.AsyncOpenAI(base_url=server.url("acme"), api_key=KEY, max_retries=0) as client:
            replies = [ask_openai(client, messages=[{"role": "user", "content": f"Question {n}"}]) for n in range(40)]
            return await asyncio.gather(*replies)

    replies = asyncio.run(ask_all())
    assert len({reply.id for reply in replies}) == 40
    assert server.stop()["counts"]["attempts"] == 40
