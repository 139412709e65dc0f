"""Contradictions: two answers to the same closed question that a reader could not both follow.

english/*.txt → words, concepts                 vocabulary
  → sentences, quantities, kinds                what a text affirms and denies; its numbers; the kind of question
    → question, polarity, alignment, answer     one question read, one answer read, two sentences laid side by side
      → values, evidence → score                typed evidence with its spans, and the weight of all of it
        → pairs, within, inference              pairs of examples; one conversation; what an NLI model is asked
          → groups, calibration                 who stands where on one question; from a score to a probability
"""
