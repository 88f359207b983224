"""What an administrator looks up and takes at the machine: procedures, editions of the rulebook, and code lists."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from opera_cases.application.audit.editions import rule_changes, rule_value
from opera_cases.application.runtime import EDITION, edition, edition_names
from opera_cases.cli.console import office, out
from opera_cases.domain.codelists import BadCodeList
from opera_cases.domain.kernel.rulebook import BadRulebook, Ladder, Of, Parameter, Rulebook
from opera_cases.domain.kernel.vocabulary import Country, Language, Place

LARGEST = 20_000_000
"""Bytes of a code list in a file."""

rulebook = typer.Typer(no_args_is_help=True, help="The rulebook: check, show, compare editions.")
codelists = typer.Typer(no_args_is_help=True, help="Code lists: show, search, take newer ones.")

REGIONS = {"ITC3": Country.IT, "ITI1": Country.IT, "ITG2": Country.IT, "FRM0": Country.FR, "FRL0": Country.FR}
Edition = Annotated[str, typer.Option(help="The edition; the one in force when left out.")]


def _read(name: str) -> Rulebook:
    if name not in edition_names():
        raise typer.BadParameter(f"There is no edition {name}; there are {', '.join(edition_names())}.")
    return edition(name)


@rulebook.command("check")
def check() -> None:
    """Read every edition that came with the program, and say what is in it. Exit code 1 when one cannot be used."""
    failed = False
    for name in edition_names():
        try:
            read = edition(name)
        except BadRulebook as wrong:
            out.print(f"{name}: {wrong}", markup=False)
            failed = True
            continue
        mark = " (in force)" if name == EDITION else ""
        out.print(
            f"{name}{mark}: {len(read.all())} parameters, {len(read.ladders())} ladders, sha256 {read.digest}",
            markup=False,
            highlight=False,
        )
    raise typer.Exit(1 if failed else 0)


@rulebook.command("show")
def show(
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="On which day; today when left out.")
    ] = None,
    region: Annotated[str, typer.Option(help="NUTS 2: ITC3, ITI1, ITG2, FRM0 or FRL0.")] = "ITC3",
    parameter: Annotated[str, typer.Option(help="Only this one; a ladder of reminders as in 'ladder check_in'.")] = "",
    edition: Edition = EDITION,
) -> None:
    """What holds on a day in a region: value, where it comes from, and by which legal form or pathway it differs."""
    if region not in REGIONS:
        raise typer.BadParameter(f"There is no region {region}; there are {', '.join(REGIONS)}.")
    day = on.date() if on else datetime.now(UTC).date()
    place = Place(country=REGIONS[region], region=region, province="-", zone="UTC")
    read = _read(edition)
    scopes = sorted({(each.id, each.pathway or "", each.legal_form or "") for each in read.all()})
    for name, pathway, form in scopes:
        found = read.seek(name, day, place, Of(pathway, form))
        named = parameter in ("", name)
        if named and found is not None and (found.pathway or "", found.legal_form or "") == (pathway, form):
            out.print(_line(found), markup=False, highlight=False)
    for ladder in sorted(read.ladders(), key=lambda each: each.id):
        if parameter in ("", ladder.id) and ladder.holds(day, place, Of(ladder.pathway or "", ladder.legal_form or "")):
            out.print(_line(ladder), markup=False, highlight=False)


def _line(found: Parameter | Ladder) -> str:
    scope = " ".join(str(each) for each in found.scope if each is not None)
    until = f" to {found.valid_to}" if found.valid_to else ""
    return f"{found.id}{f' [{scope}]' if scope else ''} = {rule_value(found)}\n    {found.says}\n    {found.source}; from {found.valid_from}{until}"


@rulebook.command("diff")
def diff(
    one: Annotated[str, typer.Argument(help="An edition.")], other: Annotated[str, typer.Argument(help="Another one.")]
) -> None:
    """What one edition says and the other does not."""
    for was, now in rule_changes(_read(one), _read(other)):
        for sign, rule in (("-", was), ("+", now)):
            if rule is not None:
                out.print(f"{sign} {_line(rule)}", markup=False, highlight=False)


@codelists.command("show")
def show_codes(
    scheme: Annotated[str, typer.Argument(help="As in NACE; every list when left out.")] = "",
    version: Annotated[str, typer.Option(help="The newest when left out.")] = "",
    text: Annotated[str, typer.Option(help="The beginning of a code, or words of its label.")] = "",
    language: Annotated[Language, typer.Option()] = Language.IT,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
) -> None:
    """The lists at hand with their licences, or the codes of one."""
    with office() as runtime:
        known = runtime.application.codelists.all()
        if not scheme:
            for each in known:
                out.print(
                    f"{each.scheme}/{each.version}: {each.title}\n    {each.source}; {each.licence}",
                    markup=False,
                    highlight=False,
                )
            return
        mine = [each.version for each in known if each.scheme == scheme]
        found = runtime.application.codelists.find(scheme, version or (mine[-1] if mine else ""))
        if found is None:
            raise typer.BadParameter(
                f"There is no list {scheme} {version}. `opera-cases codelists show` tells which there are."
            )
        for number, code in enumerate(found.search(text, language)):
            if number == limit:
                break
            out.print(f"{found.name}:{code.code}  {code.label(language)}", markup=False, highlight=False)


@codelists.command("import")
def take(
    scheme: Annotated[str, typer.Argument(help="As in NACE.")],
    version: Annotated[str, typer.Argument(help="As in 2.1.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV in UTF-8: code, parent, it, fr, en.")],
    source: Annotated[str, typer.Option(help="Who publishes it.")],
    licence: Annotated[str, typer.Option(help="Under which licence.")],
    language: Annotated[str, typer.Option(help="Only the labels of this language, for a version that is there.")] = "",
) -> None:
    """Take a newer list, or one more language of a version. A version that is there never changes."""
    with office() as runtime:
        try:
            if file.stat().st_size > LARGEST:
                raise BadCodeList(f"The file has more than {LARGEST:,} bytes; no list of ours has.")
            text = file.read_text("utf-8-sig")
            count = runtime.application.codelists.take(
                scheme, version, language, text, source, licence, runtime.clock().isoformat()
            )
        except (BadCodeList, UnicodeDecodeError) as wrong:
            raise typer.BadParameter(str(wrong)) from None
    out.print(f"{scheme}/{version}: {count} codes taken.")


def procedure(
    name: Annotated[str, typer.Argument(help="case, venture, company, resource, funding, person, desk …")],
    kind: Annotated[
        str, typer.Option(help="Of ventures, one kind only: micro, cooperative, buy-out, spin-off or hosted.")
    ] = "",
    diagram: Annotated[bool, typer.Option(help="As a Mermaid diagram.")] = False,
) -> None:
    """Read a procedure aloud: its table of steps, or its diagram."""
    from opera_cases.application.render_text import VENTURE_KINDS, procedure_text
    from opera_cases.domain.procedures import PROCEDURES

    if name not in PROCEDURES:
        raise typer.BadParameter(f"There is no procedure {name}; there are {', '.join(PROCEDURES)}.")
    if kind and (name != "venture" or kind not in VENTURE_KINDS):
        raise typer.BadParameter(f"Kinds are of ventures: {', '.join(VENTURE_KINDS)}.")
    variant = VENTURE_KINDS[kind] if kind else ""
    print(PROCEDURES[name].diagram(variant) if diagram else procedure_text(PROCEDURES[name], variant))
