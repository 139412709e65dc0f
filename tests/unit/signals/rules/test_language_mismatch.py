"""The language of an answer: another one than was asked in or asked for, beside its kin, quotations and lyrics."""

from __future__ import annotations

import pytest
from rule_verdicts import UNSURE, decided, found, value

GERMAN = "Das ist leider nicht so einfach, weil wir dafür erst noch eine weitere Angabe und auch etwas Zeit brauchen."
SPANISH = "No se puede hacer eso hasta que los datos de la reserva estén completos y el pago se haya confirmado."
EARLIER = "User: Is there a table for two, and when is it available?\n\nAssistant: It is there at six.\n\nUser: "
SONG = """La canción en tono de Do se toca con los acordes que siguen:

We walked along the river and you were there with me, and the night was in the trees,
and what we said to each other was gone before the morning came to the town.
They have never been here, so who would know which of them is not at home?
If it should be that I could have all this from you, then I shall be with you by the sea.

Espero que te sirva y que disfrutes con la música."""
RECORD = """Title: Parken im Straßenraum
Description: Die Daten beschreiben alle Parkflächen im öffentlichen Straßenraum des Landes und sind nicht vollständig.
License: Datenlizenz
Tags: Parken, Parkplatz
Resources: 3"""


@pytest.mark.parametrize(
    ("prompt", "answer", "expected"),
    [
        (f"{EARLIER}Thank you so much.", GERMAN, 1.0),
        (f"{EARLIER}Perfect.", GERMAN, 1.0),
        (f"{EARLIER}Will they have Korean food?", SPANISH, 1.0),
        (f"{EARLIER}Can you say that in German?", GERMAN, 0.0),
        (f"{EARLIER}¿Y para la noche?", SPANISH, 0.0),
        (f"{EARLIER}¿Para la noche?", SPANISH, float("nan")),
        (
            f"{EARLIER}Thank you so much.",
            "It is my pleasure, and I hope that you have a good evening there.",
            float("nan"),
        ),
        ("What is naloxone?", GERMAN, 1.0),
        ("Naloxon?", GERMAN, float("nan")),
        ("Explain inflation in English, please", SPANISH, 1.0),
        ("Explain inflation in plain English", GERMAN, 1.0),
        ("Explain inflation, please", SPANISH, float("nan")),
        ("Explain inflation in English and in Spanish", SPANISH, 0.0),
    ],
)
def test_a_short_question_has_a_language_too(prompt: str, answer: str, expected: float) -> None:
    mismatch = value("language_mismatch", prompt.rpartition("User: ")[2], answer, prompt=prompt)
    assert mismatch == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Erkläre mir bitte auf Deutsch, was ein Delta ist.", 1.0),
        ("Please answer in German. What is a delta?", 1.0),
        ("Explica en español qué es un delta.", 1.0),
        ("请用中文解释：什么是三角洲？", 1.0),
        ("What is a delta? In French only.", 1.0),
        ("Explain the meaning of 'Mündung' in German.", 0.0),
        ("Answer in German, and answer in French. What is a delta?", 0.0),
    ],
)
def test_a_language_is_asked_for_in_so_many_words(question: str, expected: float) -> None:
    answer = "A delta is the land that a river builds where it enters the sea and leaves its sand and mud behind."
    assert value("language_mismatch", question, answer) == expected


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "¿Qué se sabe del clima de la costa y de sus vientos?",
            "The climate of the coast is mild in the winter and it has been dry for most of the summer, which is why "
            "there are so many fires when the wind is from the north.",
        ),
        (
            "What is the best way to learn the names of the birds in my garden?",
            "O melhor é ouvir o canto de cada um e anotar quando aparece, porque não é fácil ver a cor das penas e "
            "muito menos à noite, quando estão nos ninhos.",
        ),
        (  # a short question of few words that tell
            "Tell me about harbours, a bit more than I know.",
            "港口是船舶停靠的地方，可以装卸货物，也可以让乘客上下船。世界上最大的港口多在亚洲，沿海的城市因港口而兴起。",
        ),
        (
            "Make a poster to announce lunch.",
            "Плакат: Обед в полдень. Приходите все, кто хочет есть, и не забудьте о супе, который сварили для гостей, "
            "или о пирогах, которые будут после него.",
        ),
        (
            "¿Qué ropa es mejor para cuando hay lluvia y frío, y por qué no sirve la lana?",
            "O melhor é um casaco que não deixa passar a água, e por baixo uma camada que seca muito depressa. Não "
            "use algodão, já que ele fica molhado e só seca quando está sol.",
        ),
        (
            "Según un estudio, ¿cómo se usa el agua en la sierra y para qué?",
            "Según Ruiz, publicado en una revista con 12 citas:\n\nThe use of water in the mountains has been studied "
            "for many years, and it is clear that most of it is used for the fields, but some of it goes to the towns.",
        ),
    ],
)
def test_another_language_still_is_one(question: str, answer: str) -> None:
    assert value("language_mismatch", question, answer) == 1


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (  # the short question holds no word that Spanish has not
            "¿Cómo se llega a la estación de la costa?",
            "Hay que tomar el tren de las ocho y bajar en la última parada, porque el autobús no pasa por el puerto.",
        ),
        (
            "Responde à pergunta do aluno.\n\nPergunta do aluno: Me ajuda a entender do que fala do poema?",
            "O poema fala da saudade de quem partiu para o mar e não voltou. O autor usa imagens de barcos e da noite "
            "para mostrar a espera, e a última estrofe deixa claro que ninguém vai voltar.",
        ),
        (
            "Что можно приготовить на ужин из картофеля, если нет мяса и масла?",
            "Да, можно испечь картофель в духовке с солью и подать с огурцом: 3 клубня запечь за час, по вкусу "
            "добавить чеснок, да и сметану по желанию.",
        ),
        (  # an answer that quotes
            "Combien de temps le musée garde-t-il les objets trouvés ?",
            "Cela dépend de la maison, et le musée ne garde pas tout pour toujours. Voici ce que dit le règlement du "
            "musée : Items will be kept for the period of the exhibition and then for the rest of the year, after "
            "which they are given to the city.",
        ),
        (  # Hindi in Latin letters
            "Mere ghar par kal mehmaan aa rahe hain, main par kya banaun, paise kam hain?",
            "आप दाल और चावल बना सकते हैं, क्योंकि वे सस्ते हैं और जल्दी बनते हैं। साथ में सलाद भी रखें, और मीठे "
            "में खीर बना लें जो सब को पसंद है।",
        ),
    ],
)
def test_a_language_is_told_from_its_kin(question: str, answer: str) -> None:
    assert value("language_mismatch", question, answer) != 1


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "Was tut ein englischer Bäcker am frühen Morgen, und wie ist das bei uns?",
            "The baker makes the bread and the cakes that people in the town buy for their breakfast.",
        ),
        (
            "What are the rules of tag, in brief?",
            "Un jugador persigue a los demás; quien es tocado persigue entonces, y nadie puede salir del campo.",
        ),
    ],
)
def test_another_language_is_found(question: str, answer: str) -> None:
    assert "language_mismatch" in found(question, answer)


