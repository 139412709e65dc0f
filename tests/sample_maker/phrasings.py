"""Question and answer forms for each attribute of the fact tables.

``{x}`` is the first column, ``{X}`` the same with a capital; the other fields are the columns named in
:data:`COLUMNS`, and a capitalised field name gives the value with a capital letter.
"""

from __future__ import annotations

from .general_phrasings import ANIMALS, COUNTRIES, ELEMENTS, HISTORY, PEOPLE, Forms

COLUMNS = {
    "drugs": ["x", "kind", "mechanism", "uses", "effects", "risk", "monitor", "advice"],
    "legal_terms": ["x", "means", "rule", "example", "contrast"],
    "countries": ["x", "capital", "where", "money", "language", "nature", "fact"],
    "elements": ["x", "symbol", "number", "kind", "state", "uses", "fact"],
    "history": ["x", "year", "what", "why"],
    "animals": ["x", "group", "where", "diet", "fact"],
    "people": ["x", "lived", "field", "known", "memory"],
    "stdlib": ["x", "does", "example", "result", "note"],
    "commands": ["x", "command", "why"],
    "http": ["x", "name", "when", "client"],
}
DOMAINS = {"drugs": "medical", "legal_terms": "legal", "stdlib": "code", "commands": "code", "http": "code"}

