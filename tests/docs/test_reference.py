"""What the administrator looks up and takes: editions of the rulebook, code lists; and tables for who reads no code."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from opera_cases.application.codelists import CodeLists, shipped
from opera_cases.application.runtime import EDITION, edition, edition_names
from opera_cases.domain.codelists import BadCodeList, parse
from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.domain.kernel.rulebook import BadRulebook, Rulebook
from opera_cases.domain.kernel.vocabulary import Language
from tests.cli.test_command_line import Line
from tests.support.over_http import Desk
from tests.support.world import World

BAKERS = "code,parent,it,fr\n10.71,10.7,Produzione di pane,Fabrication de pain\n10.99,10,Nuova voce,Nouvelle rubrique\n"


def test_every_list_that_came_along_is_read_and_says_where_it_comes_from(small: World) -> None:
    lists = CodeLists(small.runtime.log)
    assert {each.scheme for each in shipped()} == {
        "ISCO-08", "ESCO", "ESCO-SKILL", "ROME", "NACE", "NAF", "ATECO", "NUTS", "COMUNI", "COG"}  # fmt: skip
    for about in shipped():
        found = lists.find(about.scheme, about.version)
        assert found is not None
        assert len(found.codes) > 500
        assert about.licence
        assert about.attribution
    assert lists.label("COMUNI/2026:B369", Language.FR) == "Cairo Montenotte"
    assert lists.label("NUTS/2024:ITC32", Language.IT) == "Savona"
    assert lists.label("ISCO-08/2008:7214", Language.EN) != "ISCO-08/2008:7214"


def test_a_newer_list_is_taken_and_the_one_before_stays(world: World) -> None:
    lists = world.runtime.application.codelists
    assert not lists.has("NACE/2.2:10.99")
    assert lists.take("NACE", "2.2", "", BAKERS, "Eurostat Finta", "CC BY 4.0", "2026-02-02") == 2
    assert lists.has("NACE/2.2:10.99")
    assert lists.has("NACE/2.1:10.71")
    assert [each.version for each in lists.all() if each.scheme == "NACE"] == ["2.1", "2.2"]
    with pytest.raises(InvalidInput, match="never changes"):
        lists.take("NACE", "2.2", "", BAKERS, "Eurostat Finta", "CC BY 4.0", "2026-02-02")
    with pytest.raises(InvalidInput, match="never changes"):
        lists.take("NACE", "2.1", "", BAKERS, "Eurostat Finta", "CC BY 4.0", "2026-02-02")


def test_another_process_finds_a_list_taken_here(world: World) -> None:
    elsewhere = CodeLists(world.runtime.log)
    assert not elsewhere.has("ROME/9.9:X1")
    world.runtime.application.codelists.take(
        "ROME", "9.9", "", "code,fr\nX1,Métier fictif\n", "Fictif", "Etalab 2.0", "2026-02-02"
    )
    assert elsewhere.has("ROME/9.9:X1")


def test_labels_of_one_more_language_are_taken_for_a_version_that_is_there(small: World) -> None:
    lists = small.runtime.application.codelists
    before = lists.label("ESCO/1.1.1:2654.1.7", Language.IT)
    lists.take("ESCO", "1.1.1", "it", "code,it\n2654.1.7,direttore tecnico\n", "ESCO", "2011/833/EU", "2026-02-02")
    assert before == "technical director"
    assert lists.label("ESCO/1.1.1:2654.1.7", Language.IT) == "direttore tecnico"
    assert lists.label("ESCO/1.1.1:2654.1.7", Language.FR) == "directeur technique/directrice technique"


@pytest.mark.parametrize(
    "text", ["", "name\nx\n", "code,it\n,x\n", "code,it\nA,x\nA,y\n", "code,de\nA,x\n", "code,it\nA B,x\n"]
)
def test_a_list_that_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(BadCodeList, match="NACE/2"):
        parse("NACE", "2", text)


def test_the_command_line_shows_and_takes_lists(small: World, tmp_path: Path) -> None:
    line = Line(tmp_path, OPERA_FOLDER=str(small.runtime.addresses.master_key.parent))
    assert "NACE/2.1: Economic activities" in line.run("codelists", "show")
    found = line.run("codelists", "show", "NACE", "--text", "10.71", "--language", "it")
    assert found.startswith("NACE/2.1:10.71  ")
    file = tmp_path / "nace.csv"
    file.write_text(BAKERS)
    asked = ("codelists", "import", "NACE", "2.2", str(file), "--source", "Eurostat Finta", "--licence", "CC BY 4.0")
    assert "2 codes taken" in line.run(*asked)
    assert "NACE/2.2:10.99  Nuova voce" in line.run("codelists", "show", "NACE", "--text", "nuova")
    again = line.run(*asked, code=3)
    assert "never changes" in again
    file.write_text("nonsense")
    assert "columns" in " ".join(line.run(*asked, code=2).split())


def test_code_lists_over_http(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    found = irene.get("codelists/COMUNI/2026", text="savona")["items"]
    assert {"code": "COMUNI/2026:I480", "parent": "SV", "label": "Savona"} in found
    assert irene.raw("codelists/NOSUCH/1").status_code == 404


# -- the rulebook -----------------------------------------------------------------------------------------------------


def test_the_rulebook_is_checked_shown_and_compared_at_the_command_line(tmp_path: Path) -> None:
    line = Line(tmp_path)
    told = line.run("rulebook", "check")
    assert all(name in told for name in edition_names())
    assert f"{EDITION} (in force)" in told
    before, after = (line.run("rulebook", "show", "--on", day, "--region", "ITC3", "--parameter", "benefit_advance")
                     for day in ("2025-12-31", "2026-01-01"))  # fmt: skip
    assert "= 100 list" in before
    assert "= 70, 30 list" in after
    assert "= 50, 50 list" in line.run(
        "rulebook", "show", "--on", "2026-01-01", "--region", "FRM0", "--parameter", "benefit_advance"
    )
    assert "[SCOP_SA FR] = 7" in line.run("rulebook", "show", "--region", "FRM0", "--parameter", "minimum_members")
    changes = line.run("rulebook", "diff", "2026-2", "2026-3")
    assert "+ plan_lapse_share = 20 percent" in changes
    assert "- pathways_open" in changes
    assert line.run("rulebook", "diff", "2026-3", "2026-3") == ""
    assert "There is no edition" in " ".join(line.run("rulebook", "diff", "2026-3", "1999-1", code=2).split())
    assert "There is no region" in " ".join(line.run("rulebook", "show", "--region", "XX", code=2).split())


def test_the_editions_published_before_have_not_changed() -> None:
    kept = (Path(__file__).parents[1] / "history" / "rulebooks.sha256").read_text().split()
    assert dict(zip(kept[::2], kept[1::2], strict=True)) == {name: edition(name).digest for name in edition_names()}


def test_two_values_between_which_nothing_decides_are_refused() -> None:
    one = (
        '[[parameter]]\nid="a"\nvalue=1\nunit="days"\nsays="x"\nsource="y"\nvalid_from=2020-01-01\nlegal_form="COOP"\n'
    )
    with pytest.raises(BadRulebook, match="nothing decides"):
        Rulebook.parse("try", {"a.toml": one + one.replace("value=1", "value=2")})
    Rulebook.parse("try", {"a.toml": one + one.replace("COOP", "SRL")})


def test_a_procedure_is_read_aloud_for_one_kind_of_venture(tmp_path: Path) -> None:
    line = Line(tmp_path)
    buy_out = line.run("procedure", "venture", "--kind", "buy-out", "--diagram")
    micro = line.run("procedure", "venture", "--kind", "micro", "--diagram")
    assert buy_out.startswith("stateDiagram-v2")
    assert "GROUP_FORMED" in buy_out
    assert "GROUP_FORMED" not in micro
    assert "exercise_preemption" in line.run("procedure", "venture", "--kind", "buy-out")
    assert "exercise_preemption" not in line.run("procedure", "venture", "--kind", "cooperative")
    assert "Kinds are of ventures" in " ".join(line.run("procedure", "case", "--kind", "micro", code=2).split())
