"""Real files of river lines read, or fail with their problems named."""

from pathlib import Path

import pytest
import shapely

from riverplan.errors import InputError
from riverplan.tables import read_lines

SHARED = Path(__file__).resolve().parents[2] / "../shared/networks"


def shared_files() -> list[Path]:
    return sorted(p for p in SHARED.rglob("*") if p.is_file()) if SHARED.is_dir() else []


@pytest.mark.skipif(not shared_files(), reason="the folder of real networks is not beside the project")
def test_every_real_file_reads_or_fails_with_its_problems_named():
    read, failed = {}, {}
    for path in shared_files():
        try:
            lines = read_lines([path])
        except InputError as error:
            failed[path.name] = [p.code for p in error.problems if p.severity == "error"]
            assert all(p.mend("zh") and p.mend("en") for p in error.problems)
        else:
            read[path.name] = len(lines.frame)
            assert lines.frame["source_id"].is_unique and (shapely.length(lines.frame.geometry.array) > 0).all()
            assert lines.frame.total_bounds[0] >= -180 and lines.frame.total_bounds[3] <= 90
    assert read["fengdu.geojson"] == 22 and read["hydrorivers_taihu_bbox.shp"] == 2082
    assert {"jialing.geojson", "yangtze_mid.geojson", "rhine_1986spill.geojson", "elk_kanawha_ohio_2014spill.geojson",
            "hy_network.gpkg"} <= set(read)
    assert failed["500230.geojson"] == ["line_is_polygon"]
    assert read["routelink.parquet"] == 11_248
    assert failed["cnemc_realtime_snapshot_20260821_p1.json"] == ["lines_not_geojson"]


@pytest.mark.skipif(not shared_files(), reason="the folder of real networks is not beside the project")
def test_the_three_repeated_ids_of_fengdu_are_renumbered():
    lines = read_lines([SHARED / "wdbii/fengdu.geojson"])
    renumbered = [p for p in lines.problems if p.code == "line_id_twice"]
    assert renumbered[0].said("zh")["ids"] == "10740 → 10740-2、1560 → 1560-2、4741 → 4741-2"
