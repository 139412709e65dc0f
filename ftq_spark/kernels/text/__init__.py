"""What is read off a batch of texts, by array arithmetic.

arrays (code points, lines, sentences) → tokens → ngrams
                                                → lexicon (word lists) → languages
identifiers: personal data and secrets
expressions: which texts hold what an expression says
signs: powers and products beside markup
"""
