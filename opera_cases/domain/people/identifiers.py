"""Identifiers and what can be said of them without asking anyone (handbook 4.3): valid, invalid, unverifiable."""

from enum import StrEnum

from stdnum.fr import siren, siret
from stdnum.it import codicefiscale, iva


class IdentifierKind(StrEnum):
    """The French NIR is not among them: its use is a closed list, and the desks are not on it."""

    CODICE_FISCALE = "CODICE_FISCALE"
    PARTITA_IVA = "PARTITA_IVA"
    SIREN = "SIREN"
    SIRET = "SIRET"
    IDENTITY_CARD = "IDENTITY_CARD"
    PASSPORT = "PASSPORT"
    RESIDENCE_PERMIT = "RESIDENCE_PERMIT"


class Check(StrEnum):
    VALID = "VALID"
    INVALID = "INVALID"
    UNVERIFIABLE = "UNVERIFIABLE"


_VALIDATORS = {
    IdentifierKind.CODICE_FISCALE: codicefiscale.is_valid,
    IdentifierKind.PARTITA_IVA: iva.is_valid,
    IdentifierKind.SIREN: siren.is_valid,
    IdentifierKind.SIRET: siret.is_valid,
}


def checked(kind: str, value: str) -> Check:
    """What the number itself tells: its form and its check digit. It never tells whose it is."""
    validator = _VALIDATORS.get(IdentifierKind(kind))
    if validator is None:
        return Check.UNVERIFIABLE
    return Check.VALID if validator(value) else Check.INVALID


_OMOCODIA = str.maketrans("LMNPQRSTUV", "0123456789")
_DIGITS = (6, 7, 9, 10, 12, 13, 14)


def without_omocodia(value: str) -> str:
    """A codice fiscale with digits where letters stand for them, and without its check letter; "" for other numbers.

    Two codes of one person differ only in this (handbook 4.3).
    """
    if len(value) != 16 or not codicefiscale.is_valid(value):
        return ""
    letters = list(value.upper())
    for at in _DIGITS:
        letters[at] = letters[at].translate(_OMOCODIA)
    return "".join(letters[:15])
