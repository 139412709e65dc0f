"""The languages that function words and scripts tell apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftq_spark.kernels.text.languages import FUNCTION_WORDS, LANGUAGES, UNKNOWN, identify, may_be_elsewhere
from ftq_spark.kernels.text.lexicon import Lexicon
from ftq_spark.kernels.text.tokens import hashes, tokenize

SENTENCES = {
    "en": "I put the cup on the table and it was still there when I came back.",
    "de": "Ich habe die Tasse auf den Tisch gestellt, und sie war noch da, als ich zurück kam.",
    "fr": "Le chat est dans la maison et il ne veut pas sortir avec nous ce soir.",
    "es": "El perro está en la casa y no quiere salir con los niños por la noche.",
    "pt": "O menino foi para a escola com os amigos, mas não levou o livro que é dele.",
    "it": "Il gatto è nella casa e non vuole uscire con gli altri perché piove.",
    "nl": "De kat is in het huis en wil niet naar buiten omdat het regent, maar dat is goed.",
    "pl": "Kot jest w domu i nie chce wyjść, bo pada, ale to nie jest dla nas problem.",
    "tr": "Bu kedi evde ve çok mutlu, ama bir köpek için daha büyük bir ev gerekli.",
    "ru": "Кошка в доме и не хочет выходить, потому что на улице дождь, но это не страшно.",
    "ar": "القطة في البيت ولا تريد الخروج من الباب إلى الحديقة لأن المطر على الأرض.",
    "hi": "बिल्ली घर में है और वह बाहर जाना नहीं चाहती क्योंकि बारिश हो रही है।",
    "zh": "猫在房子里，不想出去，因为外面在下雨。",
    "ja": "猫は家の中にいて、雨が降っているので外に出たくありません。",
    "ko": "고양이는 집 안에 있고 비가 와서 나가고 싶어하지 않습니다.",
    "th": "แมวอยู่ในบ้านและไม่อยากออกไปข้างนอก",
    "el": "Η γάτα είναι στο σπίτι και δεν θέλει να βγει.",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_identify(language: str) -> None:
    tokens = tokenize([SENTENCES[language], "", "42 xyzzy", SENTENCES["en"]])
    codes = identify(tokens, hashes(tokens))
    assert LANGUAGES[codes[0]] == language
    assert codes[1:3].tolist() == [UNKNOWN, UNKNOWN] and LANGUAGES[codes[3]] == "en"


def test_a_lexicon_finds_words_in_all_their_lists() -> None:
    words = [f"word{i}" for i in range(3000)]  # so many that slots are shared
    lexicon = Lexicon({"even": words[::2], "all": words, "none": []})
    flags = lexicon.flags(hashes(tokenize([" ".join([*words, "other"])])))
    assert ((flags & lexicon.bit("all")) != 0).tolist() == [True] * 3000 + [False]
    assert ((flags & lexicon.bit("even")) != 0).tolist() == [i % 2 == 0 for i in range(3000)] + [False]
    assert not (flags & lexicon.bit("none")).any()


def test_a_lexicon_holds_single_tokens() -> None:
    with pytest.raises(ValueError, match="two words"):
        Lexicon({"a": ["two words"]}).flags(hashes(tokenize(["two"])))


WORDS = [word for words in FUNCTION_WORDS.values() for word in words.split()[:6]] + [
    "Boot",
    "лодка",
    "船",
    "βάρκα",
    "1",
]


@settings(max_examples=200)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=12), max_size=8))
def test_no_text_in_another_language_than_english_is_ruled_out(texts: list[list[str]]) -> None:
    tokens = tokenize([" ".join(words) for words in texts])
    languages = identify(tokens, hashes(tokens))
    elsewhere = (languages != UNKNOWN) & (languages != LANGUAGES.index("en"))
    assert not (elsewhere & ~may_be_elsewhere(tokens, hashes(tokens))).any()


def test_english_with_a_word_of_another_language_is_ruled_out() -> None:
    tokens = tokenize(
        ["I am in Los Angeles and would like to find the place to eat.", "Ich bin nicht mehr in der Stadt."]
    )
    assert may_be_elsewhere(tokens, hashes(tokens)).tolist() == [False, True]
