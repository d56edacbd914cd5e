"""How crowded a zone is: persons per square metre and level of service."""

from typing import Final

from hall.messages import Level

# Least area per person in m² of each level for people standing in a queue or waiting, from
# J. J. Fruin, Pedestrian Planning and Design (1971), as tabulated in TCRP Report 100, Transit
# Capacity and Quality of Service Manual (2nd ed. 2003), part 7. Less than E's is F.
AREA_PER_PERSON_M2: Final = {
    Level.A: 1.2,
    Level.B: 0.9,
    Level.C: 0.7,
    Level.D: 0.3,
    Level.E: 0.2,
}


def density_per_m2(count: float, area_m2: float) -> float:
    """Persons per square metre of a zone of `area_m2` > 0."""
    return count / area_m2


def level_of_service(density: float) -> Level:
    """Fruin's level for queues: A one moves freely … F one cannot help touching others."""
    for level, area in AREA_PER_PERSON_M2.items():
        if density * area <= 1:
            return level
    return Level.F
