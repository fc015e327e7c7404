"""The Commission's classification (What 101 to 117, Who 201 to 207) in the council's own themes and communities.

Officers decide on a page what each means here; until they do, our lists are searched for words like it.
"""

from vcse_portal.imports.vocabularies import Vocabulary, register

# code: (its words, beginnings of words that suggest a theme of ours, and a community of ours)
CLASSIFICATION = {
    "101": ("General charitable purposes", (), ()),
    "102": ("Education and training", ("educat", "learn", "school"), ()),
    "103": ("The advancement of health or saving of lives", ("health",), ()),
    "104": ("Disability", ("disab",), ("disab",)),
    "105": ("The prevention or relief of poverty", ("povert", "debt"), ("income",)),
    "106": ("Overseas aid or famine relief", ("oversea", "international"), ()),
    "107": ("Accommodation or housing", ("housing", "homeless"), ()),
    "108": ("Religious activities", ("faith", "relig"), ()),
    "109": ("Arts, culture, heritage or science", ("art", "cultur"), ()),
    "110": ("Amateur sport", ("sport",), ()),
    "111": ("Animals", ("animal",), ()),
    "112": ("Environment, conservation or heritage", ("environment", "green"), ()),
    "113": ("Economic or community development, or employment", ("employ", "econom"), ()),
    "114": ("Armed forces or emergency service efficiency", ("armed", "veteran"), ("armed", "veteran")),
    "115": ("Human rights, racial or religious harmony, equality or diversity", ("equal", "divers"), ()),
    "116": ("Recreation", ("recreat", "leisure"), ()),
    "117": ("Other charitable purposes", (), ()),
    "201": ("Children or young people", ("children", "young", "youth"), ("children", "young", "youth")),
    "202": ("Elderly or old people", ("older", "elder"), ("older", "elder", "65")),
    "203": ("People with disabilities", ("disab",), ("disab",)),
    "204": ("People of a particular ethnic or racial origin", (), ("ethnic", "minorit")),
    "205": ("Other charities or voluntary bodies", (), ()),
    "206": ("Other defined groups", (), ()),
    "207": ("The general public or mankind", (), ("everyone", "public", "everybody")),
}
UMBRELLA = {"309": "acts as an umbrella or resource body", "205": "helps other charities or voluntary bodies"}

classification = register(
    Vocabulary(
        code="charity-classification",
        title="Charity Commission classification",
        about="What charities tell the Commission they do, and for whom. Themes and communities that an"
        " organisation has already are never replaced by an import.",
        words={code: words for code, (words, _t, _c) in CLASSIFICATION.items()},
        hints={code: (themes, people) for code, (_w, themes, people) in CLASSIFICATION.items()},
    )
)
