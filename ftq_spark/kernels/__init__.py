"""Pure functions on arrays: numpy, pyarrow and pandas, no Spark, no files, no clock.

    text      what is read off a text: code points, tokens, n-grams, languages, identifiers
    near      near duplicates: shingles → signatures → bands → pairs
    semantic  vectors → cells → matches; topics
    duplicate is a pair of examples one from which a trainer would learn nothing more
    conflict  two answers to one question: do they contradict each other, and where
    exchanges what one turn says to the next: tool calls, their results, preferences
    review    people's judgements: draws, intervals, the error gate, agreement

The rooms do not know each other, but `duplicate`, which asks `conflict`; all may use `text` and the files beside them.
"""
