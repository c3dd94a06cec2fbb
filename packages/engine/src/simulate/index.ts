// Simulate: what a shop's settings would have done with the events it had.
export type {
  ConsentHappened,
  Happened,
  Happening,
  OrderHappened,
  SimulatedPerson,
  Simulation,
} from './simulation.ts';
export { newSimulation } from './simulation.ts';
export type { ScenarioTotals, SimulationTotals } from './tally.ts';
export { addedTotals, marginOf, noScenarioTotals } from './tally.ts';
