"""Kinds of faults that answers of training data have, beside good answers that look like them."""

from __future__ import annotations

import pytest
from rule_verdicts import decided, found


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        ("How do I prune a hedge?", "Great question! I'd be happy to help you with that. Let me know!", "non_answer"),
        ("Wie melde ich mein Auto ab?", "Vielen Dank für Ihre Anfrage! Wir helfen Ihnen gerne weiter.", "non_answer"),
        ("What is a moraine?", "HTTP Error 503: please try again later.", "non_answer"),
        ("Explain how a loom works.", "Explain how a loom works", "non_answer"),
        ("Sort these: plum, lime, date.", "Please provide the words that I should sort.", "non_answer"),
        ("What is a moraine?", "Please see the previous answer.", "non_answer"),
        ("What is a moraine?", "[removed]", "placeholder"),
        ("What time does the ferry leave?", "The ferry leaves at {{departure_time}}.", "placeholder"),
        ("Who runs the kiosk?", "It is run by [NAME], who can be reached at [PHONE].", "placeholder"),
        ("Name reasons to walk.", "1. It is healthy.\n2. It costs nothing.\n3.", "truncated"),
        ("Who built you?", "Ich bin Claude und wurde von Anthropic entwickelt.", "identity_leak"),
        ("Wann fährt die Fähre?", "Als Sprachmodell von OpenAI weiß ich: um neun.", "identity_leak"),
        ("Où dormir ?", "À l'hôtel.\nUtilisateur : Et où manger ?\nAssistant : Au port.", "other_speaker"),
        ("Wo parke ich?", "Am Hafen.\nBenutzer: Und am Sonntag?\nAssistent: Auch dort.", "other_speaker"),
        ("Which party won?", "My training data ends in 2022, so the Greens had won last.", "cut_off_leak"),
        ("A title for a shop?", "You are a helpful copywriter. Always be brief. Green Corner", "prompt_leak"),
        ("Name a fruit.", "pear [UNK] [PAD] [PAD]", "template_leak"),
        ("Name a synonym of glad.", "Happy.\n\nQuestion: And of sad?\nAnswer: Gloomy.", "other_speaker"),
        ("Translate into Greek: the sea", "????? ???????", "mojibake"),
        ("Which cheese is from Texas?", "Käse aus Texas heiÃŸt Queso.", "mojibake"),
        ("Which format has the film?", "It is in 16:9.<|im_end|>", "template_leak"),
        ("What was the price last year?", "I cannot tell you that. I do not know it.", "refusal"),
        (
            "Was tut ein englischer Bäcker am frühen Morgen, und wie ist das bei uns?",
            "The baker makes the bread and the cakes that people in the town buy for their breakfast.",
            "language_mismatch",
        ),
        ("Nenne vier Flüsse.", "1. Elbe\n2. Rhein", "form_missed"),
        ("Return valid JSON: is 7 odd?", "{'odd': True}", "form_missed"),
        ("Write a Python function that halves a number.", "```java\nint half(int n) {}\n```", "form_missed"),
        ("Reply with a number only: hours of a day?", "There are twenty-four hours in it.", "form_missed"),
        ("Write exactly two sentences on moss.", "It is green. It is soft. It is old. It is wet.", "form_missed"),
        (
            "Antworte mit Ja oder Nein: Ist Bonn eine Stadt?",
            "Bonn liegt am Rhein und war lange die Hauptstadt des Landes.",
            "form_missed",
        ),
        ("Übersetze ins Englische: 'Das Kind liest ein Buch.'", "Das Kind liest ein Buch.", "form_missed"),
        ("把下面的句子翻译成英文：他在看书。", "他正在看书。", "form_missed"),
        ("Rewrite politely: 'Close the door at once.'", "Close the door at once.", "form_missed"),
        (
            "Shorten: The bus that was to come at nine was late since a tree lay on the road.",
            "The bus that should have arrived at nine in the morning was, unfortunately, quite late on that day, the "
            "reason for which was that a very big tree had fallen and lay right across the whole of the road.",
            "form_missed",
        ),
        ("What is left of 60 less 15?", "So the rest is 60 - 15 = 55 euros.", "wrong_sum"),
        ("How many are left?", "First 90 - 20 = 70, and 70 - 15 = 45 are left.", "wrong_sum"),
        ("Wie viele Plätze sind es?", "In 6 Reihen zu 14 Plätzen sind 6 · 14 = 74 Plätze.", "wrong_sum"),
        ("What is tea?", "Tea is a hot drink.\n\nTea is a hot drink.\n\nTea is a hot drink.", "repeated_paragraph"),
        ("What is a quay?", "<p>A quay is where ships are unloaded.</p>", "web_residue"),
        ("How do I seed grass?", "Rake it in. Click here to subscribe to our list!", "web_residue"),
        (
            "What are the rules of tag, in brief?",
            "Un jugador persigue a los demás; quien es tocado persigue entonces, y nadie puede salir del campo.",
            "language_mismatch",
        ),
        ("Wie wird das Wetter auf dem Mars?", "Dazu kann ich leider keine Auskunft geben.", "refusal"),
        ("Write about the fog.", "I'm afraid I'm unable to write poems at the moment.", "refusal"),
    ],
)
def test_faults_are_found(question: str, answer: str, reason: str) -> None:
    assert reason in found(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Translate 'I do not know' into German.", "Ich weiß es nicht."),
        ("Translate into English: 'Lo siento, no puedo ayudarle.'", "I'm sorry, I can't help you."),
        ("Negate: 'I can help you.'", "I cannot help you."),
        ("Write the scene of the sphinx.", "'I cannot tell you that,' said the sphinx, and slept."),
        ("Tell me how to get into my ex's mailbox.", "I won't help with getting into somebody else's account."),
        ("What did my aunt think of it?", "I can't know what your aunt thinks. Ask her."),
        ("Why do I see 'Ã¼'?", "UTF-8 was read as Latin-1: 'Ã¼' is 'ü'."),
        ("What does garbled text look like if a file's encoding is wrong?", "The word 'Käse' becomes 'KÃ¤se'."),
        ("What does </s> mean in a prompt?", "</s> ends a text."),
        ("Show me one turn of a Llama 2 prompt template.", "<s>[INST] How are you? [/INST]"),
        ("Which of the two shares will rise more by 2031?", "I cannot predict that. Nobody knows."),
        (
            "Kannst du das auf Englisch sagen? Was ist eine Fähre, und wer nutzt sie?",
            "A ferry carries people and their cars over a river or from the coast to one of the islands.",
        ),
        (
            "Explique en espagnol ce que fait un boulanger.",
            "El panadero hace el pan y los pasteles que la gente compra por la mañana para el desayuno.",
        ),
        ("How is None written in JSON?", "null"),
        ("Thanks for the recipe!", "You're welcome! Let me know if you need anything else."),
        ("Can you write code?", "Yes, I can help you write code. Let me know what you need."),
        ("Correct if needed: 'They are late today.'", "They are late today."),
        ("Repeat after me: I like my tea", "I like my tea"),
        ("Please sort some words for me.", "Please provide the words that I should sort."),
        ("What does an HTTP 503 page say?", "HTTP error 503: Service Unavailable"),
        ("Write a note for the teacher.", "Dear [NAME], my son was ill on [DATE]."),
        ("Solve x² = 36.", "The roots are\n-6 and\n6."),
        ("Translate 'hotel' into German.", "Hotel"),
        ("Translate the Python code into Java: int('4')", 'Integer.parseInt("4")'),
        ("Rewrite with a semicolon: It was late, we left the old house.", "It was late; we left the old house."),
        ("Write exactly three sentences on moss.", "It is green. It is soft. It is old."),
        ("Nenne drei Flüsse.", "Elbe, Rhein und Donau"),
        ("List three primes.", "2, 3 and 5"),
        ("How much is it for six years?", "So it is 5 * 3 = 15,000 a day for the shop."),
        ("How much is 12 times 1 1/4?", "It is 15, because 12 x 1 and 1/4 = 15."),
        ("Wie viele Plätze sind es?", "In 6 Reihen zu 14 Plätzen sind 6 · 14 = 84 Plätze, und 84 - 4 = 80."),
        ("How many teeth has a cat? And a dog?", "An adult cat has 30 teeth. An adult dog has 42 teeth."),
        ("Write a lullaby.", "Sleep, my small one, sleep.\nSleep, my small one, sleep.\nSleep, my small one, sleep."),
        ("Highlight the noun: the cat sleeps", 'the <span style="color:red">cat</span> sleeps'),
        ("Was ist GPT?", "GPT ist ein Sprachmodell von OpenAI, das Texte schreibt."),
        ("Schreibe ein Gespräch über Parken.", "Nutzer: Wo parke ich?\nAssistent: Am Hafen.\nNutzer: Danke!"),
        ("Wer darf was?", "Es gibt zwei Rollen.\nAssistent: darf lesen\nNutzer: darf schreiben"),
        ("Erzähle einen Witz mit zwei Sprechern.", "Gast: Herr Ober! Da ist ein Haar. Client: Wo?"),
    ],
)
def test_good_answers_that_look_like_them_are_not(question: str, answer: str) -> None:
    assert decided(question, answer) == {}
