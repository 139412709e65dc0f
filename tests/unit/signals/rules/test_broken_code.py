"""Blocks of code that do not parse, beside clauses, prompts of a shell and fences in strings."""

from __future__ import annotations

import pytest
from rule_verdicts import decided, found, value

from ftq_spark.signals.catalogue.checked import broken_blocks

NEST = '''```python
def page(body: str) -> str:
    return f"""
## Page

```
{body}
```
"""
```

That is all.'''
METHOD = '''```python
    def page(self) -> str:
        return """
of two lines
"""
```'''


@pytest.mark.parametrize(
    ("language", "code", "broken"),
    [
        ("python", "def f(xs)\n    return max(xs)", 1),
        ("python", "def f(xs):\n    return sum(xs) / len(xs))", 1),
        ("python", "for line in f:\nprint(line)", 1),
        ("python", "    @property\n    def area(self):\n        return self.side ** 2", 0),
        ("python", "result = await fetch()", 0),
        ("python", 'print "hello"', 0),
        ("python", ">>> 2 + 3\n5", 0),
        ("python", "!pip install requests", 0),
        ("python", "def f(x):\n    ...", 0),
        ("python", "for x in xs:\n    # what is done with x", 0),
        ("python", "def f(grid: list[int]) -> int:", 0),
        ("python", "def options(\n    self,\n    path: str,\n)", 0),
        ("python", 'class App:\n    def get(self, path: str) -> "Route"', 0),
        ("python", '  @app.get("/items", tags=["items"])', 0),
        ("python", "handle()\n├── parse()  # reads\n└── respond()", 0),
        ("python", "def f(x)\n\nprint(f(2))", 1),
        ("python", "values = [1, 2", 1),
        ("json", '{"title": "Dune" "year": 1965}', 1),
        ("json", '{"a": ["b", "c"}', 1),
        ("json", '{"a": 1}\n{"a": 2}', 0),
        ("json", '{"a": 1, ...}', 0),
        ("json", '{\n  // a port\n  "a": 1\n}', 0),
        ("jsonc", '{\n  "a": 1,\n}', 0),
        ("javascript", "for x in", 0),
    ],
)
def test_code_that_does_not_parse(language: str, code: str, broken: int) -> None:
    assert broken_blocks(f"Here:\n\n```{language}\n{code}\n```\nDone.") == broken


def test_an_error_that_is_asked_about_is_no_broken_code() -> None:
    answer = "```python\nif x = 3:\n    pass\n```"
    assert value("n_broken_code", "What is wrong with an assignment in a condition?", answer) == 0
    assert value("n_broken_code", "Why do I get an error here?", answer) == 0
    assert value("n_broken_code", "Test whether x is 3 in Python, and raise an error if not.", answer) == 1


def test_a_clause_by_itself_is_no_broken_code() -> None:
    clause = 'Log it first:\n```python\nexcept ValueError as e:\n    log.error(f"bad: {e}")\n    raise\n```'
    assert "broken_code" not in found("How do I handle errors in Python?", clause)
    broken = "Do this:\n```python\ndef add(a, b:\n    return a + b\n```"
    assert "broken_code" in decided("How do I add in Python?", broken)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Write a loop.", "```python\nfor i in range(3)\n    print(i)\n```"),
        ("Write a loop.", '```python\nx = """open\n```\n\nThat is all.'),
    ],
)
def test_broken_code_is_noted_or_reviewed(question: str, answer: str) -> None:
    assert found(question, answer)["broken_code"] in ("note", "review")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Write a function that makes a page.", NEST),  # the fence closes in a string
        ("Write a method that makes a page.", METHOD),  # a string keeps the block from the margin
        ("Vad betyder TabError, och hur rättas det?", "```python\ndef f():\n\tx = 1\n    y = 2\n```"),
    ],
)
def test_code_that_holds_marks_is_no_fault(question: str, answer: str) -> None:
    assert decided(question, answer) == {}
