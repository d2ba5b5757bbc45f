"""The way of a plume as places on reaches: what lies so many metres below or above, and when the plume passes it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from riverplan.channel import Array
from riverplan.forecasting.ground import Ground, ground_of
from riverplan.forecasting.result import Forecast


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A place on the river: row of the reach and metres from its tail."""

    row: int
    chainage: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """The reaches a plume travels, and the river around them.

    Parameters
    ----------
    forecast
        The forecast.
    ground
        The river at its flow.
    spill
        Where the spill is.
    main
        Rows from the spill down, at each bifurcation along the arm with most water.
    """

    forecast: Forecast
    ground: Ground
    spill: Place
    main: tuple[int, ...]
    _index: dict[int, int] = field(repr=False)

    def reached(self, row: int) -> bool:
        """Whether the plume travels this reach."""
        return row in self._index

    def reach_id(self, row: int) -> str:
        """The reach of a row."""
        return str(self.ground.river.reaches["reach_id"].iat[row])

    def mixed_head(self, row: int) -> bool | None:
        """Whether the plume is mixed over the section at the lower end of a reach; None where that cannot be told."""
        mixed = self.forecast.reach_times.fully_mixed_head[self._index[row]]
        return None if mixed is None else bool(mixed)

    def length(self, row: int) -> float:
        """Length of a reach [m]."""
        return float(self.ground.channel.length[row])

    def discharge(self, row: int) -> float:
        """Discharge of a reach [m³/s]; 0 where unknown."""
        known = float(self.ground.channel.discharge[row])
        return 0.0 if math.isnan(known) else known

    def is_pool(self, row: int) -> bool:
        """Whether the reach is a pool or under backwater."""
        return bool(self.ground.channel.is_reservoir[row])

    def entering(self, row: int) -> list[int]:
        """Reaches that come together at the lower end of this one, itself among them."""
        net = self.ground.river.compiled
        return [int(r) for r in net.entering(int(net.head[row]))]

    def leaving(self, row: int) -> list[int]:
        """Reaches the water of this one goes on to, the greatest discharge first."""
        net = self.ground.river.compiled
        return sorted((int(r) for r in net.leaving(int(net.head[row]))), key=lambda r: -self.discharge(r))

    def above(self, place: Place, metres: float) -> Place | None:
        """The place so many metres up along the greatest discharge; None above the source."""
        net, row, left = self.ground.river.compiled, place.row, place.chainage - metres
        while left < 0:
            up = [int(r) for r in net.entering(int(net.tail[row]))]
            if not up:
                return None
            row = max(up, key=self.discharge)
            left += self.length(row)
        return Place(row=row, chainage=left)

    def below(self, place: Place, metres: float) -> Place | None:
        """The place so many metres down along the greatest discharge, on reaches of the plume; None below them."""
        row, at = place.row, place.chainage + metres
        while at > self.length(row):
            at -= self.length(row)
            down = [r for r in self.leaving(row) if self.reached(r)]
            if not down:
                return None
            row = down[0]
        return Place(row=row, chainage=at)

    def metres_down(self, upper: Place, lower: Place, most: float, *, same_water: bool = False) -> float | None:
        """Way of the water from one place down to another [m]; None where it is more than ``most`` or none.

        With ``same_water`` no way leads past a place where other water comes in, or into or out of a pool.
        """
        if upper.row == lower.row and lower.chainage >= upper.chainage:
            gap = lower.chainage - upper.chainage
            return gap if gap <= most else None
        if self.length(upper.row) - upper.chainage > most:
            return None
        waiting = [(self.length(upper.row) - upper.chainage, upper.row)]
        seen = {upper.row}
        while waiting:
            gone, row = waiting.pop(0)
            if same_water and len(self.entering(row)) > 1:
                continue
            for r in self.leaving(row):
                if same_water and self.is_pool(r) != self.is_pool(row):
                    continue
                if r == lower.row and gone + lower.chainage <= most:
                    return gone + lower.chainage
                if r not in seen and gone + self.length(r) <= most:
                    seen.add(r)
                    waiting.append((gone + self.length(r), r))
        return None

    def along(self, name: str, place: Place) -> float:
        """What :class:`ReachTimes` has at tail and head (``earliest``, ``distance`` …), at a place of the plume."""
        times, i = self.forecast.reach_times, self._index[place.row]
        tail, head = (float(getattr(times, f"{name}_{end}")[i]) for end in ("tail", "head"))
        start = float(times.start[i])
        whole = self.length(place.row) - start
        share = (place.chainage - start) / whole if whole > 0 else 0.0
        return tail + min(max(share, 0.0), 1.0) * (head - tail)

    def on_way(self, place: Place) -> bool:
        """Whether the plume comes to a place."""
        i = self._index.get(place.row)
        return i is not None and place.chainage >= float(self.forecast.reach_times.start[i])

    def at_time(self, seconds: float, name: str = "leading") -> Place | None:
        """Where on the main way the front (or ``peak`` …) is at a time; None when it has left the river."""
        times = self.forecast.reach_times
        for row in self.main:
            i = self._index[row]
            tail, head = (float(getattr(times, f"{name}_{end}")[i]) for end in ("tail", "head"))
            if head >= seconds:
                start = float(times.start[i])
                share = (seconds - tail) / (head - tail) if head > tail else 0.0
                return Place(row=row, chainage=start + min(max(share, 0.0), 1.0) * (self.length(row) - start))
        return None

    def mixed_at(self) -> Place | None:
        """Where a release at the bank is mixed over the section, on the main way; None where that cannot be told."""
        done = 0.0
        for row in self.main:
            begin = self.spill.chainage if row == self.spill.row else 0.0
            whole = float(self.ground.way.mixing_length[row])
            if not math.isfinite(whole):
                return None
            if done + (self.length(row) - begin) / whole >= 1.0:
                return Place(row=row, chainage=min(begin + (1.0 - done) * whole, self.length(row)))
            done += (self.length(row) - begin) / whole
            if sum(map(self.discharge, self.entering(row))) > 2.0 * self.discharge(row):
                done = 0.0                                # into a larger river: mixing begins anew
        return None

    def confluences(self, share: float) -> Iterator[tuple[int, int, float]]:
        """Where other water comes in: the row below, the largest row that joins, and what joins over what comes.

        Only where what joins is at least ``share`` of the discharge that carries the plume.
        """
        for row in sorted(self._index, key=lambda r: self.forecast.reach_times.distance_head[self._index[r]]):
            come = self.entering(row)
            others = [r for r in come if not self.reached(r)]
            carried = sum(self.discharge(r) for r in come if self.reached(r))
            down = [r for r in self.leaving(row) if self.reached(r)]
            joins = sum(map(self.discharge, others))
            if others and down and carried > 0 and joins >= share * carried:
                yield down[0], max(others, key=self.discharge), joins / carried

    def depth(self) -> Array:
        """Mean depth of each reach [m], from discharge, width and velocity where it is not stated."""
        channel, velocity = self.ground.channel, self.ground.velocity.most_probable
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(channel.depth > 0, channel.depth, channel.discharge / (channel.width * velocity))

    def lonlat(self, place: Place) -> tuple[float, float]:
        """Longitude and latitude of a place [degrees]."""
        river = self.ground.river
        line = river.reaches.geometry.iat[place.row]
        length = self.length(place.row)
        point = line.interpolate(place.chainage / length if length > 0 else 0.0, normalized=True)
        lon, lat = river.lonlat(point.x, point.y)
        return float(lon), float(lat)


def course_of(forecast: Forecast) -> Course:
    """The course of a forecast's plume."""
    river = forecast.river
    ground = ground_of(river, forecast.scenario)
    index = {int(r): i for i, r in enumerate(forecast.reach_times.reach)}
    spill = Place(row=river.reach_row[forecast.spill.reach_id], chainage=forecast.spill.chainage or 0.0)
    course = Course(forecast=forecast, ground=ground, spill=spill, main=(), _index=index)
    main, row = [], spill.row if spill.row in index else None
    while row is not None:
        main.append(row)
        row = next((r for r in course.leaving(row) if course.reached(r)), None)
    return Course(forecast=forecast, ground=ground, spill=spill, main=tuple(main), _index=index)
