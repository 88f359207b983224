"""Proofs at the machine: sign a head, show one event to somebody outside, check what somebody shows."""

import json
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from opera_cases.application.integrity import checker
from opera_cases.cli.console import office, out

proof = typer.Typer(no_args_is_help=True, help="Proofs: signed heads of the log, and that one event stands in it.")
To = Annotated[Path | None, typer.Option(help="Write it there; on the screen when left out.")]


@proof.command("head")
def head() -> None:
    """Sign a head over each ledger that has grown, now, and publish it."""
    from opera_cases.application.integrity.chain_heads import open_witness
    from opera_cases.application.integrity.proofs import checkpoint

    with office() as runtime:
        made = checkpoint(runtime)
        folder = open_witness(runtime).folder
    for each in made:
        out.print(
            f"{each.ledger}: {each.size} rows, root {each.root}, signed with {each.key}", markup=False, highlight=False
        )
    out.print(
        f"Published in {folder}." if made else "Nothing new since the last head.",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


@proof.command("heads")
def heads() -> None:
    """The heads that were published, the oldest first, and the first key of the office: tell it to whoever checks."""
    from opera_cases.application.integrity.chain_heads import open_witness

    with office() as runtime:
        seen = open_witness(runtime)
    for number, each in enumerate(seen.heads(), 1):
        line = f"{number:5}  {each.made_at[:19]}  {each.ledger:9} {each.size:9} rows  {each.root[:16]}…  key {each.key}"
        out.print(line, markup=False, highlight=False)
    keys = seen.public_keys()
    out.print(f"The first key is {keys[0].key}." if keys else "No head was signed yet: opera-cases proof head.")


@proof.command("make")
def make(
    event_id: Annotated[UUID, typer.Argument(help="The event, as a file or a timeline shows its id.")], to: To = None
) -> None:
    """What shows an outsider that one event stands in the log, without any other event. The values in it stay sealed."""
    from opera_cases.application.integrity.proofs import proof_of

    with office() as runtime:
        _give(proof_of(runtime, event_id), to)


@proof.command("consistency")
def consistency(
    earlier: Annotated[int, typer.Argument(help="The number of an earlier head of the events.", min=1)],
    later: Annotated[int, typer.Argument(help="The number of a later one.", min=1)],
    to: To = None,
) -> None:
    """What shows that nothing before an earlier head was changed until a later one."""
    from opera_cases.application.integrity.proofs import consistency_of

    with office() as runtime:
        _give(consistency_of(runtime, earlier, later), to)


def _give(made: dict[str, Any], to: Path | None) -> None:
    text = json.dumps(made, indent=1)
    if to is None:
        print(text)
        return
    to.write_text(text + "\n")
    out.print(f"Written to {to}.", markup=False, highlight=False, soft_wrap=True)


@proof.command("check")
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A proof of one event, or of consistency.")],
    key: Annotated[
        str, typer.Option(help="The id of the first key of the office, as you know it from elsewhere.")
    ] = "",
) -> None:
    """Check a proof, without looking at any office. Exit code 1 when it does not hold."""
    from opera_cases.log.proof.merkle import is_consistent

    try:
        shown = json.loads(file.read_text())
    except ValueError:
        raise typer.BadParameter(f"{file} holds no proof.") from None
    if shown.get("format") == "opera-cases consistency 1":
        one, two = shown["earlier"], shown["later"]
        wrong = checker.trouble_with_keys(shown["keys"], key) or next(
            (bad for each in (one, two) if (bad := _signed(each, shown["keys"]))), ""
        )
        path = [bytes.fromhex(each) for each in shown["path"]]
        if not wrong and not is_consistent(
            one["size"], two["size"], bytes.fromhex(one["root"]), bytes.fromhex(two["root"]), path
        ):
            wrong = "the later head does not begin with the earlier one"
    else:
        wrong = checker.trouble_with(shown, key)
    out.print(f"NOT PROVED: {wrong}." if wrong else "PROVED.", markup=False, soft_wrap=True)
    raise typer.Exit(1 if wrong else 0)


def _signed(head: dict[str, Any], keys: list[dict[str, Any]]) -> str:
    public = {each["key"]: bytes.fromhex(each["public"]) for each in keys}
    holds = head["key"] in public and checker.signed(
        public[head["key"]], bytes.fromhex(head["signature"]), checker.head_said(head)
    )
    return "" if holds else "a head is not signed by a key of the office"


@proof.command("checker")
def print_checker() -> None:
    """Print the small program that checks a proof of one event with nothing but Python: give it along with the proof."""
    print(Path(checker.__file__).read_text("utf-8"), end="")


@proof.command("rotate")
def rotate(
    lost: Annotated[
        bool, typer.Option("--lost", help="The old key is gone and cannot vouch for the new one: everyone will see it.")
    ] = False,
) -> None:
    """A new key signs heads from now on; the old one vouches for it. Old heads stay good."""
    from opera_cases.application.integrity.chain_heads import open_witness

    with office() as runtime:
        fresh = open_witness(runtime).rotate(runtime.clock().isoformat(), lost=lost)
    out.print(f"Heads are signed with {fresh} from now on.")
