"""The same call over and over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import orjson

from ftq_spark.kernels.exchanges.dialogue import Call, Finding, Message, shown

CODE = "tool_loop"
MOST = 2  # times that a call may be made before the user speaks again: a second try is no loop


def check(messages: Sequence[Message], by_turn: Mapping[int, list[Call]]) -> Iterator[Finding]:
    """Calls with the arguments of an earlier one: twice in one turn, after a result that was the same, or too often.

    Counted is from one turn of the user to the next. `by_turn` has the calls of each turn.
    """
    made: dict[bytes, int] = {}
    results: dict[bytes, str] = {}
    for turn, message in enumerate(messages):
        if message["role"] == "user":
            made, results = {}, {}
        here = by_turn.get(turn, [])
        keys = [_key(call) for call in here]
        for i, (call, key) in enumerate(zip(here, keys, strict=True)):
            times = made[key] = made.get(key, 0) + 1
            result = _result(messages, turn, i, call)
            if key in keys[:i]:
                yield Finding(turn, CODE, f"call of {shown(call.name)} twice in one turn")
            elif times > MOST or (times == MOST and result is not None and results.get(key) == result):
                yield Finding(turn, CODE, f"call of {shown(call.name)} for the {_nth(times)} time, arguments and all")
            if result is not None:
                results[key] = result


def _key(call: Call) -> bytes:
    return orjson.dumps([call.name, call.arguments], option=orjson.OPT_SORT_KEYS)


def _result(messages: Sequence[Message], turn: int, place: int, call: Call) -> str | None:
    """The result of a call: by its id, else by its place among the results that follow."""
    following = []
    for message in messages[turn + 1 :]:
        if message["role"] != "tool":
            break
        if call.id is not None and message["tool_call_id"] == call.id:
            return str(message["content"])
        following.append(message["content"])
    return str(following[place]) if place < len(following) else None


def _nth(times: int) -> str:
    return {2: "second", 3: "third"}.get(times, f"{times}th")
