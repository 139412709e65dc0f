"""The forms of :mod:`phrasings` for what everybody may ask: countries, elements, history, animals, people."""

from __future__ import annotations

Forms = dict[str, tuple[list[str], list[str]]]  # of an attribute its questions and its answers

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