DRUGS: Forms = {
    "class": (
        [
            "What class of drug is {x}?",
            "Which group of medicines does {x} belong to?",
            "My discharge letter lists {x}. What kind of drug is that?",
            "How is {x} classified?",
            "{X}: which pharmacological class?",
            "A student asks what type of agent {x} is. What do you say?",
            "Could you tell me to which therapeutic family {x} belongs?",
            "Is {x} a member of a well-known drug class, and if so which?",
        ],
        [
            "{X} is {kind}. It is prescribed for {uses}.",
            "It is {kind}, used for {uses}, and typical unwanted effects are {effects}.",
            "{Kind}. Doctors give it for {uses}; the most important hazard is {risk}.",
            "Pharmacologically {x} is {kind}. That means it {mechanism}.",
            "You would file it as {kind}: it {mechanism}. The usual reasons to prescribe it are {uses}.",
            "The drug counts as {kind}. Its place is in {uses}. Keep an eye on {monitor}.",
        ],
    ),
    "mechanism": (
        [
            "How does {x} work?",
            "What is the mechanism of action of {x}?",
            "Explain to a second-year student what {x} does in the body.",
            "By which mechanism does {x} have its effect?",
            "What is the molecular target of {x}, and what follows from acting on it?",
            "I take {x} every day. What does it actually do inside me?",
            "Describe the pharmacodynamics of {x} in one or two sentences.",
            "Through what action does {x} help patients?",
        ],
        [
            "It {mechanism}. That is why it is used for {uses}.",
            "{X} {mechanism}.",
            "As {kind}, {x} {mechanism}. From the same action come {effects}.",
            "In short, the drug {mechanism}. The benefit shows in {uses}.",
            "- **Class:** {kind}\n- **Action:** it {mechanism}\n- **Used for:** {uses}",
            "Think of it as {kind}: it {mechanism}. The price for that is mostly {effects}.",
        ],
    ),
    "uses": (
        [
            "What is {x} used for?",
            "When do doctors prescribe {x}?",
            "Which conditions are treated with {x}?",
            "What are the main indications of {x}?",
            "For what reason might someone be started on {x}?",
            "My father came home with a box of {x}. What is it for?",
            "In which patients does {x} have a role?",
            "List the common indications for {x}.",
        ],
        [
            "{X} is used for {uses}.",
            "The main indications are {uses}. It works because it {mechanism}.",
            "Mostly for {uses}. Before it is started, remember {risk}, and plan how to check {monitor}.",
            "It has its place in {uses}. Patients should hear one thing at the start: {advice}.",
            "Doctors turn to it in {uses}. Being {kind}, it {mechanism}.",
            "Indications: {uses}. Side effects to mention: {effects}.",
        ],
    ),
    "effects": (
        [
            "What are the common side effects of {x}?",
            "Which unwanted effects should I expect from {x}?",
            "What might a patient complain about after starting {x}?",
            "Name frequent adverse reactions to {x}.",
            "I began {x} last week and feel different. What effects are typical?",
            "What should be said about tolerability when {x} is prescribed?",
            "How well is {x} tolerated?",
            "Tell me about the adverse effect profile of {x}.",
        ],
        [
            "The frequent ones are {effects}. Rarely there is something more serious: {risk}.",
            "Expect {effects}. If they are a nuisance, talk to the prescriber about the dose.",
            "Typical complaints are {effects}. What one must not miss is {risk}.",
            "Common:\n- {effects}\n\nSerious:\n- {risk}",
            "Most people do well on it. Those who do not tend to report {effects}. To be safe, check {monitor}.",
            "Patients mention {effects} most often. A practical hint: {advice}.",
        ],
    ),
    "risk": (
        [
            "What is the most serious risk of {x}?",
            "When is {x} dangerous?",
            "Which warning goes with {x}?",
            "What should a prescriber be most careful about with {x}?",
            "Is there a severe complication that {x} is known for?",
            "Before giving {x}, which hazard has to be ruled out or discussed?",
            "What is the red flag with {x}?",
            "Which contraindication or serious reaction belongs to {x}?",
        ],
        [
            "The one to remember is {risk}. Regular checks of {monitor} help to catch trouble early.",
            "{Risk}. Beside that the drug causes {effects}.",
            "With {x} the serious concern is {risk}; by comparison {effects} are merely a nuisance.",
            "Look out for {risk}. It follows from what {kind} can do, and patients should know about it.",
            "Above all {risk}. Advice for the patient: {advice}.",
            "Every prescriber should think of {risk}. The benefit in {uses} usually outweighs it.",
        ],
    ),
    "monitor": (
        [
            "What should be monitored during treatment with {x}?",
            "Which checks are needed for someone on {x}?",
            "How do you follow up a patient who takes {x}?",
            "Are blood tests or other controls necessary with {x}?",
            "What does good monitoring of {x} look like?",
            "A patient has been on {x} for a year. What ought to be reviewed?",
            "Which parameters does a clinic track under {x}?",
            "What do I need to have checked while I am on {x}?",
        ],
        [
            "Check {monitor}. The worry in the background is {risk}.",
            "For {x} one follows {monitor}.",
            "The plan should cover {monitor}, and at each visit a question about {effects}.",
            "| Check | Risk in mind |\n|---|---|\n| {monitor} | {risk} |",
            "Main points: {monitor}. Ask as well whether the patient knows this: {advice}.",
            "Reviewing {x} means looking at {monitor} and asking whether it still helps with {uses}.",
        ],
    ),
    "advice": (
        [
            "What advice should a patient get with {x}?",
            "How should {x} be taken, and what should one bear in mind?",
            "What would a pharmacist tell me when handing over {x}?",
            "Which practical tip matters most for people on {x}?",
            "Give a short counselling point for {x}.",
            "What do I have to watch out for at home while using {x}?",
            "Write one sentence for a leaflet about {x}.",
            "What is the key message for someone starting {x}?",
        ],
        [
            "{Advice}. Mention also that {effects} may occur.",
            "The main message is: {advice}.",
            "{Advice}. The serious risk to know about is {risk}.",
            "Tell the patient what it is for ({uses}), and then: {advice}.",
            'I would say: "{Advice}." And I would warn of {effects}.',
            "1. Purpose: {uses}.\n2. Rule: {advice}.\n3. Call us in case of {risk}.",
        ],
    ),
}
LEGAL: Forms = {
    "means": (
        [
            "What is the meaning of {x} in law?",
            "Define {x}.",
            "Could you explain {x} in plain English?",
            "I came across {x} in a judgment. What is meant by that?",
            "What do lawyers understand by {x}?",
            "How would you describe {x} to a client without legal training?",
            "Give the legal definition of {x}.",
        ],
        [
            "{X} {means}. {rule}.",
            "In law, {x} {means}. For instance: {example}.",
            "{X} {means}. {contrast}.",
            "Put simply, {x} {means}. {rule}. {example}.",
            "**{X}** {means}.\n\n*Example:* {example}.",
            "It is a term for something that is simple at its core: {x} {means}. {contrast}.",
        ],
    ),
    "rule": (
        [
            "What has to be shown to rely on {x}?",
            "Can you show me {x} in practice?",
            "Which conditions apply to {x}?",
            "What are the requirements of {x}?",
            "When would {x} come into play?",
            "I am revising for an exam. What are the key points about {x}?",
            "What would a court look at in a matter of {x}?",
        ],
        [
            "{rule}. A typical case: {example}.",
            "The essentials are these. {rule}. {contrast}.",
            "- Core: {rule}.\n- Example: {example}.\n- Limit: {contrast}.",
            "Start from the idea that {x} {means}. {rule}.",
            "{example}. Behind this stands a rule: {rule}.",
            "Key points:\n\n1. {rule}.\n2. {contrast}.",
        ],
    ),
    "contrast": (
        [
            "What are the limits of {x}?",
            "What should {x} not be confused with?",
            "Where would {x} end, and what lies beyond?",
            "Is there a neighbouring concept or an exception to {x} that I should know?",
            "A colleague mixes up {x} with something similar. What is the distinction?",
        ],
        [
            "{contrast}. {X} itself {means}.",
            "Keep this in mind: {contrast}. Compare a clear case: {example}.",
            "{example}. However, the boundary is this: {contrast}.",
            "The distinction is as follows. {contrast}. Otherwise the general rule holds. {rule}.",
        ],
    ),
}
STDLIB: Forms = {
    "does": (
        [
            "What does `{x}` do in Python?",
            "When would I use `{x}`?",
            "Explain `{x}` with a short example.",
            "How do I use `{x}`?",
            "I saw `{x}` in a code review. What is it for?",
            "Show me `{x}` in action.",
            "What is the point of `{x}` in Python's standard toolbox?",
            "Give a one-minute introduction to `{x}`.",
        ],
        [
            "`{x}` {does}.\n\n```python\n{example}  # {result}\n```",
            "It {does}. Example:\n\n```python\n{example}\n```\n\nThe outcome is `{result}`. Note that {note}.",
            "Use it when you need something that {does}. For instance `{example}` gives `{result}`.",
            "`{x}` {does}. Remember: {note}.\n\n    {example}",
            "In one line: `{example}`, with the result `{result}`. It {does}, and {note}.",
        ],
    ),
    "note": (
        [
            "Is there a pitfall with `{x}`?",
            "What should I keep in mind when using `{x}`?",
            "Any tips for `{x}`?",
            "What do newcomers get wrong about `{x}`?",
            "Which detail of `{x}` is good to know?",
        ],
        [
            "Yes: {note}. Otherwise it simply {does}.",
            "Keep in mind that {note}. A typical call is\n\n```python\n{example}\n```",
            "One detail: {note}. It {does}, as in `{example}`.",
            "{Note}. Apart from that it {does}; `{example}` yields `{result}`.",
        ],
    ),
}
COMMANDS: Forms = {
    "command": (
        [
            "How do I {x}?",
            "What is the command to {x}?",
            "Which command lets me {x}?",
            "In the terminal, how can one {x}?",
            "I want to {x}. What should I type?",
            "Give me a one-liner to {x}.",
            "Is there a quick way to {x}?",
        ],
        [
            "```bash\n{command}\n```\n\n{Why}.",
            "Type `{command}`. {Why}.",
            "Use this:\n\n    {command}\n\n{Why}.",
            "`{command}` does it; {why}.",
            "Run\n\n```\n{command}\n```\n\nfor that. A remark: {why}.",
        ],
    ),
}
HTTP: Forms = {
    "when": (
        [
            "What does HTTP status {x} mean?",
            "When does a server answer with {x}?",
            "My browser's console shows a {x}. What does that tell me?",
            "Explain the HTTP code {x} to a junior developer.",
            "Which situation is status code {x} meant for?",
            "Our API returns {x}. Is that right, and what should clients do?",
        ],
        [
            "{x} {name}: {when}. The client should {client}.",
            'It stands for "{name}" and is sent when {when}. What to do: {client}.',
            "`{x} {name}` says that {when}.",
            "A server uses {x} ({name}) when {when}. A sensible client will {client}.",
        ],
    ),
}
FORMS: dict[str, Forms] = {
    "drugs": DRUGS,
    "legal_terms": LEGAL,
    "countries": COUNTRIES,
    "elements": ELEMENTS,
    "history": HISTORY,
    "animals": ANIMALS,
    "people": PEOPLE,
    "stdlib": STDLIB,
    "commands": COMMANDS,
    "http": HTTP,
}
