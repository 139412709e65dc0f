"""What belongs to an example and to its context: media, labels, rejected answers; what does not: null padding."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from ftq_spark.formats import conversation
from ftq_spark.formats.identity import content_hash, context_hash, media
from ftq_spark.formats.media import places, reference

SHOWN = {"role": "user", "content": "<image>\nWhat is on the shelf?"}
TOLD = {"role": "assistant", "content": "Three jars of honey."}


def chat(**columns: Any) -> dict[str, Any]:
    return {"messages": [SHOWN, TOLD], **columns}


def parts(*found: Any) -> dict[str, Any]:
    asked = {"role": "user", "content": [*found, {"type": "text", "text": "What is on the shelf?"}]}
    return {"messages": [asked, TOLD]}


def both(row: dict[str, Any]) -> tuple[str, str]:
    found = conversation(row)
    return content_hash(found), context_hash(found)


MEDIA = [
    (chat(image="shelf/1.jpg"), ["image:shelf/1.jpg"]),
    (chat(image=["shelf/1.jpg"]), ["image:shelf/1.jpg"]),
    (chat(images='["shelf/1.jpg", "shelf/2.jpg"]'), ["image:shelf/1.jpg", "image:shelf/2.jpg"]),
    (chat(images=[{"bytes": None, "path": "shelf/1.jpg"}]), ["image:shelf/1.jpg"]),
    (chat(image={"path": "shelf/1.jpg"}, audio=None, videos=[], video=""), ["image:shelf/1.jpg"]),
    (chat(audios=["a.wav"], video="v.mp4"), ["audio:a.wav", "video:v.mp4"]),
    (chat(image=None), []),
    (chat(), []),
    (parts({"type": "image_url", "image_url": {"url": "https://x.example/1.jpg", "detail": "low"}}),
     ["image:https://x.example/1.jpg"]),
    (parts({"type": "image", "image": "1.jpg", "text": None}), ["image:1.jpg"]),
    (parts({"type": "image"}), []),
    (parts({"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}), ["audio:UklGRg=="]),
    (parts({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}}), ["image:aGk="]),
    (parts({"type": "file", "file": {"file_id": "f-1"}}), ["file:f-1"]),
    ({"contents": [{"role": "user", "parts": [{"fileData": {"fileUri": "gs://b/1.mp4", "mimeType": "video/mp4"}},
                                              {"text": "What is on the shelf?"}]},
                   {"role": "model", "parts": [{"text": "Three jars of honey."}]}]}, ["file:gs://b/1.mp4"]),
    ({"messages": [{**SHOWN, "images": ["shelf/1.jpg"]}, TOLD]}, ["image:shelf/1.jpg"]),
    ({"question": "What is on the shelf?", "answer": "Honey.", "image_path": "1.jpg"}, ["image:1.jpg"]),
]  # fmt: skip


@pytest.mark.parametrize(("row", "expected"), MEDIA)
def test_media(row: dict[str, Any], expected: list[str]) -> None:
    assert media(conversation(row)) == expected


@pytest.mark.parametrize("column", ["image", "images", "audio", "videos"])
def test_other_media_are_another_content_and_another_context(column: str) -> None:
    first, second = both(chat(**{column: ["1"]})), both(chat(**{column: ["2"]}))
    assert first[0] != second[0]
    assert first[1] != second[1]
    assert both(chat(**{column: "1"})) == first
    assert both(chat(**{column: None})) == both(chat())


def test_the_bytes_of_a_picture_name_it() -> None:
    def named(data: bytes, path: str) -> tuple[str, str]:
        table = pa.table({"images": [[{"bytes": data.decode("latin-1"), "path": path}]]})
        return both(chat(**table.to_pylist()[0]))

    assert named(b"PNG 1", "a.png") == named(b"PNG 1", "b.png")
    assert named(b"PNG 1", "a.png") != named(b"PNG 2", "a.png")


def test_references() -> None:
    assert reference(None) is reference("") is reference([]) is reference({"path": None}) is None
    assert reference(7) == "7"
    assert reference("x" * 201) != reference("y" * 201)
    assert reference("data:image/png;base64,aGk=").startswith("sha256:")
    assert reference({"a": 1, "b": 2}) == '{"a":1,"b":2}'
    assert reference({"image": {"url": "shelf/1.jpg", "size": [3, 4]}}) == "shelf/1.jpg"
    assert reference({"path": "shelf/1.mp4", "fps": 30.0, "bytes": None}) == "shelf/1.mp4"
    assert reference({"url": "", "size": [3, 4]}) is None


def test_places_for_media_of_columns() -> None:
    assert places("<image><image> and <video>", None) == {"image": 2, "audio": 0, "video": 1}
    assert places("", json.dumps([{"type": "image"}, {"type": "image", "image": "1.jpg"}])) == {
        "image": 1,
        "audio": 0,
        "video": 0,
    }


SYSTEM = {"role": "system", "content": "Be brief."}
TOOL = {"type": "function", "function": {"name": "shelf", "parameters": {"properties": {"n": {"type": "number"}}}}}


def test_the_context_is_system_tools_and_media() -> None:
    plain = {"messages": [SHOWN, TOLD]}
    contexts = [
        plain,
        {"messages": [SYSTEM, SHOWN, TOLD]},
        {"messages": [{**SYSTEM, "content": "Be long."}, SHOWN, TOLD]},
        {**plain, "tools": [TOOL]},
        {**plain, "image": "1.jpg"},
        {**plain, "image": "2.jpg"},
    ]
    assert len({both(row)[1] for row in contexts}) == len(contexts)
    other = {"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]}
    assert both(other)[1] == both(plain)[1]
    assert both({"messages": [{**SYSTEM, "content": " \n"}, SHOWN, TOLD]})[1] == both(plain)[1], "a blank one is none"
    assert both({"messages": [{**SYSTEM, "content": "Be brief.\n"}, SHOWN, TOLD]})[1] == both(contexts[1])[1]
    assert both({**plain, "tools": json.dumps([TOOL])})[1] == both({**plain, "tools": [TOOL]})[1]


LABELS = [
    ({"label": 1}, True),
    ({"label": 0}, False),
    ({"label": 1.0}, True),
    ({"label": "1"}, True),
    ({"label": "0"}, False),
    ({"label": "Undesirable"}, False),
    ({"label": "desirable"}, True),
    ({"label": "thumbs_down"}, False),
    ({"label": -1}, False),
    ({"label": "-1"}, False),
    ({"label": "incorrect"}, False),
    ({"label": "👍"}, True),
    ({"is_desirable": False}, False),
    ({"label": "Good"}, True),
    ({"desirable": False}, False),
    ({"kto_tag": "true"}, True),
    ({"label": None, "desirable": True}, True),
    ({"label": 2}, None),
    ({"label": "sports"}, None),
    ({"label": [True]}, None),
    ({}, None),
]


@pytest.mark.parametrize(("fields", "expected"), LABELS)
def test_labels(fields: dict[str, Any], expected: bool | None) -> None:
    for row in ({"prompt": "q", "completion": "a"}, {"messages": [SHOWN, TOLD]}):
        found = conversation({**row, **fields})
        assert found.label is expected
        assert (found.format == "kto") == (expected is not None)


def test_labels_beside_a_question_may_mean_anything() -> None:
    assert conversation({"question": "q", "answer": "a", "label": 1}).label is None
    assert conversation({"instruction": "q", "output": "a", "desirable": "false"}).label is False


def test_labels_of_turns() -> None:
    turns = [SHOWN, {**TOLD, "label": True}, SHOWN, {**TOLD, "label": False}]
    found = conversation({"messages": turns})
    assert [turn["label"] for turn in found.messages] == [None, True, None, False]
    assert (found.format, found.label) == ("kto", False)
    assert content_hash(found) != content_hash(
        conversation({"messages": turns[:1] + turns[3:] + turns[2:3] + turns[1:2]})
    )


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"prompt": "q", "completion": "a", "label": True}, {"prompt": "q", "completion": "a", "label": False}),
        ({"prompt": "q", "chosen": "a", "rejected": "b"}, {"prompt": "q", "chosen": "b", "rejected": "a"}),
        ({"prompt": "q", "chosen": "a", "rejected": "b"}, {"prompt": "q", "chosen": "a", "rejected": "c"}),
        ({"prompt": "q", "completion": "a"}, {"prompt": "q", "completion": "a", "label": True}),
    ],
)
def test_labels_and_rejected_answers_are_content_and_no_context(left: dict[str, Any], right: dict[str, Any]) -> None:
    assert both(left)[0] != both(right)[0]
    assert both(left)[1] == both(right)[1]


def test_attached_text() -> None:
    def attached(row: dict[str, Any]) -> str | None:
        return conversation(row).attached

    assert attached({"instruction": "Sum up.", "input": "A long text.", "output": "Text."}) == "A long text."
    assert attached({"instruction": "Sum up.", "input": " ", "output": "Text."}) is None
    assert attached({"instruction": "Who?", "context": "Ada came.", "response": "Ada."}) == "Ada came."
    assert attached({"question": "Who?", "passage": "Ada came.", "answer": "Ada."}) == "Ada came."
    assert attached({"prompt": "Who?", "completion": "Ada."}) is None


def called(arguments: Any, **function: Any) -> dict[str, Any]:
    call = {"id": None, "type": "function", "function": {"name": "shelf", "arguments": arguments, **function}}
    asked = {**SHOWN, "tool_calls": None, "name": None}
    return {"messages": [asked, {"role": "assistant", "content": "", "tool_calls": [call], "weight": None}]}


PADDED = [
    (called({"n": 4}), called({"n": 4, "text": None})),
    (called({"n": 4}), called('{"n": 4, "text": null}', strict=None)),
    (called({"at": {"x": 1}}), called({"at": {"x": 1, "y": None}, "to": None})),
    (chat(tools=[TOOL]), chat(tools=[{**TOOL, "function": {**TOOL["function"], "strict": None}}], images=None)),
    (parts({"type": "image", "image": "1.jpg"}), parts({"type": "image", "image": "1.jpg", "text": None})),
]


@pytest.mark.parametrize(("plain", "padded"), PADDED)
def test_nulls_of_a_united_table_are_no_content(plain: dict[str, Any], padded: dict[str, Any]) -> None:
    assert both(plain) == both(padded)


def test_nulls_in_arrays_are_content() -> None:
    assert both(called({"n": [1, None]})) != both(called({"n": [1]}))


def test_many_sets_of_tools_and_long_ones_have_hashes_of_their_own() -> None:
    def hashes(n: int, padding: str = "") -> tuple[str, str]:
        return both(chat(tools=json.dumps([{"name": f"f{n}", "description": padding}])))

    found = [hashes(n) for n in range(1000)]
    assert len(set(found)) == 1000
    assert [hashes(n) for n in range(1000)] == found
    long = [hashes(n, "x" * 20_000) for n in range(3)]
    assert long == [hashes(n, "x" * 20_000) for n in range(3)]
    assert len({*found, *long}) == 1003
    assert both(chat(tools=[{"name": "f1", "description": ""}])) == found[1]  # as a list it is the same
