"""Question and answer forms for each attribute of the fact tables.

``{x}`` is the first column, ``{X}`` the same with a capital; the other fields are the columns named in
:data:`COLUMNS`, and a capitalised field name gives the value with a capital letter.
"""

from __future__ import annotations

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

Forms = dict[str, tuple[list[str], list[str]]]

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
COUNTRIES: Forms = {
    "capital": (
        [
            "What is the capital of {x}?",
            "Where does the government of {x} sit?",
            "Name the capital city of {x}.",
            "For a quiz: {x} is governed from which city?",
            "I am planning a trip to {x}. What is its capital called?",
            "Which city serves as capital of {x}?",
        ],
        [
            "{Capital}.",
            "The capital is {capital}. The country lies in {where}.",
            "{Capital}. As for the country, {fact}.",
            "It is {capital}. People pay with {money}.",
            "That would be {capital}. Worth knowing besides: {fact}.",
            "The capital of {x} (in {where}) is {capital}.",
        ],
    ),
    "money": (
        [
            "Which currency is used in {x}?",
            "What money do I need in {x}?",
            "With what do people pay in {x}?",
            "What is the official currency of {x}?",
            "I am flying to {x} next week. Which currency should I get, and what do people speak?",
            "What are the languages and the currency of {x}?",
            "How do you pay in {x}, and in what language do you ask for the bill?",
            "Tell a traveller about language and money in {x}.",
        ],
        [
            "{Money} is the legal tender. The official language situation: {language}.",
            "You pay with {money}. Spoken officially: {language}.",
            "Currency: {money}\nLanguage: {language}",
            "In {x} prices are in {money}. Signs and forms are in {language}.",
            "Bring a card and some cash: the currency is {money}. As to language, it is {language}.",
            "- money: {money}\n- language: {language}\n- region: {where}",
        ],
    ),
    "nature": (
        [
            "What is a notable feature of the geography of {x}?",
            "Where is {x}, and what is special about it?",
            "What should a geography student know about {x}?",
            "Tell me something interesting about {x}.",
            "Which landscape is {x} known for?",
            "Give me a short portrait of {x}.",
            "Write two facts about {x} for a children's atlas.",
        ],
        [
            "{X} lies in {where}. It has {nature}, and {fact}.",
            "One would name {nature}. Moreover, {fact}.",
            "It is situated in {where}. Look for {nature} on the map. Also, {fact}.",
            "Two things stand out: {nature}, and the fact that {fact}.",
            "On the map it is in {where}. Geographers mention {nature}, and others that {fact}.",
            "1. Its landscape includes {nature}.\n2. About the country itself: {fact}.",
        ],
    ),
}
ELEMENTS: Forms = {
    "symbol": (
        [
            "What is the chemical symbol of {x}, and what is its atomic number?",
            "Which place does {x} have in the periodic table?",
            "How many protons does an atom of {x} have?",
            "What kind of element is {x}?",
            "Give symbol, number and type of {x}.",
            "Is {x} a metal, and in what state is it at room temperature?",
            "Help me make a flashcard for {x}.",
            "Where would I find {x} in the periodic table, and what is it like?",
        ],
        [
            "{symbol} is the symbol and {number} the number, that is, of protons. It is {kind}, usually {state}.",
            "{X} ({symbol}) is {kind} with {number} protons, its atomic number. At room temperature it is {state}.",
            "{symbol}, number {number}: {kind}, which is {state} under ordinary conditions.",
            "**{X}**\n- symbol: {symbol}\n- atomic number: {number}\n- type: {kind}\n- at room temperature: {state}",
            "With {number} protons, {x} is {kind}; it is {state} at room temperature and written {symbol}.",
        ],
    ),
    "uses": (
        [
            "What is {x} used for?",
            "Where do we meet {x} in daily life or industry?",
            "Why is {x} useful?",
            "Name some applications of the element {x}.",
            "What is remarkable about {x}?",
            "Tell me one use of {x} and one curious fact about it.",
            "What would we lack without {x}?",
            "I have to present {x} in chemistry class. What could I say?",
        ],
        [
            "It is used for {uses}. A curious fact: {fact}.",
            "{X} serves in {uses}. It is also said of it that {fact}.",
            "You could say that {fact}. In practice it goes into {uses}.",
            "Among its applications are {uses}. What sets it apart is that {fact}.",
            "Industry needs it for {uses}. It has a curious side too: {fact}.",
        ],
    ),
}
HISTORY: Forms = {
    "what": (
        [
            "What happened in {x}?",
            "Describe {x} briefly.",
            "When was {x}, and what took place?",
            "Summarise {x} for a school magazine.",
            "Tell me about {x}.",
            "In which year or years should I place {x}?",
            "Give the date of {x} with one sentence of context.",
            "I always forget {x}. Can you refresh my memory?",
        ],
        [
            "It falls in {year}: {what}.",
            "Date: {year}. {What}.",
            "{What}. That was in {year}.",
            "{What} ({year}). Historians stress that {why}.",
            "The story in a nutshell: {what} ({year}).",
        ],
    ),
    "why": (
        [
            "Why is {x} important?",
            "What were the consequences of {x}?",
            "Why do history books mention {x}?",
            "How did {x} change things?",
            "What is the significance of {x}?",
            "What did {x} lead to?",
            "Would the world look different without {x}?",
        ],
        [
            "{What} ({year}). The lasting consequence: {why}.",
            "The lasting point is that {why}.",
            "Its significance: {why}. What happened is quickly told: {what}.",
            "Historians agree on this much: {why}. The event itself dates from {year}.",
            "Recall what happened: {what}. Looking back one can say that {why}.",
        ],
    ),
}
ANIMALS: Forms = {
    "where": (
        [
            "Where does {x} live, and what does it eat?",
            "What is the habitat and diet of {x}?",
            "What does {x} feed on?",
            "In which part of the world could I see {x}?",
            "Write two sentences on the life of {x}.",
            "My daughter asks what {x} eats. What is the answer?",
            "Describe the home and the food of {x}.",
        ],
        [
            "Its home is {where}; it eats {diet}.",
            "It lives on {diet}. You find it in {where}.",
            "Habitat: {where}. Food: {diet}. It is {group}.",
            "{X} is {group}. Home: {where}. The menu consists of {diet}.",
            "As {group} it belongs to {where} and feeds on {diet}.",
        ],
    ),
    "fact": (
        [
            "What is special about {x}?",
            "Tell me an amazing fact about {x}.",
            "What kind of animal is {x}?",
            "Why do biologists find {x} interesting?",
            "To which group of animals does {x} belong?",
            "Write a museum label for {x}.",
            "How would you introduce {x} to a class of eight-year-olds?",
        ],
        [
            "{X} is {group}, and {fact}.",
            "One thing is that {fact}. It is {group} and eats {diet}.",
            "It is {group}. Remarkably, {fact}.",
            "{X}: {group} from {where}. Did you know that {fact}?",
            "{X} is {group} that eats {diet}; more remarkably, {fact}.",
        ],
    ),
}
PEOPLE: Forms = {
    "known": (
        [
            "Who was {x}?",
            "What is {x} known for?",
            "Why is {x} famous?",
            "Which field did {x} work in?",
            "Write a two-line biography of {x}.",
            "What did {x} contribute to {field}?",
            "Introduce {x} at the start of a lecture.",
        ],
        [
            "{X} ({lived}) worked in {field} and is known for {known}.",
            "The name stands for {known}. Dates: {lived}. Field: {field}.",
            "{X}, {lived}, was at home in {field}. The great achievement was {known}; {memory}.",
            "Best known for {known}. To this day {memory}.",
            "A pioneer of {field} ({lived}), remembered for {known}.",
        ],
    ),
    "memory": (
        [
            "How is {x} remembered today?",
            "What is the legacy of {x}?",
            "Tell me something surprising about {x}.",
        ],
        [
            "{Memory}. The work behind it was {known}.",
            "The main thing is {known}. A detail that people like: {memory}.",
            "{Memory}. {X} ({lived}) is otherwise linked with {known}.",
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
