"""Lists of words and phrases as text files: one alternative a line, `#` comments, `[name]` a section."""
