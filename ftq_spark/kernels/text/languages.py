"""Which language a text is in: by script, and among languages of one script by their function words.

A light stand-in for a trained identifier, at a fraction of its cost: it tells apart the languages listed here in texts
of a sentence or more, and says "unknown" rather than guess.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text.arrays import count_true
from ftq_spark.kernels.text.lexicon import Lexicon
from ftq_spark.kernels.text.ngrams import token_owners
from ftq_spark.kernels.text.tokens import Tokens

# Function words, most frequent first; those that several languages share count for each.
FUNCTION_WORDS: dict[str, str] = {
    "en": "the of and a to in is that for it was with as on be by this are or from at an which you your can have not"
    " we they i do "
    "does how what why who when where one should would will could my me he she his her their there has had if more"
    " than its so "
    "been also but about into no any some these each then write name describe explain create give list",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er"
    " hat dass sie "
    "nach wird bei einer um am sind noch wie einem über einen so zum kann wir ich oder",
    "fr": "le la les de des du et à un une est en que qui dans pour par sur pas plus au avec ce il sont cette ou aux"
    " se son ses "
    "elle nous vous être ont été mais comme leur",
    "es": "el la los las de del y que en un una es por con para se no su al lo como más o pero sus le ha este sí"
    " porque esta "
    "entre cuando muy sin sobre también son fue",
    "pt": "o a os as de do da dos das e que em um uma é para com não se por mais como mas ao foi ele seu sua ou ser"
    " quando muito "
    "nos já está também só pelo pela isso são",
    "it": "il lo la gli le di del della dei delle e che in un una è per con non si da come più ma al alla sono anche"
    " questo nel "
    "nella ha o suo essere dal dalla",
    "nl": "de het een en van in is dat op te voor met zijn niet aan er om ook als bij maar door naar uit dan worden"
    " deze kan wordt "
    "hebben die heeft ze",
    "sv": "och i att det som en på är av för med den till inte om ett han men var sig från så kan har eller vid jag"
    " ska",
    "da": "og i at det som en på er af for med den til ikke om et han men var sig fra så kan har eller ved jeg skal"
    " blev efter",
    "pl": "i w na z do się nie że jest to o jak po co tak za od ale dla przez są być lub oraz może ten był także"
    " które który",
    "cs": "a v se na je že s z do i o to k pro jako za by ale jsou po od které který nebo být také jeho při může",
    "ro": "și de la în a cu pe nu este un o pentru din care se mai că sunt ca sau prin dar fi fost acest această",
    "hu": "a az és hogy nem is egy ez meg de van ha csak már volt azt mint lehet vagy más ki el még",
    "tr": "ve bir bu için ile da de olarak çok daha olan gibi kadar en ne var değil ama veya sonra her olduğu ise",
    "fi": "ja on ei että se oli hän mutta ovat kun myös joka tai voi sen niin kuin ole mukaan jos",
    "id": "yang dan di dengan untuk dari ini itu pada tidak dalam adalah ke akan atau juga oleh sebagai ada dapat"
    " bisa saya",
    "vi": "và của là có trong được cho không một người các những với để này đã khi từ như đến về nhiều cũng",
    "ru": "и в не на что с по как это из у за от для то о а его но же к он она они быть при или также является может",
    "uk": "і в не на що з та як це із у за від для до про його але він вона вони бути при або також є може який",
    "bg": "и на да се в не за от с че е по като са до който но или при това ще към най след може",
    "ar": "في من على إلى أن التي عن مع هذا هذه كان ما لا و أو الذي ذلك بين كما بعد قد هو هي",
    "fa": "و در به از که این را با است برای آن یک خود تا بر می های شده یا هم بود کند",
    "ur": "کے میں کی ہے اور سے کا کو اس پر نے ہیں کہ ایک یہ کیا بھی تھا لئے جو گیا",
    "hi": "के में की है और से का को इस पर ने हैं कि एक यह किया भी था लिए जो गया हो",
    "mr": "आणि आहे या च्या मध्ये हे ते आहेत होते त्या एक झाला करून मात्र होता नाही",
}
# Scripts that name a language by themselves: (first, one past the last) code point.
SCRIPT_RANGES: dict[str, tuple[tuple[int, int], ...]] = {
    "zh": ((0x3400, 0xA000), (0x20000, 0x40000)),
    "ja": ((0x3040, 0x3100), (0xFF66, 0xFFA0)),
    "ko": ((0x1100, 0x1200), (0xAC00, 0xD7B0)),
    "th": ((0x0E00, 0x0E80),),
    "el": ((0x0370, 0x0400),),
    "he": ((0x0590, 0x0600),),
    "bn": ((0x0980, 0x0A00),),
    "pa": ((0x0A00, 0x0A80),),
    "gu": ((0x0A80, 0x0B00),),
    "ta": ((0x0B80, 0x0C00),),
    "te": ((0x0C00, 0x0C80),),
    "kn": ((0x0C80, 0x0D00),),
    "ml": ((0x0D00, 0x0D80),),
    "ka": ((0x10A0, 0x1100),),
    "hy": ((0x0530, 0x0590),),
    "am": ((0x1200, 0x1380),),
    "my": ((0x1000, 0x10A0),),
    "km": ((0x1780, 0x1800),),
    "lo": ((0x0E80, 0x0F00),),
}
LANGUAGES: tuple[str, ...] = (*FUNCTION_WORDS, *SCRIPT_RANGES)  # the position is a language's code
UNKNOWN = -1
MIN_FUNCTION_WORDS = 3  # fewer say nothing
_SCRIPT_FRACTION = 0.3

_ENGLISH = np.uint32(1 << LANGUAGES.index("en"))
_LEXICON = Lexicon({name: words.split() for name, words in FUNCTION_WORDS.items()})


def function_word_flags(token_hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """(t,) the languages that have the token among their function words, language k as bit k."""
    return _LEXICON.flags(token_hashes)


def function_words(tokens: Tokens, token_hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(n, len(FUNCTION_WORDS)) how many tokens of each text are function words of each language."""
    n = len(tokens.token_offsets) - 1
    flags, who = function_word_flags(token_hashes), token_owners(tokens.token_offsets)
    counts = [np.bincount(who[flags & np.uint64(1 << k) != 0], minlength=n) for k in range(len(FUNCTION_WORDS))]
    return np.stack(counts, axis=1)


