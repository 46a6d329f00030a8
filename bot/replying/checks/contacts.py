"""Telephone numbers, e-mail addresses and postcodes: those in a text, and which of them are the organisation's own. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache

from phonenumbers import (
    Leniency,
    NumberParseException,
    PhoneNumberMatch,
    PhoneNumberMatcher,
    PhoneNumberType,
    national_significant_number,
    ndd_prefix_for_region,
    number_type,
    parse,
)

from bot.replying.checks.numbers import digits
from bot.replying.checks.spans import Kind, Span, before
from bot.replying.checks.word_lists import listed

EMAIL = re.compile(r"(?<![\w.+%@-])([\w.+%'-]{1,64})@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@])")
SPELLED = re.compile(
    r"(?<![\w.+-])([\w.+-]{1,64}) ?(?:\(at\)|\[at\]| at ) ?[\w-]{1,63}"
    r"(?: ?(?:\(dot\)|\[dot\]| dot ) ?[\w-]{1,63}){1,4}(?!\w)",
    re.IGNORECASE,
)
MAILBOXES = listed("mailboxes")
"""Names of mailboxes that are nobody's own; one part of the address is enough: ``hr-enquiries``."""
POSTCODE = re.compile(
    r"(?<![^\W_])(?:[A-PR-UWYZ][A-HK-Y]?\d[\dA-HJKMNPR-Y]?|GIR) ?(\d[ABD-HJLNP-UW-Z]{2})(?![^\W_])", re.IGNORECASE | re.ASCII
)
"""The shape of UK postcodes: https://ideal-postcodes.co.uk/guides/uk-postcode-format. Areas are not looked up: one that is
not there yet is one too."""
ORDINAL = re.compile(r"1st|2nd|3rd|\dth")
DATE = re.compile(r"(?<!\d)\d{1,2}([ ./-])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([ ./-])\d{1,2}\2\d{1,2}")
CALLED_A_PHONE = re.compile(
    r"\b(?:call|ring|phone|telephone|tel|text|mobile|mob|landline|rhif ffôn|ffoniwch)\b\W*(?:\w+\W+){0,3}\Z"
)
CALLED_A_REFERENCE = re.compile(
    r"\b(?:ref|reference|case|order|invoice|application|incident|log|crime|report|job|uprn)\b\W*(?:\w+\W+){0,2}\Z"
)
FROM_ABROAD = re.compile(r"00[1-9]\d{9,13}|447\d{9}", re.ASCII)
UK_SHAPE = re.compile(r"(?<![\w.,/£+-])\(?0[127]\d{1,3}\)?[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)")
"""As they are mostly written; next to another number the library finds neither."""
SERVICES = frozenset(
    {PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN}
)
UK = 44


def emails(text: str) -> Iterator[Span]:
    """Addresses of persons, also with the @ spelled out."""
    for pattern in (EMAIL, SPELLED):
        for match in pattern.finditer(text):
            if not MAILBOXES & set(re.split(r"[\W\d_]+", match[1].lower())):
                yield Span(Kind.EMAIL, match.start(), match[0])


def postcodes(text: str) -> Iterator[Span]:
    """Full postcodes: some fifteen households each."""
    for match in POSTCODE.finditer(text):
        if not ORDINAL.fullmatch(match[1]):  # "the A1 1st exit"
            yield Span(Kind.POSTCODE, match.start(), match[0])


def phones(text: str, region: str) -> Iterator[Span]:
    """Numbers that could be a person's. Valid ones only would miss a slip of the finger, and numbers not given out yet."""
    if sum(map(str.isdigit, text)) < 6:
        return
    for plain in UK_SHAPE.finditer(text) if region == "GB" else ():
        if len(digits(plain[0])) in (10, 11) and not is_reference(plain[0], before(text, plain.start(), 40)):
            yield Span(Kind.PHONE, plain.start(), plain[0])
    for match in PhoneNumberMatcher(text, region, leniency=Leniency.POSSIBLE):
        if could_be_a_persons(match, text, region):
            yield Span(Kind.PHONE, match.start, match.raw_string)


def could_be_a_persons(match: PhoneNumberMatch, text: str, region: str) -> bool:
    """Not a date, a service or a reference; and written with a prefix, or called a telephone number."""
    raw, national = match.raw_string, national_significant_number(match.number)
    if DATE.search(raw) or is_service(match, national):
        return False
    just_before = before(text, match.start, 40)
    if "+" in raw[:2]:
        return True
    if has_prefix(digits(raw), region):
        return not is_reference(raw, just_before)
    return len(national) >= 6 and bool(CALLED_A_PHONE.search(just_before))


def is_reference(raw: str, just_before: str) -> bool:
    """Whether one run of digits, not of a mobile, is called a reference."""
    return raw.isdigit() and digits(raw)[:2] != "07" and bool(CALLED_A_REFERENCE.search(just_before))


def has_prefix(number: str, region: str) -> bool:
    """Whether a number is written in full as one would inside the country, or with 00 from another."""
    prefix = ndd_prefix_for_region(region, True) or ""
    return bool(FROM_ABROAD.fullmatch(number)) or (
        number.startswith(prefix) and not number.startswith("00") and 10 <= len(number) <= 11
    )


def is_service(match: PhoneNumberMatch, national: str) -> bool:
    """Whether it belongs to an organisation by its kind. In the UK 03, 08 and 09 do, whether given out or not."""
    if match.number.country_code == UK:
        return national[:1] in "389"
    return number_type(match.number) in SERVICES


# --- whose -------------------------------------------------------------------------------------------------------


def is_own(span: Span, own_contacts: tuple[str, ...], region: str) -> bool:
    """Whether the organisation says that it is its own, in any spelling."""
    return any(is_the_same(span, one.strip(), region) for one in own_contacts)


def is_the_same(span: Span, own: str, region: str) -> bool:
    """Whether one of the organisation's own contacts is this one."""
    if span.kind is Kind.EMAIL:
        address, wanted = span.text.casefold(), own.casefold()
        domain = address.rpartition("@")[2]
        return address == wanted or (wanted.startswith("@") and f".{domain}".endswith(f".{wanted[1:]}") and len(wanted) > 1)
    if span.kind is Kind.POSTCODE:
        return squeezed(span.text) == squeezed(own)
    return span.kind is Kind.PHONE and "@" not in own and dialled(span.text, region) == dialled(own, region)


@lru_cache(maxsize=1024)
def dialled(number: str, region: str) -> str:
    """A number as it is the same in every spelling: with its country where it can be read, else its digits."""
    try:
        read = parse(number, region)
    except NumberParseException:
        return digits(number) or number
    return f"+{read.country_code} {national_significant_number(read)}"


def squeezed(text: str) -> str:
    """Letters and digits alone, small."""
    return "".join(one for one in text if one.isalnum()).casefold()
