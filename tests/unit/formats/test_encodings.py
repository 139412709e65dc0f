"""A message names the encoding of bytes that are not UTF-8 where they tell it, and none where they do not."""

from __future__ import annotations

import codecs
import io
import json

import pytest

from ftq_spark.formats.containers import container_of, rows
from ftq_spark.formats.encodings import guess
from ftq_spark.formats.ingest import batches

TEXTS = [
    ("GB18030", "gb18030", "高血压患者能吃党参吗？高血压病人可以口服党参的。"),
    ("GB18030", "gb18030", "今天天气怎么样"),
    ("BIG5", "big5", "請問感冒可以吃什麼藥？多喝水，多休息即可。"),
    ("SHIFT_JIS", "shift_jis", "東京の天気を教えてください。晴れのち曇りです。"),
    ("EUC-JP", "euc_jp", "これは何ですか？それは本です。"),
    ("EUC-KR", "euc_kr", "오늘 날씨가 어때요? 맑고 따뜻합니다."),
    ("WINDOWS-1251", "cp1251", "Что такое время? Это мера движения."),
    ("KOI8-R", "koi8_r", "Что такое время? Это мера движения."),
    ("WINDOWS-1252", "cp1252", "Was heißt „Zeit“? Größe für Öl – ja"),
    ("WINDOWS-1252", "cp1252", "Où est l’été ? À côté, dit-il, déjà."),
    ("UTF-16LE", "utf-16-le", "prompt, completion"),
    ("UTF-16BE", "utf-16-be", "prompt, completion"),
    # Told apart from those above, though not named.
    (None, "mac_roman", "Größe für Öl"),
    (None, "cp437", "Größe für Öl"),
    (None, "cp1250", "Zażółć gęślą jaźń"),
    (None, "cp1253", "Καλημέρα σας"),
    (None, "cp1254", "Türkçe güzel bir dildir, değil mi? ışık şöyle"),
    (None, "cp1256", "مرحبا كيف حالك اليوم"),
    (None, "tis-620", "สวัสดีครับ วันนี้อากาศดี"),
]


@pytest.mark.parametrize(("name", "codec", "text"), TEXTS)
def test_everyday_text(name: str | None, codec: str, text: str) -> None:
    data = f'{{"question": "{text}"}}'.encode(codec)
    assert guess(data) == name
    assert name is None or text in data.decode(name)


def test_bytes_at_random_and_broken_utf8_are_no_text() -> None:
    assert guess(b"") is guess(b"plain") is guess(bytes(range(256))) is guess("Zeit für Ä".encode()[:-1]) is None


def message(name: str, data: bytes) -> str:
    container = container_of(name)
    assert container is not None
    held = [
        row
        for batch in batches(rows(io.BytesIO(data), container), dataset="d", source=name)
        for row in batch.to_pylist()
    ]
    (said,) = [str(row["message"]) for row in held if row["code"] == "invalid_utf8"]
    return said


CSV = "question,answer\nhow,so\n高血压患者能吃党参吗？,可以口服党参的。\n"
LINES = "\n".join(json.dumps(dict(zip(("question", "answer"), ROW.split(","), strict=True)), ensure_ascii=False)
                  for ROW in CSV.split("\n")[1:3])  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [("x.csv", CSV), ("x.jsonl", LINES)])
def test_a_row_names_the_command(name: str, text: str) -> None:
    said = message(name, text.encode("gb18030"))
    assert said.endswith("; it seems to be GB18030: `iconv -f GB18030 -t UTF-8 FILE > NEW`")


def test_a_header_names_it() -> None:
    assert "GB18030" in message("x.csv", "今天天气,怎么样了\n1,2\n".encode("gb18030"))


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.json"])
@pytest.mark.parametrize(("codec", "mark"), [("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)])
def test_a_file_in_utf16_is_one_reject(name: str, codec: str, mark: bytes) -> None:
    text = CSV if name == "x.csv" else LINES
    assert "`iconv -f UTF-16 -t UTF-8 FILE > NEW`" in message(name, mark + text.encode(codec))
    assert "UTF-16" in message(name, ("a plain beginning " * 20 + text).encode(codec))
