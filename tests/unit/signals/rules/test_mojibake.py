"""Characters that were read in the wrong encoding, beside those that are asked about."""

from __future__ import annotations

import pytest
from rule_verdicts import decided, found, value


def test_cyrillic_read_as_latin() -> None:
    assert value("n_mojibake", "Почему трава зелёная?", "Ïîòîìó ÷òî â íåé ìíîãî õëîðîôèëëà.") >= 1
    assert value("n_mojibake", "Où est-il ?", "Là où l'été s'étire à la mer, où l'âne paît près de l'île.") == 0


@pytest.mark.parametrize("sign", ["ًں™ڈ", "рџ™Џ", "ğŸ™", "đź™Ź"])
def test_an_emoji_read_as_another_code_page_is_found(sign: str) -> None:
    assert value("n_mojibake", "Is it open?", f"It is. {sign}") == 1
    assert value("n_mojibake", "Зашто се љути?", "Његова срџба траје, као и пре.") == 0


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Translate into Greek: the sea", "????? ???????"),
        ("Which cheese is from Texas?", "Käse aus Texas heiÃŸt Queso."),
    ],
)
def test_mojibake_is_found(question: str, answer: str) -> None:
    assert "mojibake" in found(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Say it in Swedish.", "Jag bor pÃ¥ en Ã¶."),
        ("A cosa serve la mappa?", "La mappa ├¿ fatta per trovare i punti pi├╣ vicini."),
    ],
)
def test_mojibake_is_noted_or_reviewed(question: str, answer: str) -> None:
    assert found(question, answer)["mojibake"] in ("note", "review")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Why do I see 'Ã¼'?", "UTF-8 was read as Latin-1: 'Ã¼' is 'ü'."),
        ("What does garbled text look like if a file's encoding is wrong?", "The word 'Käse' becomes 'KÃ¤se'."),
        ("Rättar du svenska tecken?", "```js\ntext = text.replace(/Ã¥/g, 'å').replace(/Ã¶/g, 'ö');\n```"),
    ],
)
def test_mojibake_that_is_asked_about_is_no_fault(question: str, answer: str) -> None:
    assert decided(question, answer) == {}
