"""The strategy as another program reads it: LibreOffice opens it, keeps its page and prints every chapter."""

import shutil
import subprocess

import pypdfium2
import pytest
from river_fixtures import y_river

import riverplan as rp
from riverplan.exporting.strategy import CHAPTERS, StrategyOptions, strategy
from riverplan.i18n import text
from riverplan.planning.plan import plan

SOFFICE = shutil.which("soffice")


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_prints_all_chapters_on_a4(tmp_path):
    made = plan(y_river(), rp.Spill(site_id="S01", substance="苯酚", mass=2_000.0, at=rp.clock("2026-07-01 08:00")))
    (tmp_path / "strategy.docx").write_bytes(strategy(made, options=StrategyOptions(dated="2026-07-01")))
    subprocess.run([SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
                    "--outdir", str(tmp_path), str(tmp_path / "strategy.docx")], check=True, capture_output=True,
                   timeout=180)
    document = pypdfium2.PdfDocument(tmp_path / "strategy.pdf")
    try:
        sizes = [tuple(round(x / 72 * 25.4) for x in page.get_size()) for page in document]
        printed = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()
    assert set(sizes) == {(210, 297), (297, 210)}
    at = printed.index("目录")                               # then once in the contents, and once in their place
    contents = printed.index("附录缺口清单", at)
    for key in CHAPTERS:
        contents = printed.index("、" + text(f"strategy.chapter_{key}", "zh"), contents) + 1
    assert "示范数据,非实测" in printed and "【待补：" in printed
