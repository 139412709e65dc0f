"""The built-in signals, a file a theme. Importing this package registers them."""

from __future__ import annotations

from ftq_spark.signals.catalogue import (  # noqa: F401  (they register themselves)
    absence,
    article,
    asking,
    characters,
    checked,
    coherence,
    ending,
    extent,
    form,
    fulfilment,
    gibberish,
    gopher,
    grade,
    instructed,
    language,
    layout,
    leaks,
    non_answer,
    preference,
    privacy,
    refusal,
    repetition,
    residue,
    soundness,
    style,
    substance,
    tools,
    turns,
)
