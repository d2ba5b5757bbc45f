"""Time of reading roads, of driving times and of readiness: ``python tests/benchmark/bench_travel.py [side of grid]``.

A made grid of roads, 500 m apart, with some taken out; 300 spaces, 10 teams, 20 stores. Run by hand.
"""

import sys
import tempfile
import time
from pathlib import Path

import networkx as nx
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from road_nets import dam, frame, space, store, team

from riverplan.planning.margin import readiness
from riverplan.planning.roads import read_roads
from riverplan.planning.travel import travel_to

SPACING = 500.0


def main(side: int) -> None:
    rng = np.random.default_rng(0)
    ticks = range(side)
    stretches = [((x, y), end) for x in ticks for y in ticks for end in ((x + 1, y), (x, y + 1)) if rng.random() < 0.9]
    words = rng.choice(["primary", "secondary", "tertiary", "track"], len(stretches))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roads.gpkg"
        frame([np.array(s) * SPACING for s in stretches], highway=words).to_file(path, driver="GPKG")
        begin = time.perf_counter()
        roads = read_roads(path)
        took = time.perf_counter() - begin
        print(f"{len(stretches)} lines, {roads.length / 1000:.0f} km read and joined: {took:.2f} s")
    width = side * SPACING
    spaces = [space(f"S{i}", rng.uniform(0, width, 2), dam=dam() if i % 2 else None) for i in range(300)]
    teams = [team(f"T{i}", rng.uniform(0, width, 2)) for i in range(10)]
    stores = [store(f"W{i}", rng.uniform(0, width, 2)) for i in range(20)]
    for net, said in ((roads, "by roads"), (None, "by distance")):
        begin = time.perf_counter()
        travel = travel_to(spaces, teams, stores, roads=net)
        print(f"30 x 300 driving times {said}: {time.perf_counter() - begin:.3f} s")
    begin = time.perf_counter()
    readiness(spaces, teams, stores, travel=travel)
    print(f"readiness of 300 x 11 x 21: {time.perf_counter() - begin:.4f} s")
    graph = nx.Graph()
    graph.add_weighted_edges_from((a, b, 1.0) for a, b in stretches)
    begin = time.perf_counter()
    nx.single_source_dijkstra_path_length(graph, max(nx.connected_components(graph), key=len).pop())
    print(f"the same net in networkx, 30 sources: about {30 * (time.perf_counter() - begin):.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 220)