def test_another_language_is_noted() -> None:
    english = "The buttons at the top are there so that you can choose one of the categories, and the map shows them."
    question = "Puoi dirmi a che cosa servono i pulsanti che sono nella parte alta della mappa?"
    assert found(question, english)["language_mismatch"] == "note"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "Kannst du das auf Englisch sagen? Was ist eine Fähre, und wer nutzt sie?",
            "A ferry carries people and their cars over a river or from the coast to one of the islands.",
        ),
        (
            "Explique en espagnol ce que fait un boulanger.",
            "El panadero hace el pan y los pasteles que la gente compra por la mañana para el desayuno.",
        ),
    ],
)
def test_a_language_that_is_asked_for_is_no_fault(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("¿Cuáles son los acordes de esa canción de amor y cómo se toca con la guitarra?", SONG),
        ("Describe the open dataset 'Parken im Straßenraum' with all of its fields.", RECORD),
    ],
)
def test_lyrics_and_names_of_fields_are_no_fault(question: str, answer: str) -> None:
    assert found(question, answer).keys() <= UNSURE


def test_a_title_that_is_given_has_no_language_of_its_own() -> None:
    system = "You write lyrics in the style of a singer. Use the title."
    answer = SONG.rsplit("\n", maxsplit=1)[-1] * 3
    assert found("I'm Not In Love with you", answer, context=system).keys() <= UNSURE


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Compose a slogan selling a novel product.\n\nSkin Care Cream", "Meet the new cream that takes care of your "
         "skin, day and night, in all the seasons of the year."),
    ],
)  # fmt: skip
def test_a_short_question_is_in_no_language_by_chance(question: str, answer: str) -> None:
    assert "language_mismatch" not in found(question, answer)


def test_a_title_that_is_quoted_is_in_the_language_of_its_book() -> None:
    text = (
        "Das Jahr ist in dem Bericht nicht richtig, und die Kanzlei hat es auch nicht aus dem Archiv. Es ist nach der "
        "Angabe der Stadt aus einem Aufsatz, der mit dem See nichts zu tun hat. Richtig ist das Jahr in dem Aufsatz "
        "„The Growth of the Towns and of the Villages on the Shores of the Lake“, und nicht in dem, der es nennt. "
        "In welchem Aufsatz ist das Jahr richtig?"
    )
    title = "„The Growth of the Towns and of the Villages on the Shores of the Lake“"
    assert "language_mismatch" not in found(text, title)
    assert "language_mismatch" in found(text, "It is the essay on the growth of the towns and villages of the lake.")
