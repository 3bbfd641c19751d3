"""Who is where: in care, beside a residence, in a care home, or gone."""

from __future__ import annotations

from collections.abc import Callable

from simulation import decisions
from simulation.calendar import SECONDS_PER_DAY
from simulation.draws import uniform
from simulation.enrolment import AT_ADMISSION, AT_AE, AT_DISCHARGE
from simulation.factors import DEATH, NEED_CARE_HOME
from simulation.inhabitants import Inhabitants
from simulation.network import Claims
from simulation.reference.environment import Phase
from simulation.reference.floor import Floor
from simulation.reference.needs import Need, PendingNeeds
from simulation.reference.plain import PlainSetting
from simulation.reference.visit import Episode
from simulation.stays import NEVER, Outcome

HERE = 1


class Registry:
    """Follows people through their episodes, and tells the population what has happened to them."""

    def __init__(
        self,
        population: Inhabitants,
        floor: Floor,
        needs: PendingNeeds,
        asks_for_care_home: Callable[[int], None],
        care_homes: Claims,
        key: int,
    ) -> None:
        self.population = population
        self.floor = floor
        self.needs = needs
        self.asks_for_care_home = asks_for_care_home
        self.care_homes = care_homes
        self.key = key
        self.in_care: dict[int, Episode] = {}
        """Episodes of people who are bodily in care, or wait for it, one each."""
        self.beside: dict[int, list[Episode]] = {}
        """Episodes of care that runs beside a residence, or waits to."""
        self.residence: dict[int, Episode] = {}
        """Episodes of people who live in a care home."""
        self.claims: dict[int, int] = {}
        """People who move into a care home at their next discharge, and the key of that need."""
        self.overdue: set[int] = set()
        """Those among them who have waited long enough, and ask for a care home when they are next at home."""
        self.deferred: dict[int, list[Need]] = {}
        """Needs put off until the person is at their residence again."""
        self.place_of_death: dict[int, int] = {}
        """Setting at death of those who have died; -1 at home."""
        self.left: dict[int, int] = {}
        """Tick of death or moving away of those who are gone."""
        self.ignored = {"in care": 0, "gone": 0}
        """Needs and arrivals that came to nothing: taken up by the care that the person was in, or too late."""

    def is_here(self, person: int) -> bool:
        """Whether somebody is alive and lives in the place."""
        return self.population.alive.item(person) == HERE

    def may_ask(self, episode: Episode, setting: PlainSetting) -> bool:
        """Whether the person can ask for a setting; somebody bodily in other care by now goes nowhere else."""
        person = episode.person
        if setting.is_body:
            current = self.in_care.setdefault(person, episode)
            if current is not episode:
                self.ignored["in care"] += 1
                return False
            if person in self.beside:
                self._not_beside(episode)
        elif episode.held is None:
            self.waits_at_home(episode)
        return True

    def waits_at_home(self, episode: Episode) -> None:
        """The person is at their residence while the episode waits for what comes next."""
        self._comes_home(episode)
        self._is_beside(episode)

    def arrives(self, episode: Episode, setting: PlainSetting) -> bool:
        """A visit to a setting has started; False when it cannot go on, and has been ended."""
        person = episode.person
        if setting.is_attendance:
            if not episode.attended and not episode.outsider:
                self.population.joins_at(AT_AE, person, self.floor.env.tick, episode.kind)
            episode.attended = True
        elif not setting.is_admission:
            self._leaves_hospital(episode)
        elif not episode.admitted:
            episode.admitted = True
            if not episode.outsider:
                self.population.note_admission(person, self.floor.env.tick)
                self.population.joins_at(AT_ADMISSION, person, self.floor.env.tick, episode.kind)
            self._ends_care_beside(episode)
        if not setting.is_body and self.in_care.get(person) is episode:
            self.waits_at_home(episode)
        return not setting.is_residence or self._moves_into_care_home(episode)

    def is_home_again(self, episode: Episode) -> None:
        """The episode is over and the person is at their residence."""
        self._comes_home(episode)
        if episode.person in self.beside:
            self._not_beside(episode)

    def moves_at_discharge(self, person: int) -> bool:
        """Whether somebody is among those who move into a care home at a discharge near the day of need."""
        return uniform(self.key, person, decisions.MOVES_AT_DISCHARGE, 0) < self.care_homes.share

    def moves_on_to_care_home(self, episode: Episode) -> bool:
        """Whether a stay in hospital that is over ends in a move into a care home: the need has come, or is near."""
        person = episode.person
        if episode.outsider or person in self.residence:
            return False
        if person in self.claims:
            return True
        if self.is_averted(person):
            return False
        near = self.floor.env.tick + self.care_homes.days_before * SECONDS_PER_DAY
        return self.population.care_home_need_tick.item(person) < near and self.moves_at_discharge(person)

    def is_averted(self, person: int) -> bool:
        """Whether a team keeps somebody who comes to need a care home at home; one draw for each person."""
        factor = self.factors(person, NEED_CARE_HOME)[0]
        return factor < 1.0 and uniform(self.key, person, decisions.CARE_HOME_AVERTED, 0) >= factor

    def death_tick(self, person: int) -> int:
        """Tick of the person's latent death."""
        return int(self.population.death_tick[person])

    def factors(self, person: int, value: int) -> tuple[float, float]:
        """Factors on a named value from the person's teams, at the threshold of admission and at the worst severity."""
        ends = self.population.factors[self.population.profile[person], value]
        return float(ends[0]), float(ends[1])

    def is_saved(self, person: int) -> bool:
        """Whether a team keeps somebody alive who would die now; one draw for each death."""
        factor = self.factors(person, DEATH)[0]
        return factor < 1.0 and uniform(self.key, person, decisions.DEATH_AVERTED, self.floor.month) >= factor

    def dies(self, person: int) -> None:
        """Somebody dies, wherever they are, unless they have moved away or are saved."""
        if self.is_here(person) and not self.is_saved(person):
            self.place_of_death[person] = self._whereabouts(person)
            self._is_gone(person, Outcome.DIED)

    def moves_away(self, person: int) -> None:
        """Somebody moves out of the place, unless they have died."""
        if self.is_here(person):
            self._is_gone(person, Outcome.MOVED_OUT)

    def escalates(self, episode: Episode) -> None:
        """A worse need ends the care that somebody is in, or waits for."""
        del self.in_care[episode.person]
        self.floor.stop(episode, Outcome.ESCALATED)

    def lives_in(self, episode: Episode, setting: int) -> None:
        """Somebody is in a care home when the study begins."""
        self.floor.settle_at_start(episode, setting)
        self.residence[episode.person] = episode
        self.needs.replace(episode.person, self.population.moved_to_care_home(episode.person, 0))

    def close(self) -> None:
        """Write every stay that is still going on at the horizon (engines R12)."""
        for person in sorted(self.in_care):
            self.floor.stop(self.in_care[person], Outcome.OPEN)
        for person in sorted(self.residence):
            self.floor.stop(self.residence[person], Outcome.OPEN)
        for person in sorted(self.beside):
            for episode in self.beside[person]:
                self.floor.stop(episode, Outcome.OPEN)

    def _whereabouts(self, person: int) -> int:
        """Setting where a person is: the body visit that has started, else the care home, else -1 for home."""
        current = self.in_care.get(person)
        if current is not None:
            if current.held is not None:
                return current.held.setting
            if current.visit is not None and current.visit.started != NEVER:
                return current.visit.setting
        living = self.residence.get(person)
        return living.visit.setting if living is not None and living.visit is not None else NEVER

    def _is_gone(self, person: int, outcome: Outcome) -> None:
        tick = self.floor.env.tick
        self.left[person] = tick
        self._ends_everything(person, outcome)
        self.population.gone(person, tick, died=outcome == Outcome.DIED)

    def _ends_everything(self, person: int, outcome: Outcome) -> None:
        """Close every visit, queue place and claim of a person."""
        current = self.in_care.pop(person, None)
        if current is not None:
            self.floor.stop(current, outcome)
        for episode in self.beside.pop(person, ()):
            self.floor.stop(episode, outcome)
        living = self.residence.pop(person, None)
        if living is not None:
            self.floor.stop(living, outcome)
        self.claims.pop(person, None)
        self.overdue.discard(person)
        self.deferred.pop(person, None)

    def _comes_home(self, episode: Episode) -> None:
        """The person is at their residence again; what was put off until then is asked for one tick later."""
        self._leaves_hospital(episode)
        person = episode.person
        if self.in_care.get(person) is not episode:
            return
        del self.in_care[person]
        if person in self.deferred:
            self.needs.offer_again(self.deferred.pop(person))
        if person in self.overdue:
            self.overdue.discard(person)
            env = self.floor.env
            env.call_at(env.tick + 1, Phase.NEED, person, 0, self.asks_for_care_home, person)

    def _ends_care_beside(self, admitted: Episode) -> None:
        """End other care at home that does not go on while the person is in hospital."""
        for episode in tuple(self.beside.get(admitted.person, ())):
            visit = episode.visit
            if visit is None or episode is admitted:
                continue
            if self.floor.settings[visit.setting].ends_on_admission:
                self._not_beside(episode)
                self.floor.stop(episode, Outcome.ESCALATED)

    def home_of(self, episode: Episode) -> int:
        """Setting of the care home in which somebody lives whose residence an episode is."""
        visit = episode.visit
        return NEVER if visit is None else visit.setting

    def _moves_into_care_home(self, episode: Episode) -> bool:
        """Whether the person now lives in the care home; somebody who lives in one already gives the place back."""
        person = episode.person
        self.claims.pop(person, None)
        self._not_beside(episode)
        if person in self.residence:
            self.floor.stop(episode, Outcome.TURNED_AWAY)
            return False
        self.residence[person] = episode
        self.needs.replace(person, self.population.moved_to_care_home(person, self.floor.env.tick))
        return True

    def _leaves_hospital(self, episode: Episode) -> None:
        """An attendance or admission that is over makes further needs likelier for a while."""
        if episode.outsider or not (episode.attended or episode.admitted):
            return
        tick, person = self.floor.env.tick, episode.person
        if episode.admitted:
            self.population.joins_at(AT_DISCHARGE, person, tick, episode.kind)
            replacement = self.population.after_discharge(person, tick, episode.attended)
        else:
            replacement = self.population.after_attendance(person, tick)
        episode.attended = episode.admitted = False
        self.needs.replace(person, replacement)

    def _is_beside(self, episode: Episode) -> None:
        episodes = self.beside.setdefault(episode.person, [])
        if episode not in episodes:
            episodes.append(episode)

    def _not_beside(self, episode: Episode) -> None:
        episodes = self.beside.get(episode.person, [])
        if episode in episodes:
            episodes.remove(episode)
            if not episodes:
                del self.beside[episode.person]
