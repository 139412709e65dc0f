"""Questions in other languages than English: which of them a brief answer answers.

English word lists do not reach them. What wants an explanation is known by its words in the larger languages; any other
question, in a listed language or not, may be one for a fact, and a brief answer to it is not held against anybody.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text.languages import LANGUAGES, UNKNOWN
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.catalogue.language import language_codes

# Words that ask, in languages of the Latin script; none of them is English.
_ASKS = (
    r"(?i)\b(?:wer|wen|wem|wessen|wann|wohin|woher|wie|wieviele?|welche[rsmn]?"
    r"|qui|quel(?:le)?s?|combien|quand|où|est-ce"
    r"|quién(?:es)?|qué|cuál(?:es)?|cuánt[oa]s?|cuándo|dónde"
    r"|quem|quando|onde|qual|quais|quant[oaie]s?|chi|dove|quale|quali"
    r"|wat|wanneer|welke?|hoeveel|waar|vem|vad|när|vilke[nt]|vilka|hvem|hvad|hvor|hvilke[nt]?"
    r"|kto|kiedy|gdzie|który|która|które|ile|kdo|kdy|kde|který|kolik|cine|când|unde|câți"
    r"|kim|ne zaman|nerede|hangi|kaç|mi|mı|mu|mü|kuka|milloin|missä|mikä|ki|mikor|hol|hány"
    r"|siapa|kapan|di mana|berapa|apa|ai|khi nào|ở đâu|bao nhiêu)\b"
    r"|^\W*was\b[^\n]*(?:[äöüß]|\b(?:der|die|das|den|dem|des|eine?|einer|ist|sind|wird|wurde|hat|von|im|zu|und)\b)"
)
_MARK = r"[?？؟;՞፧]|什么|谁|哪|几|多少|何|ですか|ますか|的是"
# Why, how, explain, describe, what is the difference: a word is no answer to these.
_OPEN = (
    r"(?i)\b(?:warum|weshalb|wieso|erklär\w*|beschreib\w*|erläuter\w*|vergleich\w*"
    r"|wie (?:kann|können|könnte|soll\w*|funktioniert|macht|mache)"
    r"|pourquoi|comment|expli\w+|décri\w+|por qué|cómo|descri\w+|por que|porquê|como|descrev\w+|perché|come|spieg\w+"
    r"|waarom|hoe|beschrijf|uitleg\w*|varför|hvorfor|hur|hvordan|förklara|forklar|dlaczego|jak|wyjaśnij|opisz|proč"
    r"|vysvětli|de ce|cum|explică|neden|niçin|nasıl|açıkla\w*|miksi|miten|selitä|miért|hogyan|mengapa|kenapa"
    r"|bagaimana|jelaskan|tại sao|vì sao|như thế nào|làm thế nào|giải thích)\b"
    r"|почему|зачем|объясни|опиши|чему |чому|поясни|защо|обясни"
    r"|لماذا|كيف|اشرح|وضح|الفرق|چرا|چگونه|توضیح|کیوں|کیسے|क्यों|कैसे|समझा|वर्णन|व्याख्या|अंतर|का कारण"
    r"|为什么|为何|怎么|怎样|如何|解释|描述|说明|区别|介绍|分析|原因|なぜ|どうして|どうやって|説明|違い|왜|어떻게|설명|차이"
)
FOREIGN_LETTERS = 0.3  # share of letters beyond the Latin script from which a question is not English


def asks_elsewhere_for_a_fact(batch: Batch) -> NDArray[np.bool_]:
    """(n,) last questions in another language than English that want no explanation."""

    def compute() -> NDArray[np.bool_]:
        found = batch.matches("question", _ASKS)
        codes = language_codes(batch, "question")
        found |= (codes != UNKNOWN) & (codes != LANGUAGES.index("en"))
        if batch.holds_wide_characters("question"):
            letters, latin = batch.counts("question", r"\p{L}"), batch.counts("question", r"\p{Latin}")
            found |= letters - latin > FOREIGN_LETTERS * letters
        return found & batch.matches("question", _MARK) & ~batch.matches("question", _OPEN)

    return batch.feature("fact_elsewhere", "question", compute)
