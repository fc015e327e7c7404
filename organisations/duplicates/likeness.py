"""When two names are alike: what is compared of a name, and from which likeness on. SQL shared by both searches."""

# What says nothing of which organisation it is.
FILLING = (
    "the|and|of|for|ltd|limited|cic|cio|clg|plc|co|company|community interest company"
    "|charitable incorporated organisation|registered|charity|charitable"
)
SAME_NAME = 0.99  # of 1, trigrams in common
ALIKE = 0.45  # a name alone
ALIKE_NEARBY = 0.35  # a name in the same postcode


def core(name: str) -> str:
    """SQL of a folded name without punctuation and filling words; the name itself when nothing else is in it."""
    plain = f"btrim(regexp_replace(translate({name}, '''’', ''), '[^[:alnum:]]+', ' ', 'g'))"
    return f"coalesce(nullif(btrim(regexp_replace({plain}, '\\m({FILLING})\\M *', '', 'g')), ''), {plain})"


def digits(name: str) -> str:
    """SQL of the numbers in a name: 1st and 2nd Sale Scouts are two groups, however alike."""
    return f"regexp_replace({name}, '[^0-9]', '', 'g')"


def likeness(one: str, other: str) -> str:
    """SQL from 0 to 1, none where both names hold different numbers."""
    return (
        f"CASE WHEN {digits(one)} <> '' AND {digits(other)} <> '' AND {digits(one)} <> {digits(other)}"
        f" THEN 0 ELSE similarity({core(one)}, {core(other)}) END"
    )
