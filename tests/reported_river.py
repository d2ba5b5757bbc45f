"""A river whose import left something of every kind to report: a flip, a part apart, a doubtful and a lost site."""

from drawn_lines import lonlat, network

from riverplan.river.counting import counted_problem
from riverplan.river.network import RiverNetwork
from riverplan.river.placing import place_sites
from riverplan.river.sites import Intake
from riverplan.river.stems import with_river_km
from riverplan.tables.counts import Count

HOSTILE = "=HYPERLINK(\"http://x\")</script><script>window.hacked=1</script>"
DRAWING = {"a@大江": [(0, 0), (20, 0)], "b@龙河": [(10, 0), (9, 0.15), (4, 0.15), (2, 5)],
           "d@断头溪": [(3, -6), (6, -4), (8, -3)]}
"""大江; 龙河 beside it, drawn upstream, 12 km; 断头溪, 6 km, not connected."""
WHOLE = Count(file="清单.xlsx", sheet="取水口", read=9, kept=6, merged=1, dropped={"撤销": 2})
SHORT = Count(file="河线.geojson", read=5, kept=3)


def reported() -> RiverNetwork:
    """The river with its sites and its report."""
    found, problems = network(DRAWING, outlets=[(20, 0)], snap=50)
    found = found.replace(reaches=with_river_km(found.reaches))
    sites = []
    for number, (x, y, name) in enumerate([(6, 0.07, "二水厂"), (15, 0.01, HOSTILE), (8, 9, HOSTILE)], start=1):
        lon, lat = lonlat(x, y)
        row = {"file": "清单.xlsx", "sheet": "取水口", "row": number + 1}
        sites.append((Intake(site_id=f"I{number}", name=name, lon=lon, lat=lat, population=20_000), row))
    placed, said = place_sites(found, sites)
    counts = [counted_problem(c) for c in (WHOLE, SHORT)]
    return found.replace(sites=placed, report=(*counts, *problems, *said))
