"""Which questions ask the same in any dialogue, and which lean on what was said before them."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.alone import stands_alone

ALONE = [
    "What is the capital of Mongolia?",
    "Does vitamin C prevent colds?",
    "Can you eat the seeds of a pumpkin?",
    "Is it legal to collect rainwater in Colorado?",
    "How long does it take to boil a goose egg?",
    "What happens if you leave bread dough in a fridge and forget it there for a week?",
    "Who wrote the opera Nabucco?",
    "Thanks! Is the moon larger than Mercury?",
    "What is photosynthesis?",
    "Why do cats purr when they sleep?",
    "What is the largest lake in Africa?",
    "Are there snakes in Iceland?",
    "Is it true that goldfish remember nothing?",
    "Are you a robot?",
    "Are you sentient?",
    "Are there mushrooms that glow in caves?",
    "Who invented the safety pin?",
    "How long does an opened can of tuna keep in the fridge?",
    'What does the word "serendipity" mean?',
    'Who said the words, "It is better to travel"?',
    "Where does it rain diamonds?",
    "What does it mean when a candle flickers blue?",
    "Do most spiders eat their webs?",
    "What plants survive miserable weather and salt?",
    "How many cubes of sugar weigh one hundred grams?",
    "In the US it's illegal to burn what?",
    "Our teacher wrote on the board that a harbour of the old Hanse lies on a river and sold salt, herring and amber "
    "to all of Europe. What is the name of the harbour?",
    "A train leaves at noon. The train is late by an hour. How late does the train leave?",
]
LEANS = [
    "yes please",
    "What time?",
    "Why?",
    "And in children?",
    "What about Lima?",
    "Is it expensive?",
    "How much does it cost?",
    "What is the phone number?",
    "What is the address of the restaurant?",
    "Does the hotel have a pool?",
    "Is breakfast included?",
    "Are pets allowed?",
    "Is there a bus from there?",
    "Which one is cheaper?",
    "Do you have anything else?",
    "When was he born?",
    "Where do they live?",
    "Is that correct?",
    "What does this mean?",
    "Should I take an umbrella with me?",
    "What is my balance?",
    "How many people?",
    "Can you book a table for me?",
    "Who directed the movie?",
    "So was Napoleon really short?",
    "What should we do today?",
    "What is the weather in Paris right now?",
    "Could you write a poem about the sea?",
    "Tell me more about penguins",
    "What kind of film is it?",
    "What bus stop does it leave from?",
    "what bus stop?",
    "Is laundry service available?",
    "Is there live music?",
    "Which pier does the ferry leave from? When does the ferry arrive?",
    "Do they serve wine? Do they have live music?",
    "What sort of concert is this and when does it begin?",
    "What is the concert's start time?",
    "How much does the rental cost in total?",
    "What bothers farmers are the geese in the fields of Holland.",
    "You play a pirate who was a king. Are you human?",
    "Are you open?",
    "Are you a member?",
    "Are there any rooms that are free?",
    "Is it in the fridge?",
    "Will it rain?",
    "What does it mean?",
    "How is the weather in winter?",
    "What kind of weather do you show for Monday?",
    "Which one is the cheapest one?",
    "Is that of wood?",
    "What is the name of the harbour?",
    "Can you introduce yourself?",
    "Who are you?",
    "What is your favorite food?",
    "",
]


@pytest.mark.parametrize("question", ALONE)
def test_it_asks_the_same_anywhere(question: str) -> None:
    assert stands_alone(question)


@pytest.mark.parametrize("question", LEANS)
def test_it_leans_on_its_dialogue(question: str) -> None:
    assert not stands_alone(question)


@pytest.mark.parametrize("question", ALONE)
def test_thanks_and_spaces_change_nothing(question: str) -> None:
    assert stands_alone(f"  Thank you!\n\n{question}\n")
