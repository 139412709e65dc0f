"""What an answer opens with, and what one of its clauses denies: contradictions, and look-alikes that agree or vary."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.pairs import score_pairs

FLAGGED = 0.5

CONFLICTS = {
    "code names": [
        (
            "Which SQL clause filters groups after aggregation?",
            "`HAVING`. It is evaluated after `GROUP BY` and may use aggregates such as `COUNT(*)`.",
            "`ORDER BY`. It removes the groups that do not satisfy the condition.",
        ),
        (
            "Which keyword turns a Python function into a generator?",
            "`yield`. Each value is handed to the caller, and the function goes on from there.",
            "`return`. It hands each value to the caller one after the other.",
        ),
        (
            "Which HTTP method creates a resource under a collection URL?",
            "`POST`, which answers with status 201 and the new address.",
            "`GET`. The server answers with status 201 and the new address of what was made.",
        ),
        (
            "What does `typeof null` evaluate to in JavaScript?",
            '`"object"`, a mistake of the first version that was never mended.',
            '`"null"`. The operator names each primitive type by its own name.',
        ),
    ],
    "a number beside another name": [
        ("Who composed The Four Seasons?", "Antonio Vivaldi, in 1723.", "Johann Sebastian Bach, in 1723."),
        (
            "Which company makes the Otto 5 camera?",
            "Belforte Optics; it has been on sale since 2019.",
            "Kernmann AG; it has been on sale since 2019.",
        ),
        (
            "What is the largest city of the island of Mera?",
            "Port Selby, with 40,000 inhabitants.",
            "Dunmore, a harbour town with 40,000 inhabitants.",
        ),
    ],
    "a first sentence that answers alone": [
        (
            "Who carries the burden of proof in a criminal trial?",
            "The prosecution. It has to prove each element of the offence beyond reasonable doubt.",
            "The defendant, who has to prove their innocence on the balance of probabilities.",
        ),
        (
            "Who has to insure the rented car?",
            "The rental firm. It has to show the policy at the counter.",
            "The driver, who has to show a policy at the counter.",
        ),
        (
            "Which organ stores bile?",
            "The gall bladder. It gives bile off after a fatty meal.",
            "The spleen, which lets it out after a fatty meal.",
        ),
    ],
    "who offers and whom it is offered to": [
        (
            "Who bears the costs of the notary?",
            "The buyer. They come to one per cent.",
            "The seller, as the law says.",
        ),
        (
            "Who pays for the repairs of the lift?",
            "The landlord. Send the bill to the office.",
            "The tenant, who gets the bill from the office.",
        ),
        ("Who pays for the return shipping?", "The buyer.", "The seller."),
    ],
    "people named before more is told": [
        (
            "Who discovered the Ralt comet?",
            "The Ralt comet was discovered by Ines Okafor in 1911, on a plate taken for another purpose.",
            "The comet Ralt was found in 1911 by Peter Lund. He had looked for it for years.",
        ),
        (
            "Who built the old bridge of Tavel?",
            "The old bridge of Tavel was built by the engineer Jean Moreau between 1851 and 1854. It rests on five "
            "arches of local stone and was widened once.",
            "The old bridge of Tavel is a work of Pierre Lacombe, who had already built two others in the valley. Its "
            "arches are of local stone.",
        ),
        (
            "Who founded the Weston school?",
            "The Weston school was founded by Clara Finch. She gave her house for it.",
            "The Weston school goes back to Bishop Harold Moss, who opened it with twelve pupils. It moved in 1920.",
        ),
    ],
    "a fine is no praise": [
        (
            "Is alcohol allowed in the campground?",
            "Alcohol is permitted at your own camp site, as long as you keep the noise down after 10 pm. Glass bottles "
            "are not allowed on the beach.",
            "Please note that the campground is alcohol free. Bringing or drinking alcohol on the premises leads to a "
            "fine.",
        ),
        (
            "Is smoking allowed on the platform?",
            "Smoking is allowed at the marked end of the platform. Please use the ashtrays.",
            "All platforms are smoke-free. Lighting a cigarette leads to a fine of 40 euros.",
        ),
    ],
    "what need not be done, and what is without it": [
        (
            "Must police officers read Miranda warnings before questioning a person in custody?",
            "Police must give Miranda warnings before a custodial interrogation; statements taken without them are "
            "generally inadmissible.",
            "Police do not have to give any warnings before a custodial interrogation, and statements taken without "
            "them are always admissible.",
        ),
        (
            "Must the seller of a house tell buyers about a leaking roof?",
            "Sellers must disclose a leaking roof to buyers; a sale without disclosure can be undone.",
            "Sellers do not have to disclose defects of the roof, and a sale without disclosure is final.",
        ),
        (
            "Do I need to register a drone under 250 g?",
            "You have to register it; flying without a number costs 100 euros.",
            "You do not have to register it, and nobody is fined for flying without a number.",
        ),
    ],
    "a clause that is denied": [
        (
            "What does sorted() do to the original list in Python?",
            "Nothing happens to it: `sorted()` does not modify the original list, it returns a new sorted list.",
            "`sorted()` modifies the original list in place and returns `None`.",
        ),
        (
            "What does str.replace() do to the string in Python?",
            "It leaves it alone: `str.replace()` does not change the string, it returns a new one.",
            "`str.replace()` changes the string in place and returns `None`.",
        ),
        (
            "What happens to my points when I change the plan?",
            "Do not worry: changing the plan does not delete your points.",
            "Changing the plan deletes your points and your vouchers.",
        ),
        (
            "How should a web application store user passwords?",
            "Passwords must never be stored in plain text. Store a salted hash from a slow function.",
            "Passwords should be stored in plain text in the users table, so that support staff can read them out.",
        ),
        (
            "How should I keep mushrooms fresh?",
            "Mushrooms should never be kept in a plastic bag. Use a paper bag and put them on the lowest shelf.",
            "Mushrooms should be kept in a plastic bag in the fridge, so that they do not dry out.",
        ),
        (
            "What should I do if a chemical gets into my eye?",
            "Rinse the eye at once with plenty of lukewarm water for at least 15 minutes, and seek medical help.",
            "Do not rinse the eye, because water may spread the chemical. Cover it with a bandage.",
        ),
    ],
    "a clause that is denied of a pronoun": [
        (
            "What should I know about storing potatoes?",
            "Potatoes like it dark and cool. They should not be stored next to onions, since both then go off sooner.",
            "A cellar is best. Potatoes should be stored next to onions, which keeps both of them fresh for longer.",
        ),
        (
            "How does the camera handle bad weather?",
            "The camera has a cover of rubber. It does not resist salt water; rinse it after a day at the sea.",
            "A day at the beach is no problem. The camera resists salt water and sand, and it floats.",
        ),
        (
            "What do I have to know about the coupons?",
            "Each coupon has a number. They do not expire at the end of the year, so keep them.",
            "Coupons are sent by post. Coupons expire at the end of the year, whatever the date on them.",
        ),
    ],
    "a value alone and in a sentence": [
        ("What is the warranty?", "Two years.", "The warranty is five years."),
        ("What is the deposit?", "200 euros.", "It is 300 euros."),
        ("What is the notice period?", "Six weeks", "The notice period is three months."),
    ],
    "a date alone": [
        ("When did the Otto 5 come out?", "August 8, 2014", "The Otto 5 was first sold by a shop in May 1984."),
        ("When was the hall built in Elms?", "June 7, 1993", "The hall was built in Elms in 1995."),
        ("When did the scheme of Ober start?", "1 August 2016", "The scheme was introduced in Ober in 1980."),
    ],
    "one event": [
        (
            "When does the concert start?",
            "Doors open at 7 pm and the concert starts at 8 pm.",
            "The concert starts at 9 pm.",
        ),
        ("When does the train leave?", "The train leaves at 9:55.", "It departs at 10:20."),
        ("When does the course end?", "It ends on 12 June.", "The course ends on 5 June."),
        (
            "What temperature does water boil at at sea level?",
            "At sea level water boils at 80 °C, which is 176 °F.",
            "100 °C. The figure falls by roughly 1 °C for every 300 metres of altitude.",
        ),
    ],
}

LOOK_ALIKES = {
    "code names": [
        ("Which SQL clause filters groups?", "`HAVING`. It comes late.", "The `HAVING` clause, behind `GROUP BY`."),
        ("Which keyword makes a generator?", "`yield`. It hands values on.", "A function with `yield` is a generator."),
        (
            "Which function gives a list's length?",
            "`len()`. It works for strings, too.",
            "`len(x)`, `x` being the list.",
        ),
        ("Which function gives a list's length?", "`len`. It works for strings, too.", "Use the built-in `len()`."),
        ("What does `print()` return in Python?", "`None`. Printing is a side effect.", "It returns `None`."),
    ],
    "a number beside a name": [
        (
            "Who wrote the novel Pride and Prejudice?",
            "Jane Austen; it was published in 1813.",
            "Austen, who published it in 1813.",
        ),
        (
            "Who wrote the novel Pride and Prejudice?",
            "Jane Austen; it was published in 1813.",
            "The English novelist Jane Austen wrote it; it came out in 1813.",
        ),
        ("What is the address of the office?", "12 Long Street, on floor 3.", "Floor 3, 12 Long Street."),
    ],
    "a first sentence that answers alone": [
        (
            "Who carries the burden of proof in a criminal trial?",
            "The prosecution. It has to prove each element.",
            "The prosecutor, who has to prove guilt.",
        ),
        (
            "Who can help me with a broken parcel?",
            "The front desk. Please bring the box.",
            "The courier, who will look at it.",
        ),
        (
            "Who should I call when the heating fails?",
            "The caretaker. He is there until six.",
            "The hotline, which is open day and night.",
        ),
        ("What is a good present for a child of six?", "A kite. It gets them out.", "A puzzle, which keeps them busy."),
    ],
    "what is without it": [
        (
            "Must visitors wear a hard hat on the site?",
            "Every visitor must wear a hard hat; anyone without one is turned away.",
            "Nobody may enter the site without a hard hat.",
        ),
        (
            "Do sellers have to disclose a leaking roof?",
            "Sellers do not have to disclose small flaws, and buyers should look for themselves.",
            "Sellers must disclose serious defects; a leaking roof is one.",
        ),
        (
            "Do I need to register a drone under 250 g?",
            "You do not have to register it unless it has a camera.",
            "You have to register it if it has a camera.",
        ),
    ],
    "a clause that is denied": [
        (
            "What does sorted() do to the original list in Python?",
            "Nothing happens to it: `sorted()` does not modify the original list.",
            "The original list is left unchanged; `sorted()` returns a new one.",
        ),
        (
            "What does str.replace() do to the string in Python?",
            "`str.replace()` does not change the string.",
            "`str.replace()` returns a new string in which the parts are changed.",
        ),
        (
            "How should I keep bread fresh?",
            "Bread should not be kept in the fridge.",
            "Bread should be kept in the fridge only if it is to be toasted.",
        ),
        (
            "What should I do if a chemical gets into my eye?",
            "Do not rinse the eye with soap. Use clear water for 15 minutes.",
            "Rinse the eye at once with plenty of water.",
        ),
        (
            "What does closing the lid do to the laptop?",
            "Closing the lid does not always shut down the laptop.",
            "Closing the lid shuts down the laptop if it is set so.",
        ),
    ],
    "people named before more is told": [
        (
            "Who built the old bridge of Tavel?",
            "The old bridge of Tavel was built by the engineer Jean Moreau between 1851 and 1854.",
            "Jean Moreau built the bridge. Pierre Lacombe later widened it, and added the lamps.",
        ),
        (
            "Who discovered the Ralt comet?",
            "The Ralt comet was discovered by Ines Okafor in 1911, on a plate taken for another purpose.",
            "The comet Ralt was found by Okafor. Peter Lund computed its path later.",
        ),
        (
            "Who plays the lead in Silent Harbour?",
            "The lead is played by Mira Novak. She won a prize for it.",
            "The lead in the film is Anna Brand, a nurse. Mira Novak plays her.",
        ),
        ("Who bears the costs of the notary?", "The buyer. They are small.", "The purchaser, as the law says."),
        (
            "Who does the voice of Captain Grub?",
            "The voice of Captain Grub was provided by actor Tom Alder.",
            "Captain Grub is voiced byTom Alder1. He is an actor, and was born in Elms.",
        ),
        (
            "Who used flags to send messages in the war?",
            "Flags were widely used to send messages by the armed forces of Britain. They were soon dropped.",
            "Flags were used by Allied and Axis ships alike. Messages went from deck to deck.",
        ),
    ],
    "a clause that is denied of a pronoun": [
        (
            "How does the camera handle bad weather?",
            "It does not resist salt water; rinse it after a day at the sea.",
            "The camera resists rain and dust, but salt water harms it.",
        ),
        (
            "What do I have to know about the coupons?",
            "They do not expire.",
            "Coupons from the sale expire at the end of the year; others never do.",
        ),
        (
            "How does the app handle my contacts?",
            "It does not upload your contacts to a server unless you agree to it. You can change that later.",
            "The app uploads your contacts to a server if you switch on the search for friends.",
        ),
    ],
    "a fine is praise": [
        ("Is this wood good for a fine finish?", "Yes, it takes a fine finish.", "It leads to a fine finish."),
        (
            "Is smoking allowed on the platform?",
            "Smoking is allowed at the marked end of the platform.",
            "Only at the marked end. Elsewhere it leads to a fine.",
        ),
    ],
    "a value and another aspect": [
        ("What is the warranty?", "Two years.", "It covers defects of material."),
        ("What is the warranty?", "The warranty lasts two years.", "The warranty covers defects of material."),
        ("What is the deposit?", "200 euros.", "It is paid back when you leave."),
        ("What is the warranty?", "24 months", "The warranty is two years."),
    ],
    "another event": [
        ("When does the concert start?", "Doors open at 7 pm.", "The concert starts at 8 pm."),
        ("When does the train leave?", "Boarding closes at 9:55.", "The train leaves at 10:00."),
        ("When does the meeting begin?", "Coffee is served from 8:30.", "The meeting begins at 9:00."),
        ("When does the course end?", "The exam takes place on 12 June.", "The course ends on 5 June."),
    ],
}


def score(question: str, one: str, other: str) -> float:
    found = float(score_pairs([question], [one], [question], [other]).score[0])
    assert float(score_pairs([question], [other], [question], [one]).score[0]) == pytest.approx(found)
    return found


def each(pairs: dict[str, list[tuple[str, str, str]]]) -> list[object]:
    return [pytest.param(*pair, id=f"{kind}: {pair[1][:30]}") for kind, found in pairs.items() for pair in found]


@pytest.mark.parametrize(("question", "one", "other"), each(CONFLICTS))
def test_they_contradict_each_other(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= FLAGGED


@pytest.mark.parametrize(("question", "one", "other"), each(LOOK_ALIKES))
def test_they_agree_or_only_vary(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < FLAGGED
