"""Examples of kinds that some steps look at alone, counted: where there are none, those steps have nothing to do."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def kinds_of(examples: pa.Table) -> dict[str, int]:
    """Counts of examples (schema.EXAMPLES).

    ``n_dialogues`` have several answers, ``n_continued`` one that is not their last turn, ``n_preferences`` are
    labelled or have a dispreferred answer.
    """
    messages = examples["messages"].combine_chunks()
    of_example = pc.list_parent_indices(messages).to_numpy()
    is_answer = pc.equal(messages.flatten().field("role"), "assistant").to_numpy(zero_copy_only=False)
    answered = of_example[is_answer]
    is_last = np.append(of_example[1:] != of_example[:-1], True) if len(of_example) else np.zeros(0, bool)
    rejected = pc.fill_null(pc.greater(pc.list_value_length(examples["rejected"]), 0), False)
    return {
        "n_dialogues": int((np.bincount(answered, minlength=1) > 1).sum()),
        "n_continued": len(np.unique(of_example[is_answer & ~is_last])),
        "n_preferences": pc.sum(pc.or_(pc.is_valid(examples["label"]), rejected)).as_py() or 0,
    }
