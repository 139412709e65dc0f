"""Datasets whose questions have several right answers, one a row: lists of references, aliases, what people named.

Whoever answers a question anew says again, sooner or later, what another has said: models agree on what they know,
annotators on what is plain. A list of right answers names none twice. So of a dataset in which hardly a question gets
one brief answer a second time, two different ones contradict nothing. Names and numbers are told apart: who lists
actors may state lengths of films that differ by mistake, so two numbers are excused by questions for numbers alone.

A quiz whose wrong options are rows names none twice either. But it gives as many options to each question, where lists
are as long as they come; so of one length in all questions they are held against each other.

Measured on 44 public sets that ask ten such questions or more, answers compared as they are written: in 25 lists of
answers .94 to 1.00 of them never get one answer twice, in four quizzes with their wrong options .93 to 1.00, in 15 sets
of models' answers, labels and ratings 0 to .53. But for case and signs lists of aliases fall to .59, .73 and .84.
Questions with the commonest number of answers are .33 to .54 of all with two or more in three lists, all in a quiz.
"""

from __future__ import annotations

LEAST_ROWS = 3  # of a question that tells something of its dataset: two answers may be a right and a wrong one
MAX_BARE_CHARS = 40  # of an answer that is a name or a number alone, no sentence
LEAST_QUESTIONS = 10  # that tell something, below which a dataset may be anything
LEAST_SHARE = 0.9  # of them, that never get one answer twice
ONE_LENGTH = (0.05, 0.95)  # quantiles of the numbers of answers to a question, which are one in a quiz
NAMES = ("entity", "relation")  # kinds of conflicts that show no more than one name beside another
NUMBERS = ("number",)  # … than one number


def lists_answers(n_bare: int, n_apart: int, one_length: bool) -> bool:
    """Whether a dataset gives several right answers to questions for names, or for numbers.

    Args:
        n_bare: its questions of the sort with :data:`LEAST_ROWS` or more bare answers and no other.
        n_apart: those of them whose answers all differ.
        one_length: whether its questions of the sort with several bare answers have as many each, as in a quiz.
    """
    return not one_length and n_bare >= LEAST_QUESTIONS and n_apart >= LEAST_SHARE * n_bare
