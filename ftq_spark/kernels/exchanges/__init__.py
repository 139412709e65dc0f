"""What one turn says to the next: tool calls against their definitions, the dialogue and their results; preferences.

definitions  tool definitions in any spelling → compiled JSON Schemas
dialogue     messages as calls and results, in order
arguments    a call's arguments against its definition
grounding    is each value of an argument in what was said before?
kinds        a cuisine, a genre: is it the one that the user has named?
said         what has been said up to a turn: words, numbers, days, times
claims       does the answer say what the results say?
repeats      the same call over and over
constancy    does an answer keep to what was said, and to the user's name?
tools        all of these over one conversation
preferences  pairs and labels about one prompt of which a trainer can follow one
standing     what the other pairs about a prompt say of each pair
skew         what could be learnt from pairs instead of the preference
"""
