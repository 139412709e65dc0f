"""A model's own chat template and tokenizer: what a trainer makes of a conversation.

Templates are rendered as `transformers` does it (``apply_chat_template``): Jinja2 in an immutable sandbox, with blocks
trimmed, loop controls, `{% generation %}`, and the globals that templates may call. A template is code from a stranger:
the sandbox gives it plain JSON values and nothing else. `strftime_now` is the one thing that changes from day to day.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import jinja2
from jinja2 import ext, nodes
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from ftq_spark.errors import InputError
from ftq_spark.models.files import cached
from ftq_spark.models.offsets import Reader
from ftq_spark.models.tokenizer import load_tokenizer

if TYPE_CHECKING:
    from jinja2.compiler import Frame
    from jinja2.parser import Parser
    from tokenizers import Tokenizer

TURN_FIELDS = ("role", "content", "name", "tool_call_id")
_NAMED_TOKENS = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
_REMEMBERED = 64  # values whose JSON a template may ask for again
_GENERATION = re.compile(r"\{%[-+]?\s*generation\s*[-+]?%\}")
# What every template asks for again and again, and no sandbox has to look into.
_OF_DICTS = frozenset(dir(dict))
_OF_LOOPS = frozenset(("index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0"))
_PLAIN = frozenset((str, int, float, bool, type(None)))
Turn = dict[str, Any]  # a message as templates read it
Span = tuple[int, int]


class ChatTemplate(NamedTuple):
    """A template and the tokenizer that reads what it renders."""

    name: str
    source: str  # the template's own text
    tokens: Mapping[str, str]  # bos_token, eos_token, … by name
    tokenizer: Tokenizer
    reader: Reader  # of texts, with the tokenizer
    marks_answers: bool  # by {% generation %}
    compiled: jinja2.Template
    tracker: _Tracker

    def render(self, turns: Sequence[Turn], tools: Sequence[Any] | None, *, ask: bool = False) -> str:
        """The text of turns; with `ask`, up to where the assistant would speak.

        Raises:
            jinja2.exceptions.TemplateError: the template refuses the turns.
        """
        return self.compiled.render(
            messages=turns, tools=tools, documents=None, add_generation_prompt=ask, **self.tokens
        )

    def render_marked(self, turns: Sequence[Turn], tools: Sequence[Any] | None) -> tuple[str, list[Span]]:
        """The text of turns, and where in it {% generation %} begins and ends."""
        pieces: list[str] = []
        with self.tracker.following(pieces) as spans:
            for piece in self.compiled.generate(
                messages=turns, tools=tools, documents=None, add_generation_prompt=False, **self.tokens
            ):
                pieces.append(piece)
        return "".join(pieces), spans


class _Compiler(CodeGenerator):
    """Jinja's, with fields of JSON objects looked up in place."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802  (as Jinja names it)
        """A field: of a dict that has it, its value; of a loop, its place; else as the environment finds it."""
        if node.attr in _OF_DICTS:
            super().visit_Getattr(node, frame)
            return
        owner, field = self.temporary_identifier(), repr(node.attr)
        in_place, kind = f"{owner}[{field}]", f"is dict and {field} in {owner}"
        if node.attr in _OF_LOOPS and isinstance(node.node, nodes.Name) and node.node.name == "loop":
            in_place, kind = f"{owner}.{node.attr}", "is LoopContext"
        self.write(f"({in_place} if type({owner} := ")
        self.visit(node.node, frame)
        self.write(f") {kind} else environment.getattr({owner}, {field}))")


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's, with a short way to fields of JSON objects, places in loops and plain values of namespaces."""

    code_generator_class = _Compiler

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As Jinja's, which finds the same by way of exceptions and checks of each value."""
        kind = type(obj)
        if kind is dict and attribute not in _OF_DICTS:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if kind is LoopContext and attribute in _OF_LOOPS:
            return getattr(obj, attribute)
        if kind is _Namespace and not attribute.startswith("_"):
            value = getattr(obj, attribute, self)
            if type(value) in _PLAIN:
                return value
        return super().getattr(obj, attribute)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  (as Jinja's)
        """As Jinja's, which looks into what is called, and how."""
        if __obj is _Namespace:
            return _Namespace(*args, **kwargs)
        return super().call(__context, __obj, *args, **kwargs)

    def handle_exception(self, source: str | None = None) -> NoReturn:
        """As Jinja's, which writes a template's lines into the traceback, that nobody sees: it takes ten renderings."""
        raised = sys.exc_info()[1]
        if source is None and raised is not None:
            raise raised
        super().handle_exception(source)


class _Tracker(ext.Extension):
    """`{% generation %} … {% endgeneration %}`: what stands between them is the assistant's."""

    tags = {"generation"}  # noqa: RUF012  (as Jinja declares it)

    def __init__(self, environment: jinja2.Environment) -> None:
        super().__init__(environment)
        environment.extend(answers=self)
        self._pieces: list[str] | None = None
        self._spans: list[Span] = []

    def parse(self, parser: Parser) -> nodes.Node:
        """A call of :meth:`_marked` around the body."""
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_marked"), [], [], body).set_lineno(line)

    def _marked(self, caller: Callable[[], str]) -> str:
        text = caller()
        if self._pieces is not None:
            start = sum(map(len, self._pieces))
            self._spans.append((start, start + len(text)))
        return text

    @contextmanager
    def following(self, pieces: list[str]) -> Iterator[list[Span]]:
        """Note spans while a template writes its pieces."""
        self._pieces, self._spans = pieces, []
        try:
            yield self._spans
        finally:
            self._pieces = None


class _Dict:
    """`dict` for templates, without what the type would lead to."""

    def __call__(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        return dict(*args, **kwargs)

    def fromkeys(self, *args: Any) -> dict[Any, Any]:
        """As of dict."""
        return dict.fromkeys(*args)


class _Namespace(Namespace):
    """`namespace` for templates, whose attributes are the object's own; none may begin with an underscore."""

    __getattribute__ = object.__getattribute__

    def __init__(*args: Any, **kwargs: Any) -> None:  # as Jinja's, which takes any name, `self` too
        self, *given = args
        for name, value in dict(*given, **kwargs).items():
            self[name] = value

    def __setitem__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            raise jinja2.exceptions.SecurityError(f"a chat template may not store {name[:40]!a}")
        self.__dict__[name] = value

    def __repr__(self) -> str:
        return f"<Namespace {self.__dict__!r}>"


def _raise_exception(message: str) -> str:
    raise jinja2.exceptions.TemplateError(message)


class _ToJson:
    """`tojson` for templates, which write the same tools and calls in each rendering of a conversation.

    A text is remembered by its value's identity, which holds as long as the value is kept beside it; the sandbox lets
    no template change a value.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], tuple[Any, str]] = {}

    def __call__(
        self,
        value: Any,
        ensure_ascii: bool = False,
        indent: Any = None,
        separators: Any = None,
        sort_keys: bool = False,
    ) -> str:
        parts = None if separators is None else tuple(separators)
        key = (id(value), ensure_ascii, indent, parts, sort_keys)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            text = json.dumps(
                value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
            )
            known = self._known[key] = (value, text)
        return known[1]


def compile_template(name: str, source: str, tokens: Mapping[str, str], tokenizer: Tokenizer) -> ChatTemplate:
    """A template from its text; InputError where it is none."""
    environment = _Sandbox(trim_blocks=True, lstrip_blocks=True, extensions=[_Tracker, ext.loopcontrols])
    environment.filters["tojson"] = _ToJson()
    environment.globals |= {
        "raise_exception": _raise_exception,
        "strftime_now": lambda format: datetime.now().strftime(format),
        "dict": _Dict(),
        "namespace": _Namespace,
    }
    try:
        compiled = environment.from_string(source)
    except jinja2.exceptions.TemplateError as error:
        raise InputError(f"--template {name}: not a chat template: {error}") from error
    compiled.globals = dict(compiled.globals)  # not a chain of two, which each rendering would walk
    tracker: _Tracker = environment.extensions[_Tracker.identifier]  # type: ignore[assignment]
    marks = _GENERATION.search(source) is not None
    return ChatTemplate(name, source, tokens, tokenizer, Reader(tokenizer), marks, compiled, tracker)


def load_template(name: str) -> ChatTemplate:
    """The template and tokenizer of a model: a folder, or a name in the hub's cache on this machine.

    Read are tokenizer.json, tokenizer_config.json, special_tokens_map.json and chat_template.jinja; nothing is fetched.

    Raises:
        UserError: the library `tokenizers` is not installed.
        InputError: a file is missing or is not what its name says.
    """
    folder = Path(name) if Path(name).is_dir() else cached(name)
    if folder is None:
        raise InputError(f"--template {name}: expected a model's folder, or a name in the hub's cache on this machine")
    config = {**_json(name, folder / "special_tokens_map.json"), **_json(name, folder / "tokenizer_config.json")}
    source = _source(name, folder, config.get("chat_template"))
    tokenizer = load_tokenizer(folder, f"--template {name}")
    return compile_template(name, source, _tokens(config), tokenizer)


def _source(name: str, folder: Path, configured: Any) -> str:
    """The template's text: a file of its own goes before the configuration; of several named ones, the default."""
    path = folder / "chat_template.jinja"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    if isinstance(configured, list):
        configured = {item.get("name"): item.get("template") for item in configured if isinstance(item, dict)}
    if isinstance(configured, dict):
        configured = configured.get("default")
    if not isinstance(configured, str):
        raise InputError(
            f"--template {name}: expected `chat_template` in tokenizer_config.json, or chat_template.jinja"
        )
    return configured


def _tokens(config: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name in _NAMED_TOKENS:
        token = config.get(name)
        text = token.get("content") if isinstance(token, dict) else token
        if isinstance(text, str):
            found[name] = text
    return found


def _json(name: str, path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"--template {name}: {path} is unreadable: {error}") from error
    if not isinstance(found, dict):
        raise InputError(f"--template {name}: {path}: expected a JSON object, got {type(found).__name__}")
    return found


def turns_of(messages: Sequence[Mapping[str, Any]]) -> list[Turn]:
    """Canonical messages (schema.MESSAGE) as templates read them: fields that are null are left out."""
    turns = []
    for message in messages:
        turn = {name: message[name] for name in TURN_FIELDS if message[name] is not None}
        if message["reasoning"] is not None:
            turn["reasoning_content"] = turn["thinking"] = message["reasoning"]
        if message["tool_calls"] is not None:
            turn["tool_calls"] = [_call(call) for call in json.loads(message["tool_calls"])]
        turns.append(turn)
    return turns


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    function = {**call["function"], "arguments": json.loads(call["function"]["arguments"])}
    return {**call, "function": function}
