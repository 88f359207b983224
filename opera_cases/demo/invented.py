"""People, firms and numbers that exist nowhere: names made of parts, fiscal codes of places never assigned."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from stdnum import luhn
from stdnum.it import codicefiscale

_ROOTS = (
    "Prova", "Finti", "Inventa", "Immagina", "Simula", "Esempi", "Modelli", "Refusa", "Provviso", "Parvenza", "Miraggi",
    "Abbozza", "Figura", "Sembra", "Ipotesi", "Chimera", "Fantasi", "Presta", "Campio", "Bozze", "Forse", "Talvolta",
)  # fmt: skip
_ENDINGS = ("letti", "celli", "ri", "rini", "tori", "mondi", "velli", "netti", "bardi", "schi", "ghetti", "soni")
_FRENCH = (
    "Exemplier", "Fictivet", "Modelli-Faux", "Imaginon", "Supposet", "Chimérac", "Brouillon", "Esquissier", "Mirageot",
    "Inventel", "Essayard", "Maquettin", "Semblançon", "Peut-Être", "Hypothésy", "Rêveneau",
)  # fmt: skip
_WOMEN = (
    "Ardesia",
    "Carla",
    "Fosca",
    "Irene",
    "Liana",
    "Marta",
    "Nives",
    "Oriana",
    "Petra",
    "Rosalba",
    "Silvana",
    "Zoe",
)
_MEN = ("Bruno", "Dario", "Elio", "Gino", "Ivo", "Libero", "Nereo", "Oreste", "Remo", "Sirio", "Tullio", "Ugo")
_FEMMES = ("Anaïs", "Brune", "Céline", "Élodie", "Ghjulia", "Letizia", "Maëlle", "Vannina")
_HOMMES = ("Ange", "Baptiste", "Dumè", "Émile", "Ghjacumu", "Loïc", "Matteu", "Théo")
_FIRMS = ("Bottega", "Officina", "Cantiere", "Laboratorio", "Forno", "Orto", "Vela", "Locanda", "Atelier", "Sartoria")


@dataclass(frozen=True, slots=True)
class Invented:
    """A person who does not exist."""

    given_names: str
    family_name: str
    sex: str
    born: date
    phone: str
    email: str
    tax_code: str


def _consonants(name: str) -> str:
    letters = "".join(char for char in name.upper() if char.isascii() and char.isalpha())
    return ("".join(c for c in letters if c not in "AEIOU") + "".join(c for c in letters if c in "AEIOU") + "XXX")[:3]


def tax_code(given: str, family: str, sex: str, born: date, rng: random.Random) -> str:
    """A codice fiscale with a right check letter and a place code that was never assigned."""
    day = born.day + (40 if sex == "WOMAN" else 0)
    place = f"Z{rng.randrange(960, 1000)}"
    body = f"{_consonants(family)}{_consonants(given)}{born:%y}{'ABCDEHLMPRST'[born.month - 1]}{day:02d}{place}"
    return body + str(codicefiscale.calc_check_digit(body))


def person(rng: random.Random, french: bool, number: int) -> Invented:
    sex = rng.choice(("WOMAN", "MAN"))
    women, men = (_FEMMES, _HOMMES) if french else (_WOMEN, _MEN)
    given = rng.choice(women if sex == "WOMAN" else men)
    family = rng.choice(_FRENCH) if french else rng.choice(_ROOTS) + rng.choice(_ENDINGS)
    born = date(rng.randrange(1960, 2000), 1, 1) + timedelta(days=rng.randrange(365))
    prefix = "+33 4 95 55" if french else "+39 019 555"
    code = "" if french else tax_code(given, family, sex, born, rng)
    return Invented(given, family, sex, born, f"{prefix} {number:04d}", f"persona{number}@posta.example", code)


def firm(rng: random.Random, owner: Invented) -> str:
    return f"{rng.choice(_FIRMS)} {owner.family_name}"


def partita_iva(number: int) -> str:
    """Eleven digits that pass the check, of an office that assigns none of this form."""
    body = f"99{number:05d}999"
    return body + luhn.calc_check_digit(body)


def siret(number: int) -> str:
    """Fourteen digits that pass both checks, in a block never assigned."""
    siren = f"999{number:05d}"
    siren += luhn.calc_check_digit(siren)
    body = siren + "0001"
    return body + luhn.calc_check_digit(body)
