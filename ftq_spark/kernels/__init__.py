"""Pure functions on arrays: numpy, pyarrow and pandas, no Spark, no files, no clock.

    text      what is read off a text: code points, tokens, n-grams, languages, identifiers
    near      near duplicates: shingles → signatures → bands → pairs
    semantic  vectors → cells → matches; topics
    conflict  two answers to one question: do they contradict each other, and where
    exchanges what one turn says to the next: tool calls, their results, preferences
    review    people's judgements: draws, intervals, the error gate, agreement

The rooms do not know each other; all may use `text` and the files beside them.
"""