def may_be_elsewhere(tokens: Tokens, token_hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """(n,) texts that :func:`identify` may find to be in another language than English.

    One that is so holds a letter of a script that names its language; or a function word that English has not (of those
    that both have, English has as many), and enough of them with those of all other languages taken together.
    """
    flags, offsets = function_word_flags(token_hashes), tokens.token_offsets
    is_english = flags & np.uint64(_ENGLISH) != 0
    found = count_true(tokens.codes[tokens.starts] >= SCRIPT_RANGES["el"][0][0], offsets) > 0
    chosen = ~found & (count_true((flags != 0) & ~is_english, offsets) > 0)
    counts = np.diff(offsets)
    taken = np.flatnonzero(np.repeat(chosen, counts))
    bounds = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts[chosen])))
    of_english = count_true(is_english[taken], bounds)
    of_others = count_true(flags[taken] & ~np.uint64(_ENGLISH) != 0, bounds)
    found[chosen] = _is_clear(of_others, of_english, counts[chosen])
    return found


def _is_clear(most: NDArray[Any], others: NDArray[Any], n_tokens: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a language's function words are enough, of all words and beside those of any other language."""
    found: NDArray[np.bool_] = (most >= MIN_FUNCTION_WORDS) & (most >= 0.1 * n_tokens) & (most >= 1.15 * others)
    return found


def identify(tokens: Tokens, token_hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(n,) position in :data:`LANGUAGES` of each text's language, or UNKNOWN.

    A text is in a language when it has at least three different … of its function words, a tenth of its tokens or more,
    and clearly more than of any other; or when three tenths of its tokens are in a script that only it uses.
    """
    n = len(tokens.token_offsets) - 1
    owners = token_owners(tokens.token_offsets)
    n_tokens = np.maximum(np.diff(tokens.token_offsets), 1)
    languages = np.full(n, UNKNOWN, dtype=np.int64)
    flags = function_word_flags(token_hashes)
    found = np.flatnonzero(flags)
    flags, who = flags[found].astype(np.uint32), owners[found]  # 32 bits hold them, at half the way through memory
    # Most texts are told at once: no other language can have as many words in them as English has.
    english = (flags & _ENGLISH) != 0
    of_english, of_others = (np.bincount(who[held], minlength=n) for held in (english, (flags & ~_ENGLISH) != 0))
    clear = _is_clear(of_english, of_others, n_tokens)
    languages[clear] = LANGUAGES.index("en")
    chosen = np.flatnonzero(~clear & (of_english + of_others >= MIN_FUNCTION_WORDS))
    open_ones = np.zeros(n, dtype=bool)
    open_ones[chosen] = True
    flags, who = flags[open_ones[who]], who[open_ones[who]]
    votes = np.zeros((len(FUNCTION_WORDS), len(chosen)))
    for k in range(len(FUNCTION_WORDS)):
        votes[k] = np.bincount(who[flags & np.uint32(1 << k) != 0], minlength=n)[chosen]
    if len(chosen):
        best = votes.argmax(axis=0)
        columns = np.arange(len(chosen))
        first = votes[best, columns]
        votes[best, columns] = -1
        second = votes.max(axis=0)
        clear = _is_clear(first, second, n_tokens[chosen])
        languages[chosen[clear]] = best[clear]

    letters = tokens.codes[tokens.starts]
    beyond = np.flatnonzero(letters >= SCRIPT_RANGES["el"][0][0])
    if len(beyond):
        letters, who = letters[beyond], owners[beyond]
        for name, ranges in SCRIPT_RANGES.items():
            inside = np.logical_or.reduce([(letters >= low) & (letters < high) for low, high in ranges])
            share = np.bincount(who[inside], minlength=n) / n_tokens
            # Kana beside Han is Japanese, so a smaller share of it decides; it comes after "zh".
            languages[share >= (0.1 if name == "ja" else _SCRIPT_FRACTION)] = LANGUAGES.index(name)
    return languages
