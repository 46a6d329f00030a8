"""Numbers by which a person is known to the state, a bank or a shop, told from others by their check digits. Pure.

NHS numbers: https://www.datadictionary.nhs.uk/attributes/nhs_number.html; National Insurance numbers:
https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110; cards: the Luhn formula of ISO/IEC 7812-1.
"""

import re
import unicodedata
from collections.abc import Iterator

from bot.replying.checks.spans import Kind, Span, before

NHS = re.compile(r"(?<![\w.,-])\d{3}([ -]?)\d{3}\1\d{4}(?![\w-])", re.ASCII)
INSURANCE = re.compile(
    r"(?<![^\W_])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?![^\W_])",
    re.IGNORECASE | re.ASCII,
)
CARD = re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w-])", re.ASCII)
CARD_STARTS = re.compile(r"(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6\d{15,18})\Z")
SORT_CODE = r"\d\d[ -]\d\d[ -]\d\d"
BANK = re.compile(
    rf"(?<![\w-])(?:{SORT_CODE}[\s,;/]{{1,3}}(?:(?:and )?(?:account|acc|a/c)(?: number| no\.?)?[:\s]{{1,2}})?\d{{8}}|"
    rf"\d{{8}}[\s,;/]{{1,3}}(?:(?:and )?sort code[:\s]{{1,2}})?{SORT_CODE})(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
SAID_TO_BE_A_SORT_CODE = re.compile(rf"\bsort code(?: is|:)? ({SORT_CODE}|\d{{6}})(?!\d)", re.IGNORECASE | re.ASCII)
ACCOUNT = re.compile(
    r"\b(?:account|acc|a/c) (?:number|no\.?|num)(?: is)?[:,]? ?#?(\d[\d -]{4,18}\d)(?!\w)|\baccount:? (\d{8})(?!\w)",
    re.IGNORECASE | re.ASCII,
)
BIRTH = re.compile(
    r"\b(?:dob|d\.o\.b\.?|date of birth|dyddiad geni)(?: is| was|:)? {0,2}"
    r"(\d{1,2}[ ./-]\d{1,2}[ ./-](?:\d\d){1,2}(?!\d)|(?:19|20)\d\d-\d\d-\d\d"
    r"|\d{1,2}(?:st|nd|rd|th)? (?:of )?[a-z]{3,9},? (?:19|20)\d\d)",
    re.IGNORECASE | re.ASCII,
)
IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)", re.ASCII)


def digits(text: str) -> str:
    """Its digits alone, those of other scripts as 0 to 9."""
    return "".join(str(unicodedata.digit(one)) for one in text if one.isdigit())


def nhs_numbers(text: str) -> Iterator[Span]:
    """Ten digits whose last one fits the others. One in eleven others fits too, so ten in one run must be called one."""
    for match in NHS.finditer(text):
        is_said = "nhs" in before(text, match.start())
        if (match[1] or is_said) and (match[0][0] != "0" or is_said) and fits_nhs(digits(match[0])):
            yield Span(Kind.NHS, match.start(), match[0])


def fits_nhs(ten: str) -> bool:
    """Modulus 11 of the first nine, weighted 10 to 2."""
    check = 11 - sum(int(one) * weight for one, weight in zip(ten, range(10, 1, -1), strict=False)) % 11
    return check != 10 and int(ten[9]) == check % 11


def insurance_numbers(text: str) -> Iterator[Span]:
    """Two letters, six digits, a letter."""
    for match in INSURANCE.finditer(text):
        yield Span(Kind.INSURANCE, match.start(), match[0])


def cards(text: str) -> Iterator[Span]:
    """Numbers of the length, the beginning and the check digit of a payment card."""
    for match in CARD.finditer(text):
        number = digits(match[0])
        if CARD_STARTS.match(number) and fits_luhn(number):
            yield Span(Kind.CARD, match.start(), match[0])


def fits_luhn(number: str) -> bool:
    """Every second digit from the right doubled, its digits added."""
    doubled = (sum(divmod(2 * int(one), 10)) for one in number[-2::-2])
    return (sum(int(one) for one in number[-1::-2]) + sum(doubled)) % 10 == 0


def bank_accounts(text: str) -> Iterator[Span]:
    """A sort code with eight digits beside it, a number that is called an account's, or an IBAN that adds up."""
    for match in BANK.finditer(text):
        yield Span(Kind.BANK, match.start(), match[0])
    for match in IBAN.finditer(text):
        if fits_iban(match[0].replace(" ", "")):
            yield Span(Kind.BANK, match.start(), match[0])
    for match in SAID_TO_BE_A_SORT_CODE.finditer(text):
        yield Span(Kind.BANK, match.start(1), match[1])
    for match in ACCOUNT.finditer(text):
        number = 1 if match[1] else 2
        yield Span(Kind.ACCOUNT, match.start(number), match[number])


def birthdays(text: str) -> Iterator[Span]:
    """Dates that are called somebody's date of birth."""
    for match in BIRTH.finditer(text):
        yield Span(Kind.BIRTH, match.start(1), match[1])


def fits_iban(number: str) -> bool:
    """Modulus 97 of ISO 13616: the first four behind the rest, letters as 10 to 35."""
    return int("".join(str(int(one, 36)) for one in number[4:] + number[:4])) % 97 == 1
