"""A provider for LiteLLM's proxy that plays a model: calls every tool it is offered, then reads aloud what they gave.

It knows nothing of this project but the wire format, and obeys whatever instruction it finds in a result.
"""

import json
import uuid

from litellm import CustomLLM, ModelResponse
from litellm.types.utils import Choices, Message, Usage

CALLS_PER_STEP = 4


def leaves(value, path=()):
    """The figures and texts of a JSON value, each with the fields that lead to it."""
    if isinstance(value, dict):
        for key in sorted(value):
            yield from leaves(value[key], path + (key,))
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, path)
    elif isinstance(value, bool):
        yield " ".join(path), "yes" if value else "no"
    elif value is not None:
        yield " ".join(path), f"{value}"


def read_aloud(result):
    return "; ".join(f"{path} {value}" for path, value in leaves(json.loads(result))) + "."


def next_turn(messages, tools):
    """The tool calls that come next, or the text."""
    names = [tool["function"]["name"] for tool in tools or []]
    results = [message["content"] for message in messages if message["role"] == "tool"]
    rest = names[len(results) : len(results) + CALLS_PER_STEP]
    if rest:
        return rest, None
    orders = [r for r in results if "ignore all" in r.lower() or "system:" in r.lower()]
    if orders:
        return [], "As instructed: " + orders[0]
    return [], "\n".join(read_aloud(result) for result in results) or "No tool tells that."


def tool_call(name, index):
    return {
        "id": f"call_{uuid.uuid4().hex[:12]}",
        "type": "function",
        "index": index,
        "function": {"name": name, "arguments": "{}"},
    }


def count(messages, text):
    """Tokens, as English and JSON have them: four bytes each."""
    prompt = len(json.dumps(messages)) // 4
    completion = len(text or "") // 4 + 1
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


class Scripted(CustomLLM):
    async def acompletion(self, messages, optional_params, *args, **kwargs) -> ModelResponse:
        calls, text = next_turn(messages, optional_params.get("tools"))
        message = Message(
            role="assistant",
            content=text,
            tool_calls=[tool_call(name, index) for index, name in enumerate(calls)] or None,
        )
        response = ModelResponse(
            choices=[Choices(index=0, message=message, finish_reason="tool_calls" if calls else "stop")]
        )
        response.usage = Usage(**count(messages, text))
        return response

    async def astreaming(self, messages, optional_params, *args, **kwargs):
        calls, text = next_turn(messages, optional_params.get("tools"))

        def chunk(text="", tool_use=None, finish_reason="", usage=None):
            return {
                "text": text,
                "tool_use": tool_use,
                "is_finished": bool(finish_reason),
                "finish_reason": finish_reason,
                "usage": usage,
                "index": 0,
            }

        for word in (text or "").split(" ") if text else []:
            yield chunk(text=word + " ")
        for index, name in enumerate(calls):
            yield chunk(tool_use=tool_call(name, index))
        yield chunk(finish_reason="tool_calls" if calls else "stop", usage=count(messages, text))


scripted = Scripted()
