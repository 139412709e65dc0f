"""Sentences as signed concepts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.conflict.answer import analyse
from ftq_spark.kernels.conflict.concepts import privative_base, stem
from ftq_spark.kernels.conflict.sentences import fold, normalise_phrases, read_sentence, split_sentences, verbatim
from ftq_spark.kernels.conflict.signature import signature
from ftq_spark.kernels.conflict.words import PHRASES


@pytest.mark.parametrize(
    ("text", "concept", "sign"),
    [
        ("Aspirin should not be given to children.", "child", -1),
        ("Canberra, not Sydney, is the capital.", "sydney", -1),
        ("Canberra, not Sydney, is the capital.", "canberra", 1),
        ("Antibiotics have no effect on viruses.", "virus", -1),
        ("It is not only cheap but also fast.", "cheap", 1),
        ("It is not uncommon.", "common", 1),
        ("It doesn't cause cancer because it is inert.", "inert", 1),
        ("Strings are immutable.", "mutabl", -1),
        ("Strings are not immutable.", "mutabl", 1),
        ("No, the museum is open.", "open", 1),
        ("He failed to open it.", "open", -1),
        ("The job is thankless.", "thank", -1),
    ],
)
def test_sign_of_a_concept(text: str, concept: str, sign: int) -> None:
    assert read_sentence(text).concepts[concept] == sign


def test_a_concept_that_is_affirmed_and_denied_has_no_sign() -> None:
    assert read_sentence("Rebasing is fine, but do not call it rebasing.").concepts["rebas"] == 0


@pytest.mark.parametrize("word", ["important", "understand", "image", "under", "discover"])
def test_words_that_only_look_negative(word: str) -> None:
    assert privative_base(word) is None


def test_forms_of_a_word_share_a_stem() -> None:
    assert (
        len({stem(word) for word in ("inhibit", "inhibits", "inhibited", "inhibiting", "inhibition", "inhibitor")}) == 1
    )
    assert len({stem(word) for word in ("write", "wrote", "written", "writing", "writer")}) == 1


def test_fold_drops_code_tables_and_markup() -> None:
    folded = fold("**Yes**, it’s so:\n```python\nprint('no')\n```\n| a | b |\n# Title")
    assert "print" not in folded
    assert "|" not in folded
    assert folded.startswith("Yes, it's so")


def test_sentences() -> None:
    assert split_sentences("It is 1.5 m. Dr. Smith said so! Really?\nYes") == [
        "It is 1.5 m.",
        "Dr. Smith said so!",
        "Really?",
        "Yes",
    ]


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Is it raining?", "Yes, it is.", ("polarity", "yes")),
        ("Is it raining?", "Nope.", ("polarity", "no")),
        ("Is it legal to park here?", "Parking here is prohibited.", ("stance", "no")),
        ("How much is it?", "It is 4 g.", ("number", "mass 4000 4000")),
        ("What is 2 + 2?", "2 + 2 = 4. #### 4", ("final", "4 4")),
        ("Who wrote it?", "Shakespeare", ("entity", "shakespear")),
        ("Who wrote it?", "As an AI, I cannot say.", ("refusal", "")),
        ("Write a poem.", "The sea.", None),
    ],
)
def test_signature(question: str, answer: str, expected: tuple[str, str] | None) -> None:
    assert signature(question, answer) == expected


def test_equal_answers_in_other_words_have_one_signature() -> None:
    question = "How long is the notice period?"
    assert signature(question, "It is 30 days.") == signature(question, "Thirty days.")


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_is_read(question: str, answer: str) -> None:
    analysis = analyse(question, answer)
    assert analysis.answer.lead in (-1, 0, 1)
    for sentence in analysis.answer.sentences:
        assert set(sentence.concepts.values()) <= {-1, 0, 1}


@pytest.mark.parametrize(
    "unit", ["a", "not ", "\n", "1 ", "select x ", "the answer is ", '"', "# ", "No, ", "-", "U.S. "]
)
def test_time_is_bounded_for_hostile_texts(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    start = time.process_time()
    analyse(text, text)
    assert time.process_time() - start < 2.0


@pytest.mark.parametrize(
    ("text", "span", "found"),
    [
        ("- **Class:** an azole\n- **Dose:** 5 mg", "Class: an azole", "Class:** an azole"),
        ("It’s *“safe”* — in `all` cases.", 'It\'s *"safe"* , in `all` cases.', "It’s *“safe”* — in `all` cases."),
        ("See:\n```\nNo.\n```\n1. No.\n2. Yes", "No.", "No."),
        ("<b>Never</b> on <i>Monday</i>!", "Never on Monday!", "Never</b> on <i>Monday"),
        ("It costs $5, not more", "$5, not…", "$5, not…"),
        ("Not so", "Otherwise", "Otherwise"),
    ],
)
def test_verbatim_quotes_the_text_as_it_stands(text: str, span: str, found: str) -> None:
    assert verbatim(text, span) == found


@given(
    st.lists(
        st.sampled_from(["**", "Yes. ", "№ 5 ", "it’s ", "\n", "- ", "| a |", "`x` ", "नहीं ", "Why? ", "<i>", "—"])
    )
)
def test_every_sentence_is_found_in_its_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    for sentence in split_sentences(fold(text)):
        if any(map(str.isalnum, sentence)):
            assert verbatim(text, sentence) in text


@pytest.mark.parametrize("phrase", sorted(PHRASES))
def test_a_phrase_is_found_among_other_words(phrase: str) -> None:
    assert normalise_phrases(f"it,{phrase}; so") == f"it,{PHRASES[phrase]}; so"
