"""What a duplicate is: words (a text as what it says) → verdict (two examples, of which one may teach nothing more)."""
